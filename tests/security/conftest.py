"""What the tests of attacks share."""

from tests.tenancy.flock import flock

__all__ = ["flock"]
