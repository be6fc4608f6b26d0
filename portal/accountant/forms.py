"""The forms of the bank desk: booking a paper, allocating a line, asking for a document."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounting.queries.chart import account_by_code, accounts_for_picker
from accounting.queries.parties import find_party, parties_called
from accounting.vat import split_gross, suggested_code, vat_codes
from bankfeeds.actions.allocate import TRADE
from bankfeeds.refusals import PartyNeeded
from bankfeeds.wording import pretty_name
from invoicing.drafts import CREDIT_NOTE, INVOICE, KIND_CHOICES, LineProposal, NewSupplier, Proposal
from invoicing.queries.purchases import proposal_lines
from invoicing.vat_proposal import REASONS
from portal.kernel.formatting import format_day, format_number
from portal.web.errors import sentence
from portal.web.forms import AmountField, DayField, IbanField

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounting.models import Account, Party
    from bankfeeds.models import StatementLine
    from invoicing.models import PurchaseDocument
    from portal.tenancy.models import Administration
    from requests_app.people import Recipient

MOST_LINES = 4
MOST_PARTIES = 400  # in a picker
SERVICES_GRID = "82"


def amount_text(amount: Decimal | None) -> str:
    """An amount as the reader would type it."""
    return "" if amount is None else format_number(amount, get_language() or "nl", decimals=2).replace("−", "-")


def vat_choices(country: str) -> list[tuple[str, str]]:
    """Purchase VAT codes by name, "no VAT" first."""
    language = get_language() or "nl"
    codes = vat_codes(country, "purchase")
    return [("", _("No VAT")), *((code.code, _short(code.name(language))) for code in codes)]


def _short(name: str) -> str:
    """A code's name without "purchase" in front: here everything is one, and the rate must not be cut off."""
    first, _space, rest = name.partition(" ")
    return rest if first in ("Aankoop", "Inkoop", "Achat", "Purchase") else name


class AccountField(forms.CharField):
    """A ledger account typed by its number (the list completes it): "613250 Software"."""

    administration: Administration

    def clean(self, value: Any) -> Account | None:  # a text field that cleans to an account
        """Find the account by the number in front, else by its whole name: part of one chooses nothing."""
        text = super().clean(value)
        if not text:
            return None
        found = account_by_code(self.administration, text.split()[0])
        if found is None:
            language = get_language() or "nl"
            named = accounts_for_picker(self.administration, text, language)
            same = [one for one in named if one.name(language).lower() == text.lower()]
            found = same[0] if len(same) == 1 else None
        if found is None:
            raise forms.ValidationError(_("There is no account %(code)s here.") % {"code": text.split()[0]})
        return found


def account_text(account: Account | None) -> str:
    """An account as the field shows it."""
    return "" if account is None else f"{account.code} {account.name(get_language() or 'nl')}"


