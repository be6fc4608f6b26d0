"""10001 Consultancy New Logo: 28 lines to do, the twins of € 169,69, and a question in every state."""

from dataclasses import replace
from datetime import date

from portal.demo.days import Days
from portal.demo.desk import NOW, Desk, Scene, Story
from portal.demo.papers import Invoice, Supplier
from portal.demo.stage import Stage
from portal.demo.statements import CARD, COSTS, DIRECT_DEBIT, Feed, Movement, belgian_iban, enterprise_number

CUSTOMER, CUSTOMER_NUMBER = "Consultancy New Logo", "0639562768"

EXACT = Supplier(
    "Exact Software Belgium",
    enterprise_number("04640132"),
    "Koningin Astridlaan 166",
    "1780 Wemmel",
    "BE34068244611290",
    "612220",
    "P21S",
    "#B0202A",
)
HOSTING = Supplier(
    "Combell Hosting",
    enterprise_number("05417003"),
    "Skaldenstraat 121",
    "9042 Gent",
    belgian_iban("7330401122"),
    "612210",
    "P21S",
    "#1D4E89",
)
PRINTER = Supplier(
    "Drukkerij Peeters",
    enterprise_number("04229915"),
    "Diestsesteenweg 48",
    "3010 Kessel-Lo",
    belgian_iban("7340118855"),
    "612310",
    "P21S",
    "#3D3D3D",
)
SHOP = Supplier(
    "Coolblue België",
    enterprise_number("08674862"),
    "Borsbeeksebrug 28",
    "2600 Antwerpen",
    belgian_iban("0017455092"),
    "612500",
    "P21S",
    "#0067A3",
)
APPLIANCES = Supplier(
    "Vanden Borre",
    enterprise_number("04129233"),
    "Slesbroekstraat 101",
    "1600 Sint-Pieters-Leeuw",
    belgian_iban("0012204417"),
    "612500",
    "P21S",
    "#7A1F3D",
)


def invoices(days: Days) -> dict[str, Invoice]:
    """The papers of this story."""

    def bill(supplier: Supplier, number: str, back: int, *lines: tuple[str, str]) -> Invoice:
        return Invoice(supplier, CUSTOMER, CUSTOMER_NUMBER, number, days.back(back), lines)

    licence = (("Licentie Boekhouding", "112.50"), ("Extra gebruiker", "27.74"))
    return {
        "exact-1": bill(EXACT, "1814233", 57, *licence),
        "exact-2": bill(EXACT, "1814611", 36, *licence),
        "exact-twin": bill(EXACT, "1815007", 14, *licence),
        "hosting-1": bill(HOSTING, "CB-77120", 47, ("Webhosting en domeinnaam", "120.00")),
        "hosting-2": bill(HOSTING, "CB-79464", 12, ("Webhosting en domeinnaam", "120.00")),
        "print": bill(PRINTER, "2290", 15, ("Visitekaartjes en brochures", "341.00")),
        "shop": bill(SHOP, "90331748", 9, ("Toetsenbord", "50.00")),
        "screen": bill(APPLIANCES, "VB 558102", 15, ("Beeldscherm 27 inch", "288.43")),
    }


_RENT = Movement(0, "-1150.00", "IMMO RUBENS", belgian_iban("3631088842"), "HUUR KANTOOR", to="610000", code="00103000")
_WAGE = Movement(0, "-2400.00", "SOFIE LEMMENS", belgian_iban("9731102245"), "BEZOLDIGING", to="618000")
_COSTS = Movement(0, "-4.50", "", text="KOSTEN REKENING", code=COSTS, to="658000")
_POWER = Movement(
    0, "-143.27", "LUMINUS", belgian_iban("7310123499"), "VOORSCHOT ENERGIE", DIRECT_DEBIT, to="612000", vat="P21S"
)
_SOCIAL = Movement(0, "-812.44", "ACERTA SSE", belgian_iban("4358011120"), "SOCIALE BIJDRAGE", to="618200")
_SAVING = Movement(
    0, "-2000.00", "CONSULTANCY NEW LOGO", "BE15671919070930", "SPAREN", to="580000", party="Eigen rekeningen"
)


def _again(movement: Movement, back: int, **changes: str) -> Movement:
    return replace(movement, back=back, **changes)


