"""The scope: fails closed, refuses to nest, leaves nothing behind."""

import pytest
from django.db import connection


def test_world(world):
    with world.scope("tom"):
        from portal.tenancy.models import Administration

        assert [a.code for a in Administration.objects.order_by("code")] == ["10001", "10002"]
    assert world.client().get("/").status_code == 302
    assert world.client("zoe").get("/kantoor/van-damme/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_tx(world):
    with world.scope():
        pass
    with connection.cursor() as c:
        c.execute("select current_database(), current_user")
        print(c.fetchone())


def test_threads(world, together, clock):
    def act(i):
        with world.scope():
            from portal.tenancy.models import Administration

            return Administration.objects.count()

    assert together(act, 20) == [3] * 20
