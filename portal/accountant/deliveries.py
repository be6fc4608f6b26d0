"""Who got which mail, and what became of it: of one client, with what a person can decide about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from portal.kernel.clock import today
from portal.outbox.decide import OPEN_TO_DECISION, consider_sent, send_again
from portal.people.access import Right, access_administration, get_or_404
from portal.web.errors import showing_refusals
from requests_app.queries.deliveries import deliveries_of_client, deliveries_of_mail, mails_of, reached

if TYPE_CHECKING:
    from collections.abc import Iterable

    from requests_app.queries.deliveries import Delivery


def about_words(kind: str) -> str:
    """What a mail was for."""
    words = {
        "request": _("Question"),
        "reminder": _("Reminder"),
        "message": _("Message"),
        "forward": _("Question, passed on"),
        "thanks": _("Thank you"),
        "link_renewed": _("New link"),
        "invitation": _("Invitation"),
    }
    return words.get(kind, _("Mail"))


def state_words(one: Delivery) -> str:
    """Where a mail stands, in two words."""
    if one.used_at is not None and one.state == "sent":
        return _("link used")
    return {
        "queued": pgettext("mail", "waiting"),
        "inflight": pgettext("mail", "being sent"),
        "sent": pgettext("mail", "sent"),
        "uncertain": pgettext("mail", "perhaps sent"),
        "dead": pgettext("mail", "given up"),
        "bounced": pgettext("mail", "refused"),
    }[one.state]


TURNS = {"sent": "done", "uncertain": "client", "dead": "late", "bounced": "late"}


def shown(deliveries: Iterable[Delivery]) -> list[dict[str, Any]]:
    """Rows of kantoor/_mails.html."""
    return [
        {
            "one": each,
            "about": about_words(each.mail.kind),
            "state": state_words(each),
            "turn": TURNS.get(each.state, "info"),
        }
        for each in deliveries
    ]


@require_safe
def client_mails(request: HttpRequest, firm: str, administration: Any) -> HttpResponse:
    """The page of one client: everybody who can be asked, and every mail."""
    found = access_administration(request.actor, administration, to=Right.SEE_BOOKS)  # type: ignore[attr-defined]
    told = deliveries_of_client(found)
    people = [(person, shown([person.last])[0] if person.last else None) for person in reached(found, told)]
    return render(request, "kantoor/mails.html", {"administration": found, "people": people, "mails": shown(told)})


@require_POST
def mail(request: HttpRequest, firm: str, administration: Any, mail: Any) -> HttpResponse:
    """Decide about a mail that was given up or is in doubt: send it once more, or let it rest (done=1)."""
    actor = request.actor  # type: ignore[attr-defined]
    found = access_administration(actor, administration, to=Right.ASK)
    row = get_or_404(mails_of(found), pk=mail)
    rest = bool(request.POST.get("done"))
    if not rest and row.state in OPEN_TO_DECISION and not deliveries_of_mail(row).may_resend:
        messages.info(request, _("What this mail asks is closed already: it is not sent again."))
        return redirect("kantoor:client_mails", firm, found.pk)
    with showing_refusals(request) as caught:
        (consider_sent if rest else send_again)(mail=row, by=actor, on=today())
    if caught.refusal is None:
        done = _("Noted: it arrived.") if rest else _("The mail to %(email)s is on its way again.")
        messages.success(request, done % {"email": row.to_email})
    return redirect("kantoor:client_mails", firm, found.pk)
