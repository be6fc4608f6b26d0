"""The hash chain over entries and clearings, written by triggers, and over what is there already.

`chain_append` says what accounting.chain says: one specification (docs/money.md), two programs. The owner of the tables
stands under their policies, so these are lifted for the backfill, inside this migration's own transaction.
"""

import django.db.models.deletion
import django.db.models.manager
import pgtrigger.compiler
import pgtrigger.migrations
import uuid_utils.compat
from django.db import migrations, models

import portal.tenancy.guard
from portal.tenancy.rls import PutUnderPolicy

# One plan, made once per connection and always by the index: to make it anew for every posting costs more than to run
# it. to_char and not ::text for days, which would follow the DateStyle of the session.
APPEND = """
CREATE FUNCTION chain_part(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
 $$ SELECT octet_length(said)::text || ':' || said $$;

CREATE FUNCTION chain_append(books uuid, firm uuid, what text, ids uuid[]) RETURNS void LANGUAGE plpgsql
 SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  head bytea; place bigint; before bigint; told RECORD; linked uuid[] := '{}'; hashes bytea[] := '{}';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('books ' || books::text, 0));
  SELECT c.position, c.hash INTO before, head FROM accounting_chainlink c
   WHERE c.administration_id = books ORDER BY c.position DESC LIMIT 1;
  before := coalesce(before, 0);
  place := before;
  head := coalesce(head, decode(repeat('00', 32), 'hex'));
  IF what = 'entry' THEN
    FOR told IN
      SELECT e.id, '|' || e.administration_id::text || '|' || e.id::text || '|' || e.journal_id::text || '|'
          || e.fiscal_year_id::text || '|' || e.period_id::text || '|' || e.number::text || '|'
          || to_char(e.booked_on, 'YYYY-MM-DD') || '|' || e.source_id::text || '|'
          || coalesce(e.reverses_id::text, '') || '|'
          || to_char(e.posted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '|'
          || e.line_count::text || '|' || coalesce(e.actor_user_id::text, '') || '|' || chain_part(e.actor_kind) || '|'
          || chain_part(e.actor_name) || '|' || chain_part(e.source_kind) || '|' || chain_part(e.purpose) || '|'
          || chain_part(e.fingerprint) || '|' || chain_part(e.description) || E'\n'
          || (SELECT string_agg(
                'line|' || l.position::text || '|' || l.id::text || '|' || l.account_id::text || '|'
                || l.amount::text || '|' || to_char(l.day, 'YYYY-MM-DD') || '|' || coalesce(l.party_id::text, '') || '|'
                || coalesce(to_char(l.vat_on, 'YYYY-MM-DD'), '') || '|' || l.grid_count::text || '|'
                || chain_part(l.vat_code) || '|' || chain_part(l.description) || E'\n'
                || CASE WHEN l.grid_count = 0 THEN '' ELSE coalesce((
                     SELECT string_agg('grid|' || g.position::text || '|' || g.amount::text || '|'
                              || to_char(g.vat_on, 'YYYY-MM-DD') || '|' || chain_part(g.grid) || E'\n',
                              '' ORDER BY g.position)
                       FROM accounting_grideffect g WHERE g.line_id = l.id), '') END
                || coalesce((
                     SELECT 'item|' || i.id::text || '|' || i.account_id::text || '|'
                              || coalesce(i.party_id::text, '') || '|' || i.amount::text || '|'
                              || to_char(i.issued_on, 'YYYY-MM-DD') || '|'
                              || coalesce(to_char(i.due_on, 'YYYY-MM-DD'), '') || '|' || chain_part(i.reference)
                              || '|' || chain_part(i.structured_reference) || E'\n'
                       FROM accounting_openitem i WHERE i.line_id = l.id), ''),
                '' ORDER BY l.position)
               FROM accounting_entryline l WHERE l.entry_id = e.id) AS said
        FROM accounting_entry e WHERE e.id = ANY (ids) ORDER BY e.id
    LOOP
      place := place + 1;
      head := sha256(head || convert_to('entry|' || place::text || told.said, 'UTF8'));
      linked := linked || told.id;
      hashes := hashes || head;
    END LOOP;
  ELSE
    FOR told IN
      SELECT c.id, '|' || c.administration_id::text || '|' || c.id::text || '|' || c.open_item_id::text || '|'
          || c.line_id::text || '|' || c.amount::text || '|' || to_char(c.cleared_on, 'YYYY-MM-DD') || '|'
          || coalesce(c.reverses_id::text, '') || E'\n' AS said
        FROM accounting_clearing c WHERE c.id = ANY (ids) ORDER BY c.id
    LOOP
      place := place + 1;
      head := sha256(head || convert_to('clearing|' || place::text || told.said, 'UTF8'));
      linked := linked || told.id;
      hashes := hashes || head;
    END LOOP;
  END IF;
  IF place - before <> cardinality(ids) OR head IS NULL THEN
    RAISE EXCEPTION 'of % postings only % are to be seen', cardinality(ids), place - before USING ERRCODE = '23514';
  END IF;
  INSERT INTO accounting_chainlink (id, firm_id, administration_id, position, kind, hash)
  SELECT n.id, firm, books, before + n.place, what, n.hash
    FROM unnest(linked, hashes) WITH ORDINALITY AS n(id, hash, place);
END $$;
"""

