"""Inviting from a list: what becomes of every row before anything is sent, and of every row afterwards."""

import re
import time
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.links.invite_many import MOST_ROWS, invite_many, plan
from portal.links.people import revoke_access
from portal.outbox.models import OutgoingMail
from portal.people.models import ClientAccess, Invitation, Member
from tests.cast import id_of

URL = "/kantoor/van-damme/invitations/"
LIST = """Naam;E-mail;Administratie;Rol;Taal
Nina Nieuw;NINA@korenaar.example;10002;lezer;fr
An De Smet;an@korenaar.example;10002;;
Fout;nina(at)korenaar;10002;;
Onbekend;o@x.example;99999;;
Fietser;f@vermeer.example;20001;;
Rol;r@x.example;10002;baas;
Taal;t@x.example;10002;;zulu
Nina Weer;nina@korenaar.example;10002;;
;leeg@x.example;10002;;
Greet;greet@garage.example;10003;Ondernemer;
"""
OUTCOMES = {
    2: "ready",
    3: "inside",
    4: "bad_email",
    5: "unknown_code",
    6: "unknown_code",
    7: "unknown_role",
    8: "unknown_language",
    9: "twice",
    10: "no_name",
    11: "ready",
}


def _table(text: str) -> list:
    from portal.kernel.table_text import rows_of

    return rows_of(text, MOST_ROWS + 1)


def _text(response) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_every_row_has_its_outcome(world):
    with world.scope("els"):
        rows = plan(_table(LIST), by=world.actor("els"))
    assert {row.number: row.outcome for row in rows} == OUTCOMES
    ready = [row.invitee for row in rows if row.outcome == "ready"]
    assert [(one.email, one.role, one.language, one.administration.code) for one in ready] == [
        ("nina@korenaar.example", "reader", "fr", "10002"),
        ("greet@garage.example", "entrepreneur", world.garage.language, "10003"),
    ]


def test_without_a_head_and_in_another_order(world):
    with world.scope("els"):
        bare = plan(_table("Nina,nina@x.example,10002"), by=world.actor("els"))
        turned = plan(_table("Code\tTaal\tE-mail\tNom\n10002\tFrans\tnina@x.example\tNina"), by=world.actor("els"))
    for [row], language in ((bare, world.bakery.language), (turned, "fr")):
        assert (row.outcome, row.invitee.name, row.invitee.email) == ("ready", "Nina", "nina@x.example")
        assert (row.invitee.role, row.invitee.language) == ("entrepreneur", language)


def test_a_client_outside_the_portfolio_is_an_unknown_code(world):
    with world.scope("tom"):
        rows = plan(_table(LIST), by=world.actor("tom"))
    assert {row.number: row.outcome for row in rows} == OUTCOMES | {11: "unknown_code"}


def test_an_assistant_invites_nobody(world):
    with world.scope("joke"):
        rows = plan(_table(LIST), by=world.actor("joke"))
    assert not [row for row in rows if row.outcome == "ready"]


def test_looking_sends_nothing_and_sending_sends_once(world):
    browser = world.client("els")
    looked = browser.post(URL, {"rows": LIST})
    assert looked.status_code == 200
    with world.scope():
        assert (Invitation.objects.count(), OutgoingMail.objects.count()) == (0, 0)
    assert "unknown_code" not in _text(looked)  # in words
    carried = unescape(re.search(r'name="rows" value="([^"]*)"', looked.content.decode())[1])
    for _again in range(2):
        assert browser.post(URL, {"rows": carried, "send": "1"}).status_code == 200
        with world.scope():
            assert (Invitation.objects.count(), OutgoingMail.objects.count()) == (2, 2)
    shown = browser.get(URL)
    assert "nina@korenaar.example" in _text(shown)
    assert "greet@garage.example" in _text(shown)
    # whoever does not see the garage does not see its invitation
    assert "greet@garage.example" not in _text(world.client("tom").get(URL))


def test_a_file_of_a_spreadsheet(world):
    browser = world.client("els")
    file = SimpleUploadedFile("klanten.csv", "Zoë;zoe@x.example;10002\r\n".encode("latin-1"))
    shown = browser.post(URL, {"file": file, "rows": ""})
    assert (shown.status_code, "Zoë" in _text(shown)) == (200, True)
    for data in (b"PK\x03\x04\x00\x00", b"", b"a;b;c\n" * (MOST_ROWS + 2), b"x" * 1_100_000):
        refused = browser.post(URL, {"file": SimpleUploadedFile("x.csv", data), "rows": ""})
        assert refused.status_code == 422, data[:9]
    assert browser.post(URL, {"rows": ""}).status_code == 422


