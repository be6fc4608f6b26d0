"""What the tests of tenancy share."""

from tests.tenancy.flock import above_the_law, flock

__all__ = ["above_the_law", "flock"]
