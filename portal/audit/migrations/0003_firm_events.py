"""Whoever sees only some administrations may add to the firm's own log; what they read of it stays as it was."""

from django.db import migrations

from portal.tenancy.rls import TakeRowsOfTheFirm


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_policy")]

    operations = [TakeRowsOfTheFirm("Event")]
