"""The one way to read XML that came from outside.

No DOCTYPE at all (so no entities, no external DTD), no network, no XInclude, a bounded depth and
size. Encoding follows the XML declaration or the byte order mark; bytes that do not fit the
declared encoding are refused.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias, cast

from lxml import etree

from portal.kernel.errors import FormatRefused, gettext_noop

Element: TypeAlias = etree._Element

MAX_BYTES = 25 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 500_000

_XINCLUDE = "{http://www.w3.org/2001/XInclude}"
_DOCTYPE = re.compile(rb"<\s*!\s*DOCTYPE", re.IGNORECASE)
_FIRST_TAG = re.compile(rb"<[A-Za-z_\x80-\xff]")


def parse_xml(data: bytes, *, max_bytes: int = MAX_BYTES) -> Element:
    """The root element of `data`. Raises FormatRefused with the rule broken: xml.empty, xml.size,
    xml.doctype, xml.malformed, xml.depth or xml.elements. Comments and processing instructions are
    dropped.
    """
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise FormatRefused("xml.empty", gettext_noop("The file is empty."))
    if len(data) > max_bytes:
        raise FormatRefused("xml.size", gettext_noop("The file is larger than %(limit)s MB."), limit=max_bytes >> 20)
    # Looked for before the parser sees it, so that nothing is ever expanded; whatever hides from
    # this look (a comment in front, an odd encoding) is found in the parsed tree below.
    if _DOCTYPE.search(_prolog(data)):
        raise _doctype()
    root = _parsed(data)
    if _has_doctype(root.getroottree()):
        raise _doctype()
    _check_shape(root)
    return root


def text_of(element: Element | None) -> str:
    """The text directly inside `element`, outer white space removed; "" for none."""
    return (element.text or "").strip() if element is not None else ""


def line_of(element: Element | None) -> int | None:
    """The 1-based line of `element` in the file; None when unknown."""
    return None if element is None else cast("int | None", element.sourceline)


def _has_doctype(tree: Any) -> bool:
    return tree.docinfo.internalDTD is not None


def _prolog(data: bytes) -> bytes:
    plain = data.replace(b"\x00", b"") if b"\x00" in data[:64] else data  # UTF-16 holds NULs
    root = _FIRST_TAG.search(plain)
    return plain[: root.start()] if root else plain


def _parsed(data: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as problem:
        line, column = problem.position
        if "depth" in str(problem).lower():
            raise _too_deep(line) from None
        if "too long" in str(problem):
            raise FormatRefused(
                "xml.size", gettext_noop("One part of the file (an attachment, say) is too large."), line
            ) from None
        raise FormatRefused(
            "xml.malformed",
            gettext_noop("This is not a well-formed XML file (line %(line)s)."),
            line or None,
            column or None,
        ) from None
    except ValueError:
        raise FormatRefused("xml.malformed", gettext_noop("This is not a readable XML file.")) from None


def _check_shape(root: Element) -> None:
    depth = count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if element.tag.startswith(_XINCLUDE):
            raise FormatRefused(
                "xml.xinclude",
                gettext_noop("The file asks to include another file, which a document may not do."),
                line_of(element),
            )
        if depth > MAX_DEPTH:
            raise _too_deep(line_of(element))
        if count > MAX_ELEMENTS:
            raise FormatRefused("xml.elements", gettext_noop("The file has too many parts to be a document."))


def _too_deep(line: int | None) -> FormatRefused:
    return FormatRefused("xml.depth", gettext_noop("The file is nested too deeply to be a document."), line)


def _doctype() -> FormatRefused:
    return FormatRefused(
        "xml.doctype", gettext_noop("The file has a DOCTYPE declaration, which a document may not have.")
    )
