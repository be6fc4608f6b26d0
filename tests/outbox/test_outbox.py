"""Mail leaves exactly when its reason was committed, once; what cannot be known is flagged."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail as post
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from portal.outbox import delivery
from portal.outbox.compose import send
from portal.outbox.decide import consider_sent, send_again
from portal.outbox.models import OutgoingMail, State
from portal.outbox.placeholders import fill, make, register
from portal.outbox.refusals import MailNotWaitingForYou
from portal.outbox.tasks import deliver, pump, sweep

UNSURE = "tests.outbox.test_outbox.Backend"


class Backend(EmailBackend):
    """A mail server that fails in a chosen way, before or after it took the mail."""

    refuse_open: Exception | None = None
    before: BaseException | None = None
    after: BaseException | None = None

    def open(self):
        if self.refuse_open:
            raise self.refuse_open

    def send_messages(self, messages):
        if self.before:
            raise self.before
        taken = super().send_messages(messages)
        if self.after:
            raise self.after
        return taken


@pytest.fixture
def server(settings, monkeypatch):
    settings.EMAIL_BACKEND = UNSURE
    for name in ("refuse_open", "before", "after"):
        monkeypatch.setattr(Backend, name, None)
    return Backend


@pytest.fixture
def write(world, clock):
    """Write a mail inside the open scope."""

    def act(key="one", **more):
        return send(
            firm=world.firm,
            administration=world.newlogo,
            kind="link",
            dedup_key=key,
            to_email="sofie@newlogo.example",
            to_name="Sofie Lemmens",
            language="nl",
            template="link_renewed",
            context={"link_url": "https://x.example", "until": "1", "reader": "S", "administration": world.newlogo},
            on=clock.today,
            **more,
        )

    return act


def hand(mail):
    return deliver(firm_id=str(mail.firm_id), mail_id=str(mail.pk))


def state(world, mail):
    with world.scope():
        return OutgoingMail.objects.get(pk=mail.pk)


@pytest.fixture
def quiet(monkeypatch):
    """No bell: the test rings by itself."""
    monkeypatch.setattr("portal.outbox.compose.ring_after_commit", lambda *_, **__: None)
    monkeypatch.setattr("portal.outbox.decide.ring_after_commit", lambda *_, **__: None)


@pytest.mark.django_db
def test_the_same_reason_is_one_mail(world, write, quiet):
    with world.scope():
        assert write().pk == write().pk
        assert write("two").pk != write().pk
        assert OutgoingMail.objects.count() == 2


def test_nothing_leaves_when_the_reason_is_rolled_back(real_db, world, write):
    with world.scope():
        write()
        transaction.set_rollback(True)
    assert post.outbox == []
    with world.scope():
        write("two")
        assert post.outbox == []  # not before the commit either
    assert len(post.outbox) == 1
    assert pump() == 0


@pytest.mark.django_db
def test_headers(world, write, quiet):
    with world.scope():
        mail = write(from_name="Els\r\nBcc: x@y.example", reply_to="els@van-damme.example")
    assert hand(mail) == "sent"
    sent = post.outbox[0].message()
    assert sent["Message-ID"] == f"<{mail.pk}@samen.example>"
    assert sent["Reply-To"] == "els@van-damme.example"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Bcc"] is None
    assert [part.get_content_type() for part in sent.get_payload()] == ["text/plain", "text/html"]
    assert hand(mail) == "not waiting"
    assert len(post.outbox) == 1


@pytest.mark.django_db
def test_a_server_that_is_down_is_tried_eight_times(world, write, quiet, clock, server):
    server.refuse_open = ConnectionRefusedError("nobody there")
    with world.scope():
        mail = write()
    waits = []
    for _ in range(8):
        assert hand(mail) == "not sent"
        row = state(world, mail)
        waits.append(row.due_at - clock.now)
        clock.set(row.due_at if row.state == State.QUEUED else clock.now)
    assert row.state == State.DEAD
    assert not row.was_uncertain
    assert "nobody there" in row.error
    assert waits[0] < waits[2] < waits[4]
    with world.scope():
        send_again(mail=mail, by=world.actor("els"), on=clock.today)
        with pytest.raises(MailNotWaitingForYou):
            consider_sent(mail=mail, by=world.actor("els"), on=clock.today)
    server.refuse_open = None
    assert hand(mail) == "sent"


@pytest.mark.django_db
def test_a_refused_address_is_a_bounce(world, write, quiet, clock, server):
    server.before = smtplib.SMTPRecipientsRefused({"sofie@newlogo.example": (550, b"unknown user")})
    with world.scope():
        mail = write()
    assert hand(mail) == "not sent"
    row = state(world, mail)
    assert row.state == State.DEAD
    assert row.bounced_at is not None
    server.before = smtplib.SMTPRecipientsRefused({"sofie@newlogo.example": (450, b"later")})
    with world.scope():
        later = write("two")
    hand(later)
    assert state(world, later).state == State.QUEUED


@pytest.mark.django_db
@pytest.mark.parametrize(("resend", "expected"), [(True, State.QUEUED), (False, State.UNCERTAIN)])
def test_silence_of_the_server_is_flagged(world, write, quiet, server, resend, expected):
    server.after = smtplib.SMTPServerDisconnected("gone")
    with world.scope():
        mail = write(resend_when_uncertain=resend)
    assert hand(mail) == "perhaps sent"
    row = state(world, mail)
    assert row.was_uncertain
    assert row.state == expected


class Killed(BaseException):
    """The worker dies: nothing after it runs."""


@pytest.mark.parametrize(("resend", "expected", "copies"), [(True, State.SENT, 2), (False, State.UNCERTAIN, 1)])
def test_killed_between_250_and_commit(real_db, world, write, quiet, clock, server, resend, expected, copies):
    server.after = Killed()
    with world.scope():
        mail = write(resend_when_uncertain=resend)
    with pytest.raises(Killed):
        hand(mail)
    assert state(world, mail).state == State.INFLIGHT
    server.after = None
    assert sweep() == 0  # not before the lease is over
    clock.forward(seconds=60)
    assert sweep() == 1
    assert sweep() == 0
    assert state(world, mail).was_uncertain
    pump()
    row = state(world, mail)
    assert row.state == expected
    assert row.was_uncertain
    assert len(post.outbox) == copies
    assert len({sent.message()["Message-ID"] for sent in post.outbox}) == 1
    if expected == State.UNCERTAIN:
        with world.scope():
            consider_sent(mail=mail, by=world.actor("els"), on=clock.today)
        assert state(world, mail).state == State.SENT


def test_killed_before_the_server_took_it(real_db, world, write, quiet, clock, server):
    server.before = Killed()
    with world.scope():
        mail = write()
    with pytest.raises(Killed):
        hand(mail)
    server.before = None
    clock.forward(seconds=60)
    sweep()
    pump()
    assert state(world, mail).state == State.SENT
    assert len(post.outbox) == 1


@pytest.mark.django_db
def test_a_slow_success_heals_what_the_sweeper_doubted(world, write, quiet, clock):
    with world.scope():
        mail = write()
    with world.scope():
        held = delivery.claim(mail.pk)
    clock.forward(seconds=70)
    assert sweep() == 1
    with world.scope():
        delivery.mark_sent(held)
    assert state(world, mail).state == State.SENT


def test_twenty_deliver_one_mail(real_db, world, write, quiet, together):
    with world.scope():
        mail = write()
    results = together(lambda _: hand(mail), 20)
    assert sorted(results) == ["not waiting"] * 19 + ["sent"]
    assert len(post.outbox) == 1


@pytest.mark.django_db
def test_words_never_become_a_link(world):
    register("test", lambda row_id: f"https://x.example/{row_id}")
    real = make("test", world.firm.pk)
    assert fill(f"a {real} b") == f"a https://x.example/{world.firm.pk} b"
    for forged in (f"{{{{test:{world.firm.pk}}}}}", real.replace(str(world.firm.pk), str(world.newlogo.pk))):
        assert fill(forged) == forged


def test_waits_grow():
    assert delivery.wait_after(1) < timedelta(minutes=1)
    assert delivery.wait_after(20) <= timedelta(hours=5)
