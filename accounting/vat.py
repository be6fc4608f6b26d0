"""VAT of purchases: codes and their effect on ledger and return, from accounting/data. Pure: no Django, no database.

The tokens of the table: B the taxable base, V the full VAT, D its deductible part, N the rest (V − D), which is
cost. Sources: RD 1 and the VAT code of Belgium; the Dutch Wet op de omzetbelasting 1968 and the rubrieken of its
return. The tables carry their own certainty per row. The grid of a Dutch base is its rubriek (1a), that of the VAT
beside it 1a.t; 5b has VAT only.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from accounting.data_files import table
from portal.kernel.errors import Refused, gettext_noop
from portal.kernel.money import ZERO, round_cents, vat_from_gross, vat_from_net

# The buyer owes the VAT: the supplier charges none, so we work it out from the net amount.
_SELF_ASSESSED = {"reverse_domestic", "ic_acquisition", "ic_service", "import_deferred", "noneu_service"}
_COST_TOKENS = ("B", "N")

Effect = tuple[str, int, str]  # grid, +1 or −1, token


class UnknownVatCode(Refused):
    """A VAT code the table does not have. data: vat_code."""

    code = "unknown_vat_code"
    template = gettext_noop("There is no VAT code “%(vat_code)s”.")


@dataclass(frozen=True, slots=True)
class VatCode:
    """One way VAT works on a line. `rate` and `deductible` are percentages (21, 50)."""

    code: str
    direction: str  # sale | purchase
    rate: Decimal
    nature: str  # goods | services | investment | any
    treatment: str
    deductible: Decimal
    is_default: bool  # offered in pickers; the others on demand
    invoice_effects: tuple[Effect, ...]
    credit_note_effects: tuple[Effect, ...]
    name_nl: str
    name_fr: str
    name_en: str

    @property
    def is_self_assessed(self) -> bool:
        """Whether the buyer owes the VAT (reverse charge, intra-Community, deferred import)."""
        return self.treatment in _SELF_ASSESSED

    def name(self, language: str) -> str:
        """The name in a language ("nl", "fr", "en-gb"); Dutch when that one is empty."""
        return {"fr": self.name_fr, "en-gb": self.name_en, "en": self.name_en}.get(language) or self.name_nl


@dataclass(frozen=True, slots=True)
class Grid:
    """An amount for one grid of the return; positive adds to it."""

    grid: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class VatPosting:
    """What one document line does. All amounts carry the sign of the ledger of an invoice; a credit note turns them.

    cost + deductible = due + payable, so these four lines balance:
    cost (debit, on the chosen account) · deductible (debit, recoverable VAT) · −due (credit, VAT owed by ourselves)
    · −payable (credit, the supplier).
    """

    net: Decimal
    deductible: Decimal
    non_deductible: Decimal  # part of the cost
    due: Decimal  # VAT we owe ourselves (reverse charge, intra-Community); 0 for ordinary purchases
    payable: Decimal  # what the supplier gets
    base_grids: tuple[Grid, ...]  # go with the cost line
    deductible_grids: tuple[Grid, ...]  # go with the line of the recoverable VAT
    due_grids: tuple[Grid, ...]  # go with the line of the VAT owed

    @property
    def cost(self) -> Decimal:
        """Net amount plus the VAT that cannot be recovered."""
        return self.net + self.non_deductible

    @property
    def tax_grids(self) -> tuple[Grid, ...]:
        """All grids that do not go with the cost line."""
        return self.deductible_grids + self.due_grids


def vat_codes(country: str, direction: str = "purchase", *, everything: bool = False) -> tuple[VatCode, ...]:
    """The VAT codes of a country for "purchase" or "sale": those of the picker, or with `everything` all."""
    return tuple(
        one for one in _codes(country).values() if one.direction == direction and (everything or one.is_default)
    )


def vat_code(code: str, country: str = "BE") -> VatCode:
    """One VAT code. Raises UnknownVatCode."""
    found = _codes(country).get(code)
    if found is None:
        raise UnknownVatCode(vat_code=code)
    return found


def purchase_postings(
    code: str, net: Decimal, vat: Decimal, *, credit_note: bool = False, country: str = "BE"
) -> VatPosting:
    """What a purchase line of `net` euro with `vat` euro on the document does to ledger and return.

    Amounts as the document prints them: positive on invoices and credit notes alike (a discount line is negative).
    With `credit_note` the ledger amounts come back turned. For codes by which we owe the VAT ourselves, `vat` 0
    means "work it out from the net amount". Rounding HALF_UP per line. Raises UnknownVatCode.
    """
    known = vat_code(code, country)
    own = known.is_self_assessed
    full = vat_from_net(net, known.rate) if own and vat == 0 else vat
    effects = known.credit_note_effects if credit_note else known.invoice_effects
    recoverable = any(effect[2] == "D" for effect in effects)  # without a grid for it, VAT is cost
    deductible = round_cents(full * known.deductible / 100) if recoverable else ZERO
    amounts = {"B": net, "V": full, "D": deductible, "N": full - deductible}
    sign = -1 if credit_note else 1
    return VatPosting(
        net=ZERO + sign * net,  # adding zero turns −0.00 into 0.00
        deductible=ZERO + sign * deductible,
        non_deductible=ZERO + sign * (full - deductible),
        due=ZERO + sign * full if own else ZERO,
        payable=ZERO + sign * (net if own else net + full),
        base_grids=_grids(effects, amounts, _COST_TOKENS),
        deductible_grids=_grids(effects, amounts, ("D",)),
        due_grids=_grids(effects, amounts, ("V",)),
    )


def split_gross(code: str, gross: Decimal, country: str = "BE") -> tuple[Decimal, Decimal]:
    """Net and VAT inside an amount paid, as a receipt would show them; sign of `gross`. Raises UnknownVatCode.

    When we owe the VAT ourselves the supplier got the net amount: all of it is net, and the VAT is 0.
    """
    known = vat_code(code, country)
    vat = ZERO if known.is_self_assessed else vat_from_gross(gross, known.rate)
    return gross - vat, vat


def suggested_code(base_grid: str, country: str = "BE", rate: int = 21) -> str:
    """The ordinary domestic code for an account with this purchase grid (81, 82, 83); "" when there is none.

    In the Netherlands one code serves whatever was bought.
    """
    nature = {"81": "goods", "82": "services", "83": "investment"}.get(base_grid)
    for one in vat_codes(country):
        if one.treatment == "domestic" and one.nature in (nature, "any") and one.rate == rate:
            return one.code
    return ""


def _grids(effects: tuple[Effect, ...], amounts: dict[str, Decimal], tokens: tuple[str, ...]) -> tuple[Grid, ...]:
    totals: dict[str, Decimal] = {}
    for grid, sign, token in effects:
        if token in tokens:
            totals[grid] = totals.get(grid, ZERO) + sign * amounts[token]
    return tuple(Grid(grid, amount) for grid, amount in totals.items() if amount != 0)


@cache
def _codes(country: str) -> dict[str, VatCode]:
    return {row["code"]: _code(row) for row in table(f"{country.lower()}_vat_codes.csv")}


def _code(row: dict[str, str]) -> VatCode:
    return VatCode(
        code=row["code"],
        direction=row["direction"],
        rate=Decimal(row["rate"]),
        nature=row["nature"],
        treatment=row["treatment"],
        deductible=Decimal(row["deductible_pct"]),
        is_default=row["default_active"] == "1",
        invoice_effects=_effects(row["invoice_effect"]),
        credit_note_effects=_effects(row["credit_note_effect"]),
        name_nl=row["name_nl"],
        name_fr=row["name_fr"],
        name_en=row["name_en"],
    )


def _effects(text: str) -> tuple[Effect, ...]:
    """Read "82:+B;59:+D"."""
    parts = (part.split(":") for part in text.split(";") if part)
    return tuple((grid, -1 if effect[0] == "-" else 1, effect[1:]) for grid, effect in parts)
