"""What the tests of tenancy share."""

from tests.tenancy.flock import above_the_law, flock, lawless_module

__all__ = ["above_the_law", "flock", "lawless_module"]
