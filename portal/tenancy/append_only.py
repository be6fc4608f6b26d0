"""Tables that only grow: the triggers that refuse to change, delete or empty them, whoever asks."""

import pgtrigger

REFUSE = "RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';"


def append_only() -> list[pgtrigger.Trigger]:
    """Return the triggers for Meta.triggers of a table that may only be added to."""
    return [
        pgtrigger.Trigger(
            name="append_only",
            operation=pgtrigger.Update | pgtrigger.Delete,
            when=pgtrigger.Before,
            func=REFUSE,
        ),
        pgtrigger.Trigger(
            name="no_truncate",
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            func=REFUSE,
        ),
    ]
