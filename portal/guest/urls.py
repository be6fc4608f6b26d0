"""The addresses of guests. A token stands only in the first; every page after it has the link's id and a cookie."""

from django.urls import path

from portal.guest import views

app_name = "guest"

CARD = "v/<uuid:link>/cards/<uuid:request_id>/"

urlpatterns = [
    path("v/<uuid:link>/", views.deck, name="deck"),
    path("v/<uuid:link>/done/", views.done, name="done"),
    path("v/<uuid:link>/new/", views.new_link, name="new_link"),
    path("v/<uuid:link>/not-mine/", views.not_mine, name="not_mine"),
    path(CARD, views.card, name="request"),
    path(f"{CARD}papers/", views.papers, name="papers"),
    path(f"{CARD}answer/", views.answer, name="answer"),
    path(f"{CARD}promise/", views.promise, name="promise"),
    path(f"{CARD}forwards/", views.forwards, name="forwards"),
    path(f"{CARD}withdrawal/", views.withdrawal, name="withdrawal"),
    path(f"{CARD}messages/", views.thread_messages, name="messages"),
    path("<str:token>/", views.enter, name="enter"),
    path("<str:token>/new/", views.new_link, name="new_link_by_token"),
]
