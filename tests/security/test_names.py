"""Names: nobody of a client writes under the name of somebody at the firm, and no name breaks a mail or a line."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as post
from django.urls import reverse

from portal.links.invitations import Invitee, accept_invitation, invite
from portal.links.models import Link
from portal.outbox.models import OutgoingMail
from portal.people.models import Invitation, User
from requests_app.actions.forward import forward
from requests_app.people import Recipient
from tests.screens.stage import Stage

LYING = "Nina\r\nBcc: x@y.example\u202e gnp\u2066"
STRAIGHT = "Nina Bcc: x@y.example gnp"


def save(world, who, name, **more):
    user = world.user(who)
    return world.client(who).post(reverse("profile"), {"name": name, "phone": "", "language": user.language, **more})


@pytest.mark.django_db
@pytest.mark.parametrize("taken", ["Els Van Damme", " els  VAN damme", "Éls Van-Damme", "E\u200bls Van Damme"])
def test_a_client_does_not_take_the_name_of_a_colleague(world, taken):
    User.objects.filter(pk=world.user("els").pk).update(name="Els Van Damme")
    before = world.user("sofie").name
    response = save(world, "sofie", taken)
    assert response.status_code == 422
    assert world.firm.name in response.content.decode()
    assert User.objects.get(pk=world.user("sofie").pk).name == before
    assert save(world, "sofie", "Sofie Peeters").status_code == 302


@pytest.mark.django_db
def test_a_colleague_keeps_a_name_others_have(world):
    assert save(world, "els", world.user("joke").name).status_code == 302


@pytest.mark.django_db
def test_a_forward_names_the_company_of_who_passed_it_on(world, clock):
    stage = Stage(world, clock)
    [request] = stage.ask(1)
    with world.scope():
        to = Recipient(email="kok@newlogo.example", name="Kok")
        forward(request=request, recipient=to, by=world.actor("sofie"), on=clock.today)
        mail = OutgoingMail.objects.get(kind="forward")
        whole = f"{world.user('sofie').name} ({world.newlogo.name})"
        assert mail.subject.startswith(whole)
        assert whole in mail.text
        assert Link.objects.get(email=to.email).name == "Kok"


@pytest.mark.django_db
def test_a_typed_name_is_one_honest_line(world):
    assert save(world, "sofie", LYING).status_code == 302
    assert User.objects.get(pk=world.user("sofie").pk).name == STRAIGHT
    assert save(world, "sofie", "\u202e\u200b").status_code == 422
    address = reverse("kantoor:invitations", args=["van-damme", world.bakery.pk])
    typed = {"name": LYING, "email": "nina@korenaar.example", "role": "employee", "language": "nl"}
    world.client("els").post(address, typed)
    with world.scope():
        assert Invitation.objects.get(email="nina@korenaar.example").name == STRAIGHT


@pytest.mark.parametrize("stored", ["before", "invited"])
def test_a_code_reaches_whoever_has_such_a_name(real_db, world, clock, stored):
    with world.scope():
        row = invite(
            firm=world.firm,
            invitee=Invitee("nina@korenaar.example", LYING, "employee", "nl", world.bakery),
            by=world.actor("els"),
            on=clock.today,
        )
        Invitation.objects.filter(pk=row.pk).update(name=LYING)  # one of before
        person = accept_invitation(invitation=row, user=None, password=None, on=clock.today)
    assert person.name == STRAIGHT
    if stored == "before":
        User.objects.filter(pk=person.pk).update(name=LYING)
    assert EmailAddress.objects.filter(user=person, verified=True).exists()
    post.outbox.clear()
    world.client().post(reverse("account_request_login_code"), {"email": person.email})
    assert [STRAIGHT in str(mail.message()["To"]) for mail in post.outbox] == [True]
