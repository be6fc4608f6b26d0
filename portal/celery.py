"""The Celery app: four queues and the whole beat table. Rows are the queue; Celery is only the doorbell."""

import os

from celery import Celery
from celery.schedules import crontab
from kombu import Queue
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")

TRANSPORT_ALIASES |= dict.fromkeys(("redis", "rediss"), "portal.operate.broker:Transport")
app = Celery("samen")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = [Queue(name) for name in ("mail", "pdf", "feeds", "ledger")]
app.conf.task_default_queue = "ledger"
app.conf.beat_schedule = {
    "pump the outbox": {
        "task": "portal.outbox.tasks.pump",
        "schedule": 5.0,
        "options": {"queue": "mail", "expires": 5},
    },
    "sweep mails in flight": {
        "task": "portal.outbox.tasks.sweep",
        "schedule": 20.0,
        "options": {"queue": "mail", "expires": 20},
    },
    "make missing previews": {
        "task": "portal.documents.tasks.sweep",
        "schedule": 20.0,
        "options": {"queue": "pdf", "expires": 20},
    },
    "remind who is due": {
        "task": "requests_app.tasks.remind_due",
        "schedule": crontab(minute="*/10"),
        "options": {"queue": "mail", "expires": 600},
    },
    "ensure obligations": {
        "task": "accounting.tasks.ensure_obligations",
        "schedule": crontab(minute=15, hour=2),
        "options": {"queue": "ledger", "expires": 3600},
    },
    "note the heads of the chains": {
        "task": "accounting.tasks.note_heads",
        "schedule": crontab(minute=30, hour=4),
        "options": {"queue": "ledger", "expires": 3600},
    },
    "sweep for references across tenants": {
        "task": "portal.tenancy.tasks.sweep_references",
        "schedule": crontab(minute=45, hour=3),
        "options": {"queue": "ledger", "expires": 3600},
    },
}
app.autodiscover_tasks()
