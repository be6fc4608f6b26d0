"""Mails of a firm by time: the thread of a request reads the mails of its own days."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_policy")]

    operations = [
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(fields=["firm", "created_at"], name="mail_of_firm"),
        ),
    ]
