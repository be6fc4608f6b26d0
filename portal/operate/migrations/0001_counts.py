"""What the probes may know of all firms together: numbers of rows, never a row."""

from django.db import migrations

from portal.tenancy.rls import LookOverTheWall

DEPTH = """
SELECT (SELECT count(*) FROM outbox_outgoingmail WHERE state = 'queued' AND due_at <= moment),
       (SELECT min(due_at) FROM outbox_outgoingmail WHERE state = 'queued' AND due_at <= moment),
       (SELECT count(*) FROM outbox_outgoingmail WHERE state = 'inflight')
"""
STATEMENTS = "SELECT s.state::text, count(*) FROM bankfeeds_statement s GROUP BY s.state"


class Migration(migrations.Migration):
    initial = True
    dependencies = [("outbox", "0002_policy"), ("bankfeeds", "0002_policy")]

    operations = [
        LookOverTheWall(
            "outbox_depth(moment timestamptz)", "TABLE(due bigint, oldest timestamptz, inflight bigint)", DEPTH
        ),
        LookOverTheWall("statements_counted()", "TABLE(state text, number bigint)", STATEMENTS),
    ]
