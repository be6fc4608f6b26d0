"""Teams, what an owner sees, and how a person likes their lists.

The doors of a user are the one place that says which administrations a colleague enters: those of the portfolio and
of the teams, all of them for an owner. Scope, managers and policies take them from there.
"""

from importlib import import_module

import django.db.models.deletion
import django.db.models.manager
import uuid_utils.compat
from django.db import migrations, models

from portal.tenancy.rls import LookOverTheWall, PutUnderPolicy

before = import_module("portal.people.migrations.0004_doors_know_the_factor")
OF_PORTFOLIO = """CASE WHEN m.all_administrations THEN NULL
            ELSE ARRAY(SELECT p.administration_id FROM people_portfolio p WHERE p.member_id = m.id) END"""
OF_PORTFOLIO_AND_TEAMS = """CASE WHEN m.all_administrations OR m.role = 'owner' THEN NULL
            ELSE ARRAY(SELECT p.administration_id FROM people_portfolio p WHERE p.member_id = m.id
                       UNION
                       SELECT t.administration_id FROM people_teammember s
                       JOIN people_teamadministration t ON t.team_id = s.team_id WHERE s.member_id = m.id) END"""
assert OF_PORTFOLIO in before.DOORS
DOORS = before.DOORS.replace(OF_PORTFOLIO, OF_PORTFOLIO_AND_TEAMS)
OWNERS_SEE_ALL = """
DO $$
DECLARE one record; firm text := coalesce(current_setting('app.firm_id', true), '');
BEGIN
  FOR one IN SELECT id FROM every_firm() LOOP
    PERFORM set_config('app.firm_id', one.id::text, true);
    UPDATE people_member SET all_administrations = true WHERE role = 'owner' AND NOT all_administrations;
  END LOOP;
  PERFORM set_config('app.firm_id', firm, true);
END $$
"""

# A team, its colleagues and its clients are of one firm: checks of keys look over the wall
KEY = "ALTER TABLE people_team ADD CONSTRAINT people_team_firm_key UNIQUE (firm_id, id)"
REFERENCE = (
    "ALTER TABLE {table} ADD CONSTRAINT {table}_{to}_firm FOREIGN KEY (firm_id, {to}_id) "
    "REFERENCES people_{to} (firm_id, id)"
)
REFERENCES = (("people_teammember", "team"), ("people_teammember", "member"), ("people_teamadministration", "team"))


def row_of_firm(name, *fields):
    """A table with the keys every row of a tenant has."""
    firm = models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.firm"
    )
    key = models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)
    return migrations.CreateModel(
        name=name,
        fields=[("id", key), *fields, ("firm", firm)],
        options={"abstract": False, "base_manager_name": "all_firms", "default_manager_name": "objects"},
        managers=[
            ("objects", django.db.models.manager.Manager()),
            ("all_firms", django.db.models.manager.Manager()),
        ],
    )


def to_team(related_name):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE, related_name=related_name, to="people.team"
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0006_call_list"), ("tenancy", "0002_policy")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="lists",
            field=models.JSONField(
                blank=True, default=dict, help_text="How they like each list: its columns, how dense"
            ),
        ),
        row_of_firm(
            "Team",
            ("name", models.CharField(max_length=40)),
            ("created_at", models.DateTimeField(auto_now_add=True)),
        ),
        row_of_firm(
            "TeamMember",
            (
                "member",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="teams", to="people.member"
                ),
            ),
            ("team", to_team("members")),
        ),
        row_of_firm(
            "TeamAdministration",
            (
                "administration",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="tenancy.administration",
                ),
            ),
            ("team", to_team("administrations")),
        ),
        migrations.AddConstraint("team", models.UniqueConstraint(fields=("firm", "name"), name="team_name_once")),
        migrations.AddConstraint(
            "teammember", models.UniqueConstraint(fields=("team", "member"), name="once_per_team")
        ),
        migrations.AddConstraint(
            "teamadministration",
            models.UniqueConstraint(fields=("team", "administration"), name="once_among_clients_of_team"),
        ),
        PutUnderPolicy("Team", "TeamMember", "TeamAdministration"),
        migrations.RunSQL(KEY, "ALTER TABLE people_team DROP CONSTRAINT people_team_firm_key"),
        *(
            migrations.RunSQL(
                REFERENCE.format(table=table, to=to), f"ALTER TABLE {table} DROP CONSTRAINT {table}_{to}_firm"
            )
            for table, to in REFERENCES
        ),
        LookOverTheWall("doors_of(person uuid)", before.DOORS_TABLE, DOORS),
        migrations.RunSQL(OWNERS_SEE_ALL, migrations.RunSQL.noop),
    ]
