"""20001 Fietsen Vermeer: the books of the other firm, in the Netherlands. Nobody of the first firm ever sees them."""

from datetime import date

from portal.demo.desk import Desk, Scene, Story
from portal.demo.stage import Stage
from portal.demo.statements import CARD, COSTS, DIRECT_DEBIT, Feed, Movement

FEED = Feed(
    "NL77INGB0008320070",
    "Betaalrekening",
    "INGBNL2A",
    "Fietsen Vermeer",
    "13877.20",
    (
        Movement(46, "2499.00", "J. DE BRUIN", "NL91ABNA0417164300", "V-1183", item="V-1183"),
        Movement(41, "-1750.00", "VASTGOED BREDA", "NL91ABNA0417164300", "HUUR WINKEL", to="4100", vat="IH"),
        Movement(39, "-12.10", "", text="KOSTEN ZAKELIJKE REKENING", code=COSTS, to="4650"),
        Movement(28, "1349.00", "M. VAN LOON", "NL91ABNA0417164300", "V-1191", item="V-1191"),
        Movement(21, "-1750.00", "VASTGOED BREDA", "NL91ABNA0417164300", "HUUR WINKEL", to="4100", vat="IH"),
        Movement(18, "-68.97", "KPN", "NL91ABNA0417164300", "TELEFOON", DIRECT_DEBIT, to="4510", vat="IH"),
        Movement(9, "-842.00", "GAZELLE", "NL91ABNA0417164300", "FACTUUR 55120", key="frames"),
        Movement(8, "-97.40", "GAMMA BREDA", text="PIN 3391", code=CARD, key="tools"),
        Movement(5, "-250.00", "WIELERCLUB DE MARK", "NL91ABNA0417164300", "SEIZOEN", key="club"),
        Movement(3, "899.00", "P. SMIT", "NL91ABNA0417164300", "V-1199"),
        Movement(1, "-12.10", "", text="KOSTEN ZAKELIJKE REKENING", code=COSTS),
    ),
)


def _desk(stage: Stage, on: date) -> Desk:
    return Desk(stage, "bikes", "dina", on)


def _sale(back: int, customer: str, number: str, total: str) -> Scene:
    def act(stage: Stage, on: date) -> None:
        _desk(stage, on).sell(customer, number, total, revenue="8000")

    return Scene(back, "09:00", act)


def _question(stage: Stage, on: date) -> None:
    words = "Is de € 250,00 aan Wielerclub De Mark sponsoring of lidgeld?"
    _desk(stage, on).ask("freek", "club", kind="question", text=words)


def _answer(stage: Stage, on: date) -> None:
    _desk(stage, on).say_without("club", "words", "Sponsoring: ons logo staat op de truien.")


STORY = Story(
    dossier="bikes",
    by="dina",
    feeds=(FEED,),
    scenes=(
        _sale(55, "J. de Bruin", "V-1183", "2499.00"),
        _sale(35, "M. van Loon", "V-1191", "1349.00"),
        _sale(6, "P. Smit", "V-1199", "899.00"),
        Scene(7, "10:00", lambda stage, on: _desk(stage, on).ask("freek", "frames", "tools")),
        Scene(4, "15:10", _question),
        Scene(3, "21:05", _answer),
    ),
)
