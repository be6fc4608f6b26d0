"""The firm's own settings: name, colour, logo, how to be reached."""

import io
import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from PIL import Image, UnidentifiedImageError

from portal.audit.record import record
from portal.people.access import Actor, Right, access_firm
from portal.tenancy.models import Firm
from portal.web.context import FACE
from portal.web.stepup import left_files_behind, weighty

LARGEST_LOGO = 200_000
LOGO_SIZE = (640, 200)


class FirmForm(forms.Form):
    """What clients see of the firm."""

    name = forms.CharField(label=gettext_lazy("Name of the firm"), max_length=120)
    mark = forms.CharField(label=gettext_lazy("Sign (two letters)"), max_length=3)
    brand_color = forms.CharField(
        label=gettext_lazy("Colour"),
        validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$", gettext_lazy("Choose a colour like #0B5B58."))],
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=gettext_lazy("We darken it where text on it would be hard to read."),
    )
    logo = forms.FileField(label=gettext_lazy("Logo (PNG or JPEG)"), required=False)
    without_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)

    def __init__(self, *args: Any, has_logo: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_logo:
            del self.fields["without_logo"]

    def new_logo(self) -> bytes | None:
        """The picture to keep from now on: b"" when it goes, None when it stays. A new one beats a tick to remove."""
        given: bytes | None = self.cleaned_data["logo"]
        return b"" if given is None and self.cleaned_data.get("without_logo") else given

    def clean_logo(self) -> bytes | None:
        """Draw the picture anew, small, as PNG: nothing of the sender's file survives."""
        upload = self.cleaned_data.get("logo")
        if not upload:
            return None
        try:
            picture: Any = Image.open(upload, formats=("PNG", "JPEG"))  # and none of the forty others Pillow reads
            if picture.width * picture.height > 20_000_000:
                raise forms.ValidationError(_("This picture is too large."))
            picture = picture.convert("RGBA")
        except Image.DecompressionBombError as bad:
            raise forms.ValidationError(_("This picture is too large.")) from bad
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as bad:
            raise forms.ValidationError(_("We cannot read this picture. Choose a PNG or a JPEG.")) from bad
        picture.thumbnail(LOGO_SIZE)
        picture.info = {}
        out = io.BytesIO()
        picture.save(out, "PNG", optimize=True)
        if out.tell() > LARGEST_LOGO:
            raise forms.ValidationError(_("This picture is too large."))
        return out.getvalue()


@require_http_methods(["GET", "HEAD", "POST"])
@weighty()
def settings(request: HttpRequest, firm: str) -> HttpResponse:
    """The page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = access_firm(actor, to=Right.MANAGE_FIRM)
    fields = ("name", "mark", "brand_color", "email", "phone", "address")
    initial = {name: getattr(found, name) for name in fields}
    form = FirmForm(request.POST or None, request.FILES or None, initial=initial, has_logo=bool(found.logo))
    if left_files_behind(request):
        form.add_error("logo", _("Choose this file again: it could not come along while you confirmed it was you."))
    if request.method == "POST" and form.is_valid():
        change_firm(found, {name: form.cleaned_data[name] for name in fields}, form.new_logo(), by=actor)
        request.session[FACE] = f"?v={secrets.token_hex(4)}"
        messages.success(request, _("Saved."))
        return redirect("kantoor:settings", firm)
    status = 422 if form.is_bound else 200
    return render(request, "kantoor/settings.html", {"form": form, "row": found}, status=status)


@transaction.atomic
def change_firm(firm: Firm, facts: dict[str, str], logo: bytes | None, *, by: Actor) -> None:
    """Write what clients see of the firm; `logo`: a PNG, b"" for none any more, None to leave it."""
    for name, value in facts.items():
        setattr(firm, name, value)
    if logo is not None:
        firm.logo = logo
    firm.save()
    record("firm.changed", subject=firm, by=by, data={"fields": sorted(facts), "logo": logo is not None})
