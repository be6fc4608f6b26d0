"""The addresses of the client portal, one administration each."""

from django.urls import path

from portal.client import answers, log, pages, papers

app_name = "mijn"

CARD = "activiteiten/<uuid:request_id>/"

urlpatterns = [
    path("", pages.home, name="home"),
    path("activiteiten/", pages.activities, name="activities"),
    path(CARD, answers.card, name="request"),
    path(f"{CARD}papers/", answers.papers, name="papers"),
    path(f"{CARD}answer/", answers.answer, name="answer"),
    path(f"{CARD}promise/", answers.promise, name="promise"),
    path(f"{CARD}forwards/", answers.forwards, name="forwards"),
    path(f"{CARD}withdrawal/", answers.withdrawal, name="withdrawal"),
    path(f"{CARD}messages/", answers.thread_messages, name="messages"),
    path("upload/", papers.upload, name="upload"),
    path("documenten/", papers.documents, name="documents"),
    path("documenten/<uuid:document>/original/", papers.original, name="original"),
    path("bank/", pages.bank, name="bank"),
    path("logboek/", log.log, name="log"),
]
