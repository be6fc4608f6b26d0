"""The nouns of asking and answering."""

from requests_app.models.answer import Answer, AnswerDocument, AnswerKind, Closure, Heard, Outcome, Promise
from requests_app.models.pause import Pause
from requests_app.models.request import Forward, Message, MessageKind, Request, RequestKind, RequestLine

__all__ = [
    "Answer",
    "AnswerDocument",
    "AnswerKind",
    "Closure",
    "Forward",
    "Heard",
    "Message",
    "MessageKind",
    "Outcome",
    "Pause",
    "Promise",
    "Request",
    "RequestKind",
    "RequestLine",
]
