"""People under policy, and the doors of a user, read before any scope is open."""

from django.db import migrations

from portal.tenancy.rls import LookOverTheWall, PutUnderPolicy

DOORS = """
SELECT 'staff', f.id, f.slug, f.name, m.role,
       CASE WHEN m.all_administrations THEN NULL
            ELSE ARRAY(SELECT p.administration_id FROM people_portfolio p WHERE p.member_id = m.id) END,
       NULL::text[]
FROM people_member m JOIN tenancy_firm f ON f.id = m.firm_id
WHERE m.user_id = $1 AND m.revoked_at IS NULL
UNION ALL
SELECT 'client', f.id, f.slug, f.name, c.role, ARRAY[c.administration_id], ARRAY[a.name]::text[]
FROM people_clientaccess c
JOIN tenancy_administration a ON a.id = c.administration_id AND a.is_active
JOIN tenancy_firm f ON f.id = c.firm_id
WHERE c.user_id = $1 AND c.revoked_at IS NULL
ORDER BY 1 DESC, 4, 7
"""
DOORS_TABLE = (
    "TABLE(kind text, firm_id uuid, firm_slug text, firm_name text, role text, administration_ids uuid[], names text[])"
)
INVITATION = (
    "SELECT i.id, i.firm_id, i.administration_id FROM people_invitation i WHERE i.token_hash = hash"
)
FACE = "SELECT f.name, f.mark, f.brand_color, f.logo FROM tenancy_firm f WHERE f.slug = firm_slug"


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("tenancy", "0002_policy")]

    operations = [
        PutUnderPolicy("Member", "Portfolio", "Responsible", "ClientAccess", "Invitation"),
        LookOverTheWall("doors_of(person uuid)", DOORS_TABLE, DOORS),
        LookOverTheWall(
            "invitation_by_hash(hash text)", "TABLE(id uuid, firm_id uuid, administration_id uuid)", INVITATION
        ),
        LookOverTheWall(
            "face_of_firm(firm_slug text)", "TABLE(name text, mark text, brand_color text, logo bytea)", FACE
        ),
        LookOverTheWall("every_firm()", "TABLE(id uuid)", "SELECT id FROM tenancy_firm"),
    ]
