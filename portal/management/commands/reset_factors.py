"""`reset_factors EMAIL`: for who lost phone, passkeys and recovery codes, after the house made sure who is asking.

Takes every factor away, ends every session and tells the person. The password stays; a new factor is asked for at once.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.people import visits
from portal.people.access import doors_of
from portal.people.models import User
from portal.web.letters import warn


class Command(BaseCommand):
    """One line: how many factors went, and how many sessions."""

    help = "Take all second factors of a person away, after making sure who asks for it. They are told by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose factors."""
        parser.add_argument("email", help="the address the person signs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take away, sign out, tell."""
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError("Nobody signs in with this address.")
        gone, _ = Authenticator.objects.filter(user=user).delete()
        ended = visits.end(user)
        for door in doors_of(user.pk)[:1]:
            warn(user, "factors_reset", {}, firm_id=door.firm_id)
        self.stdout.write(f"Taken away: {gone}. Signed out in {ended} places.")
