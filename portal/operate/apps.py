"""The operate app: watches requests and tasks, and refuses to serve as a role that is above the walls."""

from django.apps import AppConfig


class OperateConfig(AppConfig):
    """Listens to Celery: a line, a heartbeat and a count for every task."""

    name = "portal.operate"
    label = "operate"

    def ready(self) -> None:
        from portal.operate import hearing, jobs  # noqa: F401
