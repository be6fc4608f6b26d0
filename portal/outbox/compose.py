"""send(): write a mail in the transaction of its reason, in the language of its reader."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import css_inline
from django.template.loader import render_to_string
from django.utils import translation

from portal.kernel.clock import now
from portal.kernel.text import many_lines, one_line
from portal.outbox.models import OutgoingMail, State
from portal.tenancy.bell import ring_after_commit
from portal.tenancy.models import Administration, Firm

# the style of dark mode stays a style element: it cannot stand on the elements themselves
_INLINER = css_inline.CSSInliner(inline_style_tags=True, keep_style_tags=True, load_remote_stylesheets=False)
_MANY_EMPTY_LINES = re.compile(r"\n{3,}")
_TEXT_LIMIT = 50_000


def send(
    *,
    firm: Firm,
    administration: Administration | None = None,
    kind: str,
    dedup_key: str,
    to_email: str,
    to_name: str,
    language: str,
    template: str,
    context: Mapping[str, Any],
    reply_to: str = "",
    from_name: str = "",
    about: Iterable[Any] = (),
    resend_when_uncertain: bool = True,
    on: date,
) -> OutgoingMail:
    """Queue one mail. The same firm, kind and dedup_key again returns the first mail and queues nothing.

    `template` names templates/email/<template>.{subject.txt,txt,html}; they see `context` with firm and language.
    `about` holds the ids of the requests the mail is about. The bell rings after the commit of the caller.
    """
    subject, text, html = render(template, language, {**context, "firm": firm, "on": on})
    moment = now()
    mail = OutgoingMail(
        firm=firm,
        administration=administration,
        kind=kind,
        dedup_key=dedup_key[:200],
        to_email=one_line(to_email, 254),
        to_name=one_line(to_name, 80),
        from_name=one_line(from_name or firm.name, 120),
        reply_to=one_line(reply_to or firm.email, 254),
        language=language,
        subject=subject,
        text=text,
        html=html,
        resend_when_uncertain=resend_when_uncertain,
        about=[str(each) for each in about],
        state=State.QUEUED,
        due_at=moment,
        created_at=moment,
    )
    OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)
    kept: OutgoingMail = OutgoingMail.objects.get(firm=firm, kind=kind, dedup_key=mail.dedup_key)
    if kept.pk == mail.pk:
        ring_after_commit("portal.outbox.tasks.deliver", firm_id=firm.pk, mail_id=kept.pk)
    return kept


def render(template: str, language: str, context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML of templates/email/<template>, in this language, styles on the elements themselves."""
    with translation.override(language):
        words = {**context, "language": language}
        subject = one_line(render_to_string(f"email/{template}.subject.txt", words), 200)
        text = _MANY_EMPTY_LINES.sub("\n\n", many_lines(render_to_string(f"email/{template}.txt", words), _TEXT_LIMIT))
        html = _INLINER.inline(render_to_string(f"email/{template}.html", {**words, "subject": subject}))
    return subject, text, html
