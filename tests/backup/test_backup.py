"""A back-up holds everything, damage is noticed, and a restore is counted."""

import json
import os
import shutil
import subprocess
import uuid
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import override_settings

from portal.backup import BackupProblem, programs
from portal.backup import restore as restoring
from portal.backup.drill import _create
from portal.backup.make import make
from portal.backup.manifest import DUMP, FILES, MANIFEST, SUMS, check, read
from portal.backup.restore import Target, restore
from portal.backup.tables import address, differences, one_moment, tables
from portal.documents.store import store_bank_file
from portal.runner.console import ROOT
from portal.runner.database import ask, drop_database, run_sql
from tests.database import clone_name, cloned


def silent(_line: str) -> None:
    """Say nothing."""


@pytest.fixture(scope="module")
def full(template, django_db_setup, django_db_blocker, cast_snapshot, tmp_path_factory):
    """An installation: the cast, two papers of two firms with a page image each, and a file no row names."""
    from portal.documents.models import Document
    from tests.world import World

    papers = tmp_path_factory.mktemp("papers")
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(papers)}}
    with (
        django_db_blocker.unblock(),
        cloned(template, clone_name("main", 900)),
        override_settings(STORAGES={**settings.STORAGES, "default": local}),
    ):
        world = World(cast_snapshot)
        for who, books in (("els", world.newlogo), ("mallory", world.bikes)):
            with world.scope(books):
                data, by = f"paper of {books.pk}".encode(), world.actor(who)
                paper = store_bank_file(administration=books, data=data, name="a.txt", by=by, on=date(2026, 11, 23))
                Document.objects.filter(pk=paper.document.pk).update(pages=1)
                default_storage.save(f"{paper.document.storage_key}.pages/1.webp", ContentFile(b"picture"))
        (papers / "litter").write_text("no row names this")
        connections.close_all()
        yield papers


@pytest.fixture(scope="module")
def whole(full, tmp_path_factory):
    """A back-up of it, made once; not to be touched."""
    folder = tmp_path_factory.mktemp("whole") / "backup"
    make(folder, silent)
    return folder


@pytest.fixture
def backup(whole, tmp_path):
    """A copy of that back-up, to harm."""
    shutil.copytree(whole, tmp_path / "backup")
    return tmp_path / "backup"


@pytest.fixture
def harmed(full, tmp_path):
    """The papers, to harm; put back afterwards."""
    shutil.copytree(full, tmp_path / "kept")
    yield full
    shutil.rmtree(full)
    shutil.copytree(tmp_path / "kept", full)


@pytest.fixture
def scratch(tmp_path, full):
    """An empty database and an empty folder to restore into."""
    name = f"{address('owner').name}_{uuid.uuid4().hex[:6]}"
    target = Target(
        address("owner").on(name),
        address("ops").on(name),
        address("default").user,
        FileSystemStorage(tmp_path / "back"),
    )
    _create(target.owner)
    yield target
    drop_database(address("owner").on("postgres"), name)


def test_it_holds_all_rows_of_all_firms_and_every_paper(backup):
    manifest, wrong = check(backup)
    assert wrong == []
    assert manifest.tables["tenancy_firm"].rows == ask(address("ops"), "SELECT count(*) FROM tenancy_firm") == 2
    assert manifest.tables["documents_document"].rows == 2
    assert manifest.files == 4
    assert manifest.damaged == []
    assert {name: 0o077 & (backup / name).stat().st_mode for name in (DUMP, MANIFEST, SUMS)} == dict.fromkeys(
        (DUMP, MANIFEST, SUMS), 0
    )
    assert not list(backup.rglob("litter"))
    assert "accounting.0001_initial" in manifest.migrations


def test_anybody_can_check_it_without_us(backup):
    for name in (SUMS, FILES):
        subprocess.run(["sha256sum", "--check", "--quiet", name], cwd=backup, check=True)


def test_a_restored_installation_is_the_same(backup, scratch, full):
    manifest = restore(backup, scratch, silent)
    with one_moment(scratch.ops) as cursor:
        assert differences(manifest.tables, tables(cursor)) == []
    back = Path(scratch.storage.location)
    originals = {
        path.relative_to(full): path.read_bytes()
        for path in full.rglob("*")
        if path.is_file() and path.name != "litter"
    }
    assert {path.relative_to(back): path.read_bytes() for path in back.rglob("*") if path.is_file()} == originals


