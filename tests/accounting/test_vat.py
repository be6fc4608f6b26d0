"""Purchase VAT against worked examples."""

from decimal import Decimal

import pytest

from accounting.data_files import table
from accounting.models import GridEffect
from accounting.queries.chart import account_by_role
from accounting.queries.verify import verify
from accounting.vat import UnknownVatCode, purchase_postings, split_gross, suggested_code, vat_code, vat_codes
from accounting.vat_lines import purchase_lines
from tests.accounting.books import DAY, Books


def grids(posting):
    return {grid.grid: str(grid.amount) for grid in (*posting.base_grids, *posting.tax_grids)}


@pytest.mark.parametrize(
    ("code", "net", "vat", "expected"),
    [
        ("P21S", "100.00", "21.00", {"82": "100.00", "59": "21.00"}),
        ("P12G", "100.00", "12.00", {"81": "100.00", "59": "12.00"}),
        ("P06I", "100.00", "6.00", {"83": "100.00", "59": "6.00"}),
        ("P00S", "100.00", "0.00", {"82": "100.00"}),
        ("P21S-D50", "100.00", "21.00", {"82": "110.50", "59": "10.50"}),
        ("P21S-D35", "100.01", "21.00", {"82": "113.66", "59": "7.35"}),
        ("P12S-D0", "100.00", "12.00", {"82": "112.00"}),
        ("PCC21S", "100.00", "0.00", {"82": "100.00", "87": "100.00", "56": "21.00", "59": "21.00"}),
        ("PIC21G", "99.99", "0.00", {"81": "99.99", "86": "99.99", "55": "21.00", "59": "21.00"}),
        ("PICS21", "100.00", "0.00", {"82": "100.00", "88": "100.00", "55": "21.00", "59": "21.00"}),
        ("PIM21I", "100.00", "0.00", {"83": "100.00", "87": "100.00", "57": "21.00", "59": "21.00"}),
        ("PNONE", "100.00", "21.00", {}),
    ],
)
def test_grids_of_an_invoice(code, net, vat, expected):
    assert grids(purchase_postings(code, Decimal(net), Decimal(vat))) == expected


def test_grids_of_a_credit_note():
    posting = purchase_postings("P21S-D50", Decimal("100.00"), Decimal("21.00"), credit_note=True)
    assert grids(posting) == {"82": "-110.50", "85": "110.50", "63": "10.50"}
    assert (posting.cost, posting.deductible, posting.payable) == (
        Decimal("-110.50"),
        Decimal("-10.50"),
        Decimal("-121.00"),
    )
    own = purchase_postings("PIC21G", Decimal("100.00"), Decimal("0.00"), credit_note=True)
    assert grids(own) == {"81": "-100.00", "86": "-100.00", "84": "100.00", "61": "21.00", "62": "21.00"}


def test_vat_nobody_gives_back_is_cost():
    posting = purchase_postings("PNONE", Decimal("100.00"), Decimal("21.00"))
    assert (posting.cost, posting.deductible) == (Decimal("121.00"), Decimal("0.00"))


def test_every_amount_has_two_decimals_and_no_minus_zero():
    posting = purchase_postings("P12S-D0", Decimal("10.00"), Decimal("1.20"), credit_note=True)
    assert (str(posting.deductible), str(posting.due)) == ("0.00", "0.00")


def test_codes_of_the_picker():
    codes = [one.code for one in vat_codes("BE")]
    assert {"P21S", "P06G", "PCC21S", "P21S-D50"} <= set(codes)
    assert "PCC12S" not in codes
    assert len(vat_codes("BE", everything=True)) > len(codes)
    assert {one.direction for one in vat_codes("BE", "sale")} == {"sale"}
    assert vat_code("P21S").name("fr").startswith("Achat 21 %")
    assert vat_code("P21S").name("en-gb").startswith("Purchase 21 %")
    with pytest.raises(UnknownVatCode):
        vat_code("X")
    assert [suggested_code(grid) for grid in ("81", "82", "83", "")] == ["P21G", "P21S", "P21I", ""]


def test_the_net_of_what_was_paid():
    assert split_gross("P21S", Decimal("169.69")) == (Decimal("140.24"), Decimal("29.45"))
    assert split_gross("PICS21", Decimal("100.00")) == (Decimal("100.00"), Decimal("0.00"))


