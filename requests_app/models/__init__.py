"""The nouns of asking and answering."""

from requests_app.models.answer import Answer, AnswerDocument, AnswerKind, Closure, Outcome, Promise
from requests_app.models.request import Forward, Message, MessageKind, Request, RequestKind, RequestLine

__all__ = [
    "Answer",
    "AnswerDocument",
    "AnswerKind",
    "Closure",
    "Forward",
    "Message",
    "MessageKind",
    "Outcome",
    "Promise",
    "Request",
    "RequestKind",
    "RequestLine",
]
