"""The rules of tests/house/rules.py, and the rules that need more than one line to see."""

import ast

import pytest

from tests.house.rules import RULES
from tests.house.tree import Source, sources


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_knows_good_from_bad(rule):
    assert not rule.breaks(rule.good)
    assert rule.breaks(rule.bad)
    assert rule.why.endswith(".")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_house_keeps_the_rule(rule):
    broken = [
        f"{source.name}:{number}: {line.strip()}"
        for source in sources()
        if rule.concerns(source.name)
        for number, line in enumerate(source.code, 1)
        if rule.breaks(line)
    ]
    assert broken == [], rule.why


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_audited_list_holds_nothing_superfluous(rule):
    by_name = {source.name: source for source in sources()}
    idle = [name for name in rule.allowed if name not in by_name or not any(map(rule.breaks, by_name[name].code))]
    assert idle == [], "Nothing breaks the rule there any more: drop the exception."


# --- exceptions ------------------------------------------------------------------------------------------------------

BROAD = {"Exception", "BaseException"}


def _names(node: ast.expr | None) -> set[str]:
    if node is None:
        return {"BaseException"}
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return {part.id for part in parts if isinstance(part, ast.Name)}


def broad_excepts(source: Source) -> list[str]:
    found = []
    for node in ast.walk(source.tree):
        is_broad = isinstance(node, ast.ExceptHandler) and _names(node.type) & BROAD
        is_suppress = (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) == "suppress"
            and any(_names(argument) & BROAD for argument in node.args)
        )
        if is_broad or is_suppress:
            found.append(f"{source.name}:{node.lineno}")
    return found


def test_nobody_catches_everything():
    assert [place for source in sources(tests=True) for place in broad_excepts(source)] == []


def test_the_look_for_broad_excepts_finds_them(tmp_path):
    path = tmp_path / "bad.py"
    path.write_text(
        "try:\n  pass\nexcept Exception:\n  pass\ntry:\n  pass\nexcept:\n  pass\nwith suppress(Exception):\n  pass\n"
    )
    source = Source(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.house.tree.ROOT", tmp_path)
        assert broad_excepts(source) == ["bad.py:3", "bad.py:7", "bad.py:9"]


# --- raw SQL ---------------------------------------------------------------------------------------------------------

# building SQL from our own names (tables, columns), never from what somebody typed
OWN_NAMES_ONLY = {
    "portal/tenancy/rls.py": "migrations: names of our own tables",
    "portal/tenancy/bulk.py": "names of our own tables and columns, out of the models",
    "portal/runner/database.py": "role and database names, quoted by psycopg2.sql",
    "portal/backup/tables.py": "names of our own tables, out of the catalogue, quoted by psycopg2.sql",
}


def built_sql(tree: ast.AST) -> list[int]:
    """The lines on which a statement is put together from parts and handed to the database."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in ("execute", "executemany", "raw", "RawSQL", "extra") and _is_built(node.args[0]):
            found.append(node.lineno)
    return found


def _is_built(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return True
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("format", "join", "replace")


def test_statements_are_never_put_together():
    bad = [
        f"{source.name}:{line}"
        for source in sources()
        if source.name not in OWN_NAMES_ONLY
        for line in built_sql(source.tree)
    ]
    assert bad == []


@pytest.mark.parametrize(
    ("line", "bad"),
    [
        ('cursor.execute("SELECT 1 WHERE a = %s", [a])', False),
        ("cursor.execute(QUESTION, [a])", False),
        ('cursor.execute(f"SELECT {a}")', True),
        ('cursor.execute("SELECT " + a)', True),
        ('cursor.execute("SELECT %s" % a)', True),
        ('Model.objects.raw("SELECT {}".format(a))', True),
    ],
)
def test_the_look_for_built_statements_knows_good_from_bad(line, bad):
    assert bool(built_sql(ast.parse(line))) is bad