def test_the_walls_and_guards_stand_in_it_again(backup, scratch):
    restore(backup, scratch, silent)
    app = address("default").on(scratch.owner.name)
    assert ask(app, "SELECT count(*) FROM tenancy_firm") == 0
    question = "SELECT count(*) FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
    assert ask(scratch.ops, question) == ask(address("ops"), question) > 20
    question = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
    assert ask(scratch.ops, question) == ask(address("ops"), question) > 10
    question = (
        "SELECT string_agg(proname || pg_get_userbyid(proowner), ', ' ORDER BY proname) FROM pg_proc WHERE prosecdef"
    )
    assert ask(scratch.ops, question) == ask(address("ops"), question)
    question = """
        SELECT string_agg(concat_ws(' ', relname, relacl, relkind, relowner::regrole), '; ' ORDER BY relname)
          FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')"""
    assert ask(scratch.owner, question) == ask(address("owner"), question)
    question = "SELECT string_agg(defaclacl::text, '; ' ORDER BY defaclobjtype) FROM pg_default_acl"
    assert ask(scratch.owner, question) == ask(address("owner"), question)
    assert ask(scratch.owner, "SELECT has_table_privilege('portal_app', 'accounting_entry', 'UPDATE')") is False


def test_a_restore_over_something_is_refused_unless_forced(backup, scratch):
    restore(backup, scratch, silent)
    run_sql(scratch.ops, "UPDATE tenancy_firm SET name = 'Changed since'")
    with pytest.raises(BackupProblem, match="is not empty"):
        restore(backup, scratch, silent)
    assert ask(scratch.ops, "SELECT count(*) FROM tenancy_firm WHERE name = 'Changed since'") == 2
    restore(backup, scratch, silent, force=True)
    assert ask(scratch.ops, "SELECT count(*) FROM tenancy_firm WHERE name = 'Changed since'") == 0


