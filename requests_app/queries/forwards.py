"""Who a question was passed on to."""

from requests_app.models import Forward, Request


def passed_on_to(request: Request) -> list[str]:
    """The names of the colleagues who have the question too, in the order it reached them."""
    rows = Forward.objects.filter(request=request, withdrawn_at=None).order_by("at", "pk")
    return list(rows.values_list("link__name", flat=True))
