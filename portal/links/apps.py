"""The links app: capability links in mails."""

from django.apps import AppConfig


class LinksConfig(AppConfig):
    """Links that open one thing for one person without login."""

    name = "portal.links"
    label = "links"

    def ready(self) -> None:
        """Teach the outbox, which stands a floor lower, to fill in a link at the moment a mail leaves."""
        from portal.links.invitations import invitation_url
        from portal.links.issue import url_by_id
        from portal.outbox.placeholders import register

        register("link", url_by_id)
        register("invitation", invitation_url)
