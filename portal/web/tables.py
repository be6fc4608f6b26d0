"""Lists whose whole state is in the URL: sort and keyset paging on the server, nothing remembered elsewhere.

A cursor is the sort value and key of the row it starts after, and the row's place in the list (for "51-100 of 163").
It is no secret and no authority: rows are filtered by scope all the same.
"""

import base64
import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.http import HttpRequest

PAGE_SIZE = 50
LONGEST_CURSOR = 600
MOST_ROWS = 10**9

Cursor = tuple[Any, uuid.UUID, int, bool]  # sort value, key, place in the list, whether to go back


@dataclass(frozen=True, slots=True)
class Sort:
    """One way to sort a list: a field or annotation that is never NULL, and its direction."""

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and the cursors of its neighbours."""

    rows: list[Any]
    first: int
    last: int
    total: int
    previous_url: str
    next_url: str


def _encode(value: Any, key: Any, place: int, back: bool) -> str:
    raw = json.dumps([_plain(value), str(key), place, int(back)], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).rstrip(b"=").decode()


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str) else str(value)


def _decode(cursor: str) -> Cursor | None:
    if not cursor or len(cursor) > LONGEST_CURSOR:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        value, key, place, back = json.loads(raw)
        known = isinstance(value, int | str) and isinstance(key, str) and isinstance(place, int)
        if not known or "\0" in str(value):
            return None
        str(value).encode()  # half a character (a lone surrogate) is a ValueError here and not in the database
        return value, uuid.UUID(key), min(max(place, 1), MOST_ROWS), bool(back)
    except (ValueError, TypeError):
        return None  # an altered cursor is the first page


def _beyond(sort: Sort, value: Any, key: uuid.UUID, forward: bool) -> Q:
    word = "gt" if sort.descending != forward else "lt"
    key_word = "gt" if forward else "lt"
    return Q(**{f"{sort.field}__{word}": value}) | Q(**{sort.field: value, f"pk__{key_word}": key})


def keyset_page(request: HttpRequest, rows: QuerySet[Model], sort: Sort, *, total: int, size: int = PAGE_SIZE) -> Page:
    """Cut one page out of `rows` by the cursor in `?after=`; costs one query whatever the page."""
    cursor = _decode(request.GET.get("after", ""))
    forward = cursor is None or not cursor[3]
    order = [F(sort.field).desc() if sort.descending == forward else F(sort.field).asc(), "pk" if forward else "-pk"]
    wanted = rows.order_by(*order)
    if cursor is not None:
        try:
            wanted = wanted.filter(_beyond(sort, cursor[0], cursor[1], forward))
        except (ValueError, TypeError, ValidationError):  # a cursor of another column, put here by hand
            return keyset_page(_first(request), rows, sort, total=total, size=size)
    found = list(wanted[: size + 1])
    more = len(found) > size
    found = found[:size] if forward else found[:size][::-1]
    first = _first_place(cursor, forward, len(found))
    last = first + len(found) - 1
    has_next = more if forward else True
    has_previous = (cursor is not None) if forward else more
    return Page(
        rows=found,
        first=first if found else 0,
        last=last if found else 0,
        total=total,
        previous_url=_url(request, sort, found[0], first, True) if found and has_previous else "",
        next_url=_url(request, sort, found[-1], last, False) if found and has_next else "",
    )


def _first(request: HttpRequest) -> HttpRequest:
    parameters = request.GET.copy()
    parameters.pop("after", None)
    request.GET = parameters  # type: ignore[assignment]
    return request


def _first_place(cursor: Cursor | None, forward: bool, count: int) -> int:
    if cursor is None:
        return 1
    return cursor[2] + 1 if forward else max(1, cursor[2] - count)


def _url(request: HttpRequest, sort: Sort, row: Any, place: int, back: bool) -> str:
    parameters = request.GET.copy()
    parameters["after"] = _encode(getattr(row, sort.field), row.pk, place, back)
    return "?" + parameters.urlencode()


def sort_from(request: HttpRequest, choices: dict[str, Sort], default: str) -> tuple[str, Sort]:
    """Read `?sort=due` or `?sort=-due`; anything unknown is the default."""
    wanted = request.GET.get("sort", default)
    name = wanted.removeprefix("-")
    if name not in choices:
        wanted, name = default, default.removeprefix("-")
    found = choices[name]
    return wanted, Sort(found.field, wanted.startswith("-"))


def column(request: HttpRequest, name: str, label: str, current: str, *, numeric: bool = False) -> dict[str, Any]:
    """What a sortable column head needs: its link and its direction."""
    parameters = request.GET.copy()
    parameters.pop("after", None)
    descending = current == name
    parameters["sort"] = f"-{name}" if descending else name
    direction = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    return {"label": label, "url": "?" + parameters.urlencode(), "direction": direction, "numeric": numeric}
