"""The cast: the same people in tests, demo and pictures. Each exists to break something.

Van Damme Accountants (Belgium) keeps the books of Consultancy New Logo, Bakkerij De Korenaar and Garage Maes;
De Wit Accountants (Netherlands) those of Fietsen Vermeer. Nobody of the one has any business in the other,
except Dina, who works at both and is a client of the first besides.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

_CAST = UUID("5a3e0000-0000-4000-8000-000000000000")


def id_of(name: str) -> UUID:
    """The fixed id of somebody or something in the cast."""
    return uuid5(_CAST, name)


@dataclass(frozen=True, slots=True)
class Office:
    """An accounting firm."""

    key: str
    name: str
    slug: str
    mark: str
    country: str = "BE"

    @property
    def id(self) -> UUID:
        """Its primary key."""
        return id_of(f"firm {self.key}")


@dataclass(frozen=True, slots=True)
class Books:
    """An administration."""

    key: str
    firm: str
    code: str
    name: str
    enterprise_number: str
    country: str = "BE"

    @property
    def id(self) -> UUID:
        """Its primary key."""
        return id_of(f"administration {self.key}")


@dataclass(frozen=True, slots=True)
class Person:
    """A user. `works` maps firm → role, `portfolio` narrows it; `client` maps administration → role."""

    key: str
    name: str
    email: str
    works: tuple[tuple[str, str], ...] = ()
    portfolio: tuple[str, ...] = ()
    client: tuple[tuple[str, str], ...] = ()
    contact: bool = False
    revoked: bool = False
    language: str = "nl"

    @property
    def id(self) -> UUID:
        """Their primary key."""
        return id_of(f"person {self.key}")


PASSWORD = "geheim-van-de-cast-1"

FIRMS = (
    Office("van-damme", "Van Damme Accountants", "van-damme", "VD"),
    Office("de-wit", "De Wit Accountants", "de-wit", "DW", "NL"),
)

ADMINISTRATIONS = (
    Books("newlogo", "van-damme", "10001", "Consultancy New Logo", "0639562711"),
    Books("bakery", "van-damme", "10002", "Bakkerij De Korenaar", "0403170701"),
    Books("garage", "van-damme", "10003", "Garage Maes", "0417497106"),
    Books("bikes", "de-wit", "20001", "Fietsen Vermeer", "68750110", "NL"),
)

PEOPLE = (
    Person("els", "Els Hermans", "els@van-damme.example", works=(("van-damme", "owner"),)),
    Person(
        "tom",
        "Tom Claes",
        "tom@van-damme.example",
        works=(("van-damme", "accountant"),),
        portfolio=("newlogo", "bakery"),
    ),
    Person(
        "ruben", "Ruben Pauwels", "ruben@van-damme.example", works=(("van-damme", "accountant"),), portfolio=("garage",)
    ),
    Person("joke", "Joke Willems", "joke@van-damme.example", works=(("van-damme", "assistant"),)),
    Person("rik", "Rik Goossens", "rik@van-damme.example", works=(("van-damme", "accountant"),), revoked=True),
    Person("sofie", "Sofie Lemmens", "sofie@newlogo.example", client=(("newlogo", "entrepreneur"),), contact=True),
    Person("an", "An De Smet", "an@korenaar.example", client=(("bakery", "entrepreneur"),), contact=True),
    Person("bilal", "Bilal Aydin", "bilal@korenaar.example", client=(("bakery", "employee"),)),
    Person("chris", "Chris Peeters", "chris@korenaar.example", client=(("bakery", "approver"),), language="fr"),
    Person("rita", "Rita Jacobs", "rita@korenaar.example", client=(("bakery", "reader"),)),
    Person("roland", "Roland Smets", "roland@korenaar.example", client=(("bakery", "entrepreneur"),), revoked=True),
    Person("gust", "Gust Maes", "gust@garage-maes.example", client=(("garage", "entrepreneur"),), contact=True),
    Person("mallory", "Mallory de Wit", "mallory@de-wit.example", works=(("de-wit", "owner"),)),
    Person("freek", "Freek Vermeer", "freek@vermeer.example", client=(("bikes", "entrepreneur"),), contact=True),
    Person(
        "dina",
        "Dina Dubbel",
        "dina@dubbel.example",
        works=(("van-damme", "assistant"), ("de-wit", "accountant")),
        client=(("newlogo", "approver"),),
    ),
    Person("zoe", "Zoë Niemand", "zoe@nergens.example"),  # an account, and not one door
)

NAMES = {person.key: person for person in PEOPLE}
OFFICES = {office.key: office for office in FIRMS}
BOOKS = {books.key: books for books in ADMINISTRATIONS}
# who answers for an administration
RESPONSIBLE = {"newlogo": "els", "bakery": "tom", "garage": "ruben", "bikes": "mallory"}
