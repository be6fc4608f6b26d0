"""With the app's own filter off, row-level security alone leaks nothing; with row-level security off, the app alone.

Every table holds a canary of each of four administrations (of two firms), so there is something that could leak.
"""

import pytest
from django.db import DatabaseError, connection, transaction

from portal.tenancy.scope import scope
from tests import cast
from tests.tenancy.canaries import CAST_HAS_IT, tenant_models

MODELS = [model for model in tenant_models() if model._meta.db_table not in CAST_HAS_IT]
LABELS = [model._meta.label for model in MODELS]
OF_ADMINISTRATION = [
    model for model in MODELS if any(f.column == "administration_id" for f in model._meta.local_fields)
]
VAN_DAMME = {"newlogo", "bakery", "garage"}
EVERYBODY = {books.key for books in cast.ADMINISTRATIONS}


def _open(firm: str, *books: str):
    ids = [cast.BOOKS[key].id for key in books] or None
    return scope(firm_id=cast.OFFICES[firm].id, administration_ids=ids)


def _homes(flock, rows) -> set[str]:
    return {flock.home[pk] for pk in rows if pk in flock.home}


def _raw(table: str) -> list:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT id FROM "{table}"')
        return [row[0] for row in cursor.fetchall()]


def test_every_tenant_table_holds_a_canary_of_each_administration(flock):
    for model in MODELS:
        assert {key for key, rows in flock.rows.items() if model._meta.db_table in rows} == EVERYBODY


@pytest.mark.parametrize("model", MODELS, ids=LABELS)
def test_the_database_alone_keeps_firms_apart(flock, db, model):
    table = model._meta.db_table
    assert _raw(table) == []  # no scope: nothing
    with _open("van-damme"):
        assert _homes(flock, model.all_firms.values_list("pk", flat=True)) == VAN_DAMME
        assert _homes(flock, _raw(table)) == VAN_DAMME
    with _open("de-wit"):
        assert _homes(flock, _raw(table)) == {"bikes"}


@pytest.mark.parametrize("model", OF_ADMINISTRATION, ids=lambda model: model._meta.label)
def test_the_database_alone_keeps_administrations_apart(flock, db, model):
    table = model._meta.db_table
    with _open("van-damme", "bakery"):
        assert _homes(flock, _raw(table)) == {"bakery"}
    with _open("van-damme", "bakery", "bikes"):  # another firm's administration in the list gives nothing
        assert _homes(flock, _raw(table)) == {"bakery"}
    with _open("van-damme", "newlogo", "bakery"):
        assert _homes(flock, _raw(table)) == {"newlogo", "bakery"}


@pytest.mark.parametrize("model", MODELS, ids=LABELS)
def test_the_database_alone_refuses_to_change_what_it_does_not_show(flock, db, model):
    table, mine = model._meta.db_table, cast.OFFICES["van-damme"].id
    with connection.cursor() as cursor, _open("van-damme"):
        theirs = flock.id_of("bikes", table)
        for statement in (
            f'UPDATE "{table}" SET firm_id = %s WHERE id = %s',
            f'DELETE FROM "{table}" WHERE %s <> id AND id = %s',
        ):
            try:
                with transaction.atomic():
                    cursor.execute(statement, [mine, theirs])
                    assert cursor.rowcount == 0
            except DatabaseError as refused:
                assert "permission denied" in str(refused)  # a table that only grows  # noqa: PT017
        with pytest.raises(DatabaseError, match=r"row-level security|permission denied"), transaction.atomic():
            cursor.execute(
                f'UPDATE "{table}" SET firm_id = %s WHERE id = %s',
                [cast.OFFICES["de-wit"].id, flock.id_of("bakery", table)],
            )


@pytest.mark.parametrize("model", MODELS, ids=LABELS)
def test_the_managers_alone_keep_firms_and_administrations_apart(above_the_law, flock, db, model):
    assert _homes(flock, _raw(model._meta.db_table)) == EVERYBODY  # the walls are really down
    with _open("van-damme"):
        assert _homes(flock, model.objects.values_list("pk", flat=True)) == VAN_DAMME
    if model in OF_ADMINISTRATION:
        with _open("van-damme", "bakery"):
            seen = _homes(flock, model.objects.values_list("pk", flat=True))
            assert seen == {"bakery"}
