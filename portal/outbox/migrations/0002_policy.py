"""The outbox under policy, and what a worker may know of all firms: which mails wait."""

from django.db import migrations

from portal.tenancy.rls import LookOverTheWall, PutUnderPolicy

DUE = """
SELECT m.id, m.firm_id FROM outbox_outgoingmail m
WHERE m.state = 'queued' AND m.due_at <= moment ORDER BY m.due_at LIMIT most
"""
STUCK = """
SELECT m.id, m.firm_id FROM outbox_outgoingmail m
WHERE m.state = 'inflight' AND m.inflight_since < before ORDER BY m.inflight_since LIMIT most
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial"), ("people", "0002_policy")]

    operations = [
        PutUnderPolicy("OutgoingMail"),
        LookOverTheWall("mails_due(moment timestamptz, most int)", "TABLE(id uuid, firm_id uuid)", DUE),
        LookOverTheWall("mails_stuck(before timestamptz, most int)", "TABLE(id uuid, firm_id uuid)", STUCK),
    ]
