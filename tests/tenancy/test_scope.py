"""The scope: it fails closed, refuses to nest, stands around the whole request and leaves nothing behind."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.utils import DatabaseError
from django.http import HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import SimpleTemplateResponse
from django.test import RequestFactory

from portal.audit.models import Event
from portal.audit.record import record
from portal.people.middleware import serve_in_scope
from portal.people.models import ClientAccess, Member
from portal.tenancy.managers import FirmModel
from portal.tenancy.models import Administration, Firm
from portal.tenancy.scope import NoScope, after_commit, current_scope, has_scope, scope
from portal.tenancy.tasks import ScopedTask, sweep_references


def _told() -> tuple[str | None, str | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.firm_id', true), current_setting('app.administration_ids', true)")
        return tuple(value or None for value in cursor.fetchone())


def _models() -> list[type[FirmModel]]:
    from django.apps import apps

    return [model for model in apps.get_models() if issubclass(model, FirmModel)]


@pytest.mark.parametrize("model", _models(), ids=lambda model: model._meta.label)
def test_without_a_scope_every_question_raises(model):
    for ask in (model.objects.all, model.objects.count, model.objects.first, lambda: model.objects.filter(pk=None)):
        with pytest.raises(NoScope):
            ask()


def test_without_a_scope_the_database_shows_nothing(world):
    assert not has_scope()
    assert Administration.all_firms.count() == 0
    assert Firm.all_firms.count() == 0


def test_a_scope_shows_its_firm_and_no_other(world):
    with world.scope():
        assert sorted(Administration.objects.values_list("code", flat=True)) == ["10001", "10002", "10003"]
        assert Firm.all_firms.get() == world.firm
    with world.scope("mallory"):
        assert list(Administration.objects.values_list("code", flat=True)) == ["20001"]


def test_a_portfolio_narrows_the_scope_in_python_and_in_the_database(world):
    with world.scope("tom"):
        assert sorted(Administration.objects.values_list("code", flat=True)) == ["10001", "10002"]
        assert sorted(Administration.all_firms.values_list("code", flat=True)) == ["10001", "10002"]
        assert current_scope().covers(world.bakery.pk)
        assert not current_scope().covers(world.garage.pk)


def test_an_empty_portfolio_shows_nothing_rather_than_everything(world):
    with scope(firm_id=world.firm.pk, administration_ids=[]):
        assert Administration.objects.count() == 0
        assert Administration.all_firms.count() == 0
        assert ClientAccess.all_firms.count() == 0


def test_a_scope_refuses_to_nest(world):
    with world.scope(), pytest.raises(RuntimeError, match="already open"), world.scope("mallory"):
        pass


def test_a_scope_refuses_to_open_inside_a_transaction(world, real_db):
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"), world.scope():
        pass
    assert not has_scope()


def test_the_setting_is_gone_after_the_scope(world, real_db):
    with world.scope("tom"):
        firm, administrations = _told()
        assert firm == str(world.firm.pk)
        assert str(world.bakery.pk) in administrations
    assert _told() == (None, None)
    assert Administration.all_firms.count() == 0  # the same connection, '' and not NULL by now


def test_the_setting_is_gone_after_a_scope_inside_a_test(world):
    with world.scope("tom"):
        pass
    assert _told() == (None, None)


def test_the_setting_is_gone_after_an_error(world, real_db):
    with pytest.raises(ZeroDivisionError), world.scope():
        Administration.objects.update(name="half done")
        raise ZeroDivisionError
    assert _told() == (None, None)
    assert not has_scope()
    with world.scope():
        assert not Administration.objects.filter(name="half done").exists()


def test_a_savepoint_that_is_rolled_back_does_not_lose_the_scope(world):
    with world.scope():
        with pytest.raises(IntegrityError), transaction.atomic():
            Administration.objects.create(firm_id=world.firm.pk, code="10001", name="twice")
        assert Administration.objects.count() == 3


def test_a_connection_that_served_one_firm_serves_the_next(world, real_db):
    for _ in range(20):
        with world.scope("els"):
            assert Administration.all_firms.count() == 3
        assert Administration.all_firms.count() == 0
        with world.scope("mallory"):
            assert Administration.all_firms.count() == 1
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")


def test_threads_do_not_share_a_scope(world, together):
    keys = ["els", "mallory", "tom", None]

    def look(number: int) -> int:
        counts = set()
        for turn in range(30):
            who = keys[(number + turn) % 4]
            if who is None:
                assert not has_scope()
                assert Administration.all_firms.count() == 0
                continue
            with world.scope(who):
                counts.add((who, Administration.all_firms.count()))
        return counts

    assert together(look, 8) == [{("els", 3), ("mallory", 1), ("tom", 2)}] * 8


def test_writing_into_another_firm_is_refused(world):
    with world.scope():
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Administration.objects.create(firm_id=world.other_firm.pk, code="9", name="smuggled")
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Administration.objects.filter(code="10001").update(firm=world.other_firm)
        assert Administration.all_firms.filter(pk=world.bikes.pk).update(name="mine") == 0


def test_writing_outside_the_portfolio_is_refused(world):
    user = world.user("zoe")
    with world.scope("tom"):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            ClientAccess.objects.create(firm=world.firm, administration_id=world.garage.pk, user=user, role="reader")
        assert Administration.all_firms.filter(pk=world.garage.pk).delete()[0] == 0


def test_pointing_at_another_firms_administration_is_refused(world):
    # the foreign key alone would accept it: its check looks over the policies
    with world.scope(), pytest.raises(IntegrityError, match="own_firm"), transaction.atomic():
        ClientAccess.objects.create(
            firm=world.firm, administration_id=world.bikes.pk, user=world.user("zoe"), role="reader"
        )
        connection.check_constraints()


def test_a_member_of_another_firm_cannot_answer_for_an_administration(world):
    from portal.people.models import Responsible
    from tests.cast import id_of

    with world.scope(), pytest.raises(IntegrityError, match="member_firm"), transaction.atomic():
        Responsible.objects.filter(administration=world.bakery).update(member_id=id_of("member mallory de-wit"))
        connection.check_constraints()


# --- the request -----------------------------------------------------------------------------------------------------


def _serve(world, answer) -> HttpResponse:
    def view(request):
        Administration.objects.filter(pk=world.bakery.pk).update(name="written in the request")
        return answer()

    return serve_in_scope(RequestFactory().post("/"), view, world.firm.pk, None)


@pytest.mark.parametrize(("status", "kept"), [(200, True), (302, True), (400, False), (404, False), (500, False)])
def test_a_response_of_400_or_more_leaves_nothing_behind(world, real_db, status, kept):
    response = _serve(world, lambda: HttpResponse(status=status))
    assert response.status_code == status
    with world.scope():
        assert Administration.objects.filter(name="written in the request").exists() is kept


def test_a_template_is_rendered_inside_the_scope(world, real_db):
    codes = engines["django"].from_string("{% for each in rows %}{{ each.code }} {% endfor %}")

    def view(request):
        return SimpleTemplateResponse(codes, {"rows": Administration.objects.order_by("code")})

    response = serve_in_scope(RequestFactory().get("/"), view, world.firm.pk, None)
    assert response.content == b"10001 10002 10003 "


def test_a_stream_that_would_outlive_the_scope_is_refused(world):
    with pytest.raises(ImproperlyConfigured, match="streaming"):
        _serve(world, lambda: StreamingHttpResponse(iter([b"late"])))


def test_a_revoked_person_is_out_at_the_next_click(world, real_db):
    browser = world.client("joke")
    assert browser.get("/kantoor/van-damme/no-such-page/").status_code == 404
    doors = [door.firm_slug for door in _doors(world, "joke")]
    assert doors == ["van-damme"]
    with world.scope():
        from portal.kernel.clock import now

        Member.objects.filter(user=world.user("joke")).update(revoked_at=now())
    assert _doors(world, "joke") == []
    assert browser.get("/kantoor/van-damme/").status_code == 404


def _doors(world, who):
    from portal.people.access import doors_of

    return doors_of(world.user(who).pk)


def test_doors_are_exactly_those_of_the_cast(world):
    def told(who):
        return [(d.kind, d.firm_slug, d.role, d.administration_ids) for d in _doors(world, who)]

    both = frozenset({world.newlogo.pk, world.bakery.pk})
    assert told("els") == [("staff", "van-damme", "owner", None)]
    assert told("tom") == [("staff", "van-damme", "accountant", both)]
    assert told("an") == [("client", "van-damme", "entrepreneur", frozenset({world.bakery.pk}))]
    assert told("rik") == told("roland") == told("zoe") == []
    assert told("dina") == [
        ("staff", "de-wit", "accountant", None),
        ("staff", "van-damme", "assistant", None),
        ("client", "van-damme", "approver", frozenset({world.newlogo.pk})),
    ]


# --- after the commit, and tasks -----------------------------------------------------------------------------------


def test_after_commit_runs_in_a_fresh_scope(world, real_db):
    seen = []
    with world.scope("tom"):
        after_commit(lambda: seen.append((current_scope().administration_ids, Administration.objects.count())))
        assert seen == []
    assert seen == [(frozenset({world.newlogo.pk, world.bakery.pk}), 2)]


def test_nothing_runs_after_a_commit_that_did_not_happen(world, real_db):
    seen = []
    with pytest.raises(ZeroDivisionError), world.scope():
        after_commit(lambda: seen.append(1))
        raise ZeroDivisionError
    assert seen == []


def test_an_error_of_the_audit_leaves_nothing_of_the_verb(world, real_db):
    with pytest.raises(DatabaseError), world.scope():
        Administration.objects.filter(pk=world.bakery.pk).update(name="half done")
        record("x" * 200, subject=world.bakery, by=world.actor("els"))
    with world.scope():
        assert Administration.objects.get(pk=world.bakery.pk).name == world.bakery.name


def test_the_log_only_grows(world, real_db):
    with world.scope():
        record("test.happened", subject=world.bakery, by=world.actor("els"), data={"password": "hunter2"})
    with world.scope():
        event = Event.objects.get(what="test.happened")
        assert (event.administration_id, event.facts) == (world.bakery.pk, {"password": "•••"})
        for act in (lambda: Event.objects.update(what="other"), lambda: Event.objects.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()


def test_the_log_refuses_change_even_to_its_owner(world, real_db, as_role):
    import psycopg2

    with world.scope():
        record("test.happened", subject=world.bakery, by=world.actor("els"))
    with pytest.raises(psycopg2.Error, match="append-only"):
        as_role("owner").cursor().execute("TRUNCATE audit_event")
    with pytest.raises(psycopg2.Error, match="append-only"):
        as_role("ops").cursor().execute("DELETE FROM audit_event")


def test_a_task_without_a_firm_is_refused_and_one_with_a_firm_sees_its_rows(world, real_db):
    from celery import shared_task

    @shared_task(base=ScopedTask, name="tests.count_administrations")
    def count_administrations(*, firm_id, administration_id=None):
        return Administration.all_firms.count()

    with pytest.raises(TypeError, match="tenant"):
        count_administrations()
    assert count_administrations(firm_id=str(world.firm.pk)) == 3
    assert count_administrations(firm_id=str(world.firm.pk), administration_id=str(world.bakery.pk)) == 1
    assert count_administrations(firm_id=str(world.other_firm.pk), administration_id=str(world.bakery.pk)) == 0


@pytest.mark.django_db
def test_no_reference_crosses_the_wall():
    assert sweep_references() == []


def test_a_mighty_role_is_refused(world, real_db, monkeypatch):
    from django.conf import settings
    from django.db import connections

    for key in ("USER", "PASSWORD"):
        monkeypatch.setitem(settings.DATABASES["default"], key, settings.DATABASES["ops"][key])
    connections["default"].close()
    with pytest.raises(ImproperlyConfigured, match="bypasses row-level security"):
        connections["default"].ensure_connection()
    connections["default"].close()
