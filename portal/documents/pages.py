"""Several photos, taken one after the other, become one PDF; each photo is kept unaltered beside it."""

from datetime import date

from portal.documents.models import Source
from portal.documents.preview import images_to_pdf
from portal.documents.store import Stored, store
from portal.kernel.clock import local_now
from portal.kernel.errors import Refused, gettext_noop
from portal.people.access import Actor
from portal.tenancy.models import Administration


class NoPhotos(Refused):
    """Pages were announced and none came."""

    code = "no_photos"
    template = gettext_noop("No photo came in. Take it again, or choose a file.")


def store_pages(
    *, administration: Administration, photos: list[tuple[bytes, int]], name: str, source: Source, by: Actor, on: date
) -> Stored:
    """Keep photos (bytes, clockwise rotation in degrees) as one document.

    One photo without rotation stays what it is. Raises NoPhotos for none, UploadRefused for what is no photo.
    """
    if not photos:
        raise NoPhotos
    if len(photos) == 1 and photos[0][1] % 360 == 0:
        return store(administration=administration, data=photos[0][0], name=name, source=source, by=by, on=on)
    stem = name.rsplit(".", 1)[0] or local_now().strftime("%Y-%m-%d")
    combined = images_to_pdf([data for data, _ in photos], [rotation for _, rotation in photos])
    whole = store(administration=administration, data=combined, name=f"{stem}.pdf", source=source, by=by, on=on)
    if whole.is_new:
        for number, (data, _rotation) in enumerate(photos, 1):
            store(
                administration=administration,
                data=data,
                name=f"{stem}-{number}.jpg",
                source=source,
                by=by,
                on=on,
                part_of=whole.document,
            )
    return whole
