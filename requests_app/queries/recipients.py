"""Who can be asked about an administration: its contact first, then everybody with access, then earlier recipients."""

from portal.links.models import Link
from portal.people.models import ClientAccess
from portal.tenancy.models import Administration
from requests_app.people import Recipient


def people_with_access(administration: Administration) -> list[Recipient]:
    """The people of the client company who may answer, its contact first."""
    accesses = (
        ClientAccess.objects.select_related("user")
        .filter(administration=administration, revoked_at=None)
        .exclude(role="reader")
        .order_by("-is_contact", "user__name")
    )
    return [
        Recipient(
            email=access.user.email.lower(),
            name=access.user.name,
            user_id=access.user_id,
            language=access.user.language,
            is_contact=access.is_contact,
        )
        for access in accesses
        if access.user.is_active
    ]


def recipients_of(administration: Administration) -> list[Recipient]:
    """The people to choose from, without doubles; any other name and address can be typed."""
    found = {person.email: person for person in people_with_access(administration)}
    revoked = set(
        ClientAccess.objects.filter(administration=administration, revoked_at__isnull=False).values_list(
            "user_id", flat=True
        )
    )
    earlier = Link.objects.filter(administration=administration, revoked_at=None).order_by("-created_at")[:20]
    for link in earlier:
        if link.user_id not in revoked or link.user_id is None:
            found.setdefault(link.email, Recipient.of_link(link))
    return list(found.values())


def default_recipient(administration: Administration) -> Recipient | None:
    """The contact of the administration, else the only person there is; None when a choice must be made."""
    people = recipients_of(administration)
    contact = next((person for person in people if person.is_contact), None)
    return contact or (people[0] if len(people) == 1 else None)


def recipient_by_email(administration: Administration, email: str, name: str = "") -> Recipient:
    """The known person with this address, else a new one in the administration's language."""
    address = email.strip().lower()
    known = next((person for person in recipients_of(administration) if person.email == address), None)
    return known or Recipient(email=address, name=name.strip(), language=administration.language)
