"""The books under policy; the ledger itself can only grow."""

from django.db import migrations

from portal.tenancy.rls import PutUnderPolicy


class Migration(migrations.Migration):
    dependencies = [("accounting", "0001_initial"), ("people", "0002_policy")]

    operations = [PutUnderPolicy("Account",
            "Journal",
            "FiscalYear",
            "Period",
            "Party",
            "PartyIban",
            "NumberSeries",
            "Entry",
            "EntryLine",
            "GridEffect",
            "OpenItem",
            "Clearing",
            "Obligation",
            append_only=("Entry", "EntryLine", "GridEffect", "Clearing"),
            guarded={"EntryLine": ("entry",), "GridEffect": ("line",), "OpenItem": ("line",)},)]
