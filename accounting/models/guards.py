"""The guards of the ledger, one function per table: what no code, ours or not, can write into the books.

They run with the rights of whoever writes, so under the policies: a row of another tenant is a row that is not
there, and every guard refuses what it cannot see. ERRCODE 23514 reaches Django as IntegrityError.
"""

import pgtrigger

from portal.tenancy.guard import Guard, after_statement, at_commit, before, never

_CHANGE = pgtrigger.Update | pgtrigger.Delete
_WRITE = pgtrigger.Insert | pgtrigger.Update

# FOR SHARE: a lock of the period waits for us or we for it; it cannot slip in between this check and our commit.
# One check at the commit may do for all entries of an INSERT (see _COMPLETE): who relies on another's check must come
# in the same statement, so that a savepoint cannot part them, and from the same books, so that no scope can.
_FITS = """
PERFORM 1 FROM accounting_period p
  WHERE p.id = ANY (ARRAY(SELECT DISTINCT n.period_id FROM written n)) ORDER BY p.id FOR SHARE;
SELECT n.id, n.fault INTO wrong FROM (
  SELECT id, coalesce((
    SELECT CASE WHEN p.locked_at IS NOT NULL THEN 'falls in a locked period'
                WHEN p.administration_id = e.administration_id AND p.fiscal_year_id = e.fiscal_year_id
                 AND e.booked_on BETWEEN p.first_day AND p.last_day THEN '' END
      FROM accounting_period p WHERE p.id = e.period_id), 'lies outside its period') AS fault FROM written e) n
 WHERE n.fault <> '' LIMIT 1;
IF FOUND THEN
  RAISE EXCEPTION 'entry % %', wrong.id, wrong.fault USING ERRCODE = '23514';
END IF;
IF EXISTS (SELECT 1 FROM written n WHERE n.closed_by IS NOT NULL) AND (
     (SELECT count(DISTINCT n.administration_id) FROM written n) > 1
     OR EXISTS (SELECT 1 FROM written n
                 WHERE n.closed_by <> ALL (ARRAY(SELECT c.id FROM written c WHERE c.closed_by IS NULL))))
THEN
  RAISE EXCEPTION 'an entry is not closed by one of its own statement and books' USING ERRCODE = '23514';
END IF;
RETURN NULL;
"""

# Judges an entry and all it closes. The entry says how many lines it has, each line how many grid effects, and places
# are numbered and unique. Complete at the commit, there is no place left: nothing can be added later. The checks are
# scalar subqueries, which always go by the index: a join might scan the table, when a batch is larger than the
# statistics know. Not finding the entry itself means that the scope has gone: then nothing is known to be right.
_COMPLETE = """
SELECT e.id, CASE
  WHEN (SELECT count(*) = e.line_count AND count(*) > 1 AND sum(l.amount) = 0
          FROM accounting_entryline l WHERE l.entry_id = e.id) IS NOT TRUE
  THEN 'is not balanced and whole'
  WHEN EXISTS (SELECT 1 FROM accounting_entryline l WHERE l.entry_id = e.id AND l.grid_count > 0
                  AND l.grid_count <> (SELECT count(*) FROM accounting_grideffect g WHERE g.line_id = l.id))
  THEN 'does not have the grids its lines say'
  WHEN e.number < 1 OR (e.number > 1 AND NOT EXISTS (
         SELECT 1 FROM accounting_entry b WHERE b.journal_id = e.journal_id AND b.fiscal_year_id = e.fiscal_year_id
            AND b.number = e.number - 1))
  THEN 'leaves a gap before its number'
  WHEN e.reverses_id IS NOT NULL AND EXISTS (
         SELECT 1 FROM accounting_entryline l WHERE l.entry_id IN (e.id, e.reverses_id)
          GROUP BY l.account_id HAVING sum(l.amount) <> 0)
  THEN 'does not mirror what it reverses'
  END AS fault INTO worst
  FROM accounting_entry e WHERE e.id = NEW.id OR e.closed_by = NEW.id ORDER BY 2 NULLS LAST LIMIT 1;
IF NOT FOUND OR worst.fault IS NOT NULL THEN
  RAISE EXCEPTION 'entry % %', coalesce(worst.id, NEW.id), coalesce(worst.fault, 'is out of sight')
    USING ERRCODE = '23514';
END IF;
RETURN NULL;
"""

