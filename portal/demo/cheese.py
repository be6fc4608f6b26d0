"""10005 Kaashandel Van Dijk: a Dutch client of the Belgian firm. Its own chart, rubrieken, journals and deadlines."""

from datetime import date

from portal.demo.days import Days
from portal.demo.desk import Desk, Scene, Story
from portal.demo.papers import Invoice, Supplier
from portal.demo.stage import Stage
from portal.demo.statements import (
    CARD,
    COSTS,
    DIRECT_DEBIT,
    Feed,
    Movement,
    dutch_iban,
    dutch_vat_number,
    enterprise_number,
)

CUSTOMER, CUSTOMER_VAT = "Kaashandel Van Dijk", dutch_vat_number("85631204")

DAIRY = Supplier(
    "Zuivelhoeve De Meije",
    "30118842",
    "Meije 81",
    "2411 PL Bodegraven",
    dutch_iban("RABO", "0314489102"),
    "7000",
    "IL",
    "#A15C07",
    dutch_vat_number("81190236"),
)
TRUCKS = Supplier(
    "Koeltransport Rijnmond",
    "24377190",
    "Waalhaven 12",
    "3089 JH Rotterdam",
    dutch_iban("INGB", "0006718820"),
    "4370",
    "IH",
    "#1F4D7A",
    dutch_vat_number("80554417"),
)
BOXES = Supplier(
    "Kartonnage Kempen",
    enterprise_number("04551190"),
    "Industrieweg 4",
    "2300 Turnhout",
    "BE68539007547034",
    "7050",
    "IEU21",
    "#4B5563",
)


def invoices(days: Days) -> dict[str, Invoice]:
    """The papers of this story: at 9 %, at 21 %."""

    def bill(supplier: Supplier, number: str, back: int, what: str, net: str, rate: int) -> Invoice:
        lines = ((what, net),)
        return Invoice(
            supplier, CUSTOMER, "61204471", number, days.back(back), lines, rate=rate, customer_vat=CUSTOMER_VAT
        )

    return {
        "cheese-1": bill(DAIRY, "2026-4471", 38, "Boerenkaas belegen, 120 kg", "1128.00", 9),
        "cheese-2": bill(DAIRY, "2026-4590", 12, "Boerenkaas jong, 95 kg", "836.00", 9),
        "trucks": bill(TRUCKS, "KR-88120", 26, "Koeltransport Bodegraven - Antwerpen", "410.00", 21),
    }


_RENT = ("VASTGOED ALPHEN", dutch_iban("ABNA", "0531188204"), "HUUR PAKHUIS")

FEED = Feed(
    dutch_iban("INGB", "0007721043"),
    "Zakelijke rekening",
    "INGBNL2A",
    CUSTOMER,
    "22418.36",
    (
        Movement(52, "2398.00", "DELI MAAS", dutch_iban("RABO", "0330917725"), "VD-311", item="VD-311"),
        Movement(45, "-1815.00", *_RENT, to="4100", vat="IH"),
        Movement(36, "-1229.52", "ZUIVELHOEVE DE MEIJE", DAIRY.iban, "2026-4471", paper="cheese-1"),
        Movement(30, "-12.95", "", text="KOSTEN ZAKELIJKE REKENING", code=COSTS, to="4650"),
        Movement(24, "-496.10", "KOELTRANSPORT RIJNMOND", TRUCKS.iban, "KR-88120", paper="trucks"),
        Movement(22, "-1815.00", *_RENT, to="4100", vat="IH"),
        Movement(20, "3270.00", "KAASBAR UTRECHT", dutch_iban("ABNA", "0440219938"), "VD-318", item="VD-318"),
        Movement(16, "-318.40", "KARTONNAGE KEMPEN", BOXES.iban, "FACTUUR 20261187", to="7050", vat="IEU21"),
        Movement(9, "-911.24", "ZUIVELHOEVE DE MEIJE", DAIRY.iban, "2026-4590", key="cheese"),
        Movement(6, "-184.50", "MAKRO NIEUWEGEIN", text="PIN 7710", code=CARD, key="makro"),
        Movement(4, "-89.00", "KPN", dutch_iban("INGB", "0004421187"), "TELEFOON", DIRECT_DEBIT),
        Movement(2, "-742.00", "BELASTINGDIENST", "NL86INGB0002445588", "OMZETBELASTING", key="tax"),
        Movement(1, "1308.00", "DELI MAAS", dutch_iban("RABO", "0330917725"), "VD-325"),
    ),
)


def _desk(stage: Stage, on: date) -> Desk:
    return Desk(stage, "cheese", "els", on)


def _sale(back: int, customer: str, number: str, total: str) -> Scene:
    """Food: the reduced rate."""
    return Scene(
        back, "09:00", lambda stage, on: _desk(stage, on).sell(customer, number, total, rate=9, revenue="8010")
    )


def _answer(stage: Stage, on: date) -> None:
    _desk(stage, on).send_pdf("cheese", invoices(stage.days)["cheese-2"], "Bij dezen.")


STORY = Story(
    dossier="cheese",
    by="els",
    feeds=(FEED,),
    invoices=invoices,
    scenes=(
        _sale(60, "Deli Maas", "VD-311", "2398.00"),
        _sale(28, "Kaasbar Utrecht", "VD-318", "3270.00"),
        _sale(7, "Deli Maas", "VD-325", "1308.00"),
        Scene(5, "10:40", lambda stage, on: _desk(stage, on).ask("wout", "cheese", "makro")),
        Scene(3, "18:20", _answer),
    ),
)
