"""The other 158 clients of the first firm, in bulk: started, their bank taken over, some asked, their returns filed.

Their lines, questions and late returns are counted so that the cockpit of the demo shows the numbers of its picture.
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from random import Random

from uuid_utils.compat import uuid7

from accounting.actions.administrations import NewAdministration, start_administration
from accounting.actions.obligations import ensure_obligations, mark_all_done
from accounting.actions.post import post_entries
from accounting.actions.setup import open_fiscal_year
from accounting.drafts import EntryDraft, GridDraft, LineDraft, OpenItemDraft, Source
from accounting.models import AccountRole, JournalKind, Obligation, ObligationKind, PartyKind
from accounting.queries.chart import account_by_role, journal_of
from bankfeeds.actions.load import load_file
from bankfeeds.formats import write_coda
from bankfeeds.models import StatementLine
from portal.demo.clients import IN_STORIES, TO_DO, Client, clients
from portal.demo.desk import Desk, Scene, line_key
from portal.demo.movements import handled, made
from portal.demo.stage import Stage
from portal.demo.statements import COSTS, Feed, Movement
from portal.kernel.money import ZERO, vat_from_net
from portal.links.people import set_member, set_responsible
from portal.people.models import Member
from requests_app.actions.ask import Recipient

LONGEST = 4  # working days: no bank is known less far than that
SELLING = 4  # every fourth client has sales in its books
ANSWERS = (
    ("does_not_exist", "Geen ticket meer van."),
    ("private", ""),
    ("words", "Materiaal voor de werf, de leverancier stuurt nog een factuur."),
    ("already_sent", "Vorige week gemaild."),
)
CUSTOMERS = ("Fam. Aerts", "Gemeente Herent", "Heylen nv", "Willems & Co")


def start(stage: Stage) -> None:
    """Open the books of every client, name who answers for it, and let colleagues with a portfolio see theirs."""
    assert stage.firm is not None  # noqa: S101  (opened before)
    by, on = stage.staff(stage.office.owner), stage.days.start
    members = {key: Member.objects.get(user=stage.users[key]) for key in {one.owner for one in clients()}}
    for client in clients():
        new = NewAdministration(
            code=client.code,
            name=client.name,
            enterprise_number=client.number,
            vat_rhythm=client.rhythm,
            language=client.language,
            scenario=client.scenario,
        )
        started = start_administration(firm=stage.firm, new=new, first_year=on.year, by=by, on=on)
        for year in range(on.year + 1, stage.days.today.year + 1):
            open_fiscal_year(administration=started, year=year, by=by, on=on)
        stage.administrations[client.code] = started
        set_responsible(administration=started, member=members[client.owner], by=by, on=on)
    for key, member in members.items():
        if not member.all_administrations:
            stage.given[key] = tuple(one.code for one in clients() if one.owner == key)
            mine = [stage.administrations[one] for one in stage.portfolio(key)]
            set_member(member=member, role=member.role, administrations=mine, by=by, on=on)


def scenes() -> list[Scene]:
    """What happens at these clients, in batches: sales, the bank, questions and answers."""
    asked = [client for client in clients() if _asked_back(client)]
    days = sorted({_asked_back(client) for client in asked}, reverse=True)
    return [
        Scene(30, "18:00", _each(clients()[::SELLING], _sell)),
        Scene(LONGEST + 2, "17:40", _each((one for one in clients() if one.until), _open_bank)),
        *(Scene(back, "17:45", _take_over_bank(back)) for back in range(LONGEST, 0, -1)),
        *(Scene(back, "17:50", _each((one for one in asked if _asked_back(one) == back), _ask)) for back in days),
        Scene(0, "00:05", _each((one for one in clients() if one.answered), _answer)),
    ]


def file_returns(stage: Stage, on: date) -> None:
    """Whatever fell due is filed, but for the last VAT return of those who are late."""
    for client in clients():
        administration = stage.administrations[client.code]
        ensure_obligations(administration=administration, today=stage.days.today)
        rows = Obligation.objects.filter(administration=administration, done_at=None, due_on__lt=stage.days.today)
        past = list(rows.order_by("due_on"))
        returns = [row.pk for row in past if row.kind == ObligationKind.VAT_RETURN]
        kept = returns[-1:] if client.is_late else []
        done = [row.pk for row in past if row.pk not in kept]
        mark_all_done(administration=administration, obligations=done, by=stage.staff(client.owner), on=on)


def _each(some: Iterable[Client], act: Callable[[Desk, Client], object]) -> Callable[[Stage, date], None]:
    chosen = tuple(some)

    def scene(stage: Stage, on: date) -> None:
        for client in chosen:
            act(Desk(stage, client.code, client.owner, on), client)

    return scene


# --- the bank -------------------------------------------------------------------------------------------------------


def _open_bank(desk: Desk, client: Client) -> None:
    desk.open_account(_feed(client, ()))


def _take_over_bank(back: int) -> Callable[[Stage, date], None]:
    def scene(stage: Stage, on: date) -> None:
        for client in clients():
            if client.until == back:
                movements = handled(client) if client.turn == "nobody" else made(client, _counts()[client.code])
                _bring_in(Desk(stage, client.code, client.owner, on), _feed(client, movements))

    return scene


def _bring_in(desk: Desk, feed: Feed) -> None:
    statement = feed.whole(desk.stage.days)
    name = f"{feed.number[-4:]}-{statement.number}.cod"
    load_file(administration=desk.administration, data=write_coda([statement]), name=name, by=desk.by, on=desk.on)
    rows = StatementLine.objects.filter(administration=desk.administration).order_by("sequence")
    for row, movement in zip(rows.values_list("pk", flat=True), feed.movements, strict=True):
        desk.stage.lines[f"{desk.dossier}|{line_key(movement)}"] = row
    for movement in feed.movements:
        if movement.is_handled:
            desk.handle(movement, {})


def _feed(client: Client, movements: tuple[Movement, ...]) -> Feed:
    balance = Random(f"balance {client.name}").randrange(150_000, 4_800_000)  # noqa: S311
    return Feed(
        client.iban, "Zichtrekening", client.bic, client.name, f"{balance // 100}.{balance % 100:02d}", movements
    )


@cache
def _counts() -> dict[str, int]:
    """How many lines each client has to process: a few or many, TO_DO in the firm together with the stories."""
    busy = [client for client in clients() if client.turn != "nobody"]
    weights = [Random(f"lines {client.name}").triangular(0.2, 4.0, 0.5) for client in busy]  # noqa: S311
    wanted = TO_DO - IN_STORIES
    found = [max(3, int(wanted * weight / sum(weights))) for weight in weights]
    found[found.index(max(found))] += wanted - sum(found)
    return {client.code: count for client, count in zip(busy, found, strict=True)}


# --- asking and answering -------------------------------------------------------------------------------------------


def _asked_back(client: Client) -> int:
    """The day on which this client is asked, in working days back; 0: never."""
    return client.until if client.turn == "client" or client.answered else 0


def _asked_about(client: Client) -> list[str]:
    """The keys of the lines the question is about: the last payment, for some the last two."""
    paid = [one.key for one in made(client, _counts()[client.code]) if one.value < 0 and one.code != COSTS]
    return paid[-2:] if client.name < "C" else paid[-1:]


def _ask(desk: Desk, client: Client) -> None:
    desk.ask(Recipient(client.mail, client.contact, language=client.language), *_asked_about(client))
    if client.turn == "client" and client.name > "V":
        desk.promise(_asked_about(client)[0], desk.stage.days.in_days(4))


def _answer(desk: Desk, client: Client) -> None:
    for key in _asked_about(client):
        desk.say_without(key, *Random(client.name).choice(ANSWERS))  # noqa: S311


# --- the books ------------------------------------------------------------------------------------------------------


def _sell(desk: Desk, client: Client) -> None:
    """Four sales to one customer, in one batch."""
    administration, chance = desk.administration, Random(f"sales {client.name}")  # noqa: S311
    customer = desk.party(chance.choice(CUSTOMERS), PartyKind.CUSTOMER)
    receivable = account_by_role(administration, AccountRole.RECEIVABLE)
    due, revenue = account_by_role(administration, AccountRole.VAT_DUE), desk.account("705000")
    journal = journal_of(administration, JournalKind.SALE)
    drafts = []
    for number in range(1, 5):
        net = Decimal(chance.randrange(120, 4200))
        vat = ZERO if client.rhythm == "exempt" else vat_from_net(net, 21)
        code, day = ("S21" if vat else ""), desk.stage.days.back(30 + 4 * number)
        reference = f"{day.year}-{number:03d}"
        item = OpenItemDraft(reference=reference, issued_on=day)
        lines = [
            LineDraft(receivable, net + vat, party=customer, open_item=item),
            LineDraft(revenue, -net, vat_code=code, grids=(GridDraft("03", net),) if vat else ()),
        ]
        if vat:
            lines.append(LineDraft(due, -vat, vat_code=code, grids=(GridDraft("54", vat),)))
        drafts.append(EntryDraft(journal, day, lines, f"{customer.name} {reference}", Source("demo.sale", uuid7())))
    post_entries(administration=administration, drafts=drafts, by=desk.by, on=desk.on)
