"""What the client said by phone or on paper, as a colleague types it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.kernel.clock import today
from requests_app.actions.answer import HeardWords
from requests_app.wording import heard_choices, told_choices

LATER = "later"


def kinds() -> list[tuple[str, str]]:
    """What can be noted: an answer without a document, or a promise."""
    return [*told_choices(), (LATER, _("Later"))]


def choices() -> dict[str, Any]:
    """What kantoor/_note_answer.html offers."""
    return {"ways": heard_choices(), "kinds": kinds(), "today": today()}


class NoteForm(forms.Form):
    """How it was heard, from whom, on which day, and what was said; for “later” until when."""

    how = forms.ChoiceField(choices=heard_choices)
    whom = forms.CharField(max_length=80, required=False)
    heard_on = forms.DateField()
    kind = forms.ChoiceField(choices=kinds)
    until = forms.DateField(required=False)
    text = forms.CharField(max_length=2000, required=False)

    def clean(self) -> dict[str, Any]:
        """A promise needs its day."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") == LATER and not data.get("until"):
            self.add_error("until", _("Choose the day that was promised."))
        return data

    def said(self) -> dict[str, Any]:
        """The arguments of note_answer. Call only when valid."""
        data = self.cleaned_data
        heard = HeardWords(how=data["how"], whom=data["whom"], on=data["heard_on"])
        until = data["until"] if data["kind"] == LATER else None
        return {"kind": data["kind"], "text": data["text"], "heard": heard, "until": until}

    def first_error(self) -> str:
        """What to correct first, in one sentence."""
        return str(next(iter(self.errors.values()))[0])
