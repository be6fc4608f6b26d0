"""Why an invitation or an access is refused, in sentences."""

from portal.kernel.errors import Refused, gettext_noop


class AlreadyInvited(Refused):
    """The address has an open invitation here."""

    code = "already_invited"
    template = gettext_noop("%(email)s was already invited. Send that invitation again, or withdraw it first.")


class AlreadyInside(Refused):
    """The person already has this door."""

    code = "already_inside"
    template = gettext_noop("%(email)s already has access here.")


class InvitationGone(Refused):
    """The invitation was used, withdrawn or has expired."""

    code = "invitation_gone"
    template = gettext_noop("This invitation no longer works. Ask the person who invited you for a new one.")


class LastOwner(Refused):
    """A firm keeps at least one owner."""

    code = "last_owner"
    template = gettext_noop("%(name)s is the last owner of this firm. Make somebody else an owner first.")


class NameOfColleague(Refused):
    """A client's person would write under the name of somebody at the firm."""

    code = "name_of_colleague"
    template = gettext_noop("Somebody at %(firm)s has this name already. Add something that tells you apart.")


class NameTaken(Refused):
    """A person's views have names that differ."""

    code = "view_name_taken"
    template = gettext_noop("You already have a view called %(name)s. Choose another name.")


class TeamNameTaken(Refused):
    """The teams of a firm have names that differ."""

    code = "team_name_taken"
    template = gettext_noop("There is a team called %(name)s already. Choose another name.")


class TooManyViews(Refused):
    """Each view is counted on every visit, so they stay few."""

    code = "too_many_views"
    template = gettext_noop("You have %(most)s views. Remove one before you save another.")