# The link in the hash chain, written when all of the posting is there and (by the order of names) found right.
_CHAINED = """
PERFORM chain_append(NEW.administration_id, NEW.firm_id, '{kind}', ARRAY(
  SELECT n.id FROM {table} n WHERE {which}));
RETURN NULL;
"""
_ENTRY_CHAINED = _CHAINED.format(
    kind="entry", table="accounting_entry", which="n.id = NEW.id OR n.closed_by = NEW.id ORDER BY n.id"
)
_CLEARING_CHAINED = _CHAINED.format(kind="clearing", table="accounting_clearing", which="n.id = NEW.id")

ENTRY = [
    after_statement("fits", _FITS, declare=[("wrong", "RECORD")]),
    at_commit(
        "complete",
        pgtrigger.Insert,
        _COMPLETE,
        declare=[("worst", "RECORD")],
        condition=pgtrigger.Q(new__closed_by__isnull=True),
    ),
    at_commit("in_chain", pgtrigger.Insert, _ENTRY_CHAINED, condition=pgtrigger.Q(new__closed_by__isnull=True)),
    *never(_CHANGE),
]

# A row belongs to its entry (its line) and to the same books: checked here for all rows of a statement at once, and no
# foreign key checks it again, because what it points at is never deleted.
_LINES_FIT = """
IF EXISTS (
  SELECT 1 FROM (
    SELECT entry_id, administration_id, firm_id, min(position) AS lowest, max(position) AS highest,
           min(day) AS since, max(day) AS until FROM written GROUP BY 1, 2, 3) n
   WHERE (
    SELECT n.administration_id = e.administration_id AND n.firm_id = e.firm_id
       AND n.lowest >= 1 AND n.highest <= e.line_count AND n.since >= p.first_day AND n.until <= p.last_day
      FROM accounting_entry e JOIN accounting_period p ON p.id = e.period_id WHERE e.id = n.entry_id) IS NOT TRUE)
THEN
  RAISE EXCEPTION 'a line does not fit its entry: no room left, a day outside the period, or other books'
    USING ERRCODE = '23514';
END IF;
RETURN NULL;
"""

ENTRY_LINE = [after_statement("fit_entry", _LINES_FIT), *never(_CHANGE)]

_GRIDS_FIT = """
IF EXISTS (
  SELECT 1 FROM written n WHERE (
    SELECT n.administration_id = l.administration_id AND n.firm_id = l.firm_id
       AND n.position BETWEEN 1 AND l.grid_count FROM accounting_entryline l WHERE l.id = n.line_id) IS NOT TRUE)
THEN
  RAISE EXCEPTION 'a grid does not fit its line: no room left, or other books' USING ERRCODE = '23514';
END IF;
RETURN NULL;
"""

GRID_EFFECT = [after_statement("fit_line", _GRIDS_FIT), *never(_CHANGE)]

_ITEMS_ARE_THEIR_LINES = """
IF EXISTS (
  SELECT 1 FROM written n WHERE (
    SELECT n.administration_id = l.administration_id AND n.firm_id = l.firm_id
       AND n.account_id = l.account_id AND n.amount = l.amount FROM accounting_entryline l WHERE l.id = n.line_id)
  IS NOT TRUE)
THEN
  RAISE EXCEPTION 'an open item is not what its line says' USING ERRCODE = '23514';
END IF;
RETURN NULL;
"""

_ITEM_STAYS = """
IF (to_jsonb(NEW) - 'open_amount') <> (to_jsonb(OLD) - 'open_amount') THEN
  RAISE EXCEPTION 'of open item % only the open amount changes', OLD.id USING ERRCODE = '23514';
END IF;
RETURN NEW;
"""

_ITEM_ADDS_UP = """
IF EXISTS (
  SELECT 1 FROM accounting_openitem i WHERE i.id = NEW.id AND i.open_amount <>
   i.amount + (SELECT coalesce(sum(c.amount), 0) FROM accounting_clearing c WHERE c.open_item_id = i.id))
THEN
  RAISE EXCEPTION 'open item % is not its amount plus its clearings', NEW.id USING ERRCODE = '23514';
END IF;
RETURN NULL;
"""

OPEN_ITEM = [
    after_statement("is_its_line", _ITEMS_ARE_THEIR_LINES),
    before("stays", pgtrigger.Update, _ITEM_STAYS),
    at_commit("adds_up", _WRITE, _ITEM_ADDS_UP),
    *never(pgtrigger.Delete, "never_deleted"),
]

