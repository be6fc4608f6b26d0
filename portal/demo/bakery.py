"""10002 Bakkerij De Korenaar: VAT late, the bank silent, a statement held back, a mail that bounced."""

from datetime import date

from portal.demo.days import Days
from portal.demo.desk import NOW, Desk, Scene, Story
from portal.demo.papers import Invoice, Supplier
from portal.demo.post import NOBODY_HERE
from portal.demo.stage import Stage
from portal.demo.statements import CARD, COSTS, DIRECT_DEBIT, Feed, Movement, belgian_iban, enterprise_number
from requests_app.actions.ask import Recipient

MILL = Supplier(
    "Molens van de Dijle",
    enterprise_number("04402211"),
    "Vaartkom 9",
    "3000 Leuven",
    belgian_iban("7360441120"),
    "600000",
    "P06G",
    "#7B5B1E",
)


def invoices(days: Days) -> dict[str, Invoice]:
    """The papers of this story: the mill sends flour at 6 %."""

    def flour(number: str, back: int, net: str) -> Invoice:
        lines = (("Tarwebloem T65, 40 zakken van 25 kg", net),)
        return Invoice(MILL, "Bakkerij De Korenaar", "0403170701", number, days.back(back), lines, rate=6)

    return {"flour-1": flour("M-20441", 50, "820.00"), "flour-2": flour("M-20518", 33, "790.00")}


def _terminal(back: int, amount: str) -> Movement:
    return Movement(back, amount, "WORLDLINE", belgian_iban("3101234560"), "DAGONTVANGST TERMINAL", "00450000")


_SHOP = belgian_iban("0880114477")

FEED = Feed(
    belgian_iban("7360123456"),
    "Zichtrekening",
    "KREDBEBB",
    "Bakkerij De Korenaar",
    "8412.90",
    (
        Movement(48, "-869.20", "MOLENS VAN DE DIJLE", MILL.iban, "M-20441", paper="flour-1"),
        Movement(47, "-4.50", "", text="KOSTEN REKENING", code=COSTS, to="658000"),
        Movement(45, "-1320.00", "IMMO VAN ACKER", belgian_iban("3630441188"), "HUUR WINKEL", to="610000"),
        Movement(
            43, "-188.20", "LUMINUS", belgian_iban("7310123499"), "ENERGIE", DIRECT_DEBIT, to="612000", vat="P21S"
        ),
        Movement(40, "-61.40", "SLIGRO LEUVEN", _SHOP, "KASBON 4471", key="sligro", code=CARD),
        _terminal(38, "1988.40"),
        _terminal(36, "2104.15"),
        Movement(35, "-84.70", "ZUIVEL DE KEMPEN", belgian_iban("0682113344"), "FACTUUR 7718", key="dairy-1"),
        _terminal(33, "1876.95"),
        Movement(31, "-837.40", "MOLENS VAN DE DIJLE", MILL.iban, "M-20518", paper="flour-2"),
        Movement(31, "-84.70", "ZUIVEL DE KEMPEN", belgian_iban("0682113344"), "FACTUUR 7718", key="dairy-2"),
        Movement(30, "-240.00", "GEMEENTE LEUVEN", belgian_iban("0910001172"), "TERRASVERGUNNING", key="terrace"),
        _terminal(29, "2033.60"),
        Movement(28, "-46.28", "BRICO KESSEL-LO", text="BANCONTACT 8810", code=CARD, key="brico"),
        Movement(27, "-312.18", "BAKKERSBOND", belgian_iban("7350998811"), "LIDGELD", key="union"),
        _terminal(26, "1921.05"),
        Movement(25, "-1320.00", "IMMO VAN ACKER", belgian_iban("3630441188"), "HUUR WINKEL"),
        Movement(
            24, "-54.45", "TELENET", belgian_iban("7310099922"), "", DIRECT_DEBIT, structured="+++036/3044/11884+++"
        ),
        _terminal(23, "2240.30"),
        Movement(22, "-4.50", "", text="KOSTEN REKENING", code=COSTS),
        _terminal(21, "1975.80"),
    ),
    lost=frozenset({29}),
    wrong=frozenset({23}),
)


def _desk(stage: Stage, on: date) -> Desk:
    return Desk(stage, "bakery", "tom", on)


def _ask(back: int, clock: str, person: str, *keys: str) -> Scene:
    return Scene(back, clock, lambda stage, on: _desk(stage, on).ask(person, *keys))


def _sales(back: int, number: str, total: str) -> Scene:
    def act(stage: Stage, on: date) -> None:
        _desk(stage, on).sell("Dagontvangsten winkel", number, total, rate=6, revenue="701000")

    return Scene(back, "19:00", act)


def _to_the_wrong_address(stage: Stage, on: date) -> None:
    _desk(stage, on).ask(Recipient(NOBODY_HERE, "Boekhouding De Korenaar"), "union")


def _note(stage: Stage, on: date) -> None:
    _desk(stage, on).say("dairy-1", "An drie keer herinnerd. Bel haar morgen voor tien uur.", internal=True)


STORY = Story(
    dossier="bakery",
    by="tom",
    feeds=(FEED,),
    invoices=invoices,
    scenes=(
        _sales(39, "Z-41", "6240.50"),
        _sales(18, "Z-44", "6112.00"),
        # fourteen days and three reminders later it is the firm's turn: give her a call
        _ask(16, "10:15", "an", "dairy-1", "dairy-2"),
        _ask(8, "11:20", "an", "sligro", "terrace"),
        _ask(3, "14:05", "chris", "brico"),
        Scene(0, NOW, _to_the_wrong_address),
        Scene(1, "16:10", _note),
    ),
    keep_late=True,
)
