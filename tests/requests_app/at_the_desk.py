"""Papers, bank lines and the client who is asked, in short ways to act on them."""

from contextlib import contextmanager
from datetime import date

from accounting.models import Clearing, Entry, OpenItem, Party
from bankfeeds.models import Allocation, StatementLine
from invoicing.models import PurchaseDocument
from portal.audit.models import Event
from portal.outbox.models import OutgoingMail
from requests_app.actions.answer import answer_with_document
from requests_app.actions.ask import ask
from requests_app.actions.book import (
    book_and_close,
    undo_booking,
)
from requests_app.models import Closure, Message, Request
from requests_app.state import state_of
from tests.bankfeeds.conftest import TODAY, coda, movement, statement
from tests.invoicing.papers import Papers
from tests.requests_app.conftest import SOFIE

OTHER_DAY = date(2026, 3, 10)


class Desk(Papers):
    """Papers, bank lines, and the client who is asked."""

    def bank_lines(self, *amounts, text="FACTUUR 1815007"):
        lines = [movement(place, amount, text=text) for place, amount in enumerate(amounts, 1)]
        self.load(coda(statement(lines=lines)))
        return list(StatementLine.objects.order_by("sequence"))

    def asked(self, *lines):
        """Ask Sofie; twins become one request."""
        made = ask(administration=self.administration, lines=lines, recipient=SOFIE, by=self.actor, on=TODAY)
        return made[0]

    def answered(self, request):
        """Sofie sends the invoice of 169.69."""
        document = self.uploaded().document
        sofie = self.world.actor("sofie")
        answer_with_document(request=request, documents=[document], by=sofie, on=TODAY)
        return PurchaseDocument.objects.get(document=document)

    def book(self, lines, purchases, **more):
        fresh = [StatementLine.objects.get(pk=line.pk) for line in lines]
        pairs = [(line, line.version) for line in fresh]
        return book_and_close(lines=pairs, purchases=purchases, by=self.actor, on=TODAY, **more)

    def undo(self, line):
        return undo_booking(line=line, by=self.actor, on=TODAY)

    def open(self, line):
        return StatementLine.objects.get(pk=line.pk).open_amount

    def state(self, request):
        return state_of(Request.objects.get(pk=request.pk), TODAY).code

    def rows(self):
        """What may not change when something is refused."""
        models = (Entry, OpenItem, Clearing, Allocation, Closure, Message, Event, OutgoingMail, Party)
        lines = [(line.open_amount, line.version) for line in StatementLine.objects.order_by("pk")]
        papers = list(PurchaseDocument.objects.order_by("pk").values_list("state", "bookings", "number", "supplier"))
        return [model.objects.count() for model in models], lines, papers

    @contextmanager
    def untouched(self):
        """Nothing may have happened, and everything still holds."""
        before = self.rows()
        yield
        assert self.rows() == before
        self.in_order()
