"""What stands on the bank of a client without a story: what its sector buys and sells, chosen by its name."""

from random import Random

from portal.demo.clients import Client
from portal.demo.statements import CARD, COSTS, DIRECT_DEBIT, Movement, belgian_iban

SPREAD = 12  # working days over which the lines lie

# who is paid, what for, how, least and most euro
EVERYBODY = (
    ("PROXIMUS", "TELEFOON EN INTERNET", DIRECT_DEBIT, 45, 190),
    ("LUMINUS", "VOORSCHOT ENERGIE", DIRECT_DEBIT, 90, 620),
    ("TOTALENERGIES", "BANCONTACT 4471", CARD, 40, 110),
    ("ACERTA SSE", "SOCIALE BIJDRAGE", "", 380, 1250),
    ("BPOST", "BANCONTACT 4471", CARD, 6, 48),
    ("SECUREX", "LOONKOSTEN", "", 900, 4200),
    ("EXACT SOFTWARE", "LICENTIE", DIRECT_DEBIT, 35, 140),
    ("ETHIAS", "POLIS 8814", DIRECT_DEBIT, 60, 480),
    ("COLRUYT", "BANCONTACT 4471", CARD, 18, 160),
    ("", "KOSTEN REKENING", COSTS, 3, 9),
)
SECTOR = {
    "build": (
        ("FACQ", "WERF", "", 120, 2900),
        ("VAN MARCKE", "LEVERING", "", 90, 1900),
        ("BRICO PRO", "BANCONTACT", CARD, 12, 320),
        ("BOELS RENTAL", "HUUR MACHINE", "", 80, 640),
    ),
    "shop": (
        ("MAKRO", "BANCONTACT", CARD, 60, 900),
        ("GROOTHANDEL DE MEYER", "FACTUUR", "", 150, 2400),
        ("WORLDLINE", "HUUR TERMINAL", DIRECT_DEBIT, 20, 60),
        ("RAJA PACK", "VERPAKKING", "", 40, 260),
    ),
    "food": (
        ("SLIGRO", "KASBON", CARD, 80, 900),
        ("BIDFOOD", "LEVERING", "", 120, 1400),
        ("AB INBEV", "DRANKEN", DIRECT_DEBIT, 180, 1600),
        ("LAVERO", "LINNEN", "", 40, 190),
    ),
    "office": (
        ("ADOBE SYSTEMS", "CREATIVE CLOUD", CARD, 24, 73),
        ("MICROSOFT", "365 BUSINESS", CARD, 12, 240),
        ("LYRECO", "KANTOORMATERIAAL", "", 25, 310),
        ("NMBS", "BANCONTACT 4471", CARD, 9, 58),
    ),
    "move": (
        ("DKV EURO SERVICE", "BRANDSTOF", DIRECT_DEBIT, 400, 3900),
        ("VIAPASS", "KILOMETERHEFFING", DIRECT_DEBIT, 90, 860),
        ("AUTODELEN NOORD", "ONDERDELEN", "", 60, 980),
        ("MICHELIN", "BANDEN", "", 180, 1500),
    ),
    "land": (
        ("AVEVE", "LEVERING", "", 60, 1300),
        ("DE WATERGROEP", "TUSSENTIJDSE FACTUUR", DIRECT_DEBIT, 35, 420),
        ("STAD LEUVEN", "ONROERENDE VOORHEFFING", "", 120, 1900),
        ("HORMANN", "ONDERHOUD POORT", "", 90, 480),
    ),
    "care": (
        ("HENRY SCHEIN", "MATERIAAL", "", 45, 760),
        ("BAXTER", "LEVERING", "", 60, 540),
        ("CORILUS", "SOFTWARE PRAKTIJK", DIRECT_DEBIT, 60, 190),
        ("MEDISTORE", "BANCONTACT", CARD, 14, 130),
    ),
}
PAYING = (
    "J. WILLEMS",
    "M. DUPONT",
    "FAM. AERTS",
    "VZW DE BRUG",
    "K. PEETERS",
    "STAD LEUVEN",
    "NV HEYLEN",
    "A. JANSSENS",
)


def made(client: Client, count: int) -> tuple[Movement, ...]:
    """So many lines to process, the newest on the day up to which its bank is known. Every third is money in."""
    chance = Random(f"bank {client.name}")  # noqa: S311  (believable, not secret)
    backs = sorted((client.until + chance.randrange(SPREAD) for _ in range(count - 1)), reverse=True)
    return tuple(_movement(client, chance, back, number) for number, back in enumerate([*backs, client.until]))


def handled(client: Client) -> tuple[Movement, ...]:
    """What is on the bank of a client with nothing to do: the rent, which has its place already."""
    chance = Random(f"rent {client.name}")  # noqa: S311
    rent = -Random(client.name).randrange(450, 2400)  # noqa: S311
    landlord = belgian_iban(f"363{chance.randrange(10**7):07d}")
    return (Movement(client.until, f"{rent}.00", "IMMO RUBENS", landlord, "HUUR", to="610000", key="rent"),)


def _movement(client: Client, chance: Random, back: int, number: int) -> Movement:
    other = belgian_iban(f"{chance.choice(('001', '068', '734', '363'))}{chance.randrange(10**7):07d}")
    cents = f"{chance.randrange(100):02d}"
    if chance.random() < 1 / 3:
        amount = f"{chance.randrange(60, 3800)}.{cents}"
        text = f"FACTUUR 2026-{chance.randrange(100, 480)}"
        return Movement(back, amount, chance.choice(PAYING), other, text, key=f"in-{number}")
    own = chance.random() < 1 / 2
    name, text, code, least, most = chance.choice(SECTOR[client.sector] if own else EVERYBODY)
    by_card = code in (CARD, COSTS)
    amount = f"-{chance.randrange(least, most)}.{cents}"
    return Movement(back, amount, name, "" if by_card else other, text, code, key=f"out-{number}")
