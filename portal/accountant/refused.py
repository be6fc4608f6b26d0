"""A refusal on the desk, told once: at the field it is about, or, when a colleague was first, beside what was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from invoicing.actions.purchases import ACCOUNT, AMOUNT, DAY, SUPPLIER, VAT_CODE
from portal.web.errors import sentence

if TYPE_CHECKING:
    from django import forms

    from portal.kernel.errors import Refused

CONFLICTS = ("line_changed", "nothing_left")
# refusal → fields that may be meant: the first that the form has
_FIELDS = {
    "period_locked": ("issued_on",),
    "no_period": ("issued_on",),
    "same_invoice_booked": ("number",),
    "party_exists": ("vat_number",),
    "bad_vat_number": ("vat_number",),
    "bad_identifier": ("vat_number",),
    "bad_iban": ("iban",),
    "unknown_vat_code": ("vat_code0", "vat_code"),
    "vat_does_not_fit": ("vat_code",),
    "too_much": ("amount",),
    "too_few_lines": ("net0",),
    "account_not_for_this": ("account",),
    "party_needed": ("party",),
}
_MISSING = {SUPPLIER: "supplier", ACCOUNT: "account0", DAY: "issued_on", AMOUNT: "net0", VAT_CODE: "vat_code0"}


def place(form: forms.Form, refusal: Refused) -> None:
    """Write a refusal at the field it is about, which then takes the focus; else above the form."""
    wanted = _FIELDS.get(refusal.code, ())
    if refusal.code == "incomplete":
        wanted = (_MISSING.get(refusal.data["what"], ""),)
    name = next((one for one in wanted if one in form.fields), None)
    form.add_error(name, sentence(refusal))
    if name is not None:
        form.fields[name].widget.attrs["autofocus"] = ""


def conflict(form: forms.Form | None, refusal: Refused) -> dict[str, Any]:
    """What happened meanwhile, and what the reader had typed, to copy: the form itself may be gone."""
    return {"text": sentence(refusal), "typed": "\n".join(_typed(form)) if form is not None else ""}


def _typed(form: forms.Form) -> list[str]:
    return [f"{field.label}: {field.value()}" for field in form.visible_fields() if field.value()]
