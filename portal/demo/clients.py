"""The other clients of the first firm: who they are. Every number, rhythm and colleague follows from the name."""

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TypeVar

from portal.demo.statements import belgian_iban, enterprise_number

T = TypeVar("T")
FIRST_CODE = 10010
COUNT = 158  # with the five that have a story: 163
EXEMPT = 9  # and Cabinet Moreau: ten file no VAT return, so the tile of the returns adds up to 153 and ten others
LATE = 7  # and the bakery: eight returns are overdue
CLIENT_TURN, FIRM_TURN, ANSWERED = 26, 16, 5
TO_DO = 1160  # bank lines to process in the whole firm
IN_STORIES = 50  # of which in the five with a story

# who answers for how many: Els has 42 with her three stories, the others the rest
OWNERS = (("els", 39), ("tom", 37), ("ruben", 35), ("joke", 30), ("dina", 17))
# the services they buy: 1 for most, then 16, 13 and 8
SCENARIOS = ((2, 16), (3, 13), (4, 8))

BUILD = """
Schilderwerken Aerts|Dakwerken Verlinden bv|Bouwbedrijf Janssens bv|Elektro Wouters|Sanitair Mertens bv|Vloeren De Cock
Schrijnwerkerij Goossens bv|Tuinen Van Hove|Stukadoor Lenaerts|Ramen en Deuren Pauwels nv|Chape Michiels bv
Isolatie De Backer|Gevelrenovatie Hendrickx bv|Metaalwerken Smets nv|Keukens Vermeulen bv|Zwembaden Claessens
Toitures Lambert srl|Menuiserie Dubois srl|Grondwerken Bogaerts bv|Verwarming Maes & Zonen bv|Parket Peeters
Trappen Thijs bv|Steenkapperij Cuypers|Natuursteen Wellens nv|Glaswerken De Ridder bv|Algemene Werken Segers bv
Rioleringen Nijs|Zonnepanelen Helios bv
"""
SHOP = """
Optiek Lambrecht nv|Wijnhuis Petit Chêne|Boekhandel De Zevende Hemel bv|Bloemen Veronique|Juwelier Van Roey bv
Speelgoed Pinokkio|Fietsen Dockx bv|Schoenen Bertels|Kaashoeve Ter Linde|Slagerij Vandeputte bv
Apotheek Heverlee bv|Dierenwinkel Noah|Doe-het-zelf Brabo nv|Kapsalon Knip & Co|Fleurs de Namur srl
Boulangerie Petit srl|Meubelen Heylen nv|Babyhuis Ooievaar bv|Stoffen Madeleine|Elektro Vandenbroeck bv
Sport Van Aken bv|Tweedehands De Kring vzw|Parfumerie Iris bv|Lederwaren Delacroix|Kruidenier Mariën
Fromagerie Dumont srl|Wolwinkel Saartje|Antiek Van Eyck
"""
FOOD = """
Brasserie De Walvis bv|Frituur 't Hoekske|Restaurant Saffraan bv|Koffiebar Boon|Pizzeria Da Marco bv
Traiteur Van den Bossche|Hotel De Zwaan nv|Feestzaal Ter Eiken bv|Brouwerij Het Anker Leuven bv|IJssalon Capri
Chocolaterie Florent bv|Sushi Momo bv|Taverne De Kroon|Crêperie Bretonne srl|Catering Mondaine bv|Café Belgrado
Foodtruck Smul|Bistro Nonna bv
"""
OFFICE = """
Studio Maan|Advocaten Vermeersch & Partners bv|Vertaalbureau Babel|Webbureau Pixelpunt bv|Marketing Boost bv
Architecten Lijn en Vlak bv|Ingenieursbureau Stabiel bv|Fotografie Noor|IT-Consult Devos bv|Notaris Van Calster
Drukkerij De Letter bv|Communicatie Blikvanger bv|Selectiebureau Talent bv|Opleidingen Horizon vzw
Verzekeringen De Wachter bv|Expertise Roelandt bv|Softwarehuis Kwadraat nv|Graphisme Bleu srl|Coaching Anker
Milieuadvies Groenling bv|Evenementen Confetti bv|Consult Lemaire srl|Veiligheid Sentinel bv|Tolkendienst Agora
Interieur Salon Blanc bv|Landmeter Celis|Muziekstudio Resonans bv|Uitgeverij Kompas bv
"""
MOVE = """
Transport De Backer bv|Verhuizingen Vlotweg bv|Koerier Snelwiel|Taxi Dijleland bv|Autobedrijf Renders nv
Carrosserie Jacobs bv|Bandencentrale Leys bv|Rijschool Voorrang bv|Logistiek Haspengouw nv|Garage Vermeulen & Zn.
Autocars Lauwers nv|Truckservice Mol bv|Motoren Stevens|Transports Meuse srl|Wasstraat Blinkend bv
Landbouwmachines Thys nv
"""
LAND = """
Vastgoed Rubens cv|Immo Dijlezicht bv|Hoeve Ten Bos|Boomkwekerij Verbeeck bv|Fruitbedrijf Appeltans
Melkveebedrijf Vranken|Vastgoedbeheer Atrium nv|Immobilière du Parc srl|Manege De Draver|Holding Sterk bv
Patrimonium Janssen cv|Serres Van Looy nv|Beheer Tweespan bv|Wijngaard Hageland bv|Schapenhoeve De Wolk
Immo Stationsplein bv|Imkerij Zoemer|Camping De Kievit bv
"""
CARE = """
Tandartspraktijk Claes|Yogahuis Leuven vzw|Kinesitherapie De Brug bv|Huisartsen Parkwijk bv|Thuisverpleging Zonnig
Logopedie Klank|Psychologen Tussenruimte|Dierenarts Van Gool bv|Fitness Spartacus bv|Crèche Les Lutins asbl
Danscentrum Pirouette vzw|Diëtiste Annelies Roels|Podologie Stap|Opticien Klaarzicht bv|Schoonheidsinstituut Lila
Massagepraktijk Balans|Rusthuis Avondzon vzw|Dermatologie Coppens bv|Osteopathie Rug & Co|Zwemclub De Otters vzw
Orthodontie Beugelmans bv|Voetbalclub Sporting Kessel vzw
"""
SECTORS = {"build": BUILD, "shop": SHOP, "food": FOOD, "office": OFFICE, "move": MOVE, "land": LAND, "care": CARE}
EXEMPT_NAMES = (
    "Tandartspraktijk Claes",
    "Kinesitherapie De Brug bv",
    "Huisartsen Parkwijk bv",
    "Thuisverpleging Zonnig",
    "Logopedie Klank",
    "Psychologen Tussenruimte",
    "Rusthuis Avondzon vzw",
    "Dermatologie Coppens bv",
    "Zwemclub De Otters vzw",
)
PEOPLE = [
    "An",
    "Bart",
    "Carine",
    "Dirk",
    "Eva",
    "Filip",
    "Greet",
    "Hans",
    "Ilse",
    "Jan",
    "Karin",
    "Luc",
    "Mia",
    "Nico",
    "Olivia",
    "Piet",
    "Rosa",
    "Sven",
    "Tine",
    "Wim",
]
FAMILIES = [
    "Aerts",
    "Baert",
    "Cools",
    "Dierickx",
    "Engels",
    "Faes",
    "Geerts",
    "Huys",
    "Ceulemans",
    "Jonckheere",
    "Leroy",
    "Martens",
    "Nelissen",
]
BANKS = (("0016", "GEBABEBB"), ("0689", "GKCCBEBB"), ("7340", "KREDBEBB"), ("3631", "BBRUBEBB"), ("9731", "ARSPBE22"))


