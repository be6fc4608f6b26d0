"""Posting and reversing through the verbs."""

from tests.accounting.books import Books


def test_first_entry(world):
    with world.scope(world.newlogo):
        books = Books(world.newlogo).open()
        entry = books.simple()
        assert entry.shown_number == "DIV 2026/1"
        assert [line.amount for line in entry.lines.order_by("position")] == [100, -100]
        from accounting.actions.post import reverse_entry

        r = reverse_entry(entry=entry, by=books.by, on=entry.booked_on)
        assert r.reverses_id == entry.pk
