"""Asking: twins are one card, a line is asked about once, one mail for all of it."""

from datetime import date

import pytest

from portal.links.models import Link
from portal.outbox.models import OutgoingMail
from portal.tenancy.scope import scope
from requests_app.actions.ask import Recipient, ask, preview_text
from requests_app.models import Message, Request, RequestLine
from requests_app.queries.badges import badges_for_lines
from requests_app.queries.recipients import default_recipient, recipients_of
from requests_app.queries.thread import thread
from requests_app.refusals import AlreadyAsked, BadAddress, NoRecipient, NothingToAsk
from tests.requests_app.conftest import SOFIE, Bank

pytestmark = pytest.mark.django_db


def test_twins_are_one_card_and_one_mail(world, clock, bank):
    with world.scope():
        desk = bank()
        one, two = desk.line(), desk.line(on=date(2026, 3, 9))
        other = desk.line(amount="-50.00", name="Proximus", words="maart")
        requests = ask(
            administration=world.newlogo,
            lines=[one, two, other],
            recipient=SOFIE,
            by=world.actor("els"),
            on=clock.today,
        )
        assert len(requests) == 2
        assert sorted(request.lines.count() for request in requests) == [1, 2]
        [mail] = OutgoingMail.objects.all()
        assert set(mail.about) == {str(request.pk) for request in requests}
        assert mail.to_email == SOFIE.email
        assert mail.reply_to == "els@van-damme.example"
        for words in (mail.text.replace("\xa0", " "), mail.html.replace("\xa0", " ").replace("&nbsp;", " ")):
            assert "2 betalingen van € 169,69" in words
            assert "6 maart 2026 en 9 maart 2026" in words
        twins = next(request for request in requests if request.lines.count() == 2)
        assert "de 2 betalingen van €\xa0169,69" in twins.text
        assert "6 maart 2026 en 9 maart 2026" in twins.text
        assert "/l/" not in mail.text  # the token is made when the mail leaves
        assert Link.objects.count() == 1


def test_the_mail_names_the_administration_for_whoever_has_two(world, clock, bank):
    def mailed(email, books):
        with world.scope():
            person = Recipient(email=email, name="Twee Zaken", language="nl")
            act = {"recipient": person, "by": world.actor("els"), "on": clock.today}
            ask(administration=books, lines=[bank(books).line()], **act)
            return OutgoingMail.objects.filter(to_email=email).latest("created_at")

    first = mailed("twee@zaken.example", world.newlogo)
    assert world.newlogo.name not in first.subject + first.text
    second = mailed("twee@zaken.example", world.bakery)
    for words in (second.subject, second.text, second.html):
        assert world.bakery.name in words


def test_lines_that_only_look_alike_are_no_twins(world, clock, bank):
    with world.scope():
        desk = bank()
        lines = [
            desk.line(),
            desk.line(on=date(2026, 3, 20)),  # too long after
            desk.line(words="FACTUUR 1815008"),
            desk.line(amount="-169.70"),
            desk.line(name="Exact Group"),
            desk.line(words=""),
            desk.line(words=""),  # nothing to know a twin by
        ]
        requests = ask(
            administration=world.newlogo, lines=lines, recipient=SOFIE, by=world.actor("els"), on=clock.today
        )
        assert len(requests) == len(lines)


def test_never_ask_twice(world, clock, bank):
    with world.scope():
        desk = bank()
        line = desk.line()
        asking = {"administration": world.newlogo, "recipient": SOFIE, "by": world.actor("els"), "on": clock.today}
        [request] = ask(lines=[line], **asking)
        with pytest.raises(AlreadyAsked) as refusal:
            ask(lines=[line, desk.line(name="Nieuw", words="x")], **asking)
        assert refusal.value.data["recipient"] == "Sofie Lemmens"
        assert refusal.value.data["asker"] == "Els Hermans"
        assert refusal.value.request_id == request.pk
        assert Request.objects.count() == 1
        # a twin that comes later joins, and nobody is mailed again
        twin = desk.line(on=date(2026, 3, 8))
        assert ask(lines=[twin], **asking) == [request]
        assert OutgoingMail.objects.count() == 1
        assert RequestLine.objects.filter(request=request).count() == 2
        assert "line_joined" in {entry.event for entry in thread(request, world.actor("els"))}


