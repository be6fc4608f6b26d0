"""Who plays in the demo: the people of the tests and some more, so that every role has a login in both firms."""

from dataclasses import dataclass

PASSWORD = "samen-demo-2026"  # noqa: S105  (printed at every start: it opens invented books only)


@dataclass(frozen=True, slots=True)
class Office:
    """An accounting firm; its owner opens it."""

    key: str
    name: str
    mark: str
    color: str
    email: str
    phone: str
    address: str
    country: str
    owner: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """An administration."""

    key: str
    firm: str
    code: str
    name: str
    enterprise_number: str
    vat_rhythm: str
    responsible: str
    country: str = "BE"
    language: str = "nl"
    vat_number: str = ""  # in Belgium it follows from the enterprise number


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody: `works` maps firm → role, `portfolio` narrows it, `client` maps administration → role."""

    key: str
    name: str
    email: str
    works: tuple[tuple[str, str], ...] = ()
    portfolio: tuple[str, ...] = ()
    client: tuple[tuple[str, str], ...] = ()
    language: str = "nl"
    phone: str = ""
    left: bool = False


OFFICES = (
    Office(
        "van-damme",
        "Van Damme Accountants",
        "vd",
        "#0B5B58",
        "post@van-damme.example",
        "+32 16 23 40 50",
        "Bondgenotenlaan 1, 3000 Leuven",
        "BE",
        "els",
    ),
    Office(
        "de-wit",
        "De Wit Accountants",
        "dw",
        "#3B3F8C",
        "post@de-wit.example",
        "+31 76 521 30 40",
        "Ginnekenstraat 20, 4811 JG Breda",
        "NL",
        "mallory",
    ),
)

DOSSIERS = (
    Dossier("newlogo", "van-damme", "10001", "Consultancy New Logo", "0639.562.768", "monthly", "els"),
    Dossier("bakery", "van-damme", "10002", "Bakkerij De Korenaar", "0403.170.701", "monthly", "tom"),
    Dossier("garage", "van-damme", "10003", "Garage Maes", "0417.497.106", "quarterly", "ruben"),
    Dossier("practice", "van-damme", "10004", "Cabinet Moreau", "0734.561.204", "exempt", "els", language="fr"),
    Dossier(
        "cheese",
        "van-damme",
        "10005",
        "Kaashandel Van Dijk",
        "61204471",
        "quarterly",
        "els",
        country="NL",
        vat_number="NL856312046B01",
    ),
    Dossier("bikes", "de-wit", "20001", "Fietsen Vermeer", "68750110", "quarterly", "dina", country="NL"),
)

PEOPLE = (
    Person("els", "Els Hermans", "els@van-damme.example", works=(("van-damme", "owner"),), phone="+32 16 23 40 51"),
    Person(
        "tom",
        "Tom Claes",
        "tom@van-damme.example",
        works=(("van-damme", "accountant"),),
        portfolio=("newlogo", "bakery"),
        phone="+32 16 23 40 52",
    ),
    Person(
        "ruben",
        "Ruben Pauwels",
        "ruben@van-damme.example",
        works=(("van-damme", "accountant"),),
        portfolio=("garage",),
        phone="+32 16 23 40 53",
    ),
    Person("joke", "Joke Willems", "joke@van-damme.example", works=(("van-damme", "assistant"),)),
    Person("rik", "Rik Goossens", "rik@van-damme.example", works=(("van-damme", "accountant"),), left=True),
    Person("sofie", "Sofie Lemmens", "sofie@newlogo.example", client=(("newlogo", "entrepreneur"),)),
    Person("an", "An De Smet", "an@korenaar.example", client=(("bakery", "entrepreneur"),)),
    Person("bilal", "Bilal Aydin", "bilal@korenaar.example", client=(("bakery", "employee"),)),
    Person("chris", "Chris Peeters", "chris@korenaar.example", client=(("bakery", "approver"),), language="fr"),
    Person("rita", "Rita Jacobs", "rita@korenaar.example", client=(("bakery", "reader"),)),
    Person("roland", "Roland Smets", "roland@korenaar.example", client=(("bakery", "entrepreneur"),), left=True),
    Person("gust", "Gust Maes", "gust@garage-maes.example", client=(("garage", "entrepreneur"),)),
    Person("claire", "Claire Moreau", "claire@moreau.example", client=(("practice", "entrepreneur"),), language="fr"),
    Person("wout", "Wout van Dijk", "wout@vandijk.example", client=(("cheese", "entrepreneur"),)),
    Person("mallory", "Mallory de Wit", "mallory@de-wit.example", works=(("de-wit", "owner"),)),
    Person("sanne", "Sanne Bos", "sanne@de-wit.example", works=(("de-wit", "assistant"),)),
    Person(
        "dina",
        "Dina Dubbel",
        "dina@dubbel.example",
        works=(("van-damme", "assistant"), ("de-wit", "accountant")),
        client=(("newlogo", "approver"),),
        phone="+31 76 521 30 41",
    ),
    Person("freek", "Freek Vermeer", "freek@vermeer.example", client=(("bikes", "entrepreneur"),)),
    Person("joris", "Joris Vermeer", "joris@vermeer.example", client=(("bikes", "employee"),)),
    Person("hanneke", "Hanneke Vermeer", "hanneke@vermeer.example", client=(("bikes", "approver"),)),
    Person("pim", "Pim Smit", "pim@vermeer.example", client=(("bikes", "reader"),)),
)

NAMES = {person.key: person for person in PEOPLE}
