"""What an answer without a document suggests to the office: a configured account, or papers sent before."""

from accounting.models import Account, AccountRole
from requests_app.models import Answer, AnswerKind

ROLE_OF = {
    AnswerKind.PRIVATE: AccountRole.PRIVATE,
    AnswerKind.DOES_NOT_EXIST: AccountRole.NO_DOCUMENT,
}


def proposed_account(answer: Answer) -> Account | None:
    """The account to propose for “private” and “does not exist”; None for other answers. The firm decides."""
    role = ROLE_OF.get(AnswerKind(answer.kind))
    return Account.objects.filter(administration_id=answer.administration_id, role=role).first() if role else None
