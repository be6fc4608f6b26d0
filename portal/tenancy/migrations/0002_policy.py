"""The functions the policies read, and the two walls themselves under policy."""

from django.db import migrations

from portal.tenancy.rls import SCOPE_FUNCTIONS, PutUnderPolicy


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_initial")]

    operations = [
        migrations.RunSQL(SCOPE_FUNCTIONS, "DROP FUNCTION app_firm(); DROP FUNCTION app_administrations();"),
        PutUnderPolicy("Firm", "Administration"),
    ]
