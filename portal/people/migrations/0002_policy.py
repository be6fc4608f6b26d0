"""People under policy, and what may be read before any scope is open."""

from django.db import migrations

from portal.tenancy.rls import LookOverTheWall, PutUnderPolicy

INVITATION = (
    "SELECT i.id, i.firm_id, i.administration_id FROM people_invitation i WHERE i.token_hash = hash"
)
FACE = "SELECT f.name, f.mark, f.brand_color, f.logo FROM tenancy_firm f WHERE f.slug = firm_slug"


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("tenancy", "0002_policy")]

    operations = [
        PutUnderPolicy("Member", "Portfolio", "Responsible", "ClientAccess", "Invitation"),
        LookOverTheWall(
            "invitation_by_hash(hash text)", "TABLE(id uuid, firm_id uuid, administration_id uuid)", INVITATION
        ),
        LookOverTheWall(
            "face_of_firm(firm_slug text)", "TABLE(name text, mark text, brand_color text, logo bytea)", FACE
        ),
        LookOverTheWall("every_firm()", "TABLE(id uuid)", "SELECT id FROM tenancy_firm"),
    ]
