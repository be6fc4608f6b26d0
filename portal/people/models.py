"""Users and the doors they may enter: Member (of a firm), Team, ClientAccess (to an administration), Invitation."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from portal.kernel.clock import now
from portal.kernel.text import one_line
from portal.tenancy.managers import FirmModel, TenantModel
from portal.tenancy.models import Administration, Language


class UserManager(BaseUserManager["User"]):
    """Users are found by their e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find the user who signs in with this address."""
        return self.get(email__iexact=username)

    def create_user(self, *, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; without a password only the code by mail opens the door."""
        user = self.model(email=email.strip().lower(), name=one_line(name, 80), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person. The e-mail address is the login; there is no user name. Tables of users know no tenant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.NL)
    single_keys = models.BooleanField(default=True, help_text="Single-letter shortcuts (WCAG 2.1.4: can be off)")
    call_list = models.BooleanField(default=True, help_text="The daily mail of whom to call; for who works at a firm")
    lists = models.JSONField(default=dict, blank=True, help_text="How they like each list: its columns, how dense")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        """The name a colleague would call."""
        return self.name.split(" ")[0]

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        parts = self.name.split()
        return (parts[0][:1] + (parts[-1][:1] if len(parts) > 1 else "")).upper() if parts else "?"


class StaffRole(models.TextChoices):
    """What a member of a firm is."""

    OWNER = "owner", pgettext_lazy("staff role", "Owner")
    ACCOUNTANT = "accountant", pgettext_lazy("staff role", "Accountant")
    ASSISTANT = "assistant", pgettext_lazy("staff role", "Assistant")


class ClientRole(models.TextChoices):
    """What a person of the client company may do in the portal."""

    ENTREPRENEUR = "entrepreneur", pgettext_lazy("client role", "Entrepreneur")
    EMPLOYEE = "employee", pgettext_lazy("client role", "Employee")
    APPROVER = "approver", pgettext_lazy("client role", "Approver")
    READER = "reader", pgettext_lazy("client role", "Reader")


class Member(FirmModel):
    """A colleague at a firm: sees all administrations, or only those of the portfolio and teams. An owner sees all."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=StaffRole.choices)
    all_administrations = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(FirmModel.Meta):
        constraints = [models.UniqueConstraint(fields=["firm", "user"], name="one_membership_per_firm")]


class Portfolio(TenantModel):
    """One administration in the portfolio of a member who does not see all of them."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="portfolio")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["member", "administration"], name="once_per_portfolio")]


class Team(FirmModel):
    """Colleagues who share clients: being in it opens them, besides one's own portfolio (see doors_of)."""

    name = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(FirmModel.Meta):
        constraints = [models.UniqueConstraint(fields=["firm", "name"], name="team_name_once")]


class TeamMember(FirmModel):
    """A colleague in a team."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="members")
    member = models.ForeignKey(Member, models.CASCADE, related_name="teams")

    class Meta(FirmModel.Meta):
        constraints = [models.UniqueConstraint(fields=["team", "member"], name="once_per_team")]


class TeamAdministration(TenantModel):
    """A client of a team."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="administrations")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["team", "administration"], name="once_among_clients_of_team")]


class Responsible(TenantModel):
    """The colleague who answers for an administration: clients see the name, the cockpit shows the owner."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="responsibilities")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["administration"], name="one_responsible")]


class ClientAccess(TenantModel):
    """A person of the client company in one administration."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=ClientRole.choices)
    is_contact = models.BooleanField(default=False, help_text="Gets the questions unless another is chosen")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["administration", "user"], name="one_access_per_administration"),
            models.UniqueConstraint(
                fields=["administration"],
                condition=models.Q(is_contact=True, revoked_at=None),
                name="one_contact_per_administration",
            ),
        ]


class Invitation(FirmModel):
    """An invitation by mail, of a colleague (no administration) or of a client. Only the token's hash is kept."""

    administration = models.ForeignKey(Administration, models.PROTECT, null=True, blank=True, related_name="+")
    email = models.EmailField()
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=12, choices=[*StaffRole.choices, *ClientRole.choices])
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.NL)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(FirmModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "administration", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                nulls_distinct=False,
                name="one_open_invitation",
            )
        ]

    @property
    def expired(self) -> bool:
        """Whether its link no longer works; sent again, it lives on."""
        return self.expires_at <= now()


class Visit(models.Model):
    """A signed-in browser of a person. Kept three months after its end, to know a new one when it comes."""

    user = models.ForeignKey(User, models.CASCADE, related_name="visits")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=60, help_text="Browser and system, nothing more of what it says of itself")
    place = models.CharField(max_length=45, blank=True, help_text="The network of the address (/24 or /48), never more")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at"], name="visits_of_user")]


class SavedView(FirmModel):
    """A list as somebody wants to find it again: the query string of its filters, under a name."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=400, help_text="As it stands in the address, without paging")
    shared = models.BooleanField(default=False, help_text="Colleagues see it too; only its maker changes it")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(FirmModel.Meta):
        constraints = [models.UniqueConstraint(fields=["firm", "user", "name"], name="saved_view_name_once")]
