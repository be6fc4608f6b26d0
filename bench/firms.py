"""Firms of a size for the cockpit, written straight into the tables: a reader needs rows, not how they came about.

Most administrations are quiet and one in ten is busy, as in life: per administration about 20 bank lines of which a
fifth is to do, five questions of which one in four administrations has an open one, and a year and more of filings.
"""

import uuid
from typing import Any

from portal.people.models import Member, User
from portal.tenancy.models import Firm
from portal.tenancy.scope import scope
from tests import cast

OWNER = cast.NAMES["els"].id

_QUIET = ("bankfeeds_statementline", "bankfeeds_statement")  # handled without anybody handling them, just here
_BY = "'system', NULL::uuid, 'Samen'"
_FILL = f"""
CREATE TEMP TABLE books ON COMMIT DROP AS
  SELECT gen_random_uuid() id, %(firm)s::uuid firm_id, n, md5(%(firm)s || n::text) digest,
    gen_random_uuid() account, gen_random_uuid() journal, gen_random_uuid() paper, gen_random_uuid() bank,
    gen_random_uuid() imported, gen_random_uuid() statement, gen_random_uuid() link,
    CASE WHEN n %% 10 = 0 THEN 110 ELSE 10 END line_count
  FROM generate_series(1, %(size)s) n;
INSERT INTO tenancy_administration (id, firm_id, code, name, enterprise_number, vat_number, country, vat_rhythm,
    language, scenario, is_active, created_at)
  SELECT id, firm_id, 'C' || n, 'Client ' || left(digest, 7), lpad(n::text, 10, '0'), '', 'BE',
    CASE WHEN n %% 3 = 0 THEN 'monthly' ELSE 'quarterly' END, 'nl', 1, true, now() FROM books;
INSERT INTO people_responsible (id, firm_id, administration_id, member_id)
  SELECT gen_random_uuid(), firm_id, id, %(member)s FROM books WHERE n %% 4 > 0;
INSERT INTO accounting_account (id, firm_id, administration_id, code, type, subtype, role, name_nl, name_fr, name_en,
    is_active, keeps_open_items, vat_base_grid)
  SELECT account, firm_id, id, '550001', 'asset', '', '', 'Bank', 'Bank', 'Bank', true, false, '' FROM books;
INSERT INTO accounting_journal (id, firm_id, administration_id, code, kind, name_nl, name_fr, name_en)
  SELECT journal, firm_id, id, 'BNK', 'bank', 'Bank', 'Bank', 'Bank' FROM books;
INSERT INTO documents_document (id, firm_id, administration_id, actor_kind, actor_user_id, actor_name, sha256, size,
    mime, kind, source, name, storage_key, pages, preview, preview_tries, created_at)
  SELECT paper, firm_id, id, {_BY}, digest || digest, 1, 'text/plain', 'bank', 'office', 'a.cod', 'x/' || digest, 0,
    'ready', 0, now() FROM books;
INSERT INTO bankfeeds_bankaccount (id, firm_id, administration_id, number, currency, name, bic, account_id,
    journal_id, is_active, created_at)
  SELECT bank, firm_id, id, left(digest, 30), 'EUR', '', '', account, journal, true, now() FROM books;
INSERT INTO bankfeeds_import (id, firm_id, administration_id, actor_kind, actor_user_id, actor_name, document_id,
    name, report, created_at)
  SELECT imported, firm_id, id, {_BY}, paper, 'a.cod', '{{}}', now() FROM books;
INSERT INTO bankfeeds_statement (id, firm_id, administration_id, account_id, imported_id, year, number, format,
    old_balance, new_balance, new_balance_on, content_hash, state, held_because, facts, warnings, created_at)
  SELECT CASE WHEN k = 1 THEN statement ELSE gen_random_uuid() END, firm_id, id, bank, imported, 2026, k::text, 'coda',
    0, 0, %(today)s::date - 9 * k, digest || k, 'booked', '', '{{}}', '[]', now() FROM books, generate_series(1, 5) k;
CREATE TEMP TABLE line ON COMMIT DROP AS
  SELECT gen_random_uuid() id, gen_random_uuid() request, b.id administration, b.firm_id, b.bank, b.statement, b.link,
    s, s %% 5 = 1 AS is_open, s IN (1, 2, 3, 4, 5) AND (s > 1 OR n %% 4 = 0) AS is_asked, n
  FROM books b, generate_series(1, b.line_count) s;
INSERT INTO bankfeeds_statementline (id, firm_id, administration_id, statement_id, account_id, sequence, booked_on,
    amount, open_amount, counterparty_name, counterparty_iban, counterparty_bic, communication, structured_reference,
    transaction_code, bank_reference, raw, details, version)
  SELECT id, firm_id, administration, statement, bank, s, %(today)s::date - s, -100 * s - n,
    CASE WHEN is_open THEN -100 * s - n ELSE 0 END, 'Supplier ' || s, '', '', 'Invoice ' || n, '', '', '', '', '[]', 1
  FROM line;
INSERT INTO links_link (id, firm_id, administration_id, purpose, email, name, language, version, token_hash,
    expires_at, uses, created_at)
  SELECT link, firm_id, id, 'requests', 'x@x.example', 'X', 'nl', 1, digest || digest, now(), 0, now() FROM books;
INSERT INTO requests_app_request (id, firm_id, administration_id, actor_kind, actor_user_id, actor_name, kind, text,
    language, link_id, asked_on, created_at, reminders)
  SELECT request, firm_id, administration, {_BY}, 'missing_document', '?', 'nl', link, %(today)s::date - n %% 20,
    %(today)s::date - n %% 20, 0 FROM line WHERE is_asked;
INSERT INTO requests_app_requestline (id, firm_id, administration_id, request_id, line_id, is_open)
  SELECT gen_random_uuid(), firm_id, administration, request, id, is_open FROM line WHERE is_asked;
INSERT INTO requests_app_answer (id, firm_id, administration_id, actor_kind, actor_user_id, actor_name, request_id,
    kind, text, at)
  SELECT gen_random_uuid(), firm_id, administration, {_BY}, request, 'already_sent', '', %(today)s
  FROM line WHERE is_asked AND (NOT is_open OR n %% 12 = 0);
INSERT INTO requests_app_closure (id, firm_id, administration_id, actor_kind, actor_user_id, actor_name, request_id,
    outcome, at)
  SELECT gen_random_uuid(), firm_id, administration, {_BY}, request, 'booked', %(today)s
  FROM line WHERE is_asked AND NOT is_open;
INSERT INTO accounting_obligation (id, firm_id, administration_id, kind, period, due_on, done_at)
  SELECT gen_random_uuid(), firm_id, id, 'vat_return', to_char(month, 'YYYY-MM'), month::date + 50,
    CASE WHEN month < %(today)s::date - 90 OR (month < %(today)s::date - 30 AND n %% 7 > 0) THEN now() END
  FROM books, generate_series(%(today)s::date - interval '18 months', %(today)s::date + interval '2 months',
    CASE WHEN n %% 3 = 0 THEN interval '1 month' ELSE interval '3 months' END) month;
"""


def build(cursor: Any, size: int, today: Any) -> uuid.UUID:
    """Write a firm with `size` administrations, of which els is an owner; return its id. Takes about 2 s per 1,000."""
    firm = Firm.all_firms.none().model(slug=f"bench-{size}", name=f"Bench {size}", mark="B", email="b@b.example")
    with scope(firm_id=firm.pk):
        firm.save(force_insert=True)
        member = Member.objects.create(firm_id=firm.pk, user=User.objects.get(pk=OWNER), role="owner")
    for table in _QUIET:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute("BEGIN")
    cursor.execute("SELECT set_config('app.firm_id', %s, true)", [str(firm.pk)])
    values = {"firm": str(firm.pk), "size": size, "member": str(member.pk), "today": today}
    for statement in _FILL.split(";\n"):
        if statement.strip():
            cursor.execute(statement, values)
    cursor.execute("COMMIT")
    for table in _QUIET:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return firm.pk