_CLEARING_FITS = """
IF NOT EXISTS (SELECT 1 FROM accounting_openitem i JOIN accounting_entryline l ON l.id = NEW.line_id
                WHERE i.id = NEW.open_item_id AND l.account_id = i.account_id) THEN
  RAISE EXCEPTION 'clearing % joins two accounts', NEW.id USING ERRCODE = '23514';
END IF;
IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM accounting_clearing c WHERE c.id = NEW.reverses_id AND c.amount = -NEW.amount
     AND c.open_item_id = NEW.open_item_id AND c.line_id = NEW.line_id AND c.reverses_id IS NULL) THEN
  RAISE EXCEPTION 'clearing % does not mirror what it undoes', NEW.id USING ERRCODE = '23514';
END IF;
RETURN NEW;
"""

# The item's clearings must explain its open amount, and a line cannot clear more than it holds, nor the other way.
_CLEARING_ADDS_UP = """
IF NOT EXISTS (
  SELECT 1 FROM accounting_openitem i WHERE i.id = NEW.open_item_id AND i.open_amount =
   i.amount + (SELECT coalesce(sum(c.amount), 0) FROM accounting_clearing c WHERE c.open_item_id = i.id))
THEN
  RAISE EXCEPTION 'clearing % is not in its open item', NEW.id USING ERRCODE = '23514';
END IF;
IF NOT EXISTS (
  SELECT 1 FROM accounting_entryline l,
         LATERAL (SELECT coalesce(sum(c.amount), 0) AS used FROM accounting_clearing c WHERE c.line_id = l.id) s
   WHERE l.id = NEW.line_id AND s.used BETWEEN least(l.amount, 0) AND greatest(l.amount, 0))
THEN
  RAISE EXCEPTION 'clearing % takes more than its line holds', NEW.id USING ERRCODE = '23514';
END IF;
RETURN NULL;
"""

CLEARING = [
    before("fits", pgtrigger.Insert, _CLEARING_FITS),
    at_commit("adds_up", pgtrigger.Insert, _CLEARING_ADDS_UP),
    at_commit("in_chain", pgtrigger.Insert, _CLEARING_CHAINED),
    *never(_CHANGE),
]

# A link comes out of the trigger of an entry or a clearing, never by itself.
_LINK_OF_TRIGGER = """
IF pg_trigger_depth() < 2 THEN
  RAISE EXCEPTION 'the chain is written by the books alone' USING ERRCODE = '23514';
END IF;
RETURN NULL;
"""

CHAIN_LINK = [
    Guard(
        name="by_the_books",
        operation=pgtrigger.Insert,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        func=_LINK_OF_TRIGGER,
    ),
    *never(_CHANGE),
]

_PERIOD_STANDS = """
IF TG_OP = 'UPDATE' THEN
  IF (to_jsonb(NEW) - ARRAY['locked_at', 'locked_by_id']) <> (to_jsonb(OLD) - ARRAY['locked_at', 'locked_by_id']) THEN
    RAISE EXCEPTION 'of period % only the lock changes', OLD.id USING ERRCODE = '23514';
  END IF;
ELSIF NOT EXISTS (SELECT 1 FROM accounting_fiscalyear y WHERE y.id = NEW.fiscal_year_id
                     AND NEW.first_day <= NEW.last_day AND NEW.first_day >= y.first_day AND NEW.last_day <= y.last_day)
   OR EXISTS (SELECT 1 FROM accounting_period p WHERE p.administration_id = NEW.administration_id
                 AND p.id <> NEW.id AND p.first_day <= NEW.last_day AND p.last_day >= NEW.first_day) THEN
  RAISE EXCEPTION 'period % overlaps another or lies outside its year', NEW.code USING ERRCODE = '23514';
END IF;
RETURN NEW;
"""

PERIOD = [before("stands", _WRITE, _PERIOD_STANDS)]

_YEAR_STANDS = """
IF TG_OP = 'UPDATE' OR EXISTS (
  SELECT 1 FROM accounting_fiscalyear y WHERE y.administration_id = NEW.administration_id
     AND y.id <> NEW.id AND y.first_day <= NEW.last_day AND y.last_day >= NEW.first_day) THEN
  RAISE EXCEPTION 'fiscal year % overlaps another or would change', NEW.code USING ERRCODE = '23514';
END IF;
RETURN NEW;
"""

FISCAL_YEAR = [before("stands", _WRITE, _YEAR_STANDS)]
