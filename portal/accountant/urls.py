"""The office, at /kantoor/<firm>/. Nouns only; everything inside one administration stands in dossier_urls."""

from django.urls import include, path

from portal.accountant import (
    clients,
    cockpit,
    documents,
    firm,
    invitations,
    layout,
    log,
    people,
    reminders,
    requests,
    saved_views,
    search,
    teams,
    upcoming,
)

app_name = "kantoor"

urlpatterns = [
    path("", cockpit.cockpit, name="cockpit"),
    path("search/", search.search, name="search"),
    path("layout/", layout.cockpit_layout, name="cockpit_layout"),
    path("views/", saved_views.views, name="views"),
    path("views/<uuid:view>/", saved_views.view, name="view"),
    path("views/<uuid:view>/removal/", saved_views.view_removal, name="view_removal"),
    path("switcher/", clients.switcher, name="switcher"),
    path("clients/", clients.clients, name="clients"),
    path("clients/new/", clients.client_new, name="client_new"),
    path("requests/", requests.requests, name="requests"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/upcoming/", upcoming.upcoming, name="upcoming"),
    path("reminders/upcoming/<uuid:link>/", upcoming.upcoming_mail, name="upcoming_mail"),
    path("reminders/upcoming/<uuid:link>/mail/", upcoming.upcoming_html, name="upcoming_html"),
    path("bank/", cockpit.bank_all, name="bank_all"),
    path("documents/", documents.documents, name="documents"),
    path("people/", people.people, name="people"),
    path("people/<uuid:member>/", people.member, name="member"),
    path("people/<uuid:member>/revocation/", people.member_revocation, name="member_revocation"),
    path("teams/", teams.teams, name="teams"),
    path("teams/<uuid:team>/", teams.team, name="team"),
    path("teams/<uuid:team>/removal/", teams.team_removal, name="team_removal"),
    path("invitations/", invitations.many, name="invite_many"),
    path("invitations/<uuid:invitation>/mail/", people.invitation_mail, name="invitation_mail"),
    path("invitations/<uuid:invitation>/revocation/", people.invitation_revocation, name="invitation_revocation"),
    path("settings/", firm.settings, name="settings"),
    path("log/", log.firm_log, name="firm_log"),
    path("log/chain/", log.chain_check, name="chain_check"),
    path("<uuid:administration>/log/", log.log, name="log"),
    path("<uuid:administration>/", include("portal.accountant.dossier_urls")),
]
