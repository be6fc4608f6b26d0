"""Views of the list of clients that people keep under a name, for themselves or for the whole firm."""

import uuid
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from portal.audit.record import record
from portal.people.access import Actor, Right, get_or_404, require
from portal.people.models import SavedView, User
from portal.people.refusals import NameTaken, TooManyViews

MOST = 12  # each is counted on every visit


def views_for(actor: Actor) -> QuerySet[SavedView]:
    """Their own and those colleagues share, oldest first."""
    found: QuerySet[SavedView] = SavedView.objects.filter(Q(user_id=actor.user_id) | Q(shared=True))
    return found.order_by("pk")


def access_saved_view(actor: Actor, view_id: uuid.UUID) -> SavedView:
    """The door to a view one made; that of a colleague is not found."""
    require(actor, Right.SEE_BOOKS)
    view: SavedView = get_or_404(SavedView.objects.filter(user_id=actor.user_id), pk=view_id)
    return view


@transaction.atomic
def save_view(*, name: str, query: str, shared: bool, by: Actor, on: date) -> SavedView:
    """Keep a view. Raises NameTaken or TooManyViews."""
    if SavedView.objects.filter(user_id=by.user_id).count() >= MOST:
        raise TooManyViews(most=MOST)
    maker = get_or_404(User.objects.all(), pk=by.user_id)
    view = SavedView(firm_id=by.firm_id, user=maker, name=name, query=query, shared=shared)
    _write(view)
    record("view.saved", subject=view, by=by, data={"name": name, "query": query, "shared": shared})
    return view


@transaction.atomic
def rename_view(*, view: SavedView, name: str, shared: bool, by: Actor, on: date) -> SavedView:
    """Give a view another name, or share it, or no longer. Raises NameTaken."""
    view.name, view.shared = name, shared
    _write(view)
    record("view.renamed", subject=view, by=by, data={"name": name, "shared": shared})
    return view


@transaction.atomic
def remove_view(*, view: SavedView, by: Actor, on: date) -> None:
    """Forget a view."""
    record("view.removed", subject=view, by=by, data={"name": view.name, "query": view.query})
    view.delete()


def _write(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as taken:
        if "saved_view_name_once" not in str(taken):
            raise
        raise NameTaken(name=view.name) from taken
