"""Which customer or supplier this is: by VAT number, by account, by name."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from accounting.models import Party, PartyIban
from portal.kernel.ids import BadIdentifier, parse_iban, parse_vat_number
from portal.tenancy.models import Administration


def find_party(administration: Administration, *, vat_number: str = "", iban: str = "", name: str = "") -> Party | None:
    """The party by the surest of what is known: VAT number, then IBAN, then exact name; None when in doubt.

    An account that two parties use, or a name that two parties have, says nothing. Numbers may be written anyhow.
    """
    parties = Party.objects.filter(administration=administration)
    found: Party | None = None
    if vat_number:
        found = parties.filter(vat_number=_canonical_vat(vat_number)).first()
    if found is None and iban:
        found = _only(parties.filter(ibans__iban=_canonical_iban(iban)))
    if found is not None:
        return found
    if name.strip():
        return _only(parties.annotate(lower=Lower("name")).filter(lower=name.strip().lower()))
    return None


def parties_called(administration: Administration, name: str) -> list[Party]:
    """The parties with just this name, whatever its capitals."""
    rows = Party.objects.filter(administration=administration).annotate(lower=Lower("name"))
    return list(rows.filter(lower=name.strip().lower()).order_by("pk")[:5])


def parties_like(administration: Administration, search: str, limit: int = 12) -> list[Party]:
    """Parties for a picker: every word of the search in the name, or the start of the VAT number."""
    rows = Party.objects.filter(administration=administration)
    for word in search.split():
        rows = rows.filter(name__icontains=word) | rows.filter(vat_number__istartswith=word)
    return list(rows.order_by("name", "pk")[:limit])


def parties_anywhere(search: str, limit: int) -> list[Party]:
    """Parties of every administration of the scope: every word in the name, or just this VAT number or account."""
    words = Q()
    for word in search.split():
        words &= Q(name__icontains=word)
    exact = Q(vat_number=_canonical_vat(search)) | Q(
        pk__in=PartyIban.objects.filter(iban=_canonical_iban(search)).values("party")
    )
    rows = Party.objects.filter(words | exact, administration__is_active=True).select_related("administration")
    return list(rows.order_by("name", "pk")[:limit])


def _only(rows: QuerySet[Party]) -> Party | None:
    found = list(rows.distinct()[:2])
    return found[0] if len(found) == 1 else None


def _canonical_vat(text: str) -> str:
    try:
        return parse_vat_number(text, "BE")
    except BadIdentifier:
        return text.strip().upper()


def _canonical_iban(text: str) -> str:
    try:
        return parse_iban(text)
    except BadIdentifier:
        return "".join(text.split()).upper()
