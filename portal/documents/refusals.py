"""Why an upload is not taken, in a sentence for the person who sent it. Pure: the parsing child
imports it too."""

from __future__ import annotations

from portal.kernel.errors import FormatRefused, Refused, gettext_noop


class UploadRefused(Refused):
    """Base of every refusal of an upload. data: name (safe to show) and what the sentence needs."""

    code = "upload_refused"
    template = gettext_noop("“%(name)s” can not be taken.")


class EmptyFile(UploadRefused):
    code = "upload_empty"
    template = gettext_noop("“%(name)s” is empty. Send it again, or take a new photo.")


class TooLarge(UploadRefused):
    """data: limit in MB."""

    code = "upload_too_large"
    template = gettext_noop("“%(name)s” is too large: at most %(limit)s MB is possible.")


class NotAccepted(UploadRefused):
    code = "upload_not_accepted"
    template = gettext_noop(
        "“%(name)s” is not a PDF, a photo or an e-invoice. Save it as a PDF, or take a photo of it."
    )


class Disguised(UploadRefused):
    """data: suffix, the ending of the name that the content does not match."""

    code = "upload_disguised"
    template = gettext_noop("“%(name)s” ends in .%(suffix)s, but it is something else. Send the file itself.")


class TwoInOne(UploadRefused):
    code = "upload_two_in_one"
    template = gettext_noop("“%(name)s” is two kinds of file in one. Print it to a new PDF and send that.")


class Archive(UploadRefused):
    code = "upload_archive"
    template = gettext_noop("“%(name)s” is an archive. Unpack it and send the files in it.")


class OfficeFile(UploadRefused):
    code = "upload_office_file"
    template = gettext_noop("“%(name)s” is an office document. Save it as a PDF and send that.")


class OutlookMail(UploadRefused):
    code = "upload_outlook_mail"
    template = gettext_noop("“%(name)s” is a message of Outlook. Save it as .eml, or send the papers in it.")


class MailWithoutPapers(UploadRefused):
    code = "upload_mail_without_papers"
    template = gettext_noop("The mail “%(name)s” holds no PDF, photo or e-invoice. Print it to a PDF and send that.")


class NeedsPassword(UploadRefused):
    code = "upload_password"
    template = gettext_noop("“%(name)s” is locked with a password. Save it without one and send it again.")


class TooManyPages(UploadRefused):
    """data: limit."""

    code = "upload_too_many_pages"
    template = gettext_noop("“%(name)s” has too many pages: at most %(limit)s is possible.")


class TooManyPixels(UploadRefused):
    """data: limit in megapixels."""

    code = "upload_too_many_pixels"
    template = gettext_noop("The picture “%(name)s” is too large: at most %(limit)s megapixels is possible.")


class TooManyPhotos(UploadRefused):
    """data: limit."""

    code = "upload_too_many_photos"
    template = gettext_noop("That is too many photos for one document: at most %(limit)s is possible.")


class Damaged(UploadRefused):
    """data: reason (for the log): damaged, no_pages, crash."""

    code = "upload_damaged"
    template = gettext_noop("“%(name)s” can not be opened; it may be damaged. Send it again, or take a photo of it.")


class TooHeavy(UploadRefused):
    code = "upload_too_heavy"
    template = gettext_noop("“%(name)s” takes too much work to open. Save it smaller, or take a photo of it.")


class BankFileHere(UploadRefused):
    code = "upload_bank_file"
    template = gettext_noop("“%(name)s” looks like a bank file, and this is the place for documents.")


class UnknownXml(UploadRefused):
    """data: root, the name of the outermost element."""

    code = "upload_unknown_xml"
    template = gettext_noop("“%(name)s” is not an e-invoice (UBL) that can be read. Send the PDF of the invoice.")


class BadXml(UploadRefused):
    """data: rule and line of the kernel's XML reader, and detail, its English sentence."""

    code = "upload_bad_xml"
    template = gettext_noop("“%(name)s” is not a readable e-invoice. Ask your supplier for it again, or send the PDF.")

    @classmethod
    def from_format(cls, refusal: FormatRefused, name: str) -> BadXml:
        return cls(name=name, rule=refusal.rule, line=refusal.line, detail=str(refusal))


BY_CODE: dict[str, type[UploadRefused]] = {
    kind.code: kind
    for kind in (
        EmptyFile, TooLarge, NotAccepted, Disguised, TwoInOne, Archive, OfficeFile, OutlookMail,
        MailWithoutPapers, NeedsPassword,
        TooManyPages, TooManyPixels, TooManyPhotos, TooHeavy, Damaged, BankFileHere, UnknownXml, BadXml,
    )
}  # fmt: skip
