"""Refusals carry a code, facts and a sentence."""

import pickle
from decimal import Decimal

from portal.kernel.errors import FormatRefused, Refused


class Locked(Refused):
    code = "locked"
    template = "Period %(period)s is closed; %(amount)s stays."


def test_message_is_english_by_default_and_translated_on_request():
    refusal = Locked(period="2026-Q3", amount=Decimal("4.50"))
    assert str(refusal) == "Period 2026-Q3 is closed; 4.50 stays."
    dutch = {Locked.template: "Periode %(period)s is afgesloten; %(amount)s blijft."}
    assert refusal.message(dutch.get) == "Periode 2026-Q3 is afgesloten; 4.50 blijft."
    assert refusal.message(show=lambda value: f"<{value}>").startswith("Period <2026-Q3>")


def test_a_bad_translation_falls_back_to_english():
    refusal = Locked(period="x", amount=1)
    assert refusal.message(lambda text: "%(periode)s dicht") == str(refusal)
    assert refusal.message(lambda text: "100% dicht") == str(refusal)


def test_refusals_survive_a_process_border():
    refusal = pickle.loads(pickle.dumps(Locked(period="x", amount=1)))
    assert (type(refusal), refusal.data) == (Locked, {"period": "x", "amount": 1})
    refused = pickle.loads(pickle.dumps(FormatRefused("a.b", "Line says %(x)s.", 3, 9, x="no")))
    assert (refused.rule, refused.line, refused.column, str(refused)) == (
        "a.b",
        3,
        9,
        "Line says no.",
    )
    assert "a.b" in repr(refused)
