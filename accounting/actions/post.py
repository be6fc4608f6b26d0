"""post_entry, post_entries, reverse_entry: the only writers of the ledger."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import connection

from accounting.actions.clear import clear, unclear
from accounting.drafts import EntryDraft, GridDraft, LineDraft, Source
from accounting.locks import Series, give_back_numbers, hold_books, share_periods, take_numbers
from accounting.models import Clearing, Entry, EntryLine, GridEffect, Journal, OpenItem, Period, Purpose
from accounting.queries.periods import first_open_period_on_or_after
from accounting.refusals import (
    AlreadyReversed,
    ItemInUse,
    NoOpenPeriod,
    NoPeriod,
    PeriodLocked,
    PostedDifferently,
    SourceReversed,
)
from accounting.rows import Rows, check_draft, rows_of, write
from portal.audit.record import record
from portal.kernel.clock import now
from portal.people.access import Actor
from portal.tenancy import bulk
from portal.tenancy.models import Administration

Key = tuple[str, object, str]

# Nearly always the answer is no: then the ORM need not put its question together.
_ANY_KNOWN = """
SELECT 1 FROM accounting_entry
 WHERE administration_id = %s AND source_kind = ANY(%s) AND source_id = ANY(%s::uuid[]) LIMIT 1
"""


def post_entry(
    *,
    administration: Administration,
    journal: Journal,
    booked_on: date,
    lines: Sequence[LineDraft],
    description: str,
    source: Source,
    by: Actor,
    on: date,
) -> Entry:
    """Post one entry and return it with its number, in at most eight SQL statements.

    Amounts: debit positive, credit negative, two decimals. `on` is today, for the log. The same source and purpose
    again, with equal content, returns the first entry. Raises TooFewLines, Unbalanced, NoPeriod, PeriodLocked,
    LineOutsidePeriod, PostedDifferently (other content), SourceReversed (taken back since; use another purpose).
    """
    draft = EntryDraft(journal, booked_on, lines, description, source)
    return post_entries(administration=administration, drafts=[draft], by=by, on=on)[0]


def post_entries(*, administration: Administration, drafts: Sequence[EntryDraft], by: Actor, on: date) -> list[Entry]:
    """Post a batch, all or nothing, in the order given; the number of SQL statements does not grow with it.

    Same rules as `post_entry`, applied to each draft. One event is logged for the whole batch.
    """
    written, entries = _post(administration, drafts, by)
    if len(written) == 1:
        record("entry.posted", subject=written[0], by=by, data=_facts(written[0], on))
    elif written:
        facts = {"entries": len(written), "first": written[0].shown_number, "last": written[-1].shown_number}
        record("entries.posted", subject=administration, by=by, data=facts)
    return entries


def reverse_entry(*, entry: Entry, by: Actor, on: date) -> Entry:
    """Take an entry back: the same lines and grids with the opposite sign, in an entry that points at it.

    It stands on the day of the entry when that period is open, else on the first day of the next open period, and
    then the VAT counts there too. Clearings made by its lines are undone; its own open items become nothing.
    Again returns the first reversal. Raises AlreadyReversed (of a reversal), ItemInUse, NoOpenPeriod.
    """
    if entry.reverses_id is not None:
        raise AlreadyReversed(number=entry.shown_number)
    hold_books(entry.administration_id)
    first: Entry | None = Entry.objects.filter(reverses=entry).select_related("journal", "fiscal_year").first()
    if first is not None:
        return first
    lines = list(entry.lines.select_related("account", "party").order_by("position"))
    items = {item.line_id: item for item in OpenItem.objects.filter(line__entry=entry)}
    for item in items.values():
        if item.open_amount != item.amount:
            raise ItemInUse(reference=item.reference or item.structured_reference)
    for clearing in Clearing.objects.filter(line__entry=entry, reverses=None, reversal=None).order_by("pk"):
        unclear(clearing=clearing, by=by, on=on)
    draft = _mirror(entry, lines)
    (reversal,), _ = _post(entry.administration, [draft], by, reverses=entry)
    record("entry.reversed", subject=entry, by=by, data=_facts(reversal, on))
    if items:
        mirrored = {line.position: line for line in reversal.lines.all()}
        for line in lines:
            if line.pk in items:
                clear(open_item=items[line.pk], line=mirrored[line.position], amount=-line.amount, by=by, on=on)
    return reversal


def _mirror(entry: Entry, lines: Sequence[EntryLine]) -> EntryDraft:
    period = first_open_period_on_or_after(entry.booked_on, entry.administration)
    if period is None:
        raise NoOpenPeriod(day=entry.booked_on)
    moved = period.pk != entry.period_id
    booked_on = period.first_day if moved else entry.booked_on
    grids: dict[UUID, list[GridEffect]] = {}
    for grid in GridEffect.objects.filter(line__entry=entry):
        grids.setdefault(grid.line_id, []).append(grid)
    mirrored = [
        LineDraft(
            account=line.account,
            amount=-line.amount,
            day=booked_on if moved else line.day,
            description=line.description,
            party=line.party,
            vat_code=line.vat_code,
            vat_on=booked_on if moved else line.vat_on,
            grids=tuple(GridDraft(grid.grid, -grid.amount) for grid in grids.get(line.pk, [])),
        )
        for line in lines
    ]
    posting = entry.purpose == Purpose.POSTING
    purpose = Purpose.REVERSAL.value if posting else f"{Purpose.REVERSAL.value}:{entry.purpose}"[:60]
    source = Source(entry.source_kind, entry.source_id, purpose)
    return EntryDraft(entry.journal, booked_on, mirrored, entry.description, source)


def _post(
    administration: Administration, drafts: Sequence[EntryDraft], by: Actor, reverses: Entry | None = None
) -> tuple[list[Entry], list[Entry]]:
    """Write what is new; return the new entries, and the entry of every draft in the order given."""
    drafts = list(drafts)
    if not drafts:
        return [], []
    for draft in drafts:
        check_draft(draft, administration)
    periods = share_periods(administration, (draft.booked_on for draft in drafts))
    at = now()
    rows: list[Rows] = []
    known: dict[Key, Entry] | None = None
    for draft in drafts:
        period = _period(periods, draft.booked_on)
        if period.locked_at is not None:
            known = known if known is not None else _known(administration, drafts)
            if _key(draft) not in known:
                raise _locked(period)
        rows.append(rows_of(draft, administration, period, by=by, at=at, reverses=reverses))
    known = _number(administration, rows, known)
    new = [one for one in rows if one.key not in known]
    if new:
        write(new, administration, by)
    for one in rows:
        _same(one, known.get(one.key))
    return [one.entry for one in new], [known.get(one.key, one.entry) for one in rows]


def _number(administration: Administration, rows: list[Rows], known: dict[Key, Entry] | None) -> dict[Key, Entry]:
    """Give numbers to the entries that are new, and return those that are not.

    Numbers are taken before the look at what exists, so that one statement suffices for what is nearly always new;
    a replay gives them back.
    """
    wanted: dict[Series, int] = {}
    for one in rows:
        wanted[_series(one)] = wanted.get(_series(one), 0) + 1
    following = take_numbers(administration, wanted) if known is None or len(known) < len(rows) else {}
    known = known if known is not None else _known(administration, [one.entry for one in rows])
    spare: dict[Series, int] = {}
    for one in rows:
        series = _series(one)
        if one.key in known:
            spare[series] = spare.get(series, 0) + 1
        else:
            one.entry.number = following[series]
            following[series] += 1
    if following:
        for series, count in spare.items():
            give_back_numbers(series, count)
    return known


def _series(one: Rows) -> Series:
    return (one.entry.journal_id, one.entry.fiscal_year_id)


def _same(asked: Rows, known: Entry | None) -> None:
    if known is None:
        return
    if known.fingerprint != asked.entry.fingerprint:
        raise PostedDifferently(number=known.shown_number)
    if Entry.objects.filter(reverses=known).exists():
        raise SourceReversed(number=known.shown_number)


def _key(draft: EntryDraft) -> Key:
    return (draft.source.kind, draft.source.id, draft.source.purpose)


def _known(administration: Administration, drafts: Sequence[EntryDraft | Entry]) -> dict[Key, Entry]:
    keys = [
        _key(one) if isinstance(one, EntryDraft) else (one.source_kind, one.source_id, one.purpose) for one in drafts
    ]
    kinds, ids = sorted({kind for kind, _, _ in keys}), [source_id for _, source_id, _ in keys]
    with connection.cursor() as cursor:
        cursor.execute(_ANY_KNOWN, [administration.pk, kinds, bulk.array(ids)])
        if not cursor.fetchall():
            return {}
    found = Entry.objects.filter(
        administration=administration,
        source_kind__in=kinds,
        source_id__in=set(ids),
        purpose__in={purpose for _, _, purpose in keys},
    ).select_related("journal", "fiscal_year")
    wanted = set(keys)
    entries = {(one.source_kind, one.source_id, one.purpose): one for one in found}
    return {key: entry for key, entry in entries.items() if key in wanted}


def _period(periods: list[Period], day: date) -> Period:
    for period in periods:
        if period.first_day <= day <= period.last_day:
            return period
    raise NoPeriod(day=day)


def _locked(period: Period) -> PeriodLocked:
    following = first_open_period_on_or_after(period.last_day, period.administration)
    return PeriodLocked(period=period.code, next=following.first_day if following else None)


def _facts(entry: Entry, on: date) -> dict[str, object]:
    return {
        "number": entry.shown_number,
        "booked_on": entry.booked_on.isoformat(),
        "on": on.isoformat(),
        "source": f"{entry.source_kind}:{entry.source_id}",
        "purpose": entry.purpose,
    }
