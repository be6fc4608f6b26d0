"""Classes of lines that are asked about all the same, under policy."""

import django.db.models.deletion
import django.db.models.manager
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

from portal.tenancy.rls import PutUnderPolicy


class Migration(migrations.Migration):

    dependencies = [
        ('bankfeeds', '0006_lines_fit_their_statement'),
        ('tenancy', '0002_policy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AskedClass',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('actor_kind', models.CharField(max_length=8)),
                ('actor_name', models.CharField(max_length=80)),
                ('line_class', models.CharField(choices=[('bank_costs', 'Bank costs and interest'), ('salary', 'Salaries'), ('tax', 'Taxes and social security'), ('own_transfer', 'Transfers between own accounts')], max_length=12)),
                ('created_at', models.DateTimeField()),
                ('actor_user', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('administration', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.administration')),
                ('firm', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.firm')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'all_firms',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(fields=('administration', 'line_class'), name='asked_class_once')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('all_firms', django.db.models.manager.Manager()),
            ],
        ),
        PutUnderPolicy('AskedClass'),
    ]
