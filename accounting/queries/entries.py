"""Entries by where they come from."""

import uuid

from accounting.models import Entry, Purpose


def entry_of(source_kind: str, source_id: uuid.UUID) -> Entry | None:
    """The entry of a source that stands today: posted, and not taken back. None when there is none."""
    return (
        Entry.objects.filter(source_kind=source_kind, source_id=source_id, reverses=None, reversal=None)
        .select_related("journal", "fiscal_year")
        .order_by("-posted_at", "-pk")
        .first()
    )


def next_purpose(source_kind: str, source_id: uuid.UUID) -> str:
    """The purpose to post a source with: "posting", or when that was taken back "posting:2", "posting:3" …

    A source that stands keeps its purpose, so posting it again finds it.
    """
    known = Entry.objects.filter(source_kind=source_kind, source_id=source_id, reverses=None)
    standing: Entry | None = known.filter(reversal=None).order_by("-posted_at", "-pk").first()
    if standing is not None:
        return standing.purpose
    count = known.count()
    return Purpose.POSTING.value if count == 0 else f"{Purpose.POSTING.value}:{count + 1}"
