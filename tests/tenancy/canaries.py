"""A canary in every text field of every tenant table, for every administration of the cast.

The rows are made from the models alone, so a new table gets its canaries without anybody thinking of it. They obey
every key and check; triggers are switched off (only in a test's own database, by its owner): the walls are the subject.
A text that holds the canary of an administration gives away where it came from: `codes_in(page)`.
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from uuid_utils.compat import uuid7

from portal.documents.models import Document
from portal.documents.store import keep_pages
from portal.links.models import Link
from portal.people.models import User
from portal.people.tokens import make_token, token_hash
from portal.tenancy.fields import MoneyField
from portal.tenancy.managers import FirmModel
from tests import cast

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

# what a generic value would break, by table and column or by column alone
SPECIAL: dict[str, Any] = {
    "first_day": TODAY.replace(day=1),
    "last_day": TODAY.replace(day=30),
    "vat_code": "",
    "default_vat_code": "",
    "country": "BE",
    "currency": "EUR",
    "mime": "application/pdf",
    "language": "nl",
    "state": None,
    "remind_on": TODAY + timedelta(days=30),
    "bankfeeds_allocation.open_item": None,
    "bankfeeds_allocation.clearing": None,
    "bankfeeds_statement.held_because": "",
    "requests_app_message.event": "",
    "requests_app_message.kind": "message",
    "accounting_account.role": "",
    "accounting_period.code": "2026-11",
    "accounting_fiscalyear.code": "2026",
    "accounting_obligation.period": "2026-Q4",
    "accounting_obligation.kind": "vat_return",
    "accounting_entry.purpose": "posting",
    "links_link.purpose": "requests",
    "requests_app_closure.withdrawn_at": NOON,  # so that the request still shows as open
    "requests_app_promise.withdrawn_at": NOON,
    "people_clientaccess.role": "reader",
    "people_member.role": "assistant",
    "documents_document.pages": 1,
    "documents_document.preview": "ready",
    "people_invitation.role": "reader",
}
# what a whole firm may see has a canary of the firm
FIRM_CODES = {"van-damme": "19999", "de-wit": "29999"}
# one row per administration is there already, or the row is the wall itself
CAST_HAS_IT = {"tenancy_firm", "tenancy_administration", "people_responsible"}


def tenant_models() -> list[type[models.Model]]:
    """Every model with rows of a tenant, those that are pointed at first."""
    left = [model for model in apps.get_models() if issubclass(model, FirmModel) and not model._meta.proxy]
    ordered: list[type[models.Model]] = []
    while left:
        ready = [model for model in left if not (_targets(model) & set(left) - {model})]
        assert ready, f"These tables point at each other in a circle: {left}"
        ordered += ready
        left = [model for model in left if model not in ready]
    return ordered


def _targets(model: type[models.Model]) -> set[Any]:
    return {field.related_model for field in model._meta.local_fields if isinstance(field, models.ForeignKey)}


def canary(code: str, what: str = "") -> str:
    """The text that gives away its administration."""
    return f"Canary{code}{what}"


def codes_in(text: str) -> set[str]:
    """The codes of the administrations whose canaries stand in a text."""
    return set(re.findall(r"Canary(\d{5})", text))


class Flock:
    """The canaries of all administrations: `rows[books][table]` is a primary key, `home[id]` its administration."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, UUID]] = {}
        self.home: dict[UUID, str] = {}
        self.shown_as: dict[UUID, str] = {}  # like `home`; what the whole firm may see is the firm's
        self.tokens: dict[str, str] = {}  # of the link of each administration

    def id_of(self, books: str, table: str) -> UUID:
        """The canary of a table in an administration."""
        return self.rows[books][table]

    def homes_in(self, text: str) -> set[str]:
        """The administrations (or, as "firm …", the firms) whose canaries or ids of rows stand in a text."""
        codes = {books.code: books.key for books in cast.ADMINISTRATIONS}
        codes |= {code: f"firm {key}" for key, code in FIRM_CODES.items()}
        found = {codes[code] for code in codes_in(text) if code in codes}
        ids = {UUID(each) for each in re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text)}
        return found | {self.shown_as[each] for each in ids if each in self.shown_as}