HANDLED = (
    _again(_RENT, 62),
    _again(_COSTS, 60),
    Movement(59, "3630.00", "OPTIEK LAMBRECHT NV", belgian_iban("0910177733"), "2026-0119", item="2026-0119"),
    _again(_WAGE, 58),
    Movement(54, "-169.69", "EXACT SOFTWARE", EXACT.iban, "FACTUUR 1814233", paper="exact-1"),
    _again(_POWER, 53),
    _again(_SAVING, 52, text="SPAREN 1"),
    Movement(46, "1210.00", "STUDIO MAAN", belgian_iban("7390144402"), "2026-0122", item="2026-0122"),
    Movement(44, "-145.20", "COMBELL", HOSTING.iban, "CB-77120", paper="hosting-1"),
    Movement(42, "-36.20", "NMBS", text="LEUVEN STATION", code=CARD, to="615010"),
    _again(_RENT, 41),
    _again(_COSTS, 40),
    Movement(38, "4840.00", "TRANSPORT DE BACKER", belgian_iban("4110233357"), "2026-0125", item="2026-0125"),
    _again(_WAGE, 37),
    Movement(33, "-169.69", "EXACT SOFTWARE", EXACT.iban, "FACTUUR 1814611", paper="exact-2"),
    _again(_POWER, 32),
    _again(_SAVING, 31, text="SPAREN 2"),
    Movement(28, "-61.10", "DATS 24", text="HEVERLEE", code=CARD, to="612100"),
    Movement(26, "2178.00", "OPTIEK LAMBRECHT NV", belgian_iban("0910177733"), "2026-0128", item="2026-0128"),
    _again(_SOCIAL, 24),
    Movement(22, "-59.99", "LINKEDIN IRELAND", text="PREMIUM", code=CARD, to="614010"),
    _again(_RENT, 20),
    _again(_COSTS, 19),
    _again(_WAGE, 17),
    Movement(16, "-24.19", "ADOBE SYSTEMS", text="CREATIVE CLOUD", code=CARD, to="612220"),
    Movement(13, "-349.00", "VANDEN BORRE", APPLIANCES.iban, "VB 558102", key="screen"),
    _again(_POWER, 11),
)

TO_DO = (
    Movement(12, "-229.00", "MEDIA MARKT LEUVEN", text="BANCONTACT 4412", code=CARD, key="mediamarkt"),
    Movement(10, "-71.35", "TOTALENERGIES", text="HEVERLEE BANCONTACT 4412", code=CARD, key="fuel"),
    Movement(9, "-169.69", "EXACT SOFTWARE", EXACT.iban, "FACTUUR 1815007", key="exact-1"),
    Movement(
        9,
        "-89.90",
        "PROXIMUS",
        belgian_iban("2100123455"),
        "",
        DIRECT_DEBIT,
        "phone",
        structured="+++012/3456/78939+++",
    ),
    Movement(8, "-412.61", "DRUKKERIJ PEETERS", PRINTER.iban, "FACTUUR 2290", key="print"),
    Movement(8, "-145.20", "COMBELL", HOSTING.iban, "CB-79464", key="hosting"),
    Movement(7, "-169.69", "EXACT SOFTWARE", EXACT.iban, "FACTUUR 1815007", key="exact-2"),
    Movement(7, "-6.50", "Q-PARK LEUVEN", text="BANCONTACT 4412", code=CARD, key="parking"),
    Movement(7, "-64.95", "ZARA LEUVEN", text="BANCONTACT 4412", code=CARD, key="clothes"),
    Movement(6, "-350.00", "J. PEETERS", belgian_iban("9790144466"), "SALDO BERGING", key="storage"),
    Movement(6, "-38.99", "AMAZON EU SARL", text="406-7719203", code=CARD, key="amazon"),
    Movement(5, "-60.49", "COOLBLUE BELGIE", SHOP.iban, "90331748", key="shop"),
    Movement(5, "-119.00", "IKEA", text="BANCONTACT 4412 HEVERLEE", code=CARD, key="desk"),
    Movement(5, "2420.00", "STUDIO MAAN", belgian_iban("7390144402"), "2026-0131"),
    Movement(4, "-64.20", "DELHAIZE LEUVEN", text="BANCONTACT 4412", code=CARD),
    _again(_SOCIAL, 4, to=""),
    _again(_COSTS, 4, to=""),
    Movement(3, "-23.40", "NMBS", text="LEUVEN STATION", code=CARD),
    Movement(3, "-47.95", "BOL.COM", belgian_iban("0630011198"), "A0009F3XK1"),
    Movement(3, "-59.99", "LINKEDIN IRELAND", text="PREMIUM", code=CARD),
    Movement(3, "-86.50", "BRASSERIE DE WALVIS", text="BANCONTACT 4412", code=CARD),
    Movement(2, "1815.00", "OPTIEK LAMBRECHT NV", belgian_iban("0910177733"), "2026-0138"),
    Movement(2, "-58.12", "DATS 24", text="HEVERLEE BANCONTACT 4412", code=CARD),
    Movement(2, "-12.85", "BPOST", text="LEUVEN 1 BANCONTACT 4412", code=CARD),
    Movement(2, "-38.16", "DE WATERGROEP", belgian_iban("0910008877"), "TUSSENTIJDSE FACTUUR", DIRECT_DEBIT),
    Movement(1, "-24.19", "ADOBE SYSTEMS", text="CREATIVE CLOUD", code=CARD),
    Movement(1, "-31.50", "STAD LEUVEN", belgian_iban("0910001172"), "RETRIBUTIE 88201"),
    Movement(1, "-3180.00", "FOD FINANCIEN BTW", "BE22679200300047", "", "", "vat", structured="+++063/9562/76858+++"),
)

