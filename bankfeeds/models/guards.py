"""What the database itself refuses on bank rows, whoever asks: triggers for Meta.triggers.

A check at commit may run when the scope of its transaction has already ended, and then the policies would hide
the very rows to add up. Each check therefore stands in the scope of the row it checks, and gives the old one back.
"""

import pgtrigger

from portal.tenancy.guard import Guard, after_statement, never

FIXED = "RAISE EXCEPTION 'fixed: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';"

_STAND_IN_ITS_SCOPE = """
  firm := coalesce(current_setting('app.firm_id', true), '');
  administrations := coalesce(current_setting('app.administration_ids', true), '');
  PERFORM set_config('app.firm_id', {row}.firm_id::text, true),
          set_config('app.administration_ids', '{{' || {row}.administration_id::text || '}}', true);
"""
_GIVE_SCOPE_BACK = """
  PERFORM set_config('app.firm_id', firm, true), set_config('app.administration_ids', administrations, true);
"""
_ADD_UP = (
    _STAND_IN_ITS_SCOPE  # noqa: S608  (all parts are constants)
    + """
  SELECT l.amount, l.open_amount INTO whole, said FROM bankfeeds_statementline l WHERE l.id = {line};
  SELECT coalesce(sum(a.amount), 0) INTO given FROM bankfeeds_allocation a
   WHERE a.line_id = {line} AND a.undone_at IS NULL;
"""
    + _GIVE_SCOPE_BACK
    + """
  IF whole IS NULL OR said <> whole - given THEN
    RAISE EXCEPTION 'open amount: line % says % open, but % less % is %', {line}, said, whole, given, whole - given
      USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
"""
)
_VARIABLES = [
    ("firm", "text"),
    ("administrations", "text"),
    ("whole", "bigint"),
    ("said", "bigint"),
    ("given", "bigint"),
]


# Checked for all lines of an INSERT at once, and by no foreign key: a bank statement is never deleted.
_LINES_FIT = """
IF EXISTS (
  SELECT 1 FROM (SELECT DISTINCT statement_id, administration_id, firm_id, account_id FROM written) n WHERE (
    SELECT n.administration_id = s.administration_id AND n.firm_id = s.firm_id AND n.account_id = s.account_id
      FROM bankfeeds_statement s WHERE s.id = n.statement_id) IS NOT TRUE)
THEN
  RAISE EXCEPTION 'a line is not of its statement: other books, or another account' USING ERRCODE = '23514';
END IF;
RETURN NULL;
"""


def _adds_up(line: str, operation: pgtrigger.Operation) -> Guard:
    return Guard(
        name="adds_up",
        operation=operation,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        declare=_VARIABLES,
        func=_ADD_UP.format(row="NEW", line=line),
    )


def _fixed(*may_change: str) -> Guard:
    return Guard(
        name="content_fixed",
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        condition=pgtrigger.AnyChange(exclude=list(may_change)),
        func=FIXED,
    )


def guards_of_statement() -> list[Guard]:
    """What the bank said stays; only whether it is booked or held back may change, and a booked one stays booked."""
    return [
        *never(pgtrigger.Delete, "kept"),
        _fixed("state", "held_because", "facts", "warnings", "number"),
        Guard(
            name="booked_stays",
            operation=pgtrigger.Update,
            when=pgtrigger.Before,
            condition=pgtrigger.Q(old__state="booked")
            & (
                pgtrigger.Q(old__state__df=pgtrigger.F("new__state"))
                | pgtrigger.Q(old__number__df=pgtrigger.F("new__number"))
            ),
            func=FIXED,
        ),
    ]


def guards_of_line() -> list[Guard]:
    """A line keeps what the bank said; its open amount adds up at commit, and every change of it is a new version."""
    return [
        *never(pgtrigger.Delete, "kept"),
        after_statement("fit_statement", _LINES_FIT),
        _fixed("open_amount", "version"),
        Guard(
            name="starts_open",
            operation=pgtrigger.Insert,
            when=pgtrigger.Before,
            condition=~pgtrigger.Q(new__open_amount=pgtrigger.F("new__amount")) | ~pgtrigger.Q(new__version=1),
            func=FIXED,
        ),
        Guard(
            name="version_rises",
            operation=pgtrigger.Update,
            when=pgtrigger.Before,
            func="""
  IF NEW.version <> OLD.version + 1 THEN
    RAISE EXCEPTION 'version: line % was changed without a new version', NEW.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
""",
        ),
        _adds_up("NEW.id", pgtrigger.UpdateOf("open_amount")),  # type: ignore[no-untyped-call]
    ]


def guards_of_allocation() -> list[Guard]:
    """An allocation is never changed: it is undone, once, and the line it is of adds up at commit."""
    return [
        *never(pgtrigger.Delete, "kept"),
        _fixed("undone_at", "undone_by"),
        Guard(
            name="undone_once",
            operation=pgtrigger.Update,
            when=pgtrigger.Before,
            condition=pgtrigger.Q(old__undone_at__isnull=False),
            func=FIXED,
        ),
        _adds_up("NEW.line_id", pgtrigger.Insert | pgtrigger.Update),
    ]