@dataclass(frozen=True, slots=True)
class Client:
    """One client without a story: what its row in the cockpit will say."""

    code: str
    name: str
    sector: str
    number: str  # enterprise number
    rhythm: str
    language: str
    owner: str
    scenario: int
    turn: str  # client, firm or nobody
    is_late: bool  # its last VAT return that fell due is not filed
    answered: bool  # its question has an answer that waits for the firm
    until: int  # working days back up to which its bank is known; 0: no bank yet
    iban: str
    bic: str

    @property
    def mail(self) -> str:
        """The address of whoever answers questions there."""
        word = "".join(sign for sign in self.name.lower() if sign.isascii() and sign.isalpha())
        return f"info@{word}.example"

    @property
    def contact(self) -> str:
        """Whoever that is."""
        chance = Random(f"contact {self.name}")  # noqa: S311
        return f"{chance.choice(PEOPLE)} {chance.choice(FAMILIES)}"


@cache
def clients() -> tuple[Client, ...]:
    """All of them, in the order of their codes; the same ones at every call and on every machine."""
    chance = Random("van-damme")  # noqa: S311  (believable, not secret)
    names = [(name, sector) for sector, text in SECTORS.items() for name in text.strip().replace("\n", "|").split("|")]
    chance.shuffle(names)
    owners = _dealt(OWNERS, COUNT, "els", chance)
    scenarios = _dealt(SCENARIOS, COUNT, 1, chance)
    turns = _dealt((("client", CLIENT_TURN), ("firm", FIRM_TURN)), COUNT, "nobody", chance)
    busy = [place for place, turn in enumerate(turns) if turn != "nobody" and names[place][0] not in EXEMPT_NAMES]
    late = set(busy[::5][:LATE])
    answering = [place for place, turn in enumerate(turns) if turn == "firm"][:ANSWERED]
    found = []
    for place, (name, sector) in enumerate(names):
        own = Random(name)  # noqa: S311
        bank, bic = own.choice(BANKS)
        quiet = turns[place] == "nobody"
        found.append(
            Client(
                code=str(FIRST_CODE + place),
                name=name,
                sector=sector,
                number=enterprise_number(f"{own.randrange(4_100_000, 7_990_000):08d}"),
                rhythm=_rhythm(name, own, is_late=place in late),
                language="fr" if name.endswith((" srl", " asbl")) else "nl",
                owner=owners[place],
                scenario=scenarios[place],
                turn=turns[place],
                is_late=place in late,
                answered=place in answering,
                until=own.choice((0, 0, 1, 1, 1, 2, 2, 3)) if quiet else own.choice((1, 1, 2, 3, 4)),
                iban=belgian_iban(f"{bank}{own.randrange(10**6):06d}"),
                bic=bic,
            )
        )
    return tuple(found)


def _rhythm(name: str, own: Random, *, is_late: bool) -> str:
    if name in EXEMPT_NAMES:
        return "exempt"
    # who is late files by month, so that it is late since days and not since weeks
    return "monthly" if is_late else own.choice(("monthly", "quarterly"))


def _dealt(wanted: tuple[tuple[T, int], ...], count: int, rest: T, chance: Random) -> list[T]:
    """So many of each, the rest of another, in an order that looks like life."""
    found = [one for one, number in wanted for _ in range(number)]
    found += [rest] * (count - len(found))
    chance.shuffle(found)
    return found
