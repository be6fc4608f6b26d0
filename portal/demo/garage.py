"""10003 Garage Maes: nobody's turn. Every line handled, every return filed, the older months locked."""

from datetime import date

from accounting.actions.periods import lock_period
from accounting.models import Period
from portal.demo.days import Days
from portal.demo.desk import Desk, Scene, Story
from portal.demo.papers import Invoice, Supplier
from portal.demo.stage import Stage
from portal.demo.statements import COSTS, DIRECT_DEBIT, Feed, Movement, belgian_iban, enterprise_number

PARTS = Supplier(
    "Autodelen Noord",
    enterprise_number("04190087"),
    "Noorderlaan 311",
    "2030 Antwerpen",
    belgian_iban("4040112233"),
    "604000",
    "P21G",
    "#9A3412",
)


def invoices(days: Days) -> dict[str, Invoice]:
    """The papers of this story."""

    def parts(number: str, back: int, net: str, what: str) -> Invoice:
        return Invoice(PARTS, "Garage Maes", "0417497106", number, days.back(back), ((what, net),))

    return {
        "parts-1": parts("AN 66120", 40, "412.30", "Remschijven en remblokken"),
        "parts-2": parts("AN 66388", 12, "268.00", "Distributieset"),
    }


FEED = Feed(
    belgian_iban("9731200456"),
    "Zichtrekening",
    "ARSPBE22",
    "Garage Maes",
    "17904.55",
    (
        Movement(50, "1452.00", "TRANSPORT DE BACKER", belgian_iban("4110233357"), "G-2201", item="G-2201"),
        Movement(44, "-4.50", "", text="KOSTEN REKENING", code=COSTS, to="658000"),
        Movement(38, "-498.88", "AUTODELEN NOORD", PARTS.iban, "AN 66120", paper="parts-1"),
        Movement(36, "-221.90", "ENGIE", belgian_iban("0031122334"), "ENERGIE", DIRECT_DEBIT, to="612000", vat="P21S"),
        Movement(30, "605.00", "DE SMET AN", belgian_iban("7340990011"), "G-2207", item="G-2207"),
        Movement(22, "-4.50", "", text="KOSTEN REKENING", code=COSTS, to="658000"),
        Movement(
            15, "-89.12", "PROXIMUS", belgian_iban("2100123455"), "TELEFOON", DIRECT_DEBIT, to="612200", vat="P21S"
        ),
        Movement(9, "-324.28", "AUTODELEN NOORD", PARTS.iban, "AN 66388", key="parts"),
        Movement(4, "968.00", "STUDIO MAAN", belgian_iban("7390144402"), "G-2214", item="G-2214"),
        Movement(1, "-4.50", "", text="KOSTEN REKENING", code=COSTS, to="658000"),
    ),
)


def _desk(stage: Stage, on: date) -> Desk:
    return Desk(stage, "garage", "ruben", on)


def _sale(back: int, customer: str, number: str, total: str) -> Scene:
    return Scene(back, "08:30", lambda stage, on: _desk(stage, on).sell(customer, number, total))


def _answer(stage: Stage, on: date) -> None:
    _desk(stage, on).send_pdf("parts", invoices(stage.days)["parts-2"])


def _book(stage: Stage, on: date) -> None:
    desk = _desk(stage, on)
    desk.book(desk.line("parts"), desk.purchase_for("parts"), invoices(stage.days)["parts-2"])


def _lock(stage: Stage, on: date) -> None:
    """The months before the last two are done with."""
    desk = _desk(stage, on)
    two_ago = (on.replace(day=1) - date.resolution).replace(day=1)
    for period in Period.objects.filter(administration=desk.administration, last_day__lt=two_ago):
        lock_period(period=period, by=desk.by, on=on)


STORY = Story(
    dossier="garage",
    by="ruben",
    feeds=(FEED,),
    invoices=invoices,
    scenes=(
        _sale(60, "Transport De Backer", "G-2201", "1452.00"),
        _sale(41, "De Smet An", "G-2207", "605.00"),
        _sale(14, "Studio Maan", "G-2214", "968.00"),
        Scene(8, "09:10", lambda stage, on: _desk(stage, on).ask("gust", "parts")),
        Scene(7, "21:30", _answer),
        Scene(6, "08:20", _book),
        Scene(1, "18:30", _lock),
    ),
)
