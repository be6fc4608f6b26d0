"""The purchase VAT code an e-invoice asks for, and why. Pure: no database.

Where the buyer owes the VAT the invoice shows none and does not say for what; the code follows from the category of
EN 16931 (UNCL 5305), the country of the supplier, and whether goods or services were bought. Sources: VAT code of
Belgium art. 51 § 2 and RD 1 art. 20 (domestic), art. 196 of directive 2006/112 (services), art. 25ter (goods within
the Union), RD 7 (import); the grids stand in accounting/data/be_vat_codes.csv.
"""

from dataclasses import dataclass
from decimal import Decimal

from accounting.vat import VatCode, vat_codes
from portal.kernel.errors import gettext_noop as _

BUYER_OWES = ("AE", "K", "G", "O")  # reverse charge, intra-Community, free export by the supplier, outside scope
TREATMENT = {"S": "domestic", "Z": "exempt", "E": "exempt"}
USUAL_RATE = Decimal(21)  # the invoice prints none
_NATURES = {"81": "goods", "82": "services", "83": "investment"}
# UN/ECE recommendation 20: hours, days, weeks, months, years, and pieces of work
_TIME = {"HUR", "MIN", "SEC", "DAY", "WEE", "MON", "ANN", "LH", "E48", "E49"}
_MATTER = {"KGM", "GRM", "TNE", "LTR", "MLT", "MTR", "MTK", "MTQ", "CMT", "BX", "CT", "PF", "BO", "XBX", "XPX"}
EU = {
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV"),
    *("MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI"),  # XI: goods of Northern Ireland
}

REASONS = {
    "habit": _("as this supplier's last booking"),
    "reverse_domestic": _("Category %(category)s from a supplier in this country: domestic reverse charge"),
    "ic_service": _("Category %(category)s from %(country)s: a service from within the Union, VAT owed here"),
    "ic_acquisition": _("Category %(category)s from %(country)s: goods from within the Union, VAT owed here"),
    "import_deferred": _(
        "Category %(category)s from %(country)s: import. Only with a licence to defer (ET 14.000); else the VAT is "
        "paid at customs"
    ),
    "import_article_23": _(
        "Category %(category)s from %(country)s: import. Only with an article 23 licence; else the VAT is paid at "
        "customs"
    ),
    "noneu_service": _("Category %(category)s from %(country)s: a service from outside the Union, VAT owed here"),
}


@dataclass(frozen=True, slots=True)
class VatProposal:
    """A code and the reason for it (a key of REASONS, "" for an ordinary purchase); `code` "" leaves it to a person."""

    code: str
    why: str = ""


def nature_of(units: list[str], base_grid: str = "") -> str:
    """goods, services or investment: as the usual account of the supplier says, else the units; "" when unknown."""
    if base_grid in _NATURES:
        return _NATURES[base_grid]
    if units and all(unit in _TIME for unit in units):
        return "services"
    return "goods" if units and all(unit in _MATTER for unit in units) else ""


def propose(
    rate: Decimal, category: str, usual: str = "", *, country: str = "", nature: str = "", home: str = "BE"
) -> VatProposal:
    """The code for a rate (percent) and a category; the supplier's usual code when that fits.

    `country` is the supplier's, "" when the invoice does not say: then no reverse charge is worked out; `home` is that
    of the books.
    """
    codes = {code.code: code for code in vat_codes(home, "purchase", everything=True)}
    if category in BUYER_OWES:
        if usual in codes and codes[usual].is_self_assessed:
            return VatProposal(usual, "habit")
        return _owed_here(list(codes.values()), category, country, nature, home)
    treatment = TREATMENT.get(category)
    if treatment is None:
        return VatProposal("")
    limited = f"{treatment}_limited"  # a car, a restaurant: what cannot be recovered is a habit too
    if usual in codes and codes[usual].rate == rate and codes[usual].treatment in (treatment, limited):
        return VatProposal(usual)
    return VatProposal(_first(list(codes.values()), treatment, "services", rate))


def _owed_here(codes: list[VatCode], category: str, country: str, nature: str, home: str) -> VatProposal:
    treatment = _treatment(category, country, nature, home)
    if not treatment:
        return VatProposal("")
    goods = treatment in ("ic_acquisition", "import_deferred")
    wanted = nature or ("goods" if goods else "services")
    if treatment in ("ic_service", "noneu_service"):
        wanted = "services"
    code = _first(codes, treatment, wanted, USUAL_RATE)
    why = "import_article_23" if home == "NL" and treatment == "import_deferred" else treatment
    return VatProposal(code, why if code else "")


def _treatment(category: str, country: str, nature: str, home: str) -> str:
    """What the category means from this country; "" where the two contradict each other."""
    ours, union = country == home, country in EU
    if not country:
        return ""
    if category == "AE":
        return "reverse_domestic" if ours else "ic_service" if union else "noneu_service"
    if category == "K":  # the category of goods; some senders use it for services, which their account tells
        return "" if ours or not union else "ic_service" if nature == "services" else "ic_acquisition"
    if ours or union:
        return ""
    if category == "G":
        return "noneu_service" if nature == "services" else "import_deferred"
    return "noneu_service"


def _first(codes: list[VatCode], treatment: str, nature: str, rate: Decimal) -> str:
    for code in codes:
        fits = (code.treatment, code.rate, code.deductible) == (treatment, rate, Decimal(100))
        if fits and code.nature in (nature, "any"):
            return code.code
    return ""
