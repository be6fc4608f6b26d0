"""Saved mails are taken apart in the child; what is in them takes the same door as any other file."""

import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image

from portal.documents.guards import inspect
from portal.documents.mails import is_mail, papers_in
from portal.documents.refusals import MailWithoutPapers, NotAccepted, OutlookMail, UploadRefused
from tests.documents import made

UBL = Path(__file__).parent.parent / "golden" / "ubl" / "peppol_invoice.xml"


def mail(*parts, inline=()):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.example", "c@d.example", "Factuur"
    message.set_content("In bijlage de factuur.")
    for data, main, sub, name in parts:
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    for data in inline:
        message.add_attachment(data, maintype="image", subtype="png", disposition="inline", cid="<logo>")
    return message


def test_the_papers_come_out_by_content_and_the_rest_stays():
    message = mail(
        (made.pdf(1), "application", "octet-stream", "Factuur maart é.pdf"),
        (UBL.read_bytes(), "application", "xml", "../../factuur.xml"),
        (b"BEGIN:VCALENDAR", "text", "calendar", "afspraak.ics"),
        (b"MZ\x00\x01", "application", "pdf", "echt.pdf"),
        inline=[made.encoded(Image.new("RGB", (20, 20)), "PNG")],
    )
    data = bytes(message)
    assert is_mail(data)
    found = papers_in(data, "bericht.eml")
    assert [name for _, name in found] == ["Factuur maart é.pdf", "factuur.xml"]
    assert [inspect(paper, name).kind for paper, name in found] == ["pdf", "ubl"]


def test_a_forwarded_mail_is_looked_into():
    outer = mail()
    outer.add_attachment(mail((made.pdf(1), "application", "pdf", "a.pdf")))
    assert [name for _, name in papers_in(bytes(outer), "x.eml")] == ["a.pdf"]


def test_a_mail_without_papers_says_so():
    with pytest.raises(MailWithoutPapers):
        papers_in(bytes(mail()), "x.eml")
    with pytest.raises(NotAccepted):
        inspect(bytes(mail()), "x.eml")  # the door itself takes papers only
    with pytest.raises(OutlookMail):
        inspect(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "bericht.msg")


@pytest.mark.parametrize("kind", ["deep", "wide", "broken", "bomb"])
def test_a_hostile_mail_is_decided_within_seconds(kind):
    head = b"From: a@b.example\r\nMIME-Version: 1.0\r\n"
    deep = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(3000))
    wide = b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + b"--x\r\n\r\na\r\n" * 200_000
    data = {
        "deep": head + deep,
        "wide": head + wide,
        "broken": head
        + b"Content-Type: multipart/mixed; boundary==?utf-8?b?\xff?=\r\nContent-Transfer-Encoding: base64\r\n\r\n=",
        "bomb": head + b"Content-Type: text/plain\r\nSubject: " + b"a " * 5_000_000 + b"\r\n\r\nx",
    }[kind]
    began = time.monotonic()
    with pytest.raises(UploadRefused):
        papers_in(data, "x.eml")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "text", [b"Datum;Bedrag\r\n2026-01-01;5\r\n", b":20:1\r\n:25:BE1\r\n", b"Beste,\r\n\r\nGroeten\r\n"]
)
def test_other_texts_are_no_mail(text):
    assert not is_mail(text)
