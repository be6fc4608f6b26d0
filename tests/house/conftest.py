"""What the tests of the house share."""

from tests.tenancy.flock import flock

__all__ = ["flock"]
