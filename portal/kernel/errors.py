"""Refusals: the anticipated "no" of a verb or a reader, with a sentence for the person who gets it.

The kernel does not know Django, so a refusal carries its English sentence as a template and lets
the caller translate it: ``refusal.message(gettext)``. The English templates are marked with
:func:`gettext_noop`, which makemessages recognises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def gettext_noop(text: str) -> str:
    """Mark `text` for translation without translating it now (makemessages looks for this name)."""
    return text


def _same(value: Any) -> Any:
    return value


class Refused(Exception):
    """Base of every anticipated refusal.

    Subclasses set `code` (stable, snake_case, used by the API and by tests) and `template`
    (English, with %(name)s placeholders filled from the keyword arguments), both as class
    attributes.
    """

    code: str = "refused"
    template: str = gettext_noop("This is not possible.")

    def __init__(self, **data: Any) -> None:
        super().__init__()
        self.data: dict[str, Any] = data

    def message(
        self,
        translate: Callable[[str], str] = _same,
        show: Callable[[Any], Any] = _same,
    ) -> str:
        """The sentence for the reader.

        `translate` turns the English template into the reader's language; `show` turns each value
        into what a person reads (an amount, a date). A translation with a wrong placeholder falls
        back to the English sentence: a translator's slip must not turn a refusal into a crash.
        """
        shown = {name: show(value) for name, value in self.data.items()}
        try:
            return str(translate(self.template)) % shown
        except (KeyError, ValueError, TypeError):
            return self.template % shown

    def __str__(self) -> str:
        return self.message()

    def __repr__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.data.items())
        return f"{type(self).__name__}({facts})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword-only arguments do not survive the default pickling of exceptions.
        return _rebuild, (type(self), self.data, self.__dict__.copy())


class FormatRefused(Refused):
    """A file that breaks the rules of its format. Nothing of the file may be used.

    rule: short stable name of the rule broken ("xml.doctype", "ubl.amount"); message: English
    template with %(name)s placeholders filled from `data`, which also holds line and column; these
    are the 1-based place in the file, None when unknown.
    """

    code = "format_refused"

    def __init__(
        self,
        rule: str,
        message: str,
        line: int | None = None,
        column: int | None = None,
        **data: Any,
    ) -> None:
        super().__init__(**data, line=line, column=column)
        self.rule = rule
        self.template = message
        self.line = line
        self.column = column

    def __repr__(self) -> str:
        place = f"line={self.line}, column={self.column}"
        return f"{type(self).__name__}({self.rule!r}, {str(self)!r}, {place})"


def _rebuild(cls: type[Refused], data: dict[str, Any], state: dict[str, Any]) -> Refused:
    refusal = cls.__new__(cls)
    Refused.__init__(refusal, **data)
    refusal.__dict__.update(state)
    return refusal
