"""Who may enter which route. A route without a row here fails the build: decide before you ship it.

Each row says, per method, who gets in. Everybody else gets the same 404 as for a page that does not exist; who is
not signed in is sent to the login (areas) or gets what everybody gets (open pages). A guest holds a link to one
person's requests in one administration: that opens the pages of that link and nothing else.
"""

from dataclasses import dataclass

# everybody who visits, and who of the cast they are (None: no account)
WHO: dict[str, str | None] = {
    "stranger": None,
    "other firm": "mallory",
    "owner": "els",
    "accountant without": "ruben",
    "accountant with": "tom",
    "assistant": "joke",
    "entrepreneur": "an",
    "employee": "bilal",
    "approver": "chris",
    "reader": "rita",
    "other client": "gust",
    "guest": None,
    "revoked member": "rik",
    "revoked client": "roland",
}
EVERYBODY = frozenset(WHO)
SIGNED_IN = EVERYBODY - {"stranger", "guest"}

OWNER = frozenset({"owner"})
# colleagues of the firm, whatever their portfolio
FIRM = frozenset({"owner", "accountant without", "accountant with", "assistant"})
ACCOUNTANTS = FIRM - {"assistant"}
# colleagues who may see this administration
STAFF = FIRM - {"accountant without"}
STAFF_ACCOUNTANTS = STAFF - {"assistant"}
# people of the client company
CLIENTS = frozenset({"entrepreneur", "employee", "approver", "reader"})
ANSWERERS = CLIENTS - {"reader"}
# the request of the matrix was sent to somebody else of the company: an employee sees only her own
OF_REQUEST = ANSWERERS - {"employee"}
SEE_FIGURES = CLIENTS - {"employee"}
GUEST = frozenset({"guest"})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """Who gets in by GET and by POST; `open_page`: no login is asked of strangers."""

    get: frozenset[str] | None = None
    post: frozenset[str] | None = None
    open_page: bool = False
    note: str = ""
    # what a visit must say to be more than a 404: name → table whose canary it names, or "=" and the words themselves
    says: tuple[tuple[str, str], ...] = ()

    def of(self, method: str) -> frozenset[str] | None:
        """Who gets in by a method; None: the method is not allowed."""
        return self.get if method == "GET" else self.post


PUBLIC = Row(get=EVERYBODY, open_page=True)
NOT_STARTED = "who has not started to look is sent back to the client's page"

