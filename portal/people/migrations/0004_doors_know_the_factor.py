"""The doors of a user say whether there is a second factor: known without one more question per page."""

from importlib import import_module

from django.db import migrations

from portal.tenancy.rls import LookOverTheWall

before = import_module("portal.people.migrations.0002_policy")
FACTOR = "EXISTS (SELECT FROM mfa_authenticator a WHERE a.user_id = $1 AND a.type IN ('totp', 'webauthn'))"
ORDER = "ORDER BY 1 DESC, 4, 7"
DOORS = f"SELECT d.*, {FACTOR} FROM ({before.DOORS.replace(ORDER, '')}) d {ORDER}"
DOORS_TABLE = before.DOORS_TABLE.removesuffix(")") + ", has_factor boolean)"


class Migration(migrations.Migration):
    dependencies = [("people", "0003_visit"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [
        migrations.RunSQL("DROP FUNCTION IF EXISTS doors_of(uuid)", ""),
        LookOverTheWall("doors_of(person uuid)", DOORS_TABLE, DOORS),
    ]