def test_somebody_must_be_there_to_ask(world, clock, bank):
    with world.scope():
        line = bank().line()
        asking = {"administration": world.newlogo, "by": world.actor("els"), "on": clock.today}
        for nobody in (None, Recipient(email=" ")):
            with pytest.raises(NoRecipient):
                ask(lines=[line], recipient=nobody, **asking)
        with pytest.raises(BadAddress):
            ask(lines=[line], recipient=Recipient(email="sofie@"), **asking)
        with pytest.raises(BadAddress):
            ask(lines=[line], recipient=Recipient(email="a@b.example\nBcc: x@y.example"), **asking)
        with pytest.raises(NothingToAsk):
            ask(lines=[], recipient=SOFIE, **asking)
        assert not Request.objects.exists()


def test_a_name_with_line_breaks_breaks_no_header(world, clock, bank):
    with world.scope():
        ask(
            administration=world.newlogo,
            lines=[bank().line(name="Exact\r\nBcc: x@y.example")],
            recipient=Recipient(email="x@y.example", name="Sofie\r\nBcc: z@y.example"),
            by=world.actor("els"),
            on=clock.today,
        )
        mail = OutgoingMail.objects.get()
        assert "\n" not in mail.subject + mail.to_name + mail.from_name


def test_the_text_is_filled_in_and_can_be_edited(world, clock, bank):
    with world.scope():
        desk = bank()
        out, received = desk.line(), desk.line(amount="250.00", name="", words="")
        text = preview_text(out, "missing_document", "en-gb")
        assert "€169.69" in text
        assert "6 March 2026" in text
        assert "Exact Software" in text
        assert "FACTUUR 1815007" in text
        assert "received" in preview_text(received, "missing_document", "en-gb")
        [request] = ask(
            administration=world.newlogo,
            kind="question",
            lines=[out],
            text_by_card={out.pk: "Was dit voor de auto?"},
            recipient=SOFIE,
            by=world.actor("els"),
            on=clock.today,
        )
        assert request.text == "Was dit voor de auto?"
        assert Message.objects.get().text == request.text
        assert "Was dit voor de auto?" in OutgoingMail.objects.get().text


def test_recipients_of_an_administration(world, clock):
    with world.scope():
        people = recipients_of(world.bakery)
        assert people[0].name == "An De Smet"
        assert {person.name for person in people} == {"An De Smet", "Bilal Aydin", "Chris Peeters"}
        assert default_recipient(world.bakery) == people[0]


def test_badges(world, clock, bank, asked):
    with world.scope():
        request = asked()
        line = request.lines.get().line_id
        badge = badges_for_lines([line, world.newlogo.pk])[line]
        assert (badge.turn, badge.late, badge.since) == ("client", False, clock.today)
        assert badge.request_id == request.pk
        clock.forward(days=8)
        assert badges_for_lines([line])[line].late


def test_fifty_ask_at_once_and_one_wins(real_db, world, together):
    with world.scope():
        line = Bank(world.newlogo, world.actor("els")).line()
    els = world.actor("els")

    def act(number):
        with scope(firm_id=world.firm.pk):
            return ask(administration=world.newlogo, lines=[line], recipient=SOFIE, by=els, on=date(2026, 11, 23))

    results = together(act, 50)
    assert sum(isinstance(result, list) for result in results) == 1
    assert sum(isinstance(result, AlreadyAsked) for result in results) == 49
    with world.scope():
        assert Request.objects.count() == RequestLine.objects.count() == OutgoingMail.objects.count() == 1
