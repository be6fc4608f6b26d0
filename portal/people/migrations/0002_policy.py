"""People under policy, and what may be read before any scope is open."""

from django.db import migrations

from portal.tenancy.rls import LookOverTheWall, PutUnderPolicy

INVITATION = (
    "SELECT i.id, i.firm_id, i.administration_id FROM people_invitation i WHERE i.token_hash = hash"
)
FACE = "SELECT f.name, f.mark, f.brand_color, f.logo FROM tenancy_firm f WHERE f.slug = firm_slug"
# The doors of a user, with what the frame shows of each firm
DOORS = """
SELECT 'staff', f.id, f.slug, f.name, m.role,
       CASE WHEN m.all_administrations THEN NULL
            ELSE ARRAY(SELECT p.administration_id FROM people_portfolio p WHERE p.member_id = m.id) END,
       NULL::text[], f.mark, length(f.logo) > 0
FROM people_member m JOIN tenancy_firm f ON f.id = m.firm_id
WHERE m.user_id = $1 AND m.revoked_at IS NULL
UNION ALL
SELECT 'client', f.id, f.slug, f.name, c.role, ARRAY[c.administration_id], ARRAY[a.name]::text[],
       f.mark, length(f.logo) > 0
FROM people_clientaccess c
JOIN tenancy_administration a ON a.id = c.administration_id AND a.is_active
JOIN tenancy_firm f ON f.id = c.firm_id
WHERE c.user_id = $1 AND c.revoked_at IS NULL
ORDER BY 1 DESC, 4, 7
"""
DOORS_TABLE = (
    "TABLE(kind text, firm_id uuid, firm_slug text, firm_name text, role text, administration_ids uuid[], names text[], "
    "mark text, has_logo boolean)"
)
# A portfolio and a responsible colleague belong to a member of the same firm: checks of keys look over the wall
KEY = "ALTER TABLE people_member ADD CONSTRAINT people_member_firm_key UNIQUE (firm_id, id)"
REFERENCE = (
    "ALTER TABLE {table} ADD CONSTRAINT {table}_member_firm FOREIGN KEY (firm_id, member_id) "
    "REFERENCES people_member (firm_id, id)"
)


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
        LookOverTheWall("doors_of(person uuid)", DOORS_TABLE, DOORS),
        migrations.RunSQL(KEY, "ALTER TABLE people_member DROP CONSTRAINT people_member_firm_key"),
        *(
            migrations.RunSQL(REFERENCE.format(table=table), f"ALTER TABLE {table} DROP CONSTRAINT {table}_member_firm")
            for table in ("people_portfolio", "people_responsible")
        ),
    ]
