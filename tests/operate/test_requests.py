"""A line per request: names and ids, a request id that travels, and nothing that opens a door."""

import io
import json
import logging

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from portal.links.issue import issue, token_of
from portal.operate.lines import PlainLines, about, mask
from portal.operate.requests import RequestLines, without_body

TOKEN = "kJ8" + "x" * 37 + "Qq1"
SIGNED = "eyJsaW5rIjoiMDE5ZmY:1tYbXq:Zk3vQdVtYc4xkq0dGQx8hYkq2"


@pytest.mark.django_db
def test_a_line_says_who_where_and_how_long(world, lines):
    answer = world.client("els").get(
        f"/kantoor/van-damme/{world.newlogo.pk}/imports/", headers={"X-Request-ID": "proxy-1234"}
    )
    [line] = [line for line in lines() if line["message"] == "request"]
    assert answer["X-Request-ID"] == line["request_id"] == "proxy-1234"
    assert line["firm"] == str(world.firm.pk)
    assert line["user"] == str(world.user("els").pk)
    assert (line["method"], line["status"]) == ("GET", answer.status_code)
    assert line["queries"] > 0
    assert line["ms"] >= 0
    assert "van-damme" not in json.dumps(line)


@pytest.mark.django_db
def test_the_one_administration_of_a_client_is_named(world, lines):
    [books] = world.door("an").administration_ids
    world.client("an").get(f"/mijn/{books}/")
    [line] = [line for line in lines() if line["message"] == "request"]
    assert line["administration"] == str(books)
    assert line["route"] == "mijn:home"


@pytest.mark.parametrize("given", ["", "short", "a b c d e f g h", "x" * 65, "id\nforged-line"])
def test_a_strange_request_id_is_replaced(given):
    def view(request):
        return HttpResponse()

    request = RequestFactory().get("/nowhere", headers={"X-Request-ID": given})
    request.resolver_match = None
    said = RequestLines(view)(request)["X-Request-ID"]
    assert said != given
    assert len(said) == 32


@pytest.mark.django_db
def test_no_token_password_or_address_reaches_the_log(world, clock, client, lines):
    with world.scope():
        link = issue(
            administration=world.newlogo, email="sofie@newlogo.example", name="S", language="nl", on=clock.today
        )
    token, password = token_of(link), "correct-horse-battery"
    for path in (
        f"/l/{token}/",
        f"/l/{token}/nowhere/",
        f"/uitnodiging/{token}/",
        f"/kantoor/{token}/?q=els@van-damme.example",
    ):
        client.get(path)
    client.post("/accounts/login/", {"login": "els@van-damme.example", "password": password})
    client.post("/accounts/login/", {"login": world.user("els").email, "password": password + "!"})
    # her cookie opens the page of the link; the line says which books, not who or by what
    client.get(client.get(f"/l/{token}/")["Location"])
    [page] = [line for line in lines() if line.get("route", "").startswith("guest:") and line["status"] == 200]
    assert page["administration"] == str(world.newlogo.pk)
    said = json.dumps(lines())
    assert said.count('"request"') == 8
    for secret in (token, password, "els@", "van-damme.example", "sofie"):
        assert secret not in said


def test_what_breaks_is_told_without_its_secrets(lines):
    with about(request_id="r-12345678"):
        try:
            raise ValueError(f"Key (email)=(els@van-damme.example) at redis://:s3cret@host/0 by /l/{TOKEN}/")
        except ValueError:
            logging.getLogger("anything").exception("Broke on /uitnodiging/%s/ for %s", TOKEN, "an@bakery.example")
    [line] = lines()
    assert "Traceback" in line["trace"]
    assert line["request_id"] == "r-12345678"
    for secret in (TOKEN, "els@", "s3cret", "an@bakery"):
        assert secret not in json.dumps(line)


def test_masks_leave_the_rest_alone():
    assert mask(f"GET /l/{TOKEN}/ by els@van-damme.example") == "GET /l/•••/ by •••@•••"
    assert mask("postgresql://portal_app:pass@127.0.0.1:5432/samen") == "postgresql://•••@127.0.0.1:5432/samen"
    assert SIGNED not in mask(f"cookie {SIGNED}")
    assert mask("12:30:45 took 31 ms at 2026-11-23T20:00:00") == "12:30:45 took 31 ms at 2026-11-23T20:00:00"


def test_people_get_a_line_they_can_read():
    record = logging.LogRecord("portal.requests", logging.INFO, "", 0, "request", (), None)
    record.facts = {"route": "front", "status": 200, "user": ""}
    assert PlainLines("%(levelname)s %(message)s").format(record) == "INFO request  route=front status=200"


@pytest.mark.django_db
def test_head_has_the_headers_and_no_body():
    answer = without_body(HttpResponse(b"twelve bytes"))
    assert (answer.content, answer["Content-Length"]) == (b"", "12")
    file = io.BytesIO(b"a paper")
    paper = without_body(FileResponse(file, filename="a.pdf"))
    assert b"".join(paper.streaming_content) == b""
    assert paper["Content-Length"] == "7"
    paper.close()  # as the server does at the end
    assert file.closed
    assert b"".join(without_body(StreamingHttpResponse([b"a", b"b"])).streaming_content) == b""


@pytest.mark.django_db
def test_every_head_goes_through_it(client):
    from django.core.handlers.wsgi import WSGIHandler

    environ = RequestFactory().head("/accounts/login/").environ
    told = {}
    # the handler itself, as a server calls it: the test client would take the body away by itself
    body = WSGIHandler()(environ, lambda status, headers: told.update(status=status, headers=dict(headers)))
    assert told["status"].startswith("200")
    assert b"".join(body) == b""
    assert int(told["headers"]["Content-Length"]) > 1000
