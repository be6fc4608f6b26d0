from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0005_saved_view")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="call_list",
            field=models.BooleanField(
                default=True, help_text="The daily mail of whom to call; for who works at a firm"
            ),
        ),
    ]
