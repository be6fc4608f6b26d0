"""Rules of allocation, under policy."""

import django.db.models.deletion
import django.db.models.manager
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

from portal.tenancy.rls import PutUnderPolicy


class Migration(migrations.Migration):

    dependencies = [
        ('accounting', '0002_policy'),
        ('bankfeeds', '0004_cockpit_by_firm'),
        ('tenancy', '0002_policy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AllocationRule',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('actor_kind', models.CharField(max_length=8)),
                ('actor_name', models.CharField(max_length=80)),
                ('counterparty_iban', models.CharField(blank=True, max_length=37)),
                ('counterparty_name', models.CharField(blank=True, max_length=120)),
                ('receipts', models.BooleanField(default=False, help_text='for money coming in; otherwise for payments')),
                ('vat_code', models.CharField(blank=True, max_length=8)),
                ('created_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounting.account')),
                ('actor_user', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('administration', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.administration')),
                ('firm', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.firm')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'all_firms',
                'default_manager_name': 'objects',
                'constraints': [models.UniqueConstraint(condition=models.Q(('counterparty_iban', ''), _negated=True), fields=('administration', 'counterparty_iban', 'receipts'), name='rule_once_per_iban'), models.UniqueConstraint(condition=models.Q(('counterparty_iban', '')), fields=('administration', 'counterparty_name', 'receipts'), name='rule_once_per_name'), models.CheckConstraint(condition=models.Q(('counterparty_iban', ''), ('counterparty_name', ''), _negated=True), name='rule_names_a_counterparty')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('all_firms', django.db.models.manager.Manager()),
            ],
        ),
        PutUnderPolicy('AllocationRule'),
    ]
