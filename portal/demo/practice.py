"""10004 Cabinet Moreau: exempt from VAT, in French; a photo that is booked, a question that waits, an invitation."""

from datetime import date

from portal.demo.days import Days
from portal.demo.desk import Desk, Scene, Story
from portal.demo.papers import Invoice, Supplier, photo
from portal.demo.people import Person
from portal.demo.stage import Stage, invite_somebody
from portal.demo.statements import CARD, COSTS, Feed, Movement, belgian_iban, enterprise_number
from requests_app.actions.papers import Sent

NORA = Person("nora", "Nora Dubois", "nora@moreau.example", client=(("practice", "employee"),), language="fr")

BOOKSHOP = Supplier(
    "Librairie de la Dyle",
    enterprise_number("04330718"),
    "Rue du Pont 14",
    "1300 Wavre",
    belgian_iban("0682887711"),
    "612400",
    color="#4A5D23",  # no VAT code: who is exempt recovers none
)


def invoices(days: Days) -> dict[str, Invoice]:
    """The papers of this story."""
    lines = (("Atlas d'anatomie", "58.49"),)
    bill = Invoice(BOOKSHOP, "Cabinet Moreau", "0734561204", "F-3381", days.back(9), lines, rate=6, language="fr")
    return {"book": bill}


_FUND = belgian_iban("0010123377")

FEED = Feed(
    belgian_iban("0689012345"),
    "Compte à vue",
    "GKCCBEBB",
    "Cabinet Moreau",
    "6230.18",
    (
        Movement(45, "1840.00", "MUTUALITE CHRETIENNE", _FUND, "HONORAIRES 1", to="705400"),
        Movement(40, "-650.00", "IMMO WAVRE", belgian_iban("3630998877"), "LOYER", to="610000"),
        Movement(35, "-3.95", "", text="FRAIS DE COMPTE", code=COSTS, to="658000"),
        Movement(24, "2012.50", "MUTUALITE CHRETIENNE", _FUND, "HONORAIRES 2", to="705400"),
        Movement(20, "-650.00", "IMMO WAVRE", belgian_iban("3630998877"), "LOYER", to="610000"),
        Movement(8, "-62.00", "LIBRAIRIE DE LA DYLE", BOOKSHOP.iban, "F-3381", key="book"),
        Movement(7, "-133.10", "KINE SHOP", text="TABLE DE MASSAGE ACOMPTE", key="table", code=CARD),
        Movement(3, "1925.00", "MUTUALITE CHRETIENNE", _FUND, "HONORAIRES 3"),
        Movement(1, "-3.95", "", text="FRAIS DE COMPTE", code=COSTS),
    ),
)


def _desk(stage: Stage, on: date) -> Desk:
    return Desk(stage, "practice", "els", on)


def _answer(stage: Stage, on: date) -> None:
    paper = invoices(stage.days)["book"]
    _desk(stage, on).send("book", Sent(photo(paper), "IMG_2231.jpg"), "Voici la facture, en photo.")


def _book(stage: Stage, on: date) -> None:
    desk = _desk(stage, on)
    desk.book(desk.line("book"), desk.purchase_for("book"), invoices(stage.days)["book"])


STORY = Story(
    dossier="practice",
    by="els",
    feeds=(FEED,),
    invoices=invoices,
    scenes=(
        Scene(5, "11:00", lambda stage, on: _desk(stage, on).ask("claire", "book", "table")),
        Scene(3, "20:40", _answer),
        Scene(2, "11:15", _book),
        Scene(1, "09:30", lambda stage, on: invite_somebody(stage, NORA, "practice", "els")),
    ),
)
