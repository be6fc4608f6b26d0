"""A person's own settings, the same in every area."""

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.people.access import doors_of
from portal.people.models import User
from portal.people.naming import refuse_name_of_colleague
from portal.people.refusals import NameOfColleague
from portal.tenancy.models import Language
from portal.web.errors import sentence
from portal.web.forms import PersonNameField
from portal.web.front import home_of, speak


class ProfileForm(forms.Form):
    """What a person decides about themselves."""

    name = PersonNameField(label=gettext_lazy("Name"), max_length=80)
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Stands in the mails you send, so that people trust them."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=Language.choices)
    single_keys = forms.BooleanField(
        label=gettext_lazy("Single-letter shortcuts"),
        help_text=gettext_lazy("Switch them off when you speak to your computer or often hit a key by mistake."),
        required=False,
    )
    call_list = forms.BooleanField(
        label=gettext_lazy("Mail me every day whom to call"),
        help_text=gettext_lazy("Only when somebody new did not answer. Without it you find them among the questions."),
        required=False,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The page."""
    speak(request)
    user = cast(User, request.user)
    fields = ["name", "phone", "language", "single_keys", "call_list"]
    form = ProfileForm(request.POST or None, initial={name: getattr(user, name) for name in fields})
    if all(door.kind == "client" for door in doors_of(user.pk)):  # their pages have no shortcuts, and they call nobody
        for name in ("single_keys", "call_list"):
            fields.remove(name)
            del form.fields[name]
    if request.method == "POST" and form.is_valid():
        try:
            refuse_name_of_colleague(user, form.cleaned_data["name"])
        except NameOfColleague as refusal:
            form.add_error("name", sentence(refusal))
    if request.method == "POST" and form.is_valid():
        for name in fields:
            setattr(user, name, form.cleaned_data[name])
        user.save(update_fields=fields)
        translation.activate(user.language)
        messages.success(request, _("Saved."))
        return redirect("profile")
    return render(request, "profile.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Every place this person may enter: switching needs no second login."""
    speak(request)
    found = [(door, home_of(door)) for door in doors_of(cast(User, request.user).pk)]
    return render(request, "front.html", {"places": found})
