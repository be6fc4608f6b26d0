"""The bank under policy."""

from django.db import migrations

from portal.tenancy.rls import PutUnderPolicy


class Migration(migrations.Migration):
    dependencies = [("bankfeeds", "0001_initial"), ("accounting", "0002_policy"), ("documents", "0002_policy")]

    operations = [
        PutUnderPolicy(
            "BankAccount", "Import", "Statement", "StatementLine", "Allocation",
            guarded={"StatementLine": ("statement", "account")},
        )
    ]
