"""The guards of the bank, as `makemigrations` writes them from bankfeeds.models.guards."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import portal.tenancy.guard


class Migration(migrations.Migration):

    dependencies = [
        ('bankfeeds', '0002_policy'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='c78ee9759de1f390a2ce0521f1d8ef6af378fc12', operation='DELETE', pgid='pgtrigger_kept_182ba', table='bankfeeds_allocation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='800ddee962b4c3d69fdaf71efbad06f3fb9c3925', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_26d71', table='bankfeeds_allocation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='content_fixed', sql=portal.tenancy.guard.GuardSql(condition='WHEN (OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."actor_kind" IS DISTINCT FROM (NEW."actor_kind") OR OLD."actor_name" IS DISTINCT FROM (NEW."actor_name") OR OLD."actor_user_id" IS DISTINCT FROM (NEW."actor_user_id") OR OLD."administration_id" IS DISTINCT FROM (NEW."administration_id") OR OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."clearing_id" IS DISTINCT FROM (NEW."clearing_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."entry_id" IS DISTINCT FROM (NEW."entry_id") OR OLD."firm_id" IS DISTINCT FROM (NEW."firm_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."line_id" IS DISTINCT FROM (NEW."line_id") OR OLD."open_item_id" IS DISTINCT FROM (NEW."open_item_id") OR OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."vat_code" IS DISTINCT FROM (NEW."vat_code"))', func="RAISE EXCEPTION 'fixed: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='09db381b34a1e18c190326d0ec6e04aebaf7da1b', operation='UPDATE', pgid='pgtrigger_content_fixed_5b6de', table='bankfeeds_allocation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='undone_once', sql=portal.tenancy.guard.GuardSql(condition='WHEN (OLD."undone_at" IS NOT NULL)', func="RAISE EXCEPTION 'fixed: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='0d5cb76cb97e2384d398ade1270850d1f90ff297', operation='UPDATE', pgid='pgtrigger_undone_once_e260b', table='bankfeeds_allocation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='allocation',
            trigger=pgtrigger.compiler.Trigger(name='adds_up', sql=portal.tenancy.guard.GuardSql(constraint='CONSTRAINT', declare='DECLARE firm text; administrations text; whole bigint; said bigint; given bigint;', func="\n  firm := coalesce(current_setting('app.firm_id', true), '');\n  administrations := coalesce(current_setting('app.administration_ids', true), '');\n  PERFORM set_config('app.firm_id', NEW.firm_id::text, true),\n          set_config('app.administration_ids', '{' || NEW.administration_id::text || '}', true);\n\n  SELECT l.amount, l.open_amount INTO whole, said FROM bankfeeds_statementline l WHERE l.id = NEW.line_id;\n  SELECT coalesce(sum(a.amount), 0) INTO given FROM bankfeeds_allocation a\n   WHERE a.line_id = NEW.line_id AND a.undone_at IS NULL;\n\n  PERFORM set_config('app.firm_id', firm, true), set_config('app.administration_ids', administrations, true);\n\n  IF whole IS NULL OR said <> whole - given THEN\n    RAISE EXCEPTION 'open amount: line % says % open, but % less % is %', NEW.line_id, said, whole, given, whole - given\n      USING ERRCODE = '23514';\n  END IF;\n  RETURN NULL;\n", hash='d333fb3fb82411ce3e0d527e505f69c4e7b3247f', operation='INSERT OR UPDATE', pgid='pgtrigger_adds_up_c455a', table='bankfeeds_allocation', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='d5c3a62e4060e99dce4485ef0f935e2bb731edcb', operation='DELETE', pgid='pgtrigger_kept_d6789', table='bankfeeds_statement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='8c6f60aa42649edde6ef126a5b3b8bd329f41e84', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_152ad', table='bankfeeds_statement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='content_fixed', sql=portal.tenancy.guard.GuardSql(condition='WHEN (OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."administration_id" IS DISTINCT FROM (NEW."administration_id") OR OLD."content_hash" IS DISTINCT FROM (NEW."content_hash") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."firm_id" IS DISTINCT FROM (NEW."firm_id") OR OLD."format" IS DISTINCT FROM (NEW."format") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."imported_id" IS DISTINCT FROM (NEW."imported_id") OR OLD."new_balance" IS DISTINCT FROM (NEW."new_balance") OR OLD."new_balance_on" IS DISTINCT FROM (NEW."new_balance_on") OR OLD."old_balance" IS DISTINCT FROM (NEW."old_balance") OR OLD."old_balance_on" IS DISTINCT FROM (NEW."old_balance_on") OR OLD."year" IS DISTINCT FROM (NEW."year"))', func="RAISE EXCEPTION 'fixed: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='39c2110591a466c1e0f1cc2bcfd63a4296462521', operation='UPDATE', pgid='pgtrigger_content_fixed_85e24', table='bankfeeds_statement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statement',
            trigger=pgtrigger.compiler.Trigger(name='booked_stays', sql=portal.tenancy.guard.GuardSql(condition='WHEN (OLD."state" = \'booked\' AND (OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."number" IS DISTINCT FROM (NEW."number")))', func="RAISE EXCEPTION 'fixed: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='094afb60382c7988e22aea16bb448a52fd425b42', operation='UPDATE', pgid='pgtrigger_booked_stays_4d4ed', table='bankfeeds_statement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statementline',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='5f028832c0defcb6772b21d14cb9b6643386d2ba', operation='DELETE', pgid='pgtrigger_kept_94971', table='bankfeeds_statementline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statementline',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=portal.tenancy.guard.GuardSql(func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='7a2b369834b29e25c1ae2a318beba3291b48f375', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_ab050', table='bankfeeds_statementline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statementline',
            trigger=pgtrigger.compiler.Trigger(name='content_fixed', sql=portal.tenancy.guard.GuardSql(condition='WHEN (OLD."account_id" IS DISTINCT FROM (NEW."account_id") OR OLD."administration_id" IS DISTINCT FROM (NEW."administration_id") OR OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."bank_reference" IS DISTINCT FROM (NEW."bank_reference") OR OLD."booked_on" IS DISTINCT FROM (NEW."booked_on") OR OLD."communication" IS DISTINCT FROM (NEW."communication") OR OLD."counterparty_bic" IS DISTINCT FROM (NEW."counterparty_bic") OR OLD."counterparty_iban" IS DISTINCT FROM (NEW."counterparty_iban") OR OLD."counterparty_name" IS DISTINCT FROM (NEW."counterparty_name") OR OLD."details" IS DISTINCT FROM (NEW."details") OR OLD."firm_id" IS DISTINCT FROM (NEW."firm_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."raw" IS DISTINCT FROM (NEW."raw") OR OLD."sequence" IS DISTINCT FROM (NEW."sequence") OR OLD."statement_id" IS DISTINCT FROM (NEW."statement_id") OR OLD."structured_reference" IS DISTINCT FROM (NEW."structured_reference") OR OLD."transaction_code" IS DISTINCT FROM (NEW."transaction_code") OR OLD."value_on" IS DISTINCT FROM (NEW."value_on"))', func="RAISE EXCEPTION 'fixed: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='8ae95aca1fe28621f5f009e497a0903f95b26ed5', operation='UPDATE', pgid='pgtrigger_content_fixed_e9d84', table='bankfeeds_statementline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statementline',
            trigger=pgtrigger.compiler.Trigger(name='starts_open', sql=portal.tenancy.guard.GuardSql(condition='WHEN (NOT (NEW."open_amount" = (NEW."amount")) OR NOT (NEW."version" = 1))', func="RAISE EXCEPTION 'fixed: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';", hash='754b5597606c1d2c00e6a6110959b60b8084a7c5', operation='INSERT', pgid='pgtrigger_starts_open_91319', table='bankfeeds_statementline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statementline',
            trigger=pgtrigger.compiler.Trigger(name='version_rises', sql=portal.tenancy.guard.GuardSql(func="\n  IF NEW.version <> OLD.version + 1 THEN\n    RAISE EXCEPTION 'version: line % was changed without a new version', NEW.id USING ERRCODE = '23514';\n  END IF;\n  RETURN NEW;\n", hash='20c542ce3830374472048875830c7034f0a6ef16', operation='UPDATE', pgid='pgtrigger_version_rises_50bcb', table='bankfeeds_statementline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statementline',
            trigger=pgtrigger.compiler.Trigger(name='adds_up', sql=portal.tenancy.guard.GuardSql(constraint='CONSTRAINT', declare='DECLARE firm text; administrations text; whole bigint; said bigint; given bigint;', func="\n  firm := coalesce(current_setting('app.firm_id', true), '');\n  administrations := coalesce(current_setting('app.administration_ids', true), '');\n  PERFORM set_config('app.firm_id', NEW.firm_id::text, true),\n          set_config('app.administration_ids', '{' || NEW.administration_id::text || '}', true);\n\n  SELECT l.amount, l.open_amount INTO whole, said FROM bankfeeds_statementline l WHERE l.id = NEW.id;\n  SELECT coalesce(sum(a.amount), 0) INTO given FROM bankfeeds_allocation a\n   WHERE a.line_id = NEW.id AND a.undone_at IS NULL;\n\n  PERFORM set_config('app.firm_id', firm, true), set_config('app.administration_ids', administrations, true);\n\n  IF whole IS NULL OR said <> whole - given THEN\n    RAISE EXCEPTION 'open amount: line % says % open, but % less % is %', NEW.id, said, whole, given, whole - given\n      USING ERRCODE = '23514';\n  END IF;\n  RETURN NULL;\n", hash='d18e9391fb24e4deb31dad702f28f430544d6607', operation='UPDATE OF "open_amount"', pgid='pgtrigger_adds_up_9d723', table='bankfeeds_statementline', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
    ]
