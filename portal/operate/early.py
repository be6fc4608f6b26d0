"""What only the database can refuse, refused at the start instead of at the first visitor."""

from django.db import OperationalError, connection


def meet_database() -> None:
    """Connect once. Raises ImproperlyConfigured when the role is too mighty (portal.tenancy.checks).

    A database that does not answer yet is waited for, not refused: `/ready/` tells.
    """
    try:
        connection.ensure_connection()
    except OperationalError:
        return
    finally:
        connection.close()  # not to be carried into a forked child
