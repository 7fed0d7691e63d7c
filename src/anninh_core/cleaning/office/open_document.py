"""Cleaning of ODT, ODS and ODP (ISO/IEC 26300).

Removed are document information, settings, thumbnails, comments, tracked changes, scripts, and links to other files;
pictures are re-encoded. Macros and objects of other programs are refused.
"""

import posixpath

from anninh_core.cleaning.office.pictures import clean_part
from anninh_core.cleaning.office.xml import (
    Element,
    local_name,
    parse_part,
    remove_element,
    serialize_part,
    visit_elements,
)
from anninh_core.cleaning.results import FileLimits, FileRefused
from anninh_core.vocabulary.files import FileReason

_DROPPED = ("Thumbnails/", "Configurations", "META-INF/documentsignatures.xml", "layout-cache", "Versions/")
_DROPPED_NAMES = frozenset({"meta.xml", "settings.xml", "manifest.rdf"})
_MACROS = ("Basic/", "Scripts/", "Dialogs/")
_REMOVED = frozenset(
    {
        *("annotation", "annotation-end", "tracked-changes", "change", "change-start", "change-end", "creator", "date"),
        *(
            "creation-date",
            "initial-creator",
            "print-date",
            "printed-by",
            "event-listeners",
            "script",
            "meta",
            "dde-source",
        ),
        *("dde-connection-decls", "user-defined", "sender-firstname", "sender-lastname", "author-name"),
        *("author-initials", "file-name", "template-name", "dde-connection", "table-source"),
    }
)
_LINKS = ("http://", "https://", "mailto:", "tel:", "#")
_NAMED = frozenset({"title", "desc"})


def clean_open_document(parts: dict[str, bytes], limits: FileLimits) -> dict[str, bytes]:
    """Return the cleaned parts of a document.

    Raises:
        FileRefused: a part is refused.
    """
    if any(name.startswith(_MACROS) for name in parts):
        raise FileRefused(FileReason.MACROS)
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise FileRefused(FileReason.ENCRYPTED)
    kept = {
        name: content
        for name, content in parts.items()
        if not name.startswith(_DROPPED) and posixpath.basename(name) not in _DROPPED_NAMES
    }
    return {name: _clean_document_part(name, content, kept, limits) for name, content in kept.items()}


def _clean_document_part(name: str, content: bytes, kept: dict[str, bytes], limits: FileLimits) -> bytes:
    if name == "mimetype":
        return content.strip()[:100]
    if name == "META-INF/manifest.xml":
        return _clean_manifest(content, kept)
    if name.endswith(".xml"):
        root = parse_part(content)
        visit_elements(root, lambda element, local: _clean_element(element, local, kept))
        return serialize_part(root)
    if not posixpath.splitext(name)[1] and name.startswith("ObjectReplacements/"):
        return (
            clean_part(f"{name}.emf", content, limits)
            if content[40:44] == b" EMF"
            else _clean_replacement(content, limits)
        )
    return clean_part(name, content, limits)


def _clean_replacement(content: bytes, limits: FileLimits) -> bytes:
    return clean_part("replacement", content, limits) if content[:4] != b"VCLM" else b""


def _clean_manifest(content: bytes, kept: dict[str, bytes]) -> bytes:
    root = parse_part(content)
    for entry in list(root):
        path = next((value for name, value in entry.attrib.items() if local_name(name) == "full-path"), "")
        if path != "/" and not path.endswith("/") and path not in kept:
            remove_element(entry)
    return serialize_part(root)


def _clean_element(element: Element, local: str, kept: dict[str, bytes]) -> None:
    if not local or local in _REMOVED:
        if local in _NAMED or element.getparent() is not None:
            remove_element(element)
        return
    if local == "object-ole":
        raise FileRefused(FileReason.EMBEDDED, "an object of another program")
    if local in _NAMED:
        element.text = ""
    for name, value in element.attrib.items():
        attribute = local_name(name)
        if attribute == "href" and not _is_allowed_link(value, kept, is_link=local == "a"):
            element.set(name, "")
        elif attribute in ("rsid", "author", "creator", "filter-options") or (attribute == "name" and local == "frame"):
            del element.attrib[name]


def _is_allowed_link(value: str, kept: dict[str, bytes], *, is_link: bool) -> bool:
    if is_link:
        return value.lower().startswith(_LINKS)
    path = value.removeprefix("./")
    return value.startswith("#") or path in kept or any(name.startswith(f"{path}/") for name in kept)
