"""The addresses of every page there is to see, on a client that has something on each of them."""

from accounting.models import Obligation
from bankfeeds.models import Statement, StatementLine
from portal.documents.models import Document
from portal.links.issue import url_of
from portal.links.models import Link
from portal.people.models import Member, SavedView, Team
from requests_app.models import Request
from tests import cast
from tests.journeys.dossiers import EXACT, OTHERS, PARKING, RUITER

# addresses that answer a look, but not with a page of their own
NO_PAGE = {
    "front": "a redirect",
    "brand": "a style sheet",
    "style": "a style sheet",
    "logo": "a picture",
    "places": "a fragment of the menu, opened with it",
    "well_known_password": "a redirect",
    "health": "a word",
    "ready": "a word",
    "metrics": "figures for a machine",
    "kantoor:upcoming_html": "the mail itself, which the page of the next reminder leads to",
    "sandbox:mail": "leads from the mailbox, and is looked at there",
    "sandbox:html": "the mail itself, within that page",
    "kantoor:switcher": "a fragment of the menu",
    "kantoor:dossier": "a redirect",
    "kantoor:as_client_end": "a redirect",
    "kantoor:as_client_original": "a file",
    "kantoor:request_link": "a fragment of the question",
    "kantoor:page": "a picture",
    "kantoor:original": "a file",
    "mijn:original": "a file",
}


def ids(found):
    """What the addresses need."""
    with found.scope():
        own = {"administration": found.administration}
        link = Link.objects.select_related("administration", "firm").get(**own)
        return {
            "request": Request.objects.filter(**own).order_by("created_at").first().pk,
            "open": Request.objects.filter(**own).order_by("created_at").last().pk,
            "photo": Document.objects.filter(**own, kind="image").first().pk,
            "invoice": Document.objects.filter(**own, kind="ubl").first().pk,
            "obligations": Obligation.objects.filter(**own).count(),
            "free": StatementLine.objects.get(**own, counterparty_name=OTHERS[1][1]).pk,
            "held": Statement.objects.filter(**own, state="quarantined").get().pk,
            "view": SavedView.objects.filter(user_id=cast.NAMES["els"].id).first().pk,
            "joke": Member.objects.get(user_id=cast.NAMES["joke"].id).pk,
            "team": Team.objects.filter(firm=link.firm).first().pk,
            "link": link.pk,
            "url": url_of(link),
        }


def office_pages(found):
    key = ids(found)
    here = found.address
    line = {name: found.line(name).pk for name in (EXACT[1], RUITER[1], PARKING[1])}
    return {
        "cockpit": "/kantoor/van-damme/",
        "clients": "/kantoor/van-damme/clients/",
        "new client": "/kantoor/van-damme/clients/new/",
        "questions": "/kantoor/van-damme/requests/",
        "all bank": "/kantoor/van-damme/bank/",
        "all documents": "/kantoor/van-damme/documents/",
        "people": "/kantoor/van-damme/people/",
        "settings": "/kantoor/van-damme/settings/",
        "client": here("client/"),
        "desk without paper": here(f"bank/?line={key['free']}"),
        "desk with a photo": here(f"bank/?line={line[EXACT[1]]}"),
        "desk with an e-invoice": here(f"bank/?line={line[RUITER[1]]}"),
        "desk with a no": here(f"bank/?line={line[PARKING[1]]}"),
        "handled": here("bank/?status=done"),
        "ask": here(f"bank/requests/new/?line={key['free']}"),
        "question": here(f"requests/{key['request']}/"),
        "imports": here("bank/imports/"),
        "document": here(f"documents/{key['photo']}/"),
        "e-invoice": here(f"documents/{key['invoice']}/"),
        "periods": here("periods/"),
        "statements": here("bank/statements/"),
        "rules": here("bank/rules/"),
        "held statement": here(f"bank/statements/{key['held']}/"),
        "history of a line": here(f"bank/lines/{line[RUITER[1]]}/history/"),
        "log": here("log/"),
        "log of the firm": "/kantoor/van-damme/log/",
        "search": "/kantoor/van-damme/search/?q=169",
        "colleague": f"/kantoor/van-damme/people/{key['joke']}/",
        "teams": "/kantoor/van-damme/teams/",
        "a team": f"/kantoor/van-damme/teams/{key['team']}/",
        "invite many": "/kantoor/van-damme/invitations/",
        "next reminders": "/kantoor/van-damme/reminders/upcoming/",
        "next reminder": f"/kantoor/van-damme/reminders/upcoming/{key['link']}/",
        "mails of a client": here("client/mails/"),
        "several lines": here(f"bank/batch/?line={line[EXACT[1]]}&line={key['free']}"),
        "what is certain": here("bank/certain/"),
        "views": "/kantoor/van-damme/views/",
        "a view": f"/kantoor/van-damme/views/{key['view']}/",
        "reminders": "/kantoor/van-damme/reminders/?all=1&of=",
        "sessions": "/profiel/sessies/",
        "factors": "/accounts/2fa/",
        "app with codes": "/accounts/2fa/totp/activate/",
        "passkeys": "/accounts/2fa/webauthn/",
        "a new passkey": "/accounts/2fa/webauthn/add/",
        "password": "/accounts/password/change/",
        "is it you": "/accounts/reauthenticate/",
        "log out": "/accounts/logout/",
        "profile": "/profiel/",
        "kit": "/kit/",
        "not there": "/kantoor/van-damme/clients/nobody/",
    }


def client_pages(found):
    key = ids(found)
    home = f"/mijn/{found.key}/"
    pages = {name: home + name for name in ("activiteiten/", "upload/", "documenten/", "bank/", "logboek/")}
    card = f"{home}activiteiten/{key['open']}/"
    return {"home": home, **pages, "question": card, "profile": "/profiel/"}


def look_pages(found, home):
    """The client portal as a colleague sees it: `home` is where looking begins."""
    names = ("", "activiteiten/", "upload/", "documenten/", "bank/", "logboek/")
    card = f"{home}activiteiten/{ids(found)['open']}/"
    return {f"as client: {name or 'home'}": home + name for name in names} | {"as client: card": card}


def guest_pages(found):
    key = ids(found)
    inside = f"/l/v/{key['link']}/"
    return {
        "card": key["url"],
        "next card": inside,
        "answered card": f"{inside}cards/{key['request']}/",
        "done": f"{inside}done/",
        "not mine": f"{inside}not-mine/",
        "gone": f"/l/{'x' * 43}/",
        "login": "/accounts/login/",
        "code": "/accounts/login/code/",
        "forgotten": "/accounts/password/reset/",
        "forgotten and sent": "/accounts/password/reset/done/",
        "not by oneself": "/accounts/signup/",
        "invitation gone": f"/uitnodiging/{'x' * 43}/",
        "mailbox": "/sandbox/mail/",
        "not there": "/nergens/",
    }
