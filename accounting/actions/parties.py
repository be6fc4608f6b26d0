"""Customers and suppliers: create_party, learn_iban, unlearn_iban."""

from collections.abc import Iterable
from datetime import date

from accounting.models import Party, PartyIban, PartyKind
from accounting.refusals import PartyExists
from portal.audit.record import record
from portal.kernel.clock import now
from portal.kernel.ids import display_vat_number, parse_iban, parse_vat_number
from portal.people.access import Actor
from portal.tenancy.models import Administration


def create_party(
    *,
    administration: Administration,
    name: str,
    kind: PartyKind = PartyKind.SUPPLIER,
    vat_number: str = "",
    enterprise_number: str = "",
    country: str = "BE",
    ibans: Iterable[str] = (),
    by: Actor,
    on: date,
) -> Party:
    """Create a customer or supplier. Numbers are read as people write them.

    Raises PartyExists (another party has the VAT number), BadVatNumber, BadIban.
    """
    canonical = parse_vat_number(vat_number, country) if vat_number.strip() else ""
    if canonical and (other := Party.objects.filter(administration=administration, vat_number=canonical).first()):
        raise PartyExists(name=other.name, vat_number=display_vat_number(canonical))
    party: Party = Party.objects.create(
        firm_id=administration.firm_id,
        administration=administration,
        name=name.strip()[:120],
        kind=kind,
        vat_number=canonical,
        enterprise_number=enterprise_number or (canonical[2:] if canonical.startswith("BE") else ""),
        country=canonical[:2] if canonical[:2] in ("BE", "NL") else country,
        created_at=now(),
    )
    record("party.created", subject=party, by=by, data={"name": party.name, "vat_number": canonical})
    for iban in ibans:
        learn_iban(party=party, iban=iban, source="person", by=by, on=on)
    return party


def learn_iban(*, party: Party, iban: str, source: str, by: Actor, on: date) -> Party:
    """Remember that the party uses this account; `source` is "document", "bank" or "person". Raises BadIban.

    Knowing it already changes nothing. Every new account is in the log: a swapped account number is a known fraud.
    """
    canonical = parse_iban(iban)
    known = PartyIban.objects.filter(party=party)
    if known.filter(iban=canonical).exists():
        return party
    learned = PartyIban.objects.create(
        firm_id=party.firm_id,
        administration_id=party.administration_id,
        party=party,
        iban=canonical,
        source=source,
        created_at=now(),
    )
    facts = {"iban": canonical, "party": str(party.pk), "source": source, "on": on.isoformat()}
    record("party.iban_learned", subject=learned, by=by, data=facts)
    return party


def unlearn_iban(*, known: PartyIban, by: Actor, on: date) -> None:
    """Forget an account number that was learned from what has been taken back since; the log keeps that it was known.

    The caller knows that nothing else shows it. What a person typed is never forgotten: raises ValueError.
    """
    if known.source == "person":
        raise ValueError("What a person typed is not unlearned.")
    facts = {"iban": known.iban, "source": known.source, "on": on.isoformat()}
    record("party.iban_unlearned", subject=known.party, by=by, data=facts)
    known.delete()