class BookingForm(forms.Form):
    """The entry proposal of one paper: supplier, number, days, and up to four cost lines."""

    supplier = forms.CharField(
        label=gettext_lazy("Supplier"), max_length=120, widget=forms.TextInput(attrs={"list": "parties"})
    )
    vat_number = forms.CharField(label=gettext_lazy("VAT number"), max_length=20, required=False)
    iban = IbanField(label=gettext_lazy("IBAN"), max_length=42, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=KIND_CHOICES)
    number = forms.CharField(label=gettext_lazy("Invoice number"), max_length=60, required=False)
    issued_on = DayField(label=gettext_lazy("Invoice date"))
    due_on = DayField(label=gettext_lazy("Due date"), required=False)
    paid_iban = ""
    vat_why: Mapping[int, str] = {}  # by cost line: why its VAT code is proposed

    def __init__(self, administration: Administration, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.administration = administration
        for row in range(MOST_LINES):
            first = row == 0
            account = AccountField(
                label=_("Ledger account"),
                required=first,
                widget=forms.TextInput(attrs={"list": "accounts", "autocomplete": "off"}),
            )
            account.administration = administration
            self.fields[f"account{row}"] = account
            self.fields[f"vat_code{row}"] = forms.ChoiceField(
                label=_("VAT code"), choices=vat_choices(administration.country), required=False
            )
            self._offer_rare_code(f"vat_code{row}")
            self.fields[f"net{row}"] = AmountField(label=_("Amount without VAT"), required=first)
            self.fields[f"vat{row}"] = AmountField(label=_("VAT amount"), required=False)
            for name in (f"net{row}", f"vat{row}"):
                self.fields[name].widget.attrs |= {"data-sum-part": "", "class": "numeric"}

    def _offer_rare_code(self, name: str) -> None:
        """Offer the code that is proposed or chosen, also when the list leaves it out."""
        field = self.fields[name]
        code = self.data.get(self.add_prefix(name)) or self.initial.get(name, "")
        rare = {
            one.code: one
            for one in vat_codes(self.administration.country, "purchase", everything=True)
            if not one.is_default
        }
        if code in rare:
            field.choices = [*field.choices, (code, _short(rare[code].name(get_language() or "nl")))]  # type: ignore[attr-defined]

    def rows(self) -> list[dict[str, Any]]:
        """The bound fields of the cost lines, for the template; `shown` says whether the line is in use."""
        found = []
        for row in range(MOST_LINES):
            names = ("account", "vat_code", "net", "vat")
            fields = {name: self[f"{name}{row}"] for name in names}
            shown = row == 0 or bool(self[f"net{row}"].value())
            found.append({**fields, "shown": shown, "why": self.vat_why.get(row, "")})
        return found

    def proposal(self, structured_reference: str = "") -> Proposal:
        """What the form says, as values. Call only when valid."""
        data = self.cleaned_data
        lines = []
        for row in range(MOST_LINES):
            net = data.get(f"net{row}")
            if net is None:
                continue
            lines.append(
                LineProposal(
                    account=data.get(f"account{row}"),
                    description=data["number"],
                    vat_code=data[f"vat_code{row}"],
                    net=net,
                    vat=data.get(f"vat{row}") or Decimal("0.00"),
                    country=self.administration.country,
                )
            )
        return Proposal(
            supplier=self._supplier(),
            number=data["number"],
            issued_on=data["issued_on"],
            due_on=data["due_on"],
            kind=data["kind"],
            lines=tuple(lines),
            structured_reference=structured_reference,
        )

    def _supplier(self) -> Party | NewSupplier:
        data = self.cleaned_data
        # the account that was paid is learned from the payment itself, and unlearned with it
        iban = "" if data["iban"] == self.paid_iban else data["iban"]
        number = "".join(sign for sign in data["vat_number"].upper() if sign.isalnum())
        found = find_party(self.administration, vat_number=number, name=data["supplier"])
        return found or NewSupplier(data["supplier"], number, iban)


def booking_form(
    administration: Administration, line: StatementLine, purchase: PurchaseDocument, data: Any = None
) -> BookingForm:
    """The form of a paper beside a bank line: filled from the paper, else from the line."""
    prefix = f"p-{purchase.pk}"
    if data is not None:
        form = BookingForm(administration, data, prefix=prefix)
        form.paid_iban = line.counterparty_iban
        return _hinted(form, purchase, line)
    read = purchase.total is not None
    initial = _from_purchase(purchase) if read else _from_line(administration, line)
    for row, proposed in enumerate(proposal_lines(purchase)[:MOST_LINES] if read else []):
        usual = account_text(proposed.account)
        initial |= {
            f"account{row}": usual,
            f"vat_code{row}": proposed.vat_code,
            f"net{row}": amount_text(proposed.net),
            f"vat{row}": amount_text(proposed.vat),
        }
    form = BookingForm(administration, initial=initial, prefix=prefix)
    form.vat_why = _vat_why(purchase, initial) if read else {}
    return _hinted(form, purchase, line)


def _hinted(form: BookingForm, purchase: PurchaseDocument, line: StatementLine) -> BookingForm:
    """The bank's day beside the day of a paper that no machine read: a hint, the paper says its own."""
    if purchase.issued_on is None:
        words = _("As the document says. The bank paid on %(day)s.") % {"day": _day_text(line.booked_on)}
        form.fields["issued_on"].help_text = words
    return form


def _vat_why(purchase: PurchaseDocument, initial: dict[str, Any]) -> dict[int, str]:
    """Why a code is proposed where the invoice shows no VAT; nothing once another one is chosen."""
    found = {}
    for row, each in enumerate(purchase.facts.get("vat", [])[:MOST_LINES]):
        if each["why"] and each["code"] == initial.get(f"vat_code{row}"):
            found[row] = _(REASONS[each["why"]]) % {"category": each["category"], "country": each["country"]}
    return found


def _day_text(day: Any) -> str:
    return format_day(day, get_language() or "nl", style="table") if day else ""


def _from_purchase(purchase: PurchaseDocument) -> dict[str, Any]:
    return {
        "supplier": purchase.supplier.name if purchase.supplier else purchase.supplier_name,
        "vat_number": purchase.supplier_vat_number,
        "iban": purchase.supplier_iban,
        "kind": purchase.kind,
        "number": purchase.number,
        "issued_on": _day_text(purchase.issued_on),
        "due_on": _day_text(purchase.due_on),
    }


def _from_line(administration: Administration, line: StatementLine) -> dict[str, Any]:
    """A first guess from the bank line: who was paid, how much; VAT as this supplier's last, else 21 %.

    Number and day stay empty: the paper says them, not the bank.
    """
    party = find_party(administration, iban=line.counterparty_iban, name=line.counterparty_name)
    gross = abs(line.open_amount)
    usual = party.default_vat_code if party else ""
    code = usual or suggested_code(SERVICES_GRID, administration.country)
    net, vat = split_gross(code, gross, administration.country) if code else (gross, Decimal("0.00"))
    return {
        "supplier": party.name if party else pretty_name(line.counterparty_name),
        "iban": line.counterparty_iban if len(line.counterparty_iban) <= 34 else "",
        "kind": INVOICE if line.open_amount < 0 else CREDIT_NOTE,
        "account0": account_text(party.default_account) if party else "",
        "vat_code0": code,
        "net0": amount_text(net),
        "vat0": amount_text(vat),
    }


class AllocationForm(forms.Form):
    """A line straight to a ledger account."""

    account = AccountField(
        label=gettext_lazy("Ledger account"),
        widget=forms.TextInput(attrs={"list": "accounts", "autocomplete": "off"}),
    )
    vat_code = forms.ChoiceField(label=gettext_lazy("VAT code"), required=False)
    amount = AmountField(label=gettext_lazy("Amount"))
    description = forms.CharField(label=gettext_lazy("Description"), max_length=200, required=False)
    party = forms.CharField(
        label=gettext_lazy("Customer or supplier"),
        help_text=gettext_lazy("Needed on an account that keeps what each of them owes."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "parties", "autocomplete": "off"}),
    )
    party_why = ""
    proposed: Party | None = None

    def __init__(self, administration: Administration, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.administration = administration
        self.fields["account"].administration = administration  # type: ignore[attr-defined]
        self.fields["amount"].widget.attrs["data-shortcut"] = "s"
        self.fields["vat_code"].choices = vat_choices(administration.country)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Whose debt it is, where the account keeps that: somebody known, or a new name."""
        data: dict[str, Any] = super().clean() or {}
        account, name = data.get("account"), data.get("party", "").strip()
        data["party"] = None
        if account is None or account.subtype not in TRADE:
            return data
        if not name:
            self.add_error("party", sentence(PartyNeeded(account=account.code)))
            self.fields["party"].required = True  # here it is
            self.fields["party"].widget.attrs["autofocus"] = ""
            return data
        called = parties_called(self.administration, name)
        if self.proposed in called:
            data["party"] = self.proposed
        elif len(called) > 1:
            self.add_error("party", _("More than one customer or supplier has this name."))
        else:
            data["party"] = called[0] if called else NewSupplier(name)
        return data


def allocation_form(
    administration: Administration,
    line: StatementLine,
    data: Any = None,
    *,
    answer: Any = None,
    before: Any = None,
    parties: Sequence[Party] | None = None,
) -> AllocationForm:
    """The form, with the whole open amount, the bank's own words, and the account an answer or a habit proposes.

    `parties`: those of the picker, when they are known already.
    """
    initial = {"amount": amount_text(line.open_amount), "description": line.communication[:200]}
    by_account = find_party(administration, iban=line.counterparty_iban) if line.counterparty_iban else None
    party = by_account or _named(administration, line.counterparty_name, parties)
    initial["party"] = party.name if party else ""
    if before is not None:
        initial |= {"account": account_text(before.account), "vat_code": before.vat_code}
    if answer:
        initial |= {"account": account_text(answer["account"]), "description": answer["reason"] or answer["words"]}
    form = AllocationForm(administration, data, initial=initial, prefix="a")
    form.proposed = party
    form.party_why = (_("known account number") if by_account else _("same name")) if party else ""
    return form


def _named(administration: Administration, name: str, parties: Sequence[Party] | None) -> Party | None:
    """The only party with this name: out of the picker when that holds it, else asked for."""
    wanted = name.strip().lower()
    among = [one for one in parties or () if one.name.lower() == wanted]
    if among or not wanted:
        return among[0] if len(among) == 1 else None
    return find_party(administration, name=name) if parties is None or len(parties) >= MOST_PARTIES else None


class AskForm(forms.Form):
    """Who is asked, and what kind of question it is. The texts are one field per card."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Ask for"),
        choices=[("missing_document", gettext_lazy("the document")), ("question", gettext_lazy("an answer"))],
    )
    recipient = forms.ChoiceField(label=gettext_lazy("To"), required=False)
    other_email = forms.EmailField(label=gettext_lazy("Or another e-mail address"), required=False)
    other_name = forms.CharField(label=gettext_lazy("Name"), max_length=80, required=False)

    def offer(self, people: Sequence[Recipient]) -> None:
        """Offer these people; the first stands chosen."""
        self.fields["recipient"].required = bool(people)
        self.fields["recipient"].choices = [  # type: ignore[attr-defined]
            (person.email, f"{person.name} ({person.email})" if person.name else person.email) for person in people
        ]
