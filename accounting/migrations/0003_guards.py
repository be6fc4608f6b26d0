"""The guards of the ledger, and the lock of the books of one administration, which answers "busy" instead of breaking
the transaction. The triggers are as `makemigrations` writes them from accounting.models.guards.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import portal.tenancy.guard

# Longer than lock_timeout of the app role (a colleague's import may be under way), shorter than statement_timeout.
HOLD = """
CREATE FUNCTION hold_books(books uuid) RETURNS boolean LANGUAGE plpgsql SET lock_timeout = '8s' AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('books ' || books::text, 0));
  RETURN true;
EXCEPTION WHEN lock_not_available THEN
  RETURN false;
END $$;
CREATE FUNCTION books_are_held(books uuid) RETURNS boolean LANGUAGE sql AS
 $$ SELECT pg_try_advisory_xact_lock(hashtextextended('books ' || books::text, 0)) $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounting', '0002_policy'),
    ]

    operations = [
        migrations.RunSQL(HOLD, "DROP FUNCTION hold_books(uuid); DROP FUNCTION books_are_held(uuid);"),
        pgtrigger.migrations.AddTrigger(
            model_name='period',
            trigger=pgtrigger.compiler.Trigger(name='stands', sql=portal.tenancy.guard.GuardSql(func="\nIF TG_OP = 'UPDATE' THEN\n  IF (to_jsonb(NEW) - ARRAY['locked_at', 'locked_by_id']) <> (to_jsonb(OLD) - ARRAY['locked_at', 'locked_by_id']) THEN\n    RAISE EXCEPTION 'of period % only the lock changes', OLD.id USING ERRCODE = '23514';\n  END IF;\nELSIF NOT EXISTS (SELECT 1 FROM accounting_fiscalyear y WHERE y.id = NEW.fiscal_year_id\n                     AND NEW.first_day <= NEW.last_day AND NEW.first_day >= y.first_day AND NEW.last_day <= y.last_day)\n   OR EXISTS (SELECT 1 FROM accounting_period p WHERE p.administration_id = NEW.administration_id\n                 AND p.id <> NEW.id AND p.first_day <= NEW.last_day AND p.last_day >= NEW.first_day) THEN\n  RAISE EXCEPTION 'period % overlaps another or lies outside its year', NEW.code USING ERRCODE = '23514';\nEND IF;\nRETURN NEW;\n", hash='fbb98d347a12f120e6ceb6e6e15e6228546e8fb6', operation='INSERT OR UPDATE', pgid='pgtrigger_stands_bf516', table='accounting_period', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='fiscalyear',
            trigger=pgtrigger.compiler.Trigger(name='stands', sql=portal.tenancy.guard.GuardSql(func="\nIF TG_OP = 'UPDATE' OR EXISTS (\n  SELECT 1 FROM accounting_fiscalyear y WHERE y.administration_id = NEW.administration_id\n     AND y.id <> NEW.id AND y.first_day <= NEW.last_day AND y.last_day >= NEW.first_day) THEN\n  RAISE EXCEPTION 'fiscal year % overlaps another or would change', NEW.code USING ERRCODE = '23514';\nEND IF;\nRETURN NEW;\n", hash='f0f0f8cdae4dce4343d8aa1162977d2a729e1f2e', operation='INSERT OR UPDATE', pgid='pgtrigger_stands_1bfab', table='accounting_fiscalyear', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='open_period', sql=portal.tenancy.guard.GuardSql(declare='DECLARE period RECORD;', func="\nSELECT first_day, last_day, locked_at, fiscal_year_id INTO period FROM accounting_period\n WHERE id = NEW.period_id AND administration_id = NEW.administration_id FOR SHARE;\nIF NOT FOUND OR NEW.fiscal_year_id <> period.fiscal_year_id\n   OR NEW.booked_on NOT BETWEEN period.first_day AND period.last_day THEN\n  RAISE EXCEPTION 'entry % lies outside its period', NEW.id USING ERRCODE = '23514';\nEND IF;\nIF period.locked_at IS NOT NULL THEN\n  RAISE EXCEPTION 'entry % falls in a locked period', NEW.id USING ERRCODE = '23514';\nEND IF;\nRETURN NEW;\n", hash='2c081832a0c95f5ff8284f79f98931d461ba2b98', operation='INSERT', pgid='pgtrigger_open_period_f245e', table='accounting_entry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='complete', sql=portal.tenancy.guard.GuardSql(constraint='CONSTRAINT', declare='DECLARE found RECORD;', func="\nSELECT count(*) AS lines, coalesce(sum(amount), 0) AS total INTO found\n  FROM accounting_entryline WHERE entry_id = NEW.id;\nIF found.total <> 0 OR found.lines < 2 OR found.lines <> NEW.line_count THEN\n  RAISE EXCEPTION 'entry % is not balanced and whole: % lines, sum %', NEW.id, found.lines, found.total\n    USING ERRCODE = '23514';\nEND IF;\nIF EXISTS (SELECT 1 FROM accounting_entryline l WHERE l.entry_id = NEW.id\n              AND l.grid_count <> (SELECT count(*) FROM accounting_grideffect g WHERE g.line_id = l.id)) THEN\n  RAISE EXCEPTION 'entry % does not have the grids its lines say', NEW.id USING ERRCODE = '23514';\nEND IF;\nIF NEW.number < 1 OR (NEW.number > 1 AND NOT EXISTS (\n     SELECT 1 FROM accounting_entry WHERE journal_id = NEW.journal_id AND fiscal_year_id = NEW.fiscal_year_id\n        AND number = NEW.number - 1)) THEN\n  RAISE EXCEPTION 'entry % leaves a gap before number %', NEW.id, NEW.number USING ERRCODE = '23514';\nEND IF;\nIF NEW.reverses_id IS NOT NULL AND EXISTS (\n     SELECT 1 FROM accounting_entryline WHERE entry_id IN (NEW.id, NEW.reverses_id)\n      GROUP BY account_id HAVING sum(amount) <> 0) THEN\n  RAISE EXCEPTION 'entry % does not mirror what it reverses', NEW.id USING ERRCODE = '23514';\nEND IF;\nRETURN NULL;\n", hash='1299b30fc6a93956ca3a06e1a9dffb14b6ebf56b', operation='INSERT', pgid='pgtrigger_complete_9da26', table='accounting_entry', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='517f680a83db5ac843095448a4ad2a0e7915456a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2a054', table='accounting_entry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='c73a92ddd3a12c8144e6b744b894aaa5365a94c7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_f0e2d', table='accounting_entry', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entryline',
            trigger=pgtrigger.compiler.Trigger(name='fit_entry', sql=portal.tenancy.guard.GuardSql(func="\nIF EXISTS (\n  SELECT 1 FROM written n WHERE (\n    SELECT n.position BETWEEN 1 AND e.line_count AND n.day BETWEEN p.first_day AND p.last_day\n      FROM accounting_entry e JOIN accounting_period p ON p.id = e.period_id WHERE e.id = n.entry_id) IS NOT TRUE)\nTHEN\n  RAISE EXCEPTION 'a line does not fit its entry: no room left, or a day outside the period' USING ERRCODE = '23514';\nEND IF;\nRETURN NULL;\n", hash='750f4e48794a0267ad9ec88722a05e817ce0eeb7', level='STATEMENT', operation='INSERT', pgid='pgtrigger_fit_entry_00c70', referencing='REFERENCING NEW TABLE AS written ', table='accounting_entryline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entryline',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='dac731d467c73b21a6cf1437ef405e0d10ba9793', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_03b7c', table='accounting_entryline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entryline',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='189db5d3387423eeba776d6147297bbf5b8835b4', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_e5959', table='accounting_entryline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='grideffect',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='87c3d76ccc4d35282a7349e3acb5544a36dad58b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bd034', table='accounting_grideffect', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='grideffect',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='0def07985c964f3bea0e64c6ff182d7d36e29cd7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_2b988', table='accounting_grideffect', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='grideffect',
            trigger=pgtrigger.compiler.Trigger(name='fit_line', sql=portal.tenancy.guard.GuardSql(func="\nIF EXISTS (\n  SELECT 1 FROM written n WHERE (\n    SELECT n.position BETWEEN 1 AND l.grid_count FROM accounting_entryline l WHERE l.id = n.line_id) IS NOT TRUE)\nTHEN\n  RAISE EXCEPTION 'a grid does not fit its line: no room left' USING ERRCODE = '23514';\nEND IF;\nRETURN NULL;\n", hash='5be53f6ce30a12f7075c17af179da2b541f68a01', level='STATEMENT', operation='INSERT', pgid='pgtrigger_fit_line_85205', referencing='REFERENCING NEW TABLE AS written ', table='accounting_grideffect', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='openitem',
            trigger=pgtrigger.compiler.Trigger(name='is_its_line', sql=portal.tenancy.guard.GuardSql(func="\nIF TG_OP = 'UPDATE' THEN\n  IF (to_jsonb(NEW) - 'open_amount') <> (to_jsonb(OLD) - 'open_amount') THEN\n    RAISE EXCEPTION 'of open item % only the open amount changes', OLD.id USING ERRCODE = '23514';\n  END IF;\nELSIF NOT EXISTS (SELECT 1 FROM accounting_entryline l WHERE l.id = NEW.line_id\n                     AND l.account_id = NEW.account_id AND l.amount = NEW.amount) THEN\n  RAISE EXCEPTION 'open item % is not what its line says', NEW.id USING ERRCODE = '23514';\nEND IF;\nRETURN NEW;\n", hash='04f07f54d2e2b2370ceb3b8f0da0e94258bda0f7', operation='INSERT OR UPDATE', pgid='pgtrigger_is_its_line_44d09', table='accounting_openitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='openitem',
            trigger=pgtrigger.compiler.Trigger(name='adds_up', sql=portal.tenancy.guard.GuardSql(constraint='CONSTRAINT', func="\nIF EXISTS (\n  SELECT 1 FROM accounting_openitem i WHERE i.id = NEW.id AND i.open_amount <>\n   i.amount + (SELECT coalesce(sum(c.amount), 0) FROM accounting_clearing c WHERE c.open_item_id = i.id))\nTHEN\n  RAISE EXCEPTION 'open item % is not its amount plus its clearings', NEW.id USING ERRCODE = '23514';\nEND IF;\nRETURN NULL;\n", hash='14ff1a07a3ea11b0050470ea97530bca1992f938', operation='INSERT OR UPDATE', pgid='pgtrigger_adds_up_cf726', table='accounting_openitem', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='openitem',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='25fd52e12eef731e89692abb18bca2f3664b4e79', operation='DELETE', pgid='pgtrigger_never_deleted_ea7b2', table='accounting_openitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='openitem',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='cafae0cb63bc10bc3980f8187342f5f05312e5bc', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_9c37d', table='accounting_openitem', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clearing',
            trigger=pgtrigger.compiler.Trigger(name='fits', sql=portal.tenancy.guard.GuardSql(func="\nIF NOT EXISTS (SELECT 1 FROM accounting_openitem i JOIN accounting_entryline l ON l.id = NEW.line_id\n                WHERE i.id = NEW.open_item_id AND l.account_id = i.account_id) THEN\n  RAISE EXCEPTION 'clearing % joins two accounts', NEW.id USING ERRCODE = '23514';\nEND IF;\nIF NEW.reverses_id IS NOT NULL AND NOT EXISTS (\n  SELECT 1 FROM accounting_clearing c WHERE c.id = NEW.reverses_id AND c.amount = -NEW.amount\n     AND c.open_item_id = NEW.open_item_id AND c.line_id = NEW.line_id AND c.reverses_id IS NULL) THEN\n  RAISE EXCEPTION 'clearing % does not mirror what it undoes', NEW.id USING ERRCODE = '23514';\nEND IF;\nRETURN NEW;\n", hash='4747176bad7212984a23cc22c291ee63f8a32927', operation='INSERT', pgid='pgtrigger_fits_86405', table='accounting_clearing', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clearing',
            trigger=pgtrigger.compiler.Trigger(name='adds_up', sql=portal.tenancy.guard.GuardSql(constraint='CONSTRAINT', func="\nIF NOT EXISTS (\n  SELECT 1 FROM accounting_openitem i WHERE i.id = NEW.open_item_id AND i.open_amount =\n   i.amount + (SELECT coalesce(sum(c.amount), 0) FROM accounting_clearing c WHERE c.open_item_id = i.id))\nTHEN\n  RAISE EXCEPTION 'clearing % is not in its open item', NEW.id USING ERRCODE = '23514';\nEND IF;\nIF NOT EXISTS (\n  SELECT 1 FROM accounting_entryline l,\n         LATERAL (SELECT coalesce(sum(c.amount), 0) AS used FROM accounting_clearing c WHERE c.line_id = l.id) s\n   WHERE l.id = NEW.line_id AND s.used BETWEEN least(l.amount, 0) AND greatest(l.amount, 0))\nTHEN\n  RAISE EXCEPTION 'clearing % takes more than its line holds', NEW.id USING ERRCODE = '23514';\nEND IF;\nRETURN NULL;\n", hash='0079b8a4f43358946d4cce1279e89614d754238a', operation='INSERT', pgid='pgtrigger_adds_up_dc9fe', table='accounting_clearing', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clearing',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='fb6b17191d34eb1464dca9878f55069ac446912f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_066ff', table='accounting_clearing', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clearing',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='e5c157c1a6eb7de07be673520d14d0797c2d1a4b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_14462', table='accounting_clearing', when='BEFORE')),
        ),
    ]
