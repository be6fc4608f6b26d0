"""The doctor finds what is wrong, says what to type, and is quiet about the rest."""

from datetime import timedelta

import pytest

from portal.kernel.clock import now
from portal.management.commands import doctor
from portal.management.commands.doctor import ADVICE, BROKEN, RIGHT


def found(check):
    return {finding.what: finding for finding in check()}


def signs(check):
    return {finding.sign for finding in check()}


def test_a_healthy_database(real_db):
    for check in (doctor.databases, doctor.schema, doctor.stuck):
        assert signs(check) == {RIGHT}, list(check())


def test_a_table_without_policy(real_db, as_role):
    as_role("owner").cursor().execute("CREATE TABLE planted (id int, firm_id uuid, administration_id uuid)")
    finding = found(doctor.schema)["Row-level security on every table of a tenant"]
    assert finding.sign == BROKEN
    assert "planted" in finding.mend


def test_a_reference_nobody_vouches_for(real_db, as_role):
    cursor = as_role("owner").cursor()
    cursor.execute("CREATE TABLE planted (firm uuid)")
    cursor.execute("ALTER TABLE planted ADD CONSTRAINT loose FOREIGN KEY (firm) REFERENCES tenancy_firm (id) NOT VALID")
    finding = found(doctor.schema)["References across tenants: 0"]
    assert (finding.sign, "planted.loose" in finding.mend) == (BROKEN, True)


@pytest.mark.parametrize(
    ("state", "since", "what", "sign"),
    [
        ("queued", 3, "Mails leave in time", BROKEN),
        ("queued", 0, "Mails leave in time", RIGHT),
        ("inflight", 3, "Mails leave in time", BROKEN),
        ("uncertain", 3, "Mails that wait for a person", ADVICE),
        ("dead", 3, "Mails that wait for a person", ADVICE),
    ],
)
def test_mails_that_hang(real_db, as_role, world, state, since, what, sign):
    at = now() - timedelta(minutes=since)
    as_role("ops").cursor().execute(
        """INSERT INTO outbox_outgoingmail (id, firm_id, kind, dedup_key, to_email, to_name, from_name, reply_to,
             language, subject, text, html, resend_when_uncertain, about, state, attempts, due_at, inflight_since,
             was_uncertain, error, created_at)
           VALUES (gen_random_uuid(), %s, 'test', 'x', 'a@b.example', '', '', '', 'nl', '', '', '', true, '[]', %s, 1,
                   %s, %s, false, '', %s)""",
        [str(world.firm.pk), state, at, at, at],
    )
    assert found(doctor.stuck)[what].sign == sign


def test_a_folder_that_cannot_be_written(settings, tmp_path, monkeypatch):
    def refuse(*words):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("portal.management.commands.doctor.default_storage.save", refuse)
    finding = found(doctor.machine)["Folder of documents"]
    assert (finding.sign, "Permission denied" in finding.mend) == (BROKEN, True)


def test_redis_that_is_away(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    (finding,) = doctor.broker()
    assert (finding.sign, finding.what) == (BROKEN, "Redis")