def test_what_stands_in_a_row_is_text_and_nothing_else(world):
    nasty = '<img src=x onerror=alert(1)>;"a@x.example\nBcc: b@x.example";10002\n=CMD();c@x.example;10002\n'
    browser = world.client("els")
    page = browser.post(URL, {"rows": nasty}).content.decode()
    assert "<img src=x" not in page
    browser.post(URL, {"rows": nasty, "send": "1"})
    with world.scope():
        [mail] = OutgoingMail.objects.all()
        assert mail.to_email == "c@x.example"
        assert "\n" not in mail.to_name + mail.subject + mail.reply_to


def test_faster_colleagues_change_the_outcome_and_not_the_rest(world, clock):
    with world.scope("els"):
        rows = plan(_table(LIST), by=world.actor("els"))
        acted = {"firm": world.firm, "by": world.actor("els"), "on": clock.today}
        invite_many(rows=rows[:1], **acted)
        done = invite_many(rows=rows, **acted)
    assert {row.number: row.outcome for row in done} == OUTCOMES | {2: "invited", 11: "sent"}


def test_who_was_let_go_is_invited_again(world, clock):
    with world.scope("els"):
        revoke_access(access=ClientAccess.objects.get(user=world.user("an")), by=world.actor("els"), on=clock.today)
        [row] = plan(_table("An;an@korenaar.example;10002"), by=world.actor("els"))
    assert row.outcome == "ready"


def test_two_thousand_rows_are_one_visit(world, clock, django_assert_num_queries):
    text = "".join(f"Klant {n};k{n}@x.example;10002\n" for n in range(MOST_ROWS))
    with world.scope("els"), django_assert_num_queries(3):
        began = time.perf_counter()
        rows = plan(_table(text), by=world.actor("els"))
        took = time.perf_counter() - began
    assert len([row for row in rows if row.outcome == "ready"]) == MOST_ROWS
    assert took < 3


def test_a_long_list_goes_out_in_parts_and_nobody_is_mailed_twice(world, monkeypatch):
    monkeypatch.setattr("portal.links.invite_many.AT_ONCE", 2)
    browser = world.client("els")
    text = "".join(f"Klant {n};k{n}@x.example;10002\n" for n in range(5))
    for sent in (2, 4, 5, 5):
        assert browser.post(URL, {"rows": text, "send": "1"}).status_code == 200
        with world.scope():
            assert (Invitation.objects.count(), OutgoingMail.objects.count()) == (sent, sent)


def test_resending_from_the_list_comes_back_to_the_list(world):
    browser = world.client("els")
    browser.post(URL, {"rows": "Nina;nina@x.example;10002", "send": "1"})
    with world.scope():
        [row] = Invitation.objects.all()
    sent = browser.post(f"{URL}{row.pk}/mail/", {"back": "many"})
    assert (sent.status_code, sent["Location"]) == (302, URL)
    gone = browser.post(f"{URL}{row.pk}/revocation/", {"back": "many"})
    assert gone["Location"] == URL
    browser.get(URL)  # says what was done
    assert "nina@x.example" not in _text(browser.get(URL))


def test_colleagues_are_listed_among_colleagues_and_clients_are_not(world):
    browser = world.client("els")
    browser.post(URL, {"rows": "Nina;nina@x.example;10002", "send": "1"})
    typed = {"name": "Cor", "email": "cor@x.example", "role": "assistant", "language": "nl"}
    assert browser.post("/kantoor/van-damme/people/", typed).status_code == 302
    page = _text(browser.get("/kantoor/van-damme/people/"))
    assert ("cor@x.example" in page, "nina@x.example" in page) == (True, False)


def test_an_owner_with_a_portfolio_invites_a_colleague(world):
    """An owner acts for the whole firm, and so sees the whole firm, whatever portfolio there once was."""
    with world.scope():
        Member.objects.filter(pk=id_of("member tom van-damme")).update(role="owner", all_administrations=False)
    browser = world.client("tom")
    typed = {"name": "Cor", "email": "cor@x.example", "role": "assistant", "language": "nl"}
    assert browser.post("/kantoor/van-damme/people/", typed).status_code == 302
    with world.scope():
        assert Invitation.objects.get().email == "cor@x.example"
        assert OutgoingMail.objects.get().to_email == "cor@x.example"
    assert "Cor" in _text(browser.get("/kantoor/van-damme/people/"))


@pytest.mark.parametrize("sees_all", ["", "on"])
def test_whoever_becomes_an_owner_sees_all(world, sees_all):
    path = f"/kantoor/van-damme/people/{id_of('member tom van-damme')}/"
    typed = {"role": "owner", "sees_all": sees_all, "portfolio": [str(world.bakery.pk)]}
    assert world.client("els").post(path, typed).status_code == 302
    with world.scope():
        member = Member.objects.get(pk=id_of("member tom van-damme"))
        assert (member.role, member.all_administrations, member.portfolio.count()) == ("owner", True, 0)
