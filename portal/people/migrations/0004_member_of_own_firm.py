"""A portfolio and a responsible colleague belong to a member of the same firm: checks of keys look over the wall."""

from django.db import migrations

KEY = 'ALTER TABLE people_member ADD CONSTRAINT people_member_firm_key UNIQUE (firm_id, id)'
REFERENCE = (
    "ALTER TABLE {table} ADD CONSTRAINT {table}_member_firm FOREIGN KEY (firm_id, member_id) "
    "REFERENCES people_member (firm_id, id)"
)


class Migration(migrations.Migration):
    dependencies = [("people", "0003_doors")]

    operations = [
        migrations.RunSQL(KEY, "ALTER TABLE people_member DROP CONSTRAINT people_member_firm_key"),
        *(
            migrations.RunSQL(REFERENCE.format(table=table), f"ALTER TABLE {table} DROP CONSTRAINT {table}_member_firm")
            for table in ("people_portfolio", "people_responsible")
        ),
    ]
