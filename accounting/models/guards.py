"""The guards of the ledger, one function per table: what no code, ours or not, can write into the books.

They run with the rights of whoever writes, so under the policies: a row of another tenant is a row that is not
there, and every guard refuses what it cannot see. ERRCODE 23514 reaches Django as IntegrityError.
"""

import pgtrigger

from portal.tenancy.guard import after_statement, at_commit, before, never

_CHANGE = pgtrigger.Update | pgtrigger.Delete
_WRITE = pgtrigger.Insert | pgtrigger.Update

# FOR SHARE: a lock of the period waits for us or we for it; it cannot slip in between this check and our commit.
_OPEN_PERIOD = """
SELECT first_day, last_day, locked_at, fiscal_year_id INTO period FROM accounting_period
 WHERE id = NEW.period_id AND administration_id = NEW.administration_id FOR SHARE;
IF NOT FOUND OR NEW.fiscal_year_id <> period.fiscal_year_id
   OR NEW.booked_on NOT BETWEEN period.first_day AND period.last_day THEN
  RAISE EXCEPTION 'entry % lies outside its period', NEW.id USING ERRCODE = '23514';
END IF;
IF period.locked_at IS NOT NULL THEN
  RAISE EXCEPTION 'entry % falls in a locked period', NEW.id USING ERRCODE = '23514';
END IF;
RETURN NEW;
"""

# The entry says how many lines it has, each line how many grid effects, and places are numbered and unique. Complete
# at the commit, there is no place left: nothing can be added later. The checks are scalar subqueries, which always go
# by the index: a join might scan the table, when a batch is larger than the statistics know.
_COMPLETE = """
SELECT count(*) AS lines, coalesce(sum(amount), 0) AS total INTO found
  FROM accounting_entryline WHERE entry_id = NEW.id;
IF found.total <> 0 OR found.lines < 2 OR found.lines <> NEW.line_count THEN
  RAISE EXCEPTION 'entry % is not balanced and whole: % lines, sum %', NEW.id, found.lines, found.total
    USING ERRCODE = '23514';
END IF;
IF EXISTS (SELECT 1 FROM accounting_entryline l WHERE l.entry_id = NEW.id
              AND l.grid_count <> (SELECT count(*) FROM accounting_grideffect g WHERE g.line_id = l.id)) THEN
  RAISE EXCEPTION 'entry % does not have the grids its lines say', NEW.id USING ERRCODE = '23514';
END IF;
IF NEW.number < 1 OR (NEW.number > 1 AND NOT EXISTS (
     SELECT 1 FROM accounting_entry WHERE journal_id = NEW.journal_id AND fiscal_year_id = NEW.fiscal_year_id
        AND number = NEW.number - 1)) THEN
  RAISE EXCEPTION 'entry % leaves a gap before number %', NEW.id, NEW.number USING ERRCODE = '23514';
END IF;
IF NEW.reverses_id IS NOT NULL AND EXISTS (
     SELECT 1 FROM accounting_entryline WHERE entry_id IN (NEW.id, NEW.reverses_id)
      GROUP BY account_id HAVING sum(amount) <> 0) THEN
  RAISE EXCEPTION 'entry % does not mirror what it reverses', NEW.id USING ERRCODE = '23514';
END IF;
RETURN NULL;
"""

ENTRY = [
    before("open_period", pgtrigger.Insert, _OPEN_PERIOD, declare=[("period", "RECORD")]),
    at_commit("complete", pgtrigger.Insert, _COMPLETE, declare=[("found", "RECORD")]),
    *never(_CHANGE),
]

_LINES_FIT = """
IF EXISTS (
  SELECT 1 FROM written n WHERE (
    SELECT n.position BETWEEN 1 AND e.line_count AND n.day BETWEEN p.first_day AND p.last_day
      FROM accounting_entry e JOIN accounting_period p ON p.id = e.period_id WHERE e.id = n.entry_id) IS NOT TRUE)
THEN
  RAISE EXCEPTION 'a line does not fit its entry: no room left, or a day outside the period' USING ERRCODE = '23514';
END IF;
RETURN NULL;
"""

ENTRY_LINE = [after_statement("fit_entry", _LINES_FIT), *never(_CHANGE)]

_GRIDS_FIT = """
IF EXISTS (
  SELECT 1 FROM written n WHERE (
    SELECT n.position BETWEEN 1 AND l.grid_count FROM accounting_entryline l WHERE l.id = n.line_id) IS NOT TRUE)
THEN
  RAISE EXCEPTION 'a grid does not fit its line: no room left' USING ERRCODE = '23514';
END IF;
RETURN NULL;
"""

GRID_EFFECT = [after_statement("fit_line", _GRIDS_FIT), *never(_CHANGE)]

_ITEM_IS_ITS_LINE = """
IF TG_OP = 'UPDATE' THEN
  IF (to_jsonb(NEW) - 'open_amount') <> (to_jsonb(OLD) - 'open_amount') THEN
    RAISE EXCEPTION 'of open item % only the open amount changes', OLD.id USING ERRCODE = '23514';
  END IF;
ELSIF NOT EXISTS (SELECT 1 FROM accounting_entryline l WHERE l.id = NEW.line_id
                     AND l.account_id = NEW.account_id AND l.amount = NEW.amount) THEN
  RAISE EXCEPTION 'open item % is not what its line says', NEW.id USING ERRCODE = '23514';
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
    before("is_its_line", _WRITE, _ITEM_IS_ITS_LINE),
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
