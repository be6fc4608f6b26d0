"""Every invariant of the bank, checked again from the rows: lines, allocations, and the ledger behind them."""

from django.db import connection

from accounting.queries.verify import Broken
from portal.tenancy.models import Administration

# The oldest statement by the rule of actions.statement: its old balance is what the opening entries add up to.
_OLDEST = """
SELECT DISTINCT ON (account_id) account_id, old_balance FROM bankfeeds_statement
 WHERE administration_id = %s AND state = 'booked'
 ORDER BY account_id, coalesce(new_balance_on, old_balance_on), year, lpad(number, 20, '0')
"""

# Each query yields (what people would look for, two facts for the sentence) of the rows that break the invariant.
_CHECKS: dict[str, tuple[str, str]] = {
    "line_open_amount": (
        "Of bank line {0} {1} cents are open, but its allocations leave {2}.",
        """SELECT l.id, l.open_amount, l.amount - coalesce(sum(a.amount), 0) FROM bankfeeds_statementline l
             LEFT JOIN bankfeeds_allocation a ON a.line_id = l.id AND a.undone_at IS NULL
            WHERE l.administration_id = %s
            GROUP BY l.id HAVING l.open_amount <> l.amount - coalesce(sum(a.amount), 0)""",
    ),
    "statement_balance": (
        "The movements of statement {0} add up to {1} cents, its balances say {2}.",
        """SELECT s.year || '/' || s.number, coalesce(sum(l.amount), 0), s.new_balance - s.old_balance
             FROM bankfeeds_statement s LEFT JOIN bankfeeds_statementline l ON l.statement_id = s.id
            WHERE s.administration_id = %s AND s.state = 'booked' AND s.held_because <> 'unbalanced'
            GROUP BY s.id HAVING coalesce(sum(l.amount), 0) <> s.new_balance - s.old_balance""",
    ),
    "statement_lines": (
        "Statement {0} has {1} movements in its file and {2} here.",
        """SELECT s.year || '/' || s.number, s.facts ->> 'lines', count(l.id)
             FROM bankfeeds_statement s LEFT JOIN bankfeeds_statementline l ON l.statement_id = s.id
            WHERE s.administration_id = %s GROUP BY s.id
           HAVING count(l.id) <> CASE WHEN s.state = 'booked' THEN coalesce((s.facts ->> 'lines')::int, count(l.id))
                                      ELSE 0 END""",
    ),
    "bank_in_ledger": (
        "Bank account {0} stands at {1} cents in the ledger, its statements say {2}.",
        f"""SELECT b.number, coalesce(e.total, 0), coalesce(o.old_balance, 0) + coalesce(m.total, 0)
             FROM bankfeeds_bankaccount b
             LEFT JOIN ({_OLDEST}) o ON o.account_id = b.id
             LEFT JOIN LATERAL (SELECT sum(l.amount) AS total FROM bankfeeds_statementline l
                                 WHERE l.account_id = b.id) m ON true
             LEFT JOIN LATERAL (SELECT sum(l.amount) AS total FROM accounting_entryline l
                                  JOIN accounting_entry e ON e.id = l.entry_id
                                 WHERE l.account_id = b.account_id
                                   AND e.source_kind IN ('bankfeeds.statement', 'bankfeeds.bankaccount')) e ON true
            WHERE b.administration_id = %s
              AND coalesce(e.total, 0) <> coalesce(o.old_balance, 0) + coalesce(m.total, 0)""",  # noqa: S608
    ),
    "suspense": (
        "Payments not yet allocated stand at {1} cents on account {0}, the open bank lines say {2}.",
        """SELECT s.code, coalesce(e.total, 0), -coalesce(m.total, 0) FROM accounting_account s
             LEFT JOIN LATERAL (SELECT sum(l.amount) AS total FROM accounting_entryline l
                                  JOIN accounting_entry e ON e.id = l.entry_id
                                 WHERE l.account_id = s.id
                                   AND e.source_kind IN ('bankfeeds.statement', 'bankfeeds.allocation')) e ON true
             LEFT JOIN LATERAL (SELECT sum(l.open_amount) AS total FROM bankfeeds_statementline l
                                 WHERE l.administration_id = s.administration_id) m ON true
            WHERE s.administration_id = %s AND s.role = 'suspense'
              AND coalesce(e.total, 0) <> -coalesce(m.total, 0)""",
    ),
    "allocation_posted": (
        "Allocation {0} and its entry {1} do not agree on whether it stands (undone: {2}).",
        """SELECT a.id, a.entry_id, a.undone_at FROM bankfeeds_allocation a
             LEFT JOIN accounting_entry r ON r.reverses_id = a.entry_id
            WHERE a.administration_id = %s
              AND (a.entry_id IS NULL OR (a.undone_at IS NULL) <> (r.id IS NULL))""",
    ),
    "allocation_clears": (
        "Allocation {0} of {1} cents is not what it clears ({2}).",
        """SELECT a.id, a.amount, c.amount FROM bankfeeds_allocation a
             LEFT JOIN accounting_clearing c ON c.id = a.clearing_id
             LEFT JOIN accounting_clearing r ON r.reverses_id = c.id
            WHERE a.administration_id = %s AND a.kind = 'open_item'
              AND (c.id IS NULL OR c.amount <> -a.amount OR (a.undone_at IS NULL) <> (r.id IS NULL))""",
    ),
}


def verify(administration: Administration) -> list[Broken]:
    """Check the bank of one administration, inside its scope. An empty list means everything holds."""
    broken: list[Broken] = []
    with connection.cursor() as cursor:
        for invariant, (sentence, query) in _CHECKS.items():
            cursor.execute(query, [administration.pk] * query.count("%s"))
            broken += [Broken(invariant, str(row[0]), sentence.format(*row)) for row in cursor.fetchall()]
    return broken
