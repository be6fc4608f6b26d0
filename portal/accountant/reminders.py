"""Reminding many clients at once: first who gets a mail and who does not, then the mails, then what was done."""

import secrets
import uuid
from collections import Counter

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portal.accountant.cockpit_filters import Filters, to_keep
from portal.accountant.cockpit_rows import VIEWS, rows, view_filter
from portal.kernel.clock import today
from portal.people.access import Actor, Right, require
from portal.tenancy.models import Administration
from portal.web.errors import showing_refusals
from portal.web.templatetags.samen import grouped
from requests_app.actions.remind import remind_now
from requests_app.queries.to_remind import REASONS, Plan, keys_of, plan_of, to_remind

KEY = "reminded"  # what was sent last, in the session
MOST_TICKED = 500  # a page has fifty; a longer list comes as "all in this view"


@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest, firm: str) -> HttpResponse:
    """Show what would go out and to whom; by POST send it, and show what was done: `done` of the address names it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, Right.ASK)
    day = today()
    said = request.POST if request.method == "POST" else request.GET
    selection = _selection(said)
    if request.method == "POST":
        chosen = _chosen(said, actor)
        with showing_refusals(request) as caught:
            done = remind_now(administrations=chosen, by=actor, on=day)
        if caught.refusal is None:
            messages.success(request, _told(done))
            selection["done"] = _keep(request, done)
        return redirect(f"{reverse('kantoor:reminders', args=[firm])}?{selection.urlencode()}")
    sent = _kept(request, said.get("done", ""))
    chosen = [] if sent else _chosen(said, actor)
    plan = sent or to_remind(chosen, day)
    words = _reasons()
    context = {
        "plan": plan,
        "sent": sent is not None,
        "chosen": chosen,
        "left": [(left.administration, words[left.reason]) for left in plan.left],
        "selection": [(name, value) for name, values in selection.lists() for value in values],
        "back": f"{reverse('kantoor:cockpit', args=[firm])}?{to_keep(QueryDict(said.get('of', '')))}",
    }
    return render(request, "kantoor/reminders.html", context)


def _chosen(said: QueryDict, actor: Actor) -> list[Administration]:
    """The ticked clients, or every client of the view the address names. One that is not theirs: 404."""
    if said.get("all"):
        query = QueryDict(said.get("of", ""))
        view = query.get("view", "all")
        shown = rows(today()).filter(Filters.read(query).condition())
        return list(shown.filter(view_filter(view if view in VIEWS else "all", actor.user_id)).order_by("name", "pk"))
    try:
        wanted = {uuid.UUID(one) for one in said.getlist("client")}
    except ValueError as malformed:
        raise Http404 from malformed
    found = list(Administration.objects.filter(pk__in=wanted, is_active=True).order_by("name", "pk"))
    if len(wanted) > MOST_TICKED or len(found) != len(wanted):
        raise Http404
    for administration in found:
        require(actor, Right.ASK, administration.pk)
    return found


def _selection(said: QueryDict) -> QueryDict:
    """The choice as an address says it: the clients, or the view they are all of; and the view to go back to."""
    kept = QueryDict(mutable=True)
    if said.get("all"):
        kept["all"] = "1"
    else:
        kept.setlist("client", said.getlist("client"))
    if said.get("of"):
        kept["of"] = to_keep(QueryDict(str(said["of"])))
    return kept


def _keep(request: HttpRequest, done: Plan) -> str:
    """Keep what was done for the page that tells it, also when it is read again; return the name it goes by."""
    name = secrets.token_hex(4)
    request.session[KEY] = {"name": name, "done": keys_of(done)}
    return name


def _kept(request: HttpRequest, name: str) -> Plan | None:
    """What was done under this name; None when that is not the last that was sent, or nothing of it is theirs."""
    kept = request.session.get(KEY) if name else None
    if kept is None or kept["name"] != name:
        return None
    found = plan_of(kept["done"])
    return found if found.people else None


def _reasons() -> dict[str, str]:
    return {
        "recent": _("reminded less than 3 days ago"),
        "refused": _("the address refused our mail"),
        "no_address": _("no address to write to"),
        "paused": _("reminding is paused"),
        "promised": _("promised an answer on a later day"),
        "nothing": _("no question waits for the client"),
    }


def _told(done: Plan) -> str:
    """What was done, in one sentence: how many mails, how many clients were left out, and why."""
    sent = len(done.people)
    mails = ngettext("%(n)s reminder is on its way", "%(n)s reminders are on their way", sent) % {"n": grouped(sent)}
    if not done.left:
        return f"{mails}."
    words, why = _reasons(), Counter(left.reason for left in done.left)
    reasons = ", ".join(f"{words[reason]} ({grouped(why[reason])})" for reason in REASONS if why[reason])
    skipped = ngettext("%(n)s client left out", "%(n)s clients left out", len(done.left))
    return f"{mails}, {skipped % {'n': grouped(len(done.left))}}: {reasons}."