MATRIX: dict[str, Row] = {
    "front": Row(get=SIGNED_IN, note="a stranger is sent to the login"),
    "language": Row(post=EVERYBODY, open_page=True),
    "brand": PUBLIC,
    "style": PUBLIC,
    "logo": Row(get=NOBODY, open_page=True, note="the cast has no logo: 404 for everybody"),
    "profile": Row(get=SIGNED_IN, post=SIGNED_IN),
    "places": Row(get=SIGNED_IN),
    "sessions": Row(get=SIGNED_IN, post=SIGNED_IN),
    "confirm_act": Row(post=SIGNED_IN, says=(("stepup", "=/kantoor/van-damme/people/"),)),
    "well_known_password": PUBLIC,
    "invitation": Row(get=NOBODY, post=NOBODY, open_page=True, note="nobody has this token"),
    "kit": PUBLIC,
    "health": PUBLIC,
    "ready": PUBLIC,
    "metrics": Row(get=EVERYBODY, open_page=True, note="from this machine; from elsewhere with METRICS_TOKEN"),
    "sandbox:mailbox": PUBLIC,
    "sandbox:mail": Row(get=NOBODY, open_page=True, note="no such mail"),
    "sandbox:html": Row(get=NOBODY, open_page=True, note="no such mail"),
    # the office, firm-wide
    "kantoor:cockpit": Row(get=FIRM),
    "kantoor:search": Row(get=FIRM),
    "kantoor:cockpit_layout": Row(post=FIRM),
    "kantoor:views": Row(get=FIRM, post=FIRM),
    "kantoor:view": Row(get=NOBODY, post=NOBODY, note="only whoever saved it; here nobody of the cast did"),
    "kantoor:view_removal": Row(post=NOBODY, note="only whoever saved it; here nobody of the cast did"),
    "kantoor:switcher": Row(get=FIRM),
    "kantoor:clients": Row(get=FIRM),
    "kantoor:client_new": Row(get=ACCOUNTANTS, post=ACCOUNTANTS),
    "kantoor:requests": Row(get=FIRM),
    "kantoor:upcoming": Row(get=FIRM),
    "kantoor:upcoming_mail": Row(get=STAFF),
    "kantoor:upcoming_html": Row(get=STAFF),
    "kantoor:reminders": Row(get=FIRM, post=FIRM, note="of the clients chosen; a foreign one is a 404"),
    "kantoor:bank_all": Row(get=FIRM),
    "kantoor:documents": Row(get=FIRM),
    "kantoor:people": Row(get=OWNER, post=OWNER),
    "kantoor:member": Row(get=OWNER, post=OWNER),
    "kantoor:member_revocation": Row(post=OWNER),
    "kantoor:teams": Row(get=OWNER, post=OWNER),
    "kantoor:team": Row(get=OWNER, post=OWNER),
    "kantoor:team_removal": Row(post=OWNER),
    "kantoor:invite_many": Row(get=ACCOUNTANTS, post=ACCOUNTANTS, note="of clients one sees; others are unknown codes"),
    "kantoor:invitation_mail": Row(post=STAFF_ACCOUNTANTS, note="of a client; of a colleague: the owner"),
    "kantoor:invitation_revocation": Row(post=STAFF_ACCOUNTANTS, note="of a client; of a colleague: the owner"),
    "kantoor:settings": Row(get=OWNER, post=OWNER),
    "kantoor:firm_log": Row(get=OWNER),
    "kantoor:chain_check": Row(post=OWNER),
    "kantoor:log": Row(get=STAFF),
    # the office, inside one administration
    "kantoor:dossier": Row(get=FIRM, note="a redirect that looks nothing up; the page it leads to decides"),
    "kantoor:client": Row(get=STAFF),
    "kantoor:responsible": Row(post=STAFF_ACCOUNTANTS, says=(("member", "people_member"),)),
    "kantoor:invitations": Row(post=STAFF_ACCOUNTANTS),
    "kantoor:access_revocation": Row(post=STAFF_ACCOUNTANTS),
    "kantoor:contact": Row(post=STAFF_ACCOUNTANTS),
    "kantoor:as_client": Row(post=STAFF),
    "kantoor:as_client_end": Row(get=STAFF),
    "kantoor:as_client_home": Row(get=STAFF, note=NOT_STARTED),
    "kantoor:as_client_activities": Row(get=STAFF, note=NOT_STARTED),
    "kantoor:as_client_request": Row(get=STAFF, note=NOT_STARTED),
    "kantoor:as_client_upload": Row(get=STAFF, note=NOT_STARTED),
    "kantoor:as_client_documents": Row(get=STAFF, note=NOT_STARTED),
    "kantoor:as_client_original": Row(get=STAFF, note=NOT_STARTED),
    "kantoor:as_client_bank": Row(get=STAFF, note=NOT_STARTED),
    "kantoor:as_client_log": Row(get=STAFF, note=NOT_STARTED),
    "kantoor:bank": Row(get=STAFF),
    "kantoor:batch": Row(
        get=STAFF,
        post=STAFF,
        says=(("line", "bankfeeds_statementline"),),
    ),
    "kantoor:certain": Row(get=STAFF, post=STAFF),
    "kantoor:bank_layout": Row(post=STAFF),
    "kantoor:allocations": Row(post=STAFF),
    "kantoor:booking": Row(post=STAFF),
    "kantoor:line_rule": Row(post=STAFF),
    "kantoor:asked_classes": Row(post=STAFF),
    "kantoor:rules": Row(get=STAFF),
    "kantoor:rule_removal": Row(post=STAFF),
    "kantoor:line_history": Row(get=STAFF),
    "kantoor:request_new": Row(get=STAFF, says=(("line", "bankfeeds_statementline"),)),
    "kantoor:requests_made": Row(post=STAFF, says=(("line", "bankfeeds_statementline"),)),
    "kantoor:imports": Row(get=STAFF, post=STAFF),
    "kantoor:bank_accounts": Row(post=STAFF),
    "kantoor:statements": Row(get=STAFF),
    "kantoor:statement": Row(get=STAFF),
    "kantoor:statement_acceptance": Row(post=STAFF),
    "kantoor:statement_refusal": Row(post=STAFF),
    "kantoor:request": Row(get=STAFF),
    "kantoor:request_messages": Row(post=STAFF),
    "kantoor:request_notes": Row(post=STAFF),
    "kantoor:request_closure": Row(post=STAFF),
    "kantoor:request_recipient": Row(post=STAFF),
    "kantoor:client_pause": Row(post=STAFF),
    "kantoor:request_pause": Row(post=STAFF),
    "kantoor:client_mails": Row(get=STAFF),
    "kantoor:mail": Row(post=STAFF),
    "kantoor:request_answers": Row(post=STAFF),
    "kantoor:request_documents": Row(post=STAFF),
    "kantoor:request_mail": Row(post=STAFF),
    "kantoor:request_link": Row(get=STAFF),
    "kantoor:document": Row(get=STAFF),
    "kantoor:page": Row(get=STAFF),
    "kantoor:original": Row(get=STAFF),
    "kantoor:periods": Row(get=STAFF),
    "kantoor:period_lock": Row(post=STAFF_ACCOUNTANTS),
    "kantoor:completion": Row(post=STAFF_ACCOUNTANTS),
    # the client portal
    "mijn:home": Row(get=CLIENTS),
    "mijn:activities": Row(get=ANSWERERS),
    "mijn:request": Row(get=OF_REQUEST),
    "mijn:papers": Row(post=OF_REQUEST),
    "mijn:answer": Row(post=OF_REQUEST, says=(("kind", "=private"),)),
    "mijn:promise": Row(post=OF_REQUEST),
    "mijn:forwards": Row(post=OF_REQUEST),
    "mijn:withdrawal": Row(post=OF_REQUEST),
    "mijn:messages": Row(post=OF_REQUEST),
    "mijn:upload": Row(get=ANSWERERS, post=ANSWERERS),
    "mijn:documents": Row(get=CLIENTS),
    "mijn:original": Row(get=SEE_FIGURES),
    "mijn:bank": Row(get=SEE_FIGURES),
    "mijn:log": Row(get=SEE_FIGURES),
    # guests: the link and its cookie, whoever is signed in beside
    "guest:enter": Row(
        get=NOBODY, open_page=True, note="nobody has this token: the one page for links that do not work"
    ),
    "guest:new_link_by_token": Row(post=EVERYBODY, open_page=True, note="always the same sentence"),
    "guest:new_link": Row(post=EVERYBODY, open_page=True, note="always the same sentence"),
    "guest:deck": Row(get=GUEST, open_page=True),
    "guest:done": Row(get=GUEST, open_page=True),
    "guest:not_mine": Row(get=GUEST, post=GUEST, open_page=True),
    "guest:request": Row(get=GUEST, open_page=True),
    "guest:papers": Row(post=GUEST, open_page=True),
    "guest:answer": Row(post=GUEST, open_page=True, says=(("kind", "=private"),)),
    "guest:promise": Row(post=GUEST, open_page=True),
    "guest:forwards": Row(post=GUEST, open_page=True),
    "guest:withdrawal": Row(post=GUEST, open_page=True),
    "guest:messages": Row(post=GUEST, open_page=True),
}
