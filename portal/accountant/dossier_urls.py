"""Everything inside one administration, at /kantoor/<firm>/<administration>/. Nouns only."""

from django.urls import path
from django.views.generic import RedirectView

from portal.accountant import as_client, asking, bank, books, clients, documents, history, imports, rules, statements

EYES = "as-client/<uuid:eyes>/"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="kantoor:bank"), name="dossier"),
    path("client/", clients.client, name="client"),
    path("client/responsible/", clients.responsible, name="responsible"),
    path("client/invitations/", clients.invitations, name="invitations"),
    path("client/people/<uuid:access>/revocation/", clients.access_revocation, name="access_revocation"),
    path("client/people/<uuid:access>/contact/", clients.contact, name="contact"),
    path("as-client/", as_client.as_client, name="as_client"),
    path("as-client/end/", as_client.as_client_end, name="as_client_end"),
    path(EYES, as_client.look, {"page": "home"}, name="as_client_home"),
    path(f"{EYES}activiteiten/", as_client.look, {"page": "activities"}, name="as_client_activities"),
    path(f"{EYES}activiteiten/<uuid:request_id>/", as_client.look, {"page": "request"}, name="as_client_request"),
    path(f"{EYES}upload/", as_client.look, {"page": "upload"}, name="as_client_upload"),
    path(f"{EYES}documenten/", as_client.look, {"page": "documents"}, name="as_client_documents"),
    path(
        f"{EYES}documenten/<uuid:document>/original/",
        as_client.look,
        {"page": "original"},
        name="as_client_original",
    ),
    path(f"{EYES}bank/", as_client.look, {"page": "bank"}, name="as_client_bank"),
    path(f"{EYES}logboek/", as_client.look, {"page": "log"}, name="as_client_log"),
    path("bank/", bank.bank, name="bank"),
    path("bank/lines/<uuid:line>/allocations/", bank.allocations, name="allocations"),
    path("bank/lines/<uuid:line>/booking/", bank.booking, name="booking"),
    path("bank/lines/<uuid:line>/rule/", rules.line_rule, name="line_rule"),
    path("bank/classes/", rules.asked_classes, name="asked_classes"),
    path("bank/rules/", rules.rules, name="rules"),
    path("bank/rules/<uuid:rule>/removal/", rules.rule_removal, name="rule_removal"),
    path("bank/lines/<uuid:line>/history/", history.line_history, name="line_history"),
    path("bank/requests/new/", asking.request_new, name="request_new"),
    path("bank/requests/", asking.requests_made, name="requests_made"),
    path("bank/imports/", imports.imports, name="imports"),
    path("bank/accounts/", imports.bank_accounts, name="bank_accounts"),
    path("bank/statements/", statements.statements, name="statements"),
    path("bank/statements/<uuid:statement>/", statements.statement, name="statement"),
    path("bank/statements/<uuid:statement>/acceptance/", statements.acceptance, name="statement_acceptance"),
    path("bank/statements/<uuid:statement>/refusal/", statements.refusal, name="statement_refusal"),
    path("requests/<uuid:request_id>/", asking.request_shown, name="request"),
    path("requests/<uuid:request_id>/messages/", asking.request_messages, name="request_messages"),
    path("requests/<uuid:request_id>/notes/", asking.request_notes, name="request_notes"),
    path("requests/<uuid:request_id>/closure/", asking.request_closure, name="request_closure"),
    path("requests/<uuid:request_id>/documents/", asking.request_documents, name="request_documents"),
    path("requests/<uuid:request_id>/answers/", asking.request_answers, name="request_answers"),
    path("requests/<uuid:request_id>/recipient/", asking.request_recipient, name="request_recipient"),
    path("requests/<uuid:request_id>/mail/", asking.request_mail, name="request_mail"),
    path("requests/<uuid:request_id>/link/", asking.request_link, name="request_link"),
    path("documents/<uuid:document>/", documents.document, name="document"),
    path("documents/<uuid:document>/pages/<int:number>.png", documents.page, name="page"),
    path("documents/<uuid:document>/original/", documents.original, name="original"),
    path("periods/", books.periods, name="periods"),
    path("periods/<uuid:period>/lock/", books.period_lock, name="period_lock"),
    path("obligations/<uuid:obligation>/completion/", books.completion, name="completion"),
]
