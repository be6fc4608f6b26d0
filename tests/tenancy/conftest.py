"""What the tests of tenancy share."""

from tests.tenancy.flock import flock

__all__ = ["flock"]