def test_a_migrated_but_unused_database_is_empty_enough(backup, scratch):
    run_sql(scratch.owner, "CREATE TABLE tenancy_firm (id int); CREATE TABLE people_user (id int)")
    run_sql(scratch.owner, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO portal_ops")
    restore(backup, scratch, silent)


def test_nothing_is_restored_under_a_portal_at_work(backup, as_role):
    as_role("default")
    with pytest.raises(CommandError, match="stop web, worker and clock first"):
        call_command("restore", "--from", str(backup), "--force")


# --- damage ----------------------------------------------------------------------------------------------------------


def flip(path: Path, at: float = 0.5) -> None:
    """Turn one bit."""
    data = bytearray(path.read_bytes())
    data[int(len(data) * at)] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("part", [DUMP, MANIFEST, FILES])
@pytest.mark.parametrize("at", [0.0, 0.5, 0.999])
def test_one_bit_is_noticed(backup, part, at):
    flip(backup / part, at)
    with pytest.raises(BackupProblem, match="its hash differs"):
        read(backup)


def test_nothing_is_touched_for_a_damaged_dump(backup, scratch):
    restore(backup, scratch, silent)
    flip(backup / DUMP)
    with pytest.raises(BackupProblem, match="its hash differs"):
        restore(backup, scratch, silent, force=True)
    assert ask(scratch.ops, "SELECT count(*) FROM tenancy_firm") == 2


@pytest.mark.parametrize("left", [0, 1, 4096])
def test_a_cut_off_dump_is_noticed(backup, left):
    os.truncate(backup / DUMP, left)
    with pytest.raises(CommandError, match=r"database\.dump is not what was written"):
        call_command("backup", "--verify", str(backup))


@pytest.mark.parametrize("part", [DUMP, MANIFEST, FILES, SUMS])
def test_a_missing_part_is_noticed(backup, part):
    (backup / part).unlink()
    with pytest.raises(BackupProblem, match=r"missing|never finished"):
        read(backup)


@pytest.mark.parametrize("harm", [flip, Path.unlink])
def test_a_damaged_paper_is_noticed(backup, scratch, harm):
    paper = next(path for path in (backup / "documents").rglob("*") if path.is_file())
    harm(paper)
    with pytest.raises(BackupProblem, match="The back-up is damaged"):
        restore(backup, scratch, silent)


def test_hashes_that_fit_a_wrong_dump_do_not_help(backup, scratch):
    """Somebody (or a script) swapped the dump and renewed the sums: the rows still have to be those of the manifest."""
    said = json.loads((backup / MANIFEST).read_text())
    said["tables"]["tenancy_firm"]["rows"] += 1
    said["tables"]["people_user"]["sum"] = "1"
    (backup / MANIFEST).write_text(json.dumps(said))
    subprocess.run(f"sha256sum {MANIFEST} {DUMP} {FILES} > {SUMS}", shell=True, cwd=backup, check=True)
    with pytest.raises(BackupProblem) as caught:
        restore(backup, scratch, silent)
    assert "tenancy_firm: 3 rows in the back-up, 2 in the database" in str(caught.value)
    assert "people_user: " in str(caught.value)
    assert "but other contents" in str(caught.value)


def test_a_backup_of_a_newer_version_is_refused(backup, scratch):
    said = json.loads((backup / MANIFEST).read_text())
    said["migrations"].append("accounting.9999_of_tomorrow")
    (backup / MANIFEST).write_text(json.dumps(said))
    subprocess.run(f"sha256sum {MANIFEST} {DUMP} {FILES} > {SUMS}", shell=True, cwd=backup, check=True)
    with pytest.raises(BackupProblem, match="newer version"):
        restore(backup, scratch, silent)


# --- making ----------------------------------------------------------------------------------------------------------


def test_a_paper_that_is_gone_or_altered_is_told_and_the_rest_is_kept(harmed, tmp_path):
    originals = [path for path in harmed.rglob("*") if path.is_file() and len(path.name) == 64]
    flip(originals[0])
    originals[1].unlink()
    with pytest.raises(CommandError, match="missing or altered here already") as caught:
        call_command("backup", "--to", str(tmp_path / "b"))
    assert f"{originals[0].name}: not the bytes that came in" in str(caught.value)
    assert f"{originals[1].name}: missing" in str(caught.value)
    assert len(read(tmp_path / "b").damaged) == 2


def test_a_backup_never_goes_over_another(backup):
    with pytest.raises(CommandError, match="is not empty"):
        call_command("backup", "--to", str(backup))
    check(backup)


def test_a_backup_that_fails_leaves_nothing_that_looks_like_one(full, tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "run", lambda *_a: (_ for _ in ()).throw(BackupProblem("pg_dump failed: disk full")))
    with pytest.raises(CommandError, match="disk full"):
        call_command("backup", "--to", str(tmp_path / "b"))
    assert list(tmp_path.iterdir()) == []


def test_a_role_under_the_policies_makes_no_backup(full, tmp_path, monkeypatch):
    from portal.backup import make as making

    monkeypatch.setattr(making, "address", lambda _alias: address("owner"))
    with pytest.raises(BackupProblem, match="does not see all rows"):
        make(tmp_path / "b", silent)


def test_no_pg_dump_ends_in_the_line_to_type(monkeypatch):
    with pytest.raises(BackupProblem, match="apt-get install -y postgresql-client-99"):
        programs.find("pg_dump", 99)


def test_the_packaged_postgres_brings_its_own(monkeypatch):
    monkeypatch.setattr(programs, "system_binaries", list)
    monkeypatch.setenv("PATH", "/nowhere")
    for program in ("pg_dump", "pg_restore"):
        path, major = programs.find(program, 15)
        assert "site-packages" in path.parts
        assert major >= 15


def test_the_drill_passes_and_leaves_nothing(full, tmp_path, capsys):
    call_command("backup_drill", "--in", str(tmp_path))
    assert "Backed up in" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    assert ask(address("owner"), "SELECT count(*) FROM pg_database WHERE datname LIKE %s", "%\\_drill\\_%") == 0


def test_a_drill_that_meets_broken_books_says_so(full, tmp_path, monkeypatch):
    real = restoring.restore

    def spoil(source, target, say, **more):
        manifest = real(source, target, say, **more)
        run_sql(target.owner, "DROP FUNCTION every_firm()")
        return manifest

    monkeypatch.setattr("portal.backup.drill.restore", spoil)
    with pytest.raises(CommandError, match="not in order"):
        call_command("backup_drill", "--in", str(tmp_path))


def test_only_the_store_keeps_files():
    """Who keeps files elsewhere must teach the back-up to copy them."""
    users = {
        str(path.relative_to(ROOT))
        for package in ("portal", "accounting", "bankfeeds", "invoicing", "requests_app")
        for path in (ROOT / package).rglob("*.py")
        if "default_storage" in path.read_text(encoding="utf-8") and "backup" not in path.parts
    }
    assert users == {"portal/documents/store.py", "portal/management/commands/doctor.py"}
