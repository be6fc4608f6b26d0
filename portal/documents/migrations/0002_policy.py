"""Documents under policy, and what a worker may know of all firms: which previews wait."""

from django.db import migrations

from portal.tenancy.rls import LookOverTheWall, PutUnderPolicy

WAITING = """
SELECT d.id, d.firm_id, d.administration_id FROM documents_document d
WHERE d.preview = 'waiting' AND (d.preview_claimed_at IS NULL OR d.preview_claimed_at < before)
ORDER BY d.created_at LIMIT most
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("people", "0002_policy")]

    operations = [
        PutUnderPolicy("Document"),
        LookOverTheWall(
            "previews_waiting(before timestamptz, most int)",
            "TABLE(id uuid, firm_id uuid, administration_id uuid)",
            WAITING,
        ),
    ]
