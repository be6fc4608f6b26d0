"""Who is asked, and who asks: the recipient of a question and the accountant whose name stands under it."""

import uuid
from dataclasses import dataclass

from portal.links.models import Link
from portal.people.access import Actor, doors_of
from portal.people.models import ClientAccess, Responsible, User
from portal.tenancy.models import Administration


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person to ask: a contact, a person with access, or any address (C7: anybody with e-mail can be asked)."""

    email: str
    name: str = ""
    user_id: uuid.UUID | None = None
    language: str = "nl"
    is_contact: bool = False

    @classmethod
    def of_link(cls, link: Link) -> "Recipient":
        """The person a link was made for."""
        return cls(email=link.email, name=link.name, user_id=link.user_id, language=link.language)


@dataclass(frozen=True, slots=True)
class Accountant:
    """The person at the firm a client can call: replies to a mail go to this address."""

    name: str
    email: str
    phone: str
    is_firm: bool = False

    @property
    def first_name(self) -> str:
        """The name a client would say; a firm has no first name."""
        return self.name if self.is_firm else self.name.split(" ")[0]


def lost_access(email: str, administration: Administration) -> bool:
    """Say whether the firm closed the door to this address; the client's side cannot open it again."""
    accesses = ClientAccess.objects.filter(administration=administration, user__email__iexact=email)
    if accesses.filter(revoked_at=None).exists():
        return False
    links = Link.objects.filter(administration=administration, email__iexact=email, revoked_at__isnull=False)
    return accesses.exists() or links.exists()


def knows_several(link: Link) -> bool:
    """Say whether the person of a link meets more than one administration of the firm: mails then name theirs."""
    if Link.objects.filter(email__iexact=link.email).exclude(administration_id=link.administration_id).exists():
        return True
    user = User.objects.filter(email__iexact=link.email).first()
    # doors, and not accesses: the scope of a colleague with a portfolio does not see the other administrations
    doors = doors_of(user.pk) if user else []
    known = {one for door in doors if door.firm_id == link.firm_id for one in door.administration_ids or ()}
    return len(known | {link.administration_id}) > 1


def accountant_of(administration: Administration, by: Actor) -> Accountant:
    """The responsible colleague, else the one who acts, else the firm itself."""
    firm = administration.firm
    responsible = Responsible.objects.select_related("member__user").filter(administration=administration).first()
    user: User | None = responsible.member.user if responsible else None
    if user is None and by.kind == "staff" and by.user_id is not None:
        user = User.objects.filter(pk=by.user_id).first()
    if user is None:
        return Accountant(firm.name, firm.email, firm.phone, is_firm=True)
    return Accountant(user.name, user.email, user.phone or firm.phone)
