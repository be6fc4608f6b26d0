"""The log under policy; the app role may add to it and nothing else."""

from django.db import migrations

from portal.tenancy.rls import PutUnderPolicy


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("people", "0002_policy")]

    operations = [PutUnderPolicy("Event", append_only=("Event",))]
