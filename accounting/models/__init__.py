"""The nouns of the ledger."""

from accounting.models.chain import ChainLink, Linked
from accounting.models.chart import Account, AccountRole, AccountType, Journal, JournalKind
from accounting.models.journal import Entry, EntryLine, GridEffect, NumberSeries, Purpose
from accounting.models.obligation import Obligation, ObligationKind
from accounting.models.openitem import Clearing, OpenItem
from accounting.models.party import Party, PartyIban, PartyKind
from accounting.models.period import FiscalYear, Period

__all__ = [
    "Account",
    "AccountRole",
    "AccountType",
    "ChainLink",
    "Clearing",
    "Entry",
    "EntryLine",
    "FiscalYear",
    "GridEffect",
    "Journal",
    "JournalKind",
    "Linked",
    "NumberSeries",
    "Obligation",
    "ObligationKind",
    "OpenItem",
    "Party",
    "PartyIban",
    "PartyKind",
    "Period",
    "Purpose",
]