def release(owner: Any) -> Flock:
    """Write the canaries through the role above the walls; `owner` is a connection that may switch triggers off."""
    flock = Flock()
    found = tenant_models()
    with owner.cursor() as cursor:
        for model in found:
            cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DISABLE TRIGGER USER')
    for books in cast.ADMINISTRATIONS:
        firm = cast.OFFICES[books.firm]
        user = _person(books.code, books.code)
        colleague = _person(FIRM_CODES[firm.key], books.code)
        made: dict[str, Any] = {}
        for model in found:
            if model._meta.db_table in CAST_HAS_IT:
                continue
            firm_wide = not hasattr(model, "administration_id")
            row = _row(model, books, firm, colleague if firm_wide else user, made)
            row.save(using="ops", force_insert=True)
            made[model._meta.label] = row
            flock.home[row.pk] = books.key
            flock.shown_as[row.pk] = f"firm {firm.key}" if firm_wide else books.key
        flock.home[books.id] = flock.shown_as[books.id] = books.key
        flock.rows[books.key] = {label_row._meta.db_table: label_row.pk for label_row in made.values()}
        flock.rows[books.key]["tenancy_administration"] = books.id
        _put_on_disk(made["documents.Document"], books.code)
        flock.tokens[books.key] = _make_link_work(made["links.Link"])
    return flock


def _person(code: str, once: str) -> User:
    return User.objects.using("ops").create(
        email=f"{canary(code, once)}@x.example".lower(), name=canary(code, "Person")
    )


def _put_on_disk(document: Document, code: str) -> None:
    default_storage.save(document.storage_key, ContentFile(canary(code, "Original").encode()))
    keep_pages(document, [canary(code, "Page").encode()])


def _make_link_work(link: Link) -> str:
    token = make_token(link.purpose, link.pk, link.version)
    Link.all_firms.using("ops").filter(pk=link.pk).update(token_hash=token_hash(token))
    return token


def _row(
    model: type[models.Model], books: cast.Books, firm: cast.Office, user: User, made: dict[str, Any]
) -> models.Model:
    values: dict[str, Any] = {}
    for field in model._meta.local_fields:
        if field.name == "firm":
            values["firm_id"] = firm.id
        elif field.name == "administration":
            values["administration_id"] = books.id
        elif not field.primary_key:
            values[field.attname] = _value(model, field, books, user, made)
    return model(**values)


def _value(model: type[models.Model], field: Any, books: cast.Books, user: User, made: dict[str, Any]) -> Any:
    for key in (f"{model._meta.db_table}.{field.name}", field.name):
        if key in SPECIAL and SPECIAL[key] is not None:
            return SPECIAL[key]
        if key in SPECIAL and field.null:
            return None
    if isinstance(field, models.ForeignKey):
        return _reference(model, field, user, made)
    if field.has_default() and not isinstance(field, models.JSONField):
        return field.get_default()
    if isinstance(field, models.DateTimeField):
        return _moment(field)
    return _plain(field, books)


def _reference(model: type[models.Model], field: Any, user: User, made: dict[str, Any]) -> Any:
    target = field.related_model
    if target is User:
        return None if field.null else user.pk
    if target is model:
        return None
    found = made.get(target._meta.label)
    return None if found is None else found.pk


def _moment(field: Any) -> datetime | None:
    if field.null:
        return None
    return NOON + timedelta(days=30) if field.name.startswith(("expires", "until", "due")) else NOON


def _plain(field: Any, books: cast.Books) -> Any:
    if field.choices:
        return next(value for value, _label in field.choices if value)
    if isinstance(field, MoneyField):
        return Decimal("7.07")
    if isinstance(field, models.DateField):
        return TODAY
    if isinstance(field, models.JSONField):
        return field.get_default() if field.has_default() else {"note": canary(books.code, field.name)}
    if isinstance(field, models.EmailField):
        return f"{canary(books.code)}@x.example"
    if isinstance(field, models.UUIDField):
        return None if field.null else uuid7()
    if isinstance(field, models.BinaryField):
        return canary(books.code, field.name).encode()
    if isinstance(field, models.TextField):
        return canary(books.code, field.name)
    if isinstance(field, models.CharField):
        text = canary(books.code, field.name.replace("_", ""))
        return text[: field.max_length] if field.max_length >= len("Canary00000") else books.code[: field.max_length]
    if isinstance(field, models.IntegerField):
        return 1
    raise TypeError(f"No canary for {field.model._meta.label}.{field.name} ({type(field).__name__})")
