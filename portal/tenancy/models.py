"""Firm and Administration: the two walls every other row stands within."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from portal.tenancy.managers import FirmModel, ScopedManager


class Language(models.TextChoices):
    """The languages of the portal; a person has one, and letters follow the reader."""

    NL = "nl", "Nederlands"
    FR = "fr", "Français"
    EN = "en-gb", "English"


class Country(models.TextChoices):
    """The countries whose books we keep."""

    BE = "BE", _("Belgium")
    NL = "NL", _("Netherlands")


class Firm(models.Model):
    """An accounting firm: the tenant. Its own policy shows it only to its own scope."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(unique=True, max_length=40)
    name = models.CharField(max_length=120)
    mark = models.CharField(max_length=3, help_text="Two letters for the door when there is no logo")
    brand_color = models.CharField(max_length=7, default="#0B5B58", validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$")])
    logo = models.BinaryField(blank=True, default=b"", max_length=200_000)
    email = models.EmailField()
    phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, choices=Country.choices, default=Country.BE)
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.NL)
    created_at = models.DateTimeField(auto_now_add=True)

    all_firms: ClassVar[models.Manager["Firm"]] = models.Manager()
    objects: ClassVar[models.Manager["Firm"]] = all_firms

    class Meta:
        base_manager_name = "all_firms"

    def __str__(self) -> str:
        return self.name


class VatRhythm(models.TextChoices):
    """How often an administration files a VAT return."""

    MONTHLY = "monthly", pgettext_lazy("vat rhythm", "monthly")
    QUARTERLY = "quarterly", pgettext_lazy("vat rhythm", "quarterly")
    EXEMPT = "exempt", pgettext_lazy("vat rhythm", "exempt")


class Scenario(models.IntegerChoices):
    """Who does what: a switch per administration that decides menus and rights."""

    UNBURDENED = 1, _("The firm does everything")
    INVOICES = 2, _("The client makes the invoices")
    KEEPS_BOOKS = 3, _("The client keeps the books")
    EVERYTHING = 4, _("The client keeps the books and more")


class AdministrationManager(ScopedManager["Administration"]):
    """An administration is its own tenant key: a narrowed scope sees just the ones it names."""

    def _administration_column(self) -> str | None:
        return "pk"


class Administration(FirmModel):
    """The books of one client company."""

    code = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    enterprise_number = models.CharField(max_length=12, blank=True, help_text="KBO or KvK number, digits only")
    vat_number = models.CharField(max_length=16, blank=True, help_text="With country, without separators")
    country = models.CharField(max_length=2, choices=Country.choices, default=Country.BE)
    vat_rhythm = models.CharField(max_length=10, choices=VatRhythm.choices, default=VatRhythm.QUARTERLY)
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.NL)
    scenario = models.PositiveSmallIntegerField(choices=Scenario.choices, default=Scenario.UNBURDENED)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AdministrationManager] = AdministrationManager()

    class Meta(FirmModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["firm", "code"], name="administration_code_once_per_firm"),
            models.UniqueConstraint(fields=["firm", "id"], name="administration_of_firm"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
