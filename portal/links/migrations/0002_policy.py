"""Links under policy, and the two look-ups that must come before any scope: by token, and by id."""

from django.db import migrations

from portal.tenancy.rls import LookOverTheWall, PutUnderPolicy

COLUMNS = "TABLE(id uuid, firm_id uuid, administration_id uuid, token_hash text)"
SELECT = "SELECT l.id, l.firm_id, l.administration_id, l.token_hash::text FROM links_link l WHERE "


class Migration(migrations.Migration):
    dependencies = [("links", "0001_initial"), ("people", "0002_policy")]

    operations = [
        PutUnderPolicy("Link"),
        LookOverTheWall("link_by_hash(hash text, what text)", COLUMNS, SELECT + "l.token_hash = hash AND l.purpose = what"),
        LookOverTheWall("link_by_id(link uuid)", COLUMNS, SELECT + "l.id = link"),
    ]
