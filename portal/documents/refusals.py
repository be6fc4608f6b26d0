"""Why a document is not taken, beyond what the guards say."""

from portal.kernel.errors import Refused, gettext_noop


class NoPhotos(Refused):
    """Pages were announced and none came."""

    code = "no_photos"
    template = gettext_noop("No photo came in. Take it again, or choose a file.")
