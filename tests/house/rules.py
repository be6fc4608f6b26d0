"""Our own rules, each with its reason, a line it praises and a line it refuses: the rules test themselves.

`allowed` is the audited list: path → why it is right there. An entry nothing needs any more is refused too.
"""

import re
from dataclasses import dataclass, field

MONEY = ("accounting/", "invoicing/", "bankfeeds/", "requests_app/")
EVERYWHERE = ("portal/", *MONEY)


@dataclass(frozen=True)
class Rule:
    """One pattern that may not stand in the running code."""

    name: str
    pattern: str
    why: str
    good: str
    bad: str
    only: tuple[str, ...] = EVERYWHERE
    allowed: dict[str, str] = field(default_factory=dict)

    def breaks(self, line: str) -> bool:
        """Say whether a line breaks the rule."""
        return re.search(self.pattern, line) is not None

    def concerns(self, name: str) -> bool:
        """Say whether the rule holds in a file."""
        return name.startswith(self.only) and name not in self.allowed


RUNNER = "starts before anything is installed and measures real time"

RULES = (
    Rule(
        "no-float-money",
        r"\bfloat\(|FloatField|:\s*float\b|->\s*float\b",
        "Money is a MoneyField: Decimal in Python, cents in SQL.",
        good="total = MoneyField()",
        bad="total = models.FloatField()",
        only=MONEY,
    ),
    Rule(
        "no-decimal-column",
        r"models\.DecimalField",
        "Numeric columns lose their index under a policy; money is a MoneyField.",
        good="total = MoneyField()",
        bad="total = models.DecimalField(max_digits=12, decimal_places=2)",
    ),
    Rule(
        "one-clock",
        r"datetime\.(utc)?now\(|date\.today\(|timezone\.(local)?(now|date)\b|time\.time\(|datetime\.today\(",
        "Time is passed in, or asked of portal.kernel.clock, so that tests and the demo can set it.",
        good="def remind(*, on: date) -> None:",
        bad="on = date.today()",
        allowed={
            "portal/kernel/clock.py": "the one place that reads the clock",
            "portal/people/models.py": "default of a column that Django's own code fills",
            "portal/runner/console.py": RUNNER,
            "portal/sandbox/smtp.py": "the outside world has a clock of its own",
        },
    ),
    Rule(
        "no-all-firms",
        r"\.all_firms\b",
        "A question without a scope in Python needs a reason that somebody has read.",
        good="lines = StatementLine.objects.filter(account=account)",
        bad="lines = StatementLine.all_firms.filter(account=account)",
        allowed={
            "portal/people/access.py": "the actor's own firm, by its key",
            "portal/management/commands/verify_books.py": "inside the scope of the firm it reads",
            "portal/management/commands/import_statement.py": "inside the scope of the firm it looks in",
            "portal/accountant/people.py": "an empty queryset for a form, filled inside the scope",
            "requests_app/actions/remind.py": "the scope's own firm, by its key",
            "portal/web/letters.py": "the scope's own firm, by its key",
            "portal/demo/stage.py": "the firm that is being opened, inside its own scope",
        },
    ),
    Rule(
        "triggers-stay-on",
        r"pgtrigger\.ignore|session_replication_role|DISABLE TRIGGER",
        "A guard that can be switched off is no guard.",
        good="reverse_entry(entry=entry, by=by, on=on)",
        bad='with pgtrigger.ignore("accounting.Entry:append_only"):',
    ),
    Rule(
        "no-session-settings",
        r"set_config\([^)]*\bfalse\b|\bSET (SESSION )?app\.|\bSET ROLE\b",
        "A setting of the session survives into somebody else's request; ours end with the transaction.",
        good="SELECT set_config('app.firm_id', %s, true)",
        bad="SELECT set_config('app.firm_id', %s, false)",
    ),
    Rule(
        "no-models-by-name",
        r"apps\.get_model\(",
        "A model fetched by name escapes the floors: import it, downwards.",
        good="from accounting.models import Account",
        bad='Request = apps.get_model("requests_app", "Request")',
        allowed={"portal/tenancy/rls.py": "a migration knows its models by name only"},
    ),
    Rule(
        "no-f-strings-in-translations",
        r"(?<!\w)(_|p?gettext(_lazy)?|ngettext(_lazy)?|gettext_noop)\(\s*f[\"']",
        "A filled-in text has no translation: name the placeholder and fill it afterwards.",
        good='_("Booked as %(number)s") % {"number": number}',
        bad='_(f"Booked as {number}")',
    ),
    Rule(
        "no-tasks-by-the-clock",
        r"\b(countdown|eta)=",
        "Due dates are columns; the beat looks at them. A delayed message in Redis is lost with Redis.",
        good="mail.due_at = moment",
        bad="deliver.apply_async(countdown=3600)",
    ),
    Rule(
        "one-xml-parser",
        r"\b(import|from)\s+(lxml|xml\.(etree|dom|sax|parsers)|defusedxml)\b",
        "XML from outside is read by portal.kernel.xml alone, which refuses document types and entities.",
        good="from portal.kernel.xml import parse_xml",
        bad="from lxml import etree",
        allowed={"portal/kernel/xml.py": "the one parser"},
    ),
    Rule(
        "no-way-around-csrf",
        r"csrf_exempt",
        "Every form of ours carries its token.",
        good="@require_POST",
        bad="@csrf_exempt",
    ),
    Rule(
        "no-words-for-later",
        r"\b(TODO|FIXME|XXX|HACK)\b",
        "What is not done is said in the closing note, not in the code.",
        good="raise NotOnOffer(kind=kind)",
        bad='raise RuntimeError("TODO")',
    ),
    Rule(
        "no-network-from-here",
        r"\b(import|from)\s+(urllib\.request|http\.client|requests|httpx|aiohttp)\b",
        "The outside world is reached through adapters with a simulator beside them.",
        good="from urllib.parse import urlsplit",
        bad="import requests",
        allowed={"portal/runner/start.py": "asks whether our own first page answers"},
    ),
)
