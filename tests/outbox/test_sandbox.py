"""The sandbox: a real mail server, one file per mail, a page that shows it."""

import os
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core import mail as post
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from portal.runner.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def state(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    return tmp_path


@pytest.fixture
def server(state):
    """`python -m portal.sandbox.smtp`, as ./run starts it; its port."""
    port = free_port()
    environment = {**os.environ, "SANDBOX_SMTP_PORT": str(port), "STATE_DIR": str(state)}
    child = subprocess.Popen([sys.executable, "-m", "portal.sandbox.smtp"], cwd=ROOT, env=environment)
    yield port
    child.terminate()
    assert child.wait(10) == 0


def send(port, *, html="<p>Dag <a href='https://x.example/l/1/'>Sofie</a></p>"):
    deadline = time.monotonic() + 15
    while True:
        try:
            server = post.get_connection("django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port)
            message = EmailMultiAlternatives(
                "Één document", "Dag Sofie\nhttp://127.0.0.1/l/abc/\n", "a@b.example", ["Sofie <s@c.example>"]
            )
            message.attach_alternative(html, "text/html")
            message.connection = server
            return message.send()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_every_mail_is_kept_and_shown(server, state, settings):
    assert send(server) == 1
    [kept] = (state / "mail").glob("*.eml")
    assert not list((state / "mail").glob(".*"))
    browser = Client()
    [mail] = browser.get("/sandbox/mail/?format=json").json()["mails"]
    assert mail["subject"] == "Één document"
    assert mail["to"] == "Sofie <s@c.example>"
    assert mail["links"] == ["http://127.0.0.1/l/abc/"]
    assert "Één document" in browser.get("/sandbox/mail/").content.decode()
    page = browser.get(f"/sandbox/mail/{kept.stem}/").content.decode()
    assert '<a href="http://127.0.0.1/l/abc/"' in page
    shown = browser.get(f"/sandbox/mail/{kept.stem}/html")
    assert "https://x.example/l/1/" in shown.content.decode()
    policy = shown["Content-Security-Policy"]
    assert "style-src 'unsafe-inline'" in policy
    assert "script-src 'none'" in policy
    assert browser.get("/sandbox/mail/?format=json&to=nobody").json()["mails"] == []


def test_text_of_a_mail_is_no_markup(state):
    message = EmailMessage()
    message["Subject"], message["To"] = "<b>x</b>", "a@b.example"
    message.set_content("<script>alert(1)</script> http://x.example/")
    (state / "mail").mkdir()
    name = "20261123T090000000000-0123abcd"
    (state / "mail" / f"{name}.eml").write_bytes(message.as_bytes())
    page = Client().get(f"/sandbox/mail/{name}/").content.decode()
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


@pytest.mark.parametrize("name", ["..", "x", "20261123T090000000000-0123abcd", "%2e%2e%2fsecrets"])
def test_only_mails_are_shown(state, name):
    assert Client().get(f"/sandbox/mail/{name}/").status_code == 404


def test_a_port_that_is_taken_is_one_sentence(state):
    import socket

    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        environment = {**os.environ, "SANDBOX_SMTP_PORT": str(holder.getsockname()[1]), "STATE_DIR": str(state)}
        ran = subprocess.run(
            [sys.executable, "-m", "portal.sandbox.smtp"], cwd=ROOT, env=environment, capture_output=True, text=True
        )
    assert ran.returncode == 1
    assert ran.stderr.startswith("The mail sandbox cannot listen")
    assert "Traceback" not in ran.stderr