CURRENT = Feed("BE70063956273525", "Zichtrekening", "GKCCBEBB", CUSTOMER, "29104.17", (*HANDLED, *TO_DO))
SAVINGS = Feed(
    "BE15671919070930",
    "Spaarrekening",
    "NICABEBB",
    CUSTOMER,
    "12156.67",
    (
        Movement(52, "2000.00", CUSTOMER.upper(), CURRENT.number, "SPAREN 1", item="SPAREN 1"),
        Movement(31, "2000.00", CUSTOMER.upper(), CURRENT.number, "SPAREN 2", item="SPAREN 2"),
        Movement(20, "6.67", "", text="INTREST", code="03550000", to="751000"),
    ),
)


def _desk(stage: Stage, on: date) -> Desk:
    return Desk(stage, "newlogo", "els", on)


def _sales(*sold: tuple[int, str, str, str]) -> tuple[Scene, ...]:
    def scene(back: int, customer: str, number: str, total: str) -> Scene:
        return Scene(back, "09:00", lambda stage, on: _desk(stage, on).sell(customer, number, total))

    return tuple(scene(*one) for one in sold)


def _ask(back: int, clock: str, *keys: str) -> Scene:
    return Scene(back, clock, lambda stage, on: _desk(stage, on).ask("sofie", *keys))


def _question(stage: Stage, on: date) -> None:
    words = "Waarvoor was deze betaling van € 350,00 aan J. Peeters (SALDO BERGING)?"
    _desk(stage, on).ask("sofie", "storage", kind="question", text=words)


def _found_it(stage: Stage, on: date) -> None:
    _desk(stage, on).send_pdf("screen", invoices(stage.days)["screen"])


def _closed(stage: Stage, on: date) -> None:
    desk = _desk(stage, on)
    desk.book(desk.line("screen"), desk.purchase_for("screen"), invoices(stage.days)["screen"])


def _answers(stage: Stage, on: date) -> None:
    desk, papers = _desk(stage, on), invoices(stage.days)
    desk.send_pdf("print", papers["print"], "Hier is ze. Ik vond ze in mijn mailbox.")
    desk.send_ubl("hosting", papers["hosting-2"])
    desk.send_ubl("shop", papers["shop"])
    desk.say_without("parking", "does_not_exist", "Automaat zonder ticket.")
    desk.say_without("clothes", "private")
    desk.say_without("desk", "already_sent", "Vorige week gemaild naar Tom.")
    desk.say_without("storage", "words", "Saldo van de huur van de berging aan de Vaart, er komt een contract.")


def _later(stage: Stage, on: date) -> None:
    desk = _desk(stage, on)
    desk.say("phone", "Ok ik doe dit direct", by=desk.guest("phone"))
    desk.promise("phone", stage.days.in_days(3))


def _note(stage: Stage, on: date) -> None:
    words = "Factuur zegt 60,50 en de bank 60,49: afronding in de winkel?"
    _desk(stage, on).say("shop", words, internal=True)


STORY = Story(
    dossier="newlogo",
    by="els",
    feeds=(CURRENT, SAVINGS),
    invoices=invoices,
    scenes=(
        *_sales(
            (68, "Optiek Lambrecht", "2026-0119", "3630.00"),
            (60, "Studio Maan", "2026-0122", "1210.00"),
            (50, "Transport De Backer", "2026-0125", "4840.00"),
            (40, "Optiek Lambrecht", "2026-0128", "2178.00"),
            (21, "Studio Maan", "2026-0131", "2420.00"),
            (12, "Transport De Backer", "2026-0135", "3146.00"),
            (9, "Optiek Lambrecht", "2026-0138", "1815.00"),
        ),
        _ask(12, "17:40", "screen"),
        Scene(11, "20:12", _found_it),
        Scene(9, "09:40", _closed),
        _ask(7, "10:05", "mediamarkt"),
        _ask(6, "10:05", "print", "hosting", "parking", "clothes"),
        _ask(4, "10:20", "fuel", "shop", "desk"),
        Scene(5, "17:30", _question),
        _ask(5, "17:35", "phone"),
        Scene(4, "12:45", _later),
        Scene(3, "19:28", _answers),
        Scene(2, "08:55", _note),
        _ask(0, NOW, "amazon"),
    ),
)