DROP = "DROP FUNCTION chain_append(uuid, uuid, text, uuid[]); DROP FUNCTION chain_part(text);"

_READ = (
    "tenancy_administration",
    *(f"accounting_{name}" for name in "entry entryline grideffect openitem clearing".split()),
)

# What there is, in the order of the identifiers, which is that of time; two thousand of a kind at once.
BACKFILL = (
    "".join(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;" for table in _READ)
    + """
DO $$
DECLARE books RECORD; part RECORD;
BEGIN
  FOR books IN SELECT id, firm_id FROM tenancy_administration ORDER BY id LOOP
    FOR part IN
      SELECT kind, array_agg(id ORDER BY id) AS ids FROM (
        SELECT id, kind, change, sum(change) OVER (ORDER BY id) + row_number() OVER (ORDER BY id) / 2000 AS run FROM (
          SELECT id, kind, CASE WHEN kind = lag(kind) OVER (ORDER BY id) THEN 0 ELSE 1 END AS change FROM (
            SELECT id, 'entry' AS kind FROM accounting_entry WHERE administration_id = books.id UNION ALL
            SELECT id, 'clearing' FROM accounting_clearing WHERE administration_id = books.id) every) marked) numbered
       GROUP BY run, kind ORDER BY min(id::text)
    LOOP
      PERFORM chain_append(books.id, books.firm_id, part.kind, part.ids);
    END LOOP;
  END LOOP;
  IF (SELECT count(*) FROM accounting_chainlink) <>
     (SELECT count(*) FROM accounting_entry) + (SELECT count(*) FROM accounting_clearing) THEN
    RAISE EXCEPTION 'the chain does not hold every entry and clearing';
  END IF;
END $$;
"""
    + "".join(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;" for table in _READ)
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounting", "0005_guards_once_per_statement"),
        ("tenancy", "0002_policy"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.BigIntegerField()),
                ("kind", models.CharField(choices=[("entry", "entry"), ("clearing", "clearing")], max_length=8)),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "all_firms",
                "default_manager_name": "objects",
            },
            managers=[
                ("objects", django.db.models.manager.Manager()),
                ("all_firms", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name="chainlink",
            name="administration",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.administration",
            ),
        ),
        migrations.AddField(
            model_name="chainlink",
            name="firm",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.firm",
            ),
        ),
        migrations.AddConstraint(
            model_name="chainlink",
            constraint=models.UniqueConstraint(fields=("administration", "position"), name="link_position_once"),
        ),
        migrations.RunSQL(APPEND, DROP),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        PutUnderPolicy("ChainLink", append_only=("ChainLink",), guarded={"ChainLink": ("id",)}),
        # nothing refers to a link
        migrations.RunSQL("ALTER TABLE accounting_chainlink DROP CONSTRAINT accounting_chainlink_tenant_key"),
        pgtrigger.migrations.AddTrigger(
            model_name="clearing",
            trigger=pgtrigger.compiler.Trigger(
                name="in_chain",
                sql=portal.tenancy.guard.GuardSql(
                    constraint="CONSTRAINT",
                    func="\nPERFORM chain_append(NEW.administration_id, NEW.firm_id, 'clearing', ARRAY(\n  SELECT n.id FROM accounting_clearing n WHERE n.id = NEW.id));\nRETURN NULL;\n",
                    hash="ea42aa8985d35244123c1eda9773e646383bf524",
                    operation="INSERT",
                    pgid="pgtrigger_in_chain_508de",
                    table="accounting_clearing",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="entry",
            trigger=pgtrigger.compiler.Trigger(
                name="in_chain",
                sql=portal.tenancy.guard.GuardSql(
                    condition='WHEN (NEW."closed_by" IS NULL)',
                    constraint="CONSTRAINT",
                    func="\nPERFORM chain_append(NEW.administration_id, NEW.firm_id, 'entry', ARRAY(\n  SELECT n.id FROM accounting_entry n WHERE n.id = NEW.id OR n.closed_by = NEW.id ORDER BY n.id));\nRETURN NULL;\n",
                    hash="4a4b1b9f0abf44d15eedd47539df130651afb63a",
                    operation="INSERT",
                    pgid="pgtrigger_in_chain_80074",
                    table="accounting_entry",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="chainlink",
            trigger=pgtrigger.compiler.Trigger(
                name="by_the_books",
                sql=portal.tenancy.guard.GuardSql(
                    func="\nIF pg_trigger_depth() < 2 THEN\n  RAISE EXCEPTION 'the chain is written by the books alone' USING ERRCODE = '23514';\nEND IF;\nRETURN NULL;\n",
                    hash="a975ba164273bb9f55cbb50c2e61b6e8e0349ddc",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_by_the_books_98d6e",
                    table="accounting_chainlink",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="chainlink",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=portal.tenancy.guard.GuardSql(
                    func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';",
                    hash="4bcb46018ea8256b57ee5958785148edeba3af29",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c0852",
                    table="accounting_chainlink",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="chainlink",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=portal.tenancy.guard.GuardSql(
                    func="RAISE EXCEPTION 'append-only: % refused on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '23514';",
                    hash="6c1571014b4540b986ecf37eacd0d6b6357b8f1a",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_9ccc7",
                    table="accounting_chainlink",
                    when="BEFORE",
                ),
            ),
        ),
    ]
