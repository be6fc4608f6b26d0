"""The WSGI door."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")

application = get_wsgi_application()
if not settings.SANDBOX:
    from portal.operate.early import meet_database

    meet_database()
