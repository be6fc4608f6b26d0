"""Lists, counts, twins, suggestions, words, doors and the command."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.http import Http404, QueryDict

from accounting.actions.parties import create_party
from bankfeeds.actions.allocate import allocate_to_account
from bankfeeds.models import StatementLine
from bankfeeds.queries.cockpit import cockpit_counts, days_of
from bankfeeds.queries.filters import parse_amount_range
from bankfeeds.queries.lines import LineFilter, are_twins, counts, group_twins, lines, next_to_do, twins_among, twins_of
from bankfeeds.queries.suggestions import suggestions
from bankfeeds.rules import access_line, access_lines
from bankfeeds.wording import describe, pretty_name, title
from portal.kernel.money import BadAmount
from portal.people.access import Right
from portal.tenancy.models import Administration
from tests.bankfeeds.conftest import IBAN, MARCH, TODAY, coda, movement, statement

SUPPLIER_IBAN = "BE68539007547034"


@pytest.fixture
def desk(bank):
    """Six lines over three days; the scope is open. The first two are the twins."""
    march_9 = MARCH + timedelta(days=3)
    with bank.scope():
        bank.load(
            coda(
                statement(
                    58,
                    lines=[
                        movement(1, iban=SUPPLIER_IBAN),
                        movement(2, "-1169.69", name="TOTAL ENERGIES", text="Q8 Heverlee"),
                        movement(3, "169.69", name="STUDIO MAAN", text="+++090/9337/55493+++"),
                    ],
                ),
                statement(
                    59,
                    old="-169.69",
                    day=march_9,
                    lines=[
                        movement(1, day=march_9, iban=SUPPLIER_IBAN),
                        movement(2, "-45.00", day=march_9, name="", text="Kosten"),
                        movement(3, "0.00", day=march_9, name="", text="Afsluiting"),
                    ],
                ),
            )
        )
        yield bank


def found(bank, **wanted):
    rows = lines(bank.administration, LineFilter(**{"status": "all", **wanted}))
    return sorted(str(row.amount) for row in rows)


@pytest.mark.parametrize(
    ("typed", "amounts"),
    [
        ("169,69", ["-169.69", "-169.69", "169.69"]),
        ("169.69", ["-169.69", "-169.69", "169.69"]),
        ("-169,69", ["-169.69", "-169.69"]),
        ("−169,69", ["-169.69", "-169.69"]),
        ("+169,69", ["169.69"]),
        ("€ 45", ["-45.00"]),
        ("40..200", ["-169.69", "-169.69", "-45.00", "169.69"]),
        ("40 - 200", ["-169.69", "-169.69", "-45.00", "169.69"]),
        ("200-40", ["-169.69", "-169.69", "-45.00", "169.69"]),
        (">1.000,00", ["-1169.69"]),
        ("<=45", ["-45.00", "0.00"]),
        ("<45", ["0.00"]),
    ],
)
def test_amounts_as_people_type_them(desk, typed, amounts):
    assert found(desk, amount=typed) == amounts


@pytest.mark.parametrize("typed", ["abc", "1e5", "1,2,3", "..", ">", "nan"])
def test_what_is_no_amount(typed):
    with pytest.raises(BadAmount):
        parse_amount_range(typed)


def test_a_filter_is_its_url(desk):
    query = QueryDict("status=all&amount=169,69&text=exact&since=2026-03-09")
    wanted = LineFilter.from_query(query)
    assert len(lines(desk.administration, wanted)) == 1
    assert LineFilter.from_query(QueryDict(wanted.to_query())) == wanted
    assert wanted.is_narrowed
    odd = LineFilter.from_query(QueryDict("status=x&amount=abc&since=yesterday&account=1"))
    assert (odd.status, set(odd.problems)) == ("todo", {"amount", "since", "account"})
    assert lines(desk.administration, odd).count() == 5


def test_text_looks_everywhere(desk):
    assert found(desk, text="total") == ["-1169.69"]
    assert found(desk, text="heverlee q8") == ["-1169.69"]
    assert found(desk, text="090/9337/55493") == ["169.69"]
    assert found(desk, text="090933755493") == ["169.69"]
    assert found(desk, text="BE68 5390") == ["-169.69", "-169.69"]
    assert found(desk, text="45,00") == ["-45.00"]
    assert found(desk, party="exact") == ["-169.69", "-169.69"]
    assert found(desk, text="100%") == []


def test_counts_equal_the_lists_they_open(desk, django_assert_num_queries):
    line = lines(desk.administration, LineFilter()).first()
    allocate_to_account(line=line, version=1, account=desk.cost(), by=desk.actor, on=TODAY)
    for wanted in (LineFilter(), LineFilter(amount="169,69"), LineFilter(text="exact", until=MARCH)):
        with django_assert_num_queries(1):
            numbers = counts(desk.administration, wanted, asked=[line.pk])
        for status in ("todo", "done", "all", "asked"):
            same = LineFilter(status, amount=wanted.amount, text=wanted.text, until=wanted.until)
            assert numbers[status] == lines(desk.administration, same, asked=[line.pk]).count(), status
    assert counts(desk.administration)["todo"] == 4
    assert list(cockpit_counts(TODAY)) == [{"administration": desk.administration.pk, "lines_to_do": 4}]
    assert days_of(desk.administration)[0] == {"new_balance_on": MARCH + timedelta(days=3)}
    assert not days_of(Administration.objects.exclude(pk=desk.administration.pk).first())


def test_pages_follow_on_each_other(desk):
    seen, wanted = [], LineFilter("all")
    while page := list(lines(desk.administration, wanted)[:2]):
        seen += page
        wanted = LineFilter("all", after=page[-1].pk)
    assert seen == list(lines(desk.administration, LineFilter("all")))


def test_next_to_do_walks_the_list(desk):
    walked = [next_to_do(None, administration=desk.administration)]
    for _ in range(4):
        walked.append(next_to_do(walked[-1]))
    assert walked == list(lines(desk.administration, LineFilter()))
    assert next_to_do(walked[-1]) == walked[0]


def test_twins(desk):
    one, other = StatementLine.objects.filter(amount=Decimal("-169.69")).order_by("booked_on")
    assert twins_of(one) == [other]
    assert are_twins(one, other)
    assert twins_among([one.pk, other.pk, desk.line(amount=Decimal("-45.00")).pk]) == {one.pk: 1, other.pk: 1}
    groups = group_twins(list(StatementLine.objects.order_by("booked_on", "sequence")))
    assert sorted(len(group) for group in groups) == [1, 1, 1, 1, 2]
    later = MARCH + timedelta(days=14)
    desk.load(coda(statement(60, old="-384.38", day=later, lines=[movement(day=later, iban=SUPPLIER_IBAN)])))
    assert len(twins_of(one)) == 1


class TestSuggestions:
    """What probably becomes of a line, and why."""

    def test_by_amount_reference_and_account_number(self, desk):
        party = create_party(
            administration=desk.administration, name="Exact", ibans=[SUPPLIER_IBAN], by=desk.actor, on=TODAY
        )
        exact = desk.invoice(party=party)
        by_amount = desk.invoice(reference="F-9")
        by_party = desk.invoice("500.00", "F-10", party=party)
        desk.invoice("999.00", "F-11")
        desk.invoice(reference="2026-1", role="receivable")
        line = desk.line(sequence=1, booked_on=MARCH)
        items = suggestions(line).items
        assert [each.open_item for each in items] == [exact, by_amount, by_party]
        assert items[0].reasons == ("reference", "amount", "iban")
        assert items[0].certain
        assert items[1].reasons == ("amount",)
        assert not items[1].certain
        assert items[2].amount == line.open_amount

    def test_booked_like_this_before(self, desk):
        one, other = StatementLine.objects.filter(amount=Decimal("-169.69")).order_by("booked_on")
        assert suggestions(one).account is None
        allocate_to_account(line=other, version=1, account=desk.cost(), vat_code="P21S", by=desk.actor, on=TODAY)
        before = suggestions(one).account
        assert (before.account, before.vat_code, before.times) == (desk.cost(), "P21S", 1)

    def test_few_queries(self, desk, django_assert_max_num_queries):
        line = desk.line(sequence=1, booked_on=MARCH)
        with django_assert_max_num_queries(3):
            suggestions(line)


class TestWords:
    """Plain words, and never a ledger number."""

    def test_a_payment(self, desk):
        line = desk.line(sequence=1, booked_on=MARCH)
        words = describe(line, "en-gb", today=date(2026, 4, 1))
        assert words.plain == "€169.69 to Exact Software on 6 March"
        assert describe(line, "en-gb").plain.endswith("6 March 2026")
        assert describe(line, "nl", today=TODAY).amount == "€\u00a0−169,69"
        assert words.account == "BE70 0639 5627 3525"

    def test_a_receipt_and_an_unknown(self, desk):
        receipt = describe(desk.line(amount=Decimal("169.69")), "en-gb", today=TODAY)
        assert receipt.plain == "€169.69 from Studio Maan on 6 March"
        unknown = desk.line(amount=Decimal("-45.00"))
        assert describe(unknown, "en-gb", today=TODAY).plain.startswith("€45.00 (")
        assert title(unknown, "nl") == "Kosten"

    @pytest.mark.parametrize(
        ("written", "shown"),
        [
            ("EXACT SOFTWARE BELGIUM BVBA", "Exact Software Belgium BVBA"),
            ("Delhaize Leuven", "Delhaize Leuven"),
            ("KBC", "KBC"),
            ("L'OREAL SA", "L'oreal SA"),
            ("FÊTES ET FLEURS SRL", "Fêtes et Fleurs SRL"),
            ("", ""),
        ],
    )
    def test_names(self, written, shown):
        assert pretty_name(written) == shown


def test_doors(desk, world):
    line = desk.line(sequence=1, booked_on=MARCH)
    assert access_line(world.actor("els"), str(line.pk), to=Right.ALLOCATE) == line
    for who in ("ruben", "sofie"):
        with pytest.raises(Http404):
            access_line(world.actor(who), line.pk, to=Right.ALLOCATE)
    for wrong in ("x", "", line.administration_id):
        with pytest.raises(Http404):
            access_line(world.actor("els"), wrong, to=Right.ALLOCATE)
    ids = [str(row.pk) for row in StatementLine.objects.all()]
    assert [str(row.pk) for row in access_lines(world.actor("els"), ids, to=Right.ASK)] == ids
    for wrong in ([], [*ids, str(line.statement_id)]):
        with pytest.raises(Http404):
            access_lines(world.actor("els"), wrong, to=Right.ASK)


class TestCommand:
    """manage.py import_statement."""

    def run(self, path, *arguments):
        out, err = StringIO(), StringIO()
        code = 0
        try:
            call_command("import_statement", str(path), "--administration", "10001", *arguments, stdout=out, stderr=err)
        except SystemExit as ended:
            code = ended.code
        return code, out.getvalue(), err.getvalue()

    @pytest.fixture
    def file(self, real_db, bank, tmp_path):
        path = tmp_path / "058.cod"
        path.write_bytes(coda(statement(58), statement(59, account=SUPPLIER_IBAN)))
        return path

    def test_report(self, file):
        code, out, _ = self.run(file)
        assert code == 0
        assert out.startswith("1 new, 0 known, 1 refused")
        assert "--create-account" in out
        code, out, _ = self.run(file, "--json", "--create-account")
        report = json.loads(out)
        assert (code, report["new"], report["known"], report["refused"]) == (0, 1, 1, 0)
        assert {each["account"] for each in report["statements"]} == {IBAN, SUPPLIER_IBAN}

    def test_refusals(self, file):
        file.write_bytes(b"%PDF-1.7")
        assert self.run(file)[0] == 2
        code, out, _ = self.run(file, "--json")
        assert (code, json.loads(out)["rule"]) == (2, "file.pdf")
        assert self.run(file.parent / "none.cod")[0] == 2
        assert self.run(file, "--firm", "nobody")[0] == 2
