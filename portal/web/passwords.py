"""A first password: only for who proved just now who they are, or an old session would make itself a proof."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import PasswordSetView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from portal.people.proof import proved_lately


@method_decorator(sensitive_post_parameters(), name="dispatch")
class SetPassword(PasswordSetView):  # type: ignore[misc]  # allauth ships no types
    """allauth's page, which asks for no proof."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Let nobody in whose proof is old; a form that was sent is not kept, for it holds a password."""
        if request.user.is_authenticated and not proved_lately(request):
            if request.method == "POST":
                return HttpResponseRedirect(request.path)
            get_adapter(request).is_reauthentication_required(app="allauth.account")
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response
