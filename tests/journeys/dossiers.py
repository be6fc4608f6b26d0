"""Clients of Van Damme with books and a bank, made through the real actions: each journey gets one of its own."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import override_settings
from PIL import Image, ImageDraw

from accounting.actions.administrations import NewAdministration, start_administration
from bankfeeds.actions.accounts import add_bank_account
from bankfeeds.actions.load import load_file
from bankfeeds.formats import BankLine, BankStatement, write_coda
from bankfeeds.models import StatementLine
from portal.demo.papers import Invoice, Supplier, ubl
from portal.demo.statements import belgian_iban, enterprise_number
from portal.kernel.clock import today
from portal.links.invitations import Invitee, accept_invitation, invite
from portal.links.people import set_responsible
from portal.people.models import Member, User
from requests_app.actions.ask import ask
from requests_app.people import Recipient
from tests import cast

__all__ = ["EXACT", "PARKING", "RUITER", "Dossier", "open_dossier", "photo", "ready_for_a_browser"]

_numbers = count(1)
PASSWORD = cast.PASSWORD
RUITER_NUMBER = enterprise_number("07654321")
# (days ago, amount, counterparty, words)
EXACT = ("-169.69", "EXACT SOFTWARE", "FACTUUR 1815007")
RUITER = ("-121.00", "PAPIERHANDEL DE RUITER", "FACTUUR 2026-77")
PARKING = ("-12.50", "PARKING CENTRUM", "TICKET 4411")
OTHERS = (("-65.40", "GARAGE VAN ACKER", "ONDERHOUD"), ("2420.00", "KLANT DE BACKER", "FACTUUR 2026-12"))
FEED = ((9, EXACT), (7, EXACT), (6, RUITER), (5, PARKING), (4, OTHERS[0]), (3, OTHERS[1]))


def ready_for_a_browser() -> None:
    """Give the cast a password that the real hasher knows: the template keeps one for fast tests."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"]):
        User.objects.update(password=make_password(PASSWORD))


class Dossier:
    """One administration, its contact person, and short ways to look at its lines."""

    def __init__(self, world: Any, administration: Any, person: User, iban: str) -> None:
        self.world, self.administration, self.person, self.iban = world, administration, person, iban

    @property
    def key(self) -> str:
        """Its id as addresses write it."""
        return str(self.administration.pk)

    def scope(self) -> Any:
        """The scope of the office."""
        return self.world.scope(self.world.firm)

    def address(self, rest: str = "") -> str:
        """An address in the office: address("bank/")."""
        return f"/kantoor/{self.world.firm.slug}/{self.key}/{rest}"

    def lines(self, name: str) -> list[StatementLine]:
        """The lines of a counterparty, oldest first."""
        with self.scope():
            rows = StatementLine.objects.filter(administration=self.administration, counterparty_name=name)
            return list(rows.order_by("booked_on", "sequence"))

    def line(self, name: str) -> StatementLine:
        """The oldest line of a counterparty."""
        return self.lines(name)[0]

    def load(self, data: bytes, name: str = "coda.cod") -> Any:
        """Take a bank file in."""
        with self.scope():
            actor = self.world.actor("els")
            return load_file(administration=self.administration, data=data, name=name, by=actor, on=today())

    def ask(self, *names: str, by: str = "els") -> list[Any]:
        """Ask the contact person about the lines of these counterparties."""
        chosen = [line for name in names for line in self.lines(name)]
        person = Recipient(self.person.email, self.person.name, self.person.pk, self.person.language)
        with self.scope():
            return ask(
                administration=self.administration,
                lines=chosen,
                recipient=person,
                by=self.world.actor(by),
                on=today(),
            )

    def statement(self, number: int, day: date, rows: Any, *, old: str = "1000.00", account: str = "") -> BankStatement:
        """One statement of the bank: (amount, counterparty, words) per line."""
        lines = tuple(
            BankLine(
                sequence=place,
                date=day,
                value_date=day,
                amount=Decimal(amount),
                counterparty_name=name,
                communication=words,
                transaction_code="00150000",
                bank_reference=f"R{number:03d}{place:04d}",
            )
            for place, (amount, name, words) in enumerate(rows, 1)
        )
        return BankStatement(
            account=account or self.iban,
            currency="EUR",
            number=f"{number:03d}",
            coda_sequence=f"{number:03d}",
            paper_sequence=f"{number:03d}",
            old_balance=Decimal(old),
            old_balance_date=day - timedelta(days=1),
            new_balance=Decimal(old) + sum((line.amount for line in lines), Decimal(0)),
            new_balance_date=day,
            balanced=True,
            creation_date=day,
            lines=lines,
        )

    def feed(self, movements: Any = FEED) -> bytes:
        """A bank file: one statement a day."""
        found, balance = [], Decimal("1000.00")
        for number, (back, row) in enumerate(movements, 1):
            one = self.statement(number, today() - timedelta(days=back), [row], old=str(balance))
            balance = one.new_balance
            found.append(one)
        return write_coda(found)

    def e_invoice(self) -> bytes:
        """The invoice that De Ruiter sent: € 121.00 with 21 % VAT, as Peppol carries it."""
        supplier = Supplier(
            "Papierhandel De Ruiter", RUITER_NUMBER, "Molenstraat 1", "2000 Antwerpen", belgian_iban("0012345678")
        )
        number = self.administration.enterprise_number
        day = today() - timedelta(days=12)
        lines = (("Papier A4", "100.00"),)
        return ubl(Invoice(supplier, self.administration.name, number, "2026-77", day, lines))


def open_dossier(world: Any, language: str, *, bank: bool = True) -> Dossier:
    """A new client in a language, with a contact person who has a login, and (unless told) six bank lines."""
    number, on = next(_numbers), today()
    by = world.actor("els")
    new = NewAdministration(
        code=f"7{number:04d}",
        name=f"Reis {number}",
        enterprise_number=enterprise_number(f"08{number:06d}"),
        language=language,
    )
    with world.scope(world.firm):
        started = start_administration(firm=world.firm, new=new, first_year=on.year - 1, by=by, on=on)
        invitee = Invitee(f"lou{number}@reis.example", f"Lou Reiziger {number}", "entrepreneur", language, started)
        invitation = invite(firm=world.firm, invitee=invitee, by=by, on=on)
        person = accept_invitation(invitation=invitation, user=None, password=PASSWORD, on=on)
        member = Member.objects.get(user_id=by.user_id)
        set_responsible(administration=started, member=member, by=by, on=on)
        iban = belgian_iban(f"001{number:07d}")
        add_bank_account(administration=started, number=iban, by=by, on=on)
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"]):
        User.objects.filter(pk=person.pk).update(password=make_password(PASSWORD))
    found = Dossier(world, started, person, iban)
    if bank:
        found.load(found.feed())
    return found


def photo(words: str, color: str = "white") -> bytes:
    """A photo of a piece of paper."""
    picture = Image.new("RGB", (900, 1200), color)
    pen = ImageDraw.Draw(picture)
    for row in range(12):
        pen.text((80, 80 + 80 * row), f"{words} {row}", fill="black")
    out = BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()
