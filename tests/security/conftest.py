"""What the tests of attacks share."""

from tests.tenancy.flock import flock, lawless_module

__all__ = ["flock", "lawless_module"]
