"""Invitations: one mail, one token, one account or one more door; and a door closed is closed."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from portal.audit.models import Event
from portal.links.invitations import Invitee, invitation_url, invite, resend, revoke_invitation
from portal.outbox.models import OutgoingMail
from portal.people.access import doors_of
from portal.people.models import ClientAccess, Invitation, Member, User
from portal.people.refusals import AlreadyInside, AlreadyInvited, InvitationGone

NEW = "nieuw@korenaar.example"


@pytest.fixture
def invited(world, clock):
    """Els invites somebody new to the bakery; returns the invitation and the path of its link."""
    with world.scope():
        row = invite(
            firm=world.firm,
            invitee=Invitee(NEW, "Nina Nieuw", "employee", "fr", world.bakery),
            by=world.actor("els"),
            on=clock.today,
        )
        path = invitation_url(str(row.pk)).removeprefix("http://127.0.0.1:8000")
    return row, re.sub(r"^https?://[^/]+", "", path)


def _password(text: str = "een-lang-wachtwoord") -> dict[str, str]:
    return {"password": text}


def _again(world, row) -> Invitation:
    with world.scope():
        return Invitation.objects.get(pk=row.pk)


def test_one_mail_in_the_readers_language_without_the_token(world, invited):
    row, path = invited
    with world.scope():
        mail = OutgoingMail.objects.get()
    token = path.strip("/").rpartition("/")[2]
    assert (mail.to_email, mail.language, mail.kind) == (NEW, "fr", "invitation")
    assert mail.reply_to == "els@van-damme.example"
    assert token not in mail.text + mail.html
    assert row.token_hash not in mail.text + mail.html


def test_looking_changes_nothing(world, invited):
    row, path = invited
    for _ in range(2):
        assert Client().get(path).status_code == 200
        assert Client().head(path).status_code == 200
    assert _again(world, row).accepted_at is None
    assert not User.objects.filter(email=NEW).exists()


def test_accepting_makes_an_account_that_is_signed_in_and_has_one_door(world, invited):
    row, path = invited
    browser = Client()
    assert browser.post(path, _password()).status_code == 302
    person = User.objects.get(email=NEW)
    assert (person.name, person.language) == ("Nina Nieuw", "fr")
    assert person.check_password("een-lang-wachtwoord")
    assert EmailAddress.objects.get(user=person).verified
    assert [(door.kind, door.role, door.administration_ids) for door in doors_of(person.pk)] == [
        ("client", "employee", frozenset({world.bakery.pk}))
    ]
    assert browser.get(f"/mijn/{world.bakery.pk}/").status_code == 200
    accepted = _again(world, row)
    assert accepted.accepted_by_id == person.pk
    with world.scope():
        assert list(Event.objects.order_by("at").values_list("what", flat=True)) == [
            "invitation.sent",
            "invitation.accepted",
        ]


def test_a_link_works_once(world, invited):
    _, path = invited
    assert Client().post(path, _password()).status_code == 302
    assert Client().get(path).status_code == 404
    assert Client().post(path, _password()).status_code == 404
    assert User.objects.filter(email=NEW).count() == 1


def test_a_weak_password_is_refused_and_nothing_is_lost(world, invited):
    row, path = invited
    assert Client().post(path, _password("kort")).status_code == 422
    assert Client().post(path, _password("wachtwoord1")).status_code in (302, 422)
    assert _again(world, row).accepted_at is None or User.objects.filter(email=NEW).exists()


def test_expired_withdrawn_and_unknown_links_look_the_same(world, invited, clock):
    row, path = invited
    unknown = Client().get("/uitnodiging/" + "x" * 43 + "/")
    with world.scope():
        revoke_invitation(invitation=_get(row), by=world.actor("els"), on=clock.today)
    withdrawn = Client().get(path)
    assert unknown.status_code == withdrawn.status_code == 404
    assert _plain(unknown) == _plain(withdrawn)


def test_after_two_weeks_a_link_no_longer_works_until_it_is_mailed_again(world, invited, clock):
    row, path = invited
    clock.forward(days=14)
    assert Client().get(path).status_code == 404
    with world.scope():
        resend(invitation=_get(row), firm=world.firm, by=world.actor("els"), on=clock.today)
    assert Client().get(path).status_code == 200


def _get(row):
    return Invitation.objects.get(pk=row.pk)


def _plain(response) -> str:
    return re.sub(r'(value|content|nonce|next)="[^"]*"|\b\w{64}\b', "", response.content.decode())


def test_who_has_an_account_keeps_the_password_and_must_sign_in(world, clock):
    with world.scope("mallory"):
        row = invite(
            firm=world.other_firm,
            invitee=Invitee("AN@korenaar.example ", "An", "accountant", "nl"),
            by=world.actor("mallory"),
            on=clock.today,
        )
        path = re.sub(r"^https?://[^/]+", "", invitation_url(str(row.pk)))
    browser = Client()
    assert browser.post(path, _password("een-ander-wachtwoord")).status_code == 302
    an = User.objects.get(pk=world.user("an").pk)
    assert an.check_password("geheim-van-de-cast-1")
    assert "_auth_user_id" not in browser.session
    assert [door.kind for door in doors_of(an.pk)] == ["staff", "client"]


def test_nobody_is_invited_twice_or_while_inside(world, invited, clock):
    with world.scope():
        again = {"firm": world.firm, "by": world.actor("els"), "on": clock.today}
        with pytest.raises(AlreadyInvited):
            invite(invitee=Invitee(NEW.upper(), "N", "reader", "nl", world.bakery), **again)
        with pytest.raises(AlreadyInside):
            invite(invitee=Invitee("an@korenaar.example", "An", "reader", "nl", world.bakery), **again)
        # another administration is another door
        invite(invitee=Invitee("an@korenaar.example", "An", "reader", "nl", world.garage), **again)


def test_a_used_or_withdrawn_invitation_is_not_sent_again(world, invited, clock):
    row, path = invited
    Client().post(path, _password())
    with world.scope():
        for act in (
            lambda: resend(invitation=_get(row), firm=world.firm, by=world.actor("els"), on=clock.today),
            lambda: revoke_invitation(invitation=_get(row), by=world.actor("els"), on=clock.today),
        ):
            with pytest.raises(InvitationGone):
                act()


def test_a_revoked_person_comes_back_by_a_new_invitation(world, clock):
    with world.scope():
        row = invite(
            firm=world.firm,
            invitee=Invitee("roland@korenaar.example", "Roland", "reader", "nl", world.bakery),
            by=world.actor("els"),
            on=clock.today,
        )
        path = re.sub(r"^https?://[^/]+", "", invitation_url(str(row.pk)))
    assert Client().post(path, _password()).status_code == 302
    with world.scope():
        access = ClientAccess.objects.get(user=world.user("roland"))
    assert (access.role, access.revoked_at, access.is_contact) == ("reader", None, False)


def test_the_first_entrepreneur_becomes_the_contact(world, clock):
    with world.scope():
        ClientAccess.objects.filter(administration=world.garage).update(is_contact=False)
        row = invite(
            firm=world.firm,
            invitee=Invitee("greet@garage.example", "Greet", "entrepreneur", "nl", world.garage),
            by=world.actor("els"),
            on=clock.today,
        )
        path = re.sub(r"^https?://[^/]+", "", invitation_url(str(row.pk)))
    Client().post(path, _password())
    with world.scope():
        assert ClientAccess.objects.get(administration=world.garage, is_contact=True).user.name == "Greet"


def test_two_phones_at_once_make_one_account(world, together, clock):
    with world.scope():
        row = invite(
            firm=world.firm,
            invitee=Invitee("collega@van-damme.example", "Cor", "assistant", "nl"),
            by=world.actor("els"),
            on=clock.today,
        )
        path = re.sub(r"^https?://[^/]+", "", invitation_url(str(row.pk)))
    codes = together(lambda number: Client().post(path, _password()).status_code, 6)
    assert codes.count(302) == 1
    assert User.objects.filter(email="collega@van-damme.example").count() == 1
    with world.scope():
        assert Member.objects.filter(user__email="collega@van-damme.example").count() == 1


def test_a_firm_never_sees_the_invitations_of_another(world, invited):
    with world.scope("mallory"):
        assert Invitation.objects.count() == Invitation.all_firms.count() == 0
