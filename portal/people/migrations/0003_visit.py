"""Signed-in browsers of people: a table that knows no tenant, as people do."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_policy")]

    operations = [
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("session_key", models.CharField(max_length=40, unique=True)),
                (
                    "device",
                    models.CharField(
                        help_text="Browser and system, nothing more of what it says of itself", max_length=60
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True, help_text="The network of the address (/24 or /48), never more", max_length=45
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["user", "-seen_at"], name="visits_of_user")]},
        ),
    ]
