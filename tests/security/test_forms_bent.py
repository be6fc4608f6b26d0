"""What somebody may send who does not use our forms: a sentence or nothing, never an error of ours."""

import logging

import pytest

from portal.web.headers import MaskTokens

CLIENT = {
    "name": "Nieuw BV",
    "code": "10077",
    "enterprise_number": "0417497106",
    "vat_rhythm": "monthly",
    "language": "nl",
    "scenario": "1",
}


@pytest.mark.parametrize("where", ["//[", "http://[::1", "//evil.example", "/\\evil.example", "https://evil.example/x"])
def test_the_language_leads_nowhere_else(where, world, db):
    answer = world.client("els").post("/taal/", {"language": "nl", "next": where})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith(("//", "/\\"))


def test_an_address_longer_than_any_is_refused(world, db, clock):
    person = {"name": "N", "email": "x" * 250 + "@x.example", "language": "nl"}
    els = world.client("els")
    there = f"/kantoor/van-damme/{world.newlogo.pk}/client/invitations/"
    assert els.post(there, {**person, "role": "employee"}).status_code == 422
    assert els.post("/kantoor/van-damme/people/", {**person, "role": "assistant"}).status_code == 422


def test_who_sees_some_clients_adds_none(world, db, clock):
    answer = world.client("tom").post("/kantoor/van-damme/clients/new/", CLIENT)
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/l/%s/", "/uitnodiging/%s/", "/accounts/password/reset/key/%s/"])
def test_what_opens_a_door_stays_out_of_the_logs(path):
    token = "0gAxnc8l4yaD1Xvtzyv2QpsiRq5Dm1igQrDm1ig_-abc"
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "Unprocessable Entity: %s", (path % token,), None
    )
    assert MaskTokens().filter(record)
    assert token not in record.getMessage()


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "bogus", "idna"])
def test_a_form_in_another_encoding_is_refused(charset, world, db):
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    answer = world.client("els").generic("POST", "/taal/", b"language=nl&x=%ff", kind)
    assert answer.status_code == 400


def test_a_form_that_names_our_encoding_is_taken(world, db):
    kind = "application/x-www-form-urlencoded; charset=UTF-8"
    assert world.client("els").generic("POST", "/taal/", b"language=nl", kind).status_code == 302