@pytest.mark.parametrize(
    ("code", "net", "vat", "expected", "payable"),
    [
        ("IH", "100.00", "21.00", {"5b": "21.00"}, "121.00"),
        ("IL", "100.01", "9.00", {"5b": "9.00"}, "109.01"),
        ("I0", "100.00", "0.00", {}, "100.00"),
        ("IND", "100.00", "21.00", {}, "121.00"),
        ("IV21", "100.00", "0.00", {"2a": "100.00", "2a.t": "21.00", "5b": "21.00"}, "100.00"),
        ("IEU9", "99.99", "0.00", {"4b": "99.99", "4b.t": "9.00", "5b": "9.00"}, "99.99"),
        ("IED21", "100.00", "0.00", {"4b": "100.00", "4b.t": "21.00", "5b": "21.00"}, "100.00"),
        ("INEU21", "100.00", "0.00", {"4a": "100.00", "4a.t": "21.00", "5b": "21.00"}, "100.00"),
    ],
)
def test_rubrieken_of_a_dutch_invoice(code, net, vat, expected, payable):
    posting = purchase_postings(code, Decimal(net), Decimal(vat), country="NL")
    assert grids(posting) == expected
    assert str(posting.payable) == payable
    back = purchase_postings(code, Decimal(net), Decimal(vat), credit_note=True, country="NL")
    assert grids(back) == {grid: f"-{amount}" for grid, amount in expected.items()}


def test_dutch_codes_of_the_picker():
    codes = [one.code for one in vat_codes("NL")]
    assert {"IH", "IL", "I0", "IV21", "IEU21", "IED21"} <= set(codes)
    assert not {one.code for one in vat_codes("BE", everything=True)} & {*codes}
    assert suggested_code("82", "NL") == suggested_code("", "NL") == "IH"
    assert suggested_code("", "NL", rate=9) == "IL"
    assert split_gross("IL", Decimal("109.00"), "NL") == (Decimal("100.00"), Decimal("9.00"))
    assert vat_code("VH", "NL").name("nl") == "Verkoop 21 % (hoog)"
    with pytest.raises(UnknownVatCode):
        vat_code("P21S", "NL")


@pytest.mark.parametrize("country", ["BE", "NL"])
def test_every_effect_names_a_grid_of_the_return(country):
    rows = table(f"{country.lower()}_vat_grids.csv")
    known = {row["grid"] for row in rows if row["kind"] != "total" and row.get("in_xml", "1") == "1"}
    for one in vat_codes(country, everything=True) + vat_codes(country, "sale", everything=True):
        assert all((one.name_nl, one.name_fr, one.name_en)), one.code
        for grid, sign, token in one.invoice_effects + one.credit_note_effects:
            assert (grid in known, sign in (1, -1), token in ("B", "V", "D", "N")) == (True, True, True), one.code


@pytest.mark.parametrize("code", ["P21S", "P21S-D50", "P12S-D0", "PCC21S", "PIC21G", "PNONE"])
@pytest.mark.parametrize("credit_note", [False, True])
def test_a_posted_purchase_holds_together(world, code, credit_note):
    with world.scope(world.newlogo):
        books = Books(world.newlogo).open()
        vat = Decimal("0.00") if vat_code(code).is_self_assessed else Decimal("21.00")
        posting = purchase_postings(code, Decimal("100.00"), vat, credit_note=credit_note)
        lines = purchase_lines(
            posting,
            cost=books.account("612000"),
            deductible=account_by_role(world.newlogo, "vat_deductible"),
            due=account_by_role(world.newlogo, "vat_due"),
            vat_code=code,
            vat_on=DAY,
        )
        entry = books.post(*lines, books.line("440000", -posting.payable))
        assert sum(line.grid_count for line in entry.lines.all()) == GridEffect.objects.count() == len(grids(posting))
        assert verify(world.newlogo) == []


@pytest.mark.parametrize("code", ["IH", "IND", "IV21", "IEU21", "INED21"])
@pytest.mark.parametrize("credit_note", [False, True])
def test_a_dutch_purchase_holds_together(world, code, credit_note):
    with world.scope(world.bikes):
        books = Books(world.bikes).open()
        vat = Decimal("0.00") if vat_code(code, "NL").is_self_assessed else Decimal("21.00")
        posting = purchase_postings(code, Decimal("100.00"), vat, credit_note=credit_note, country="NL")
        lines = purchase_lines(
            posting,
            cost=books.account("4100"),
            deductible=account_by_role(world.bikes, "vat_deductible"),
            due=account_by_role(world.bikes, "vat_due"),
            vat_code=code,
            vat_on=DAY,
        )
        books.post(*lines, books.line("1600", -posting.payable))
        assert verify(world.bikes) == []
