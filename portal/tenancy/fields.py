"""MoneyField: Decimal with two places in Python, bigint cents in Postgres.

Under row-level security a comparison of `numeric` is not leakproof, so its index goes unused; of bigint it is.
Cents also sum exactly and cannot round in silence. Aggregates (Sum, Min, Max) come back as Decimal euros.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core import validators
from django.db import models

from portal.kernel.money import cents, euros, parse_amount

if TYPE_CHECKING:
    _Field = models.Field[Decimal, Decimal]
else:
    _Field = models.Field  # the class takes no parameters at run time


class MoneyField(_Field):
    """An exact amount in the currency of its row."""

    description = "Exact amount, stored as cents"
    empty_strings_allowed = False

    def get_internal_type(self) -> str:
        """Store like a big integer."""
        return "BigIntegerField"

    def from_db_value(self, value: int | Decimal | None, expression: Any, connection: Any) -> Decimal | None:
        """Turn stored cents into euros; a sum arrives as numeric and is whole."""
        return None if value is None else euros(int(value))

    def get_prep_value(self, value: Any) -> int | None:
        """Turn euros into cents. Raises ValueError on more than two decimals or on a float."""
        value = super().get_prep_value(value)
        if value is None:
            return None
        if isinstance(value, float):
            raise ValueError("A float is not money: pass a Decimal.")
        return cents(Decimal(value))

    def to_python(self, value: Any) -> Decimal | None:
        """Read what a form or a caller gives."""
        if value is None or isinstance(value, Decimal):
            return value
        return parse_amount(value) if isinstance(value, str) else Decimal(value)

    def formfield(self, **kwargs: Any) -> Any:
        """Money is typed through portal.web.forms.AmountField, never through a default form field."""
        return None

    @property
    def validators(self) -> list[Any]:
        """Keep within what a bigint holds."""
        limit = Decimal("9000000000000.00")
        return [validators.MinValueValidator(-limit), validators.MaxValueValidator(limit)]
