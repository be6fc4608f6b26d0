"""The doors of a user, with what the frame shows of each firm, read before any scope is open."""

from django.db import migrations

from portal.tenancy.rls import LookOverTheWall

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


class Migration(migrations.Migration):
    dependencies = [("people", "0002_policy")]

    operations = [
        migrations.RunSQL("DROP FUNCTION IF EXISTS doors_of(uuid)", ""),
        LookOverTheWall("doors_of(person uuid)", DOORS_TABLE, DOORS),
    ]
