"""From a VAT posting to lines of an entry: cost, recoverable VAT, VAT we owe ourselves."""

from datetime import date

from accounting.drafts import GridDraft, LineDraft
from accounting.models import Account, Party
from accounting.vat import Grid, VatPosting


def purchase_lines(
    posting: VatPosting,
    *,
    cost: Account,
    deductible: Account,
    due: Account,
    vat_code: str,
    vat_on: date,
    day: date | None = None,
    description: str = "",
    party: Party | None = None,
) -> list[LineDraft]:
    """The lines of one document line but for the supplier's; they sum to `posting.payable`. Zero lines are left out.

    `cost` is the chosen account; `deductible` and `due` play the roles VAT_DEDUCTIBLE and VAT_DUE; `vat_on` is the
    day the VAT counts for (the document's).
    """
    wanted = (
        (cost, posting.cost, posting.base_grids),
        (deductible, posting.deductible, posting.deductible_grids),
        (due, -posting.due, posting.due_grids),
    )
    return [
        LineDraft(
            account=account,
            amount=amount,
            day=day,
            description=description,
            party=party,
            vat_code=vat_code,
            vat_on=vat_on,
            grids=_drafts(grids),
        )
        for account, amount, grids in wanted
        if amount != 0
    ]


def _drafts(grids: tuple[Grid, ...]) -> tuple[GridDraft, ...]:
    return tuple(GridDraft(grid.grid, grid.amount) for grid in grids)
