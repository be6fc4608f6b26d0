"""What Django says about passwords in our name, listed so that our own translations say it in our own tone.

Django's Dutch is formal ("uw"), ours is not. Only the texts a person sees are here; nothing reads this list at work.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

ABOUT_PASSWORDS = (
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("Your password can’t be a commonly used password."),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
)
# allauth's label; Django's own French says "Courriel", which nobody here does
ABOUT_SIGNING_IN = (gettext_noop("Email"),)
