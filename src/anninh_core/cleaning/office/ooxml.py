"""Cleaning of DOCX, XLSX and PPTX (ISO/IEC 29500).

Removed are properties and thumbnails, comments, tracked changes (accepted), names of people, numbers of editing
sessions, templates, paths, printers, custom data, and links to other files; pictures in the document are re-encoded.
Macros, controls, objects and data connections are refused, as their content can't be inspected.
"""

import posixpath
import re
from collections.abc import Callable

from anninh_core.cleaning.office.markup import clean_markup
from anninh_core.cleaning.office.pictures import clean_part
from anninh_core.cleaning.office.xml import Element, local_name, parse_part, remove_element, serialize_part
from anninh_core.cleaning.results import FileLimits, FileRefused
from anninh_core.vocabulary.files import FileReason

_CONTENT_TYPES = "[Content_Types].xml"
_DROPPED = re.compile(
    r"docProps/|customXml/|.*/(?:printerSettings|persons|people|threadedComments|revisions|tags|changesInfos)(?:/|\d*\.)"
    r"|.*/(?:comments|commentAuthors|authors|modernComment)[^/]*(?:/|\.xml)|.*/vmlDrawing[^/]*\.vml"
    r"|.*/(?:revisionInfo|docMetadata|labelInfo|people)[^/]*\.xml|.*/_rels/(?:comments|vmlDrawing)[^/]*\.rels"
    r"|docMetadata/|userCustomization/|.*/(?:attachedToolbars|keyMapCustomizations)[^/]*|_xmlsignatures/"
)
_MACROS = re.compile(r".*(?:vbaProject|vbaData|macrosheets|dialogsheets|activeX)", re.IGNORECASE)
_REFUSED = re.compile(r".*/(?:connections\.xml|queryTables/|webExtensions?/|ctrlProps/|embeddings/.*\.bin|model/)")
_INNER = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_DROPPED_LINKS = ("attachedTemplate", "frame", "subDocument", "mailMergeSource", "mailMergeHeaderSource", "transform")
_WEB = ("http://", "https://", "mailto:", "tel:")
_NOWHERE = "about:blank"

CleanInner = Callable[[bytes, str], bytes]


def clean_ooxml(parts: dict[str, bytes], limits: FileLimits, clean_inner: CleanInner | None) -> dict[str, bytes]:
    """Return the cleaned parts of a document.

    Args:
        parts: content by part name.
        limits: limits of pictures.
        clean_inner: function that cleans an embedded document; if None, embedded documents are treated as other parts.

    Raises:
        FileRefused: a part is refused.
    """
    for name, content in parts.items():
        if _MACROS.match(name) or (name == _CONTENT_TYPES and b"macroEnabled" in content):
            raise FileRefused(FileReason.MACROS)
        if _REFUSED.match(name):
            raise FileRefused(FileReason.EMBEDDED, posixpath.basename(name)[:60])
    kept = {name: content for name, content in parts.items() if not _DROPPED.match(name)}
    cleaned: dict[str, bytes] = {}
    for name, content in kept.items():
        if name == _CONTENT_TYPES:
            cleaned[name] = _clean_content_types(content, kept)
        elif name.endswith(".rels"):
            cleaned[name] = _clean_relations(name, content, kept)
        elif name.lower().endswith(".xml"):
            cleaned[name] = clean_markup(content)
        elif (ending := posixpath.splitext(name)[1].lower()) in _INNER and clean_inner is not None:
            cleaned[name] = clean_inner(content, _INNER[ending])
        else:
            cleaned[name] = clean_part(name, content, limits)
    return cleaned


def _clean_content_types(content: bytes, kept: dict[str, bytes]) -> bytes:
    root = parse_part(content)
    for entry in list(root):
        if local_name(entry.tag) == "Override" and entry.get("PartName", "").lstrip("/") not in kept:
            remove_element(entry)
    return serialize_part(root)


def _clean_relations(name: str, content: bytes, kept: dict[str, bytes]) -> bytes:
    """Remove relations to dropped parts, and disable external links other than web links."""
    root = parse_part(content)
    folder = posixpath.dirname(posixpath.dirname(name))
    for entry in list(root):
        kind = entry.get("Type", "").rpartition("/")[2]
        if entry.get("TargetMode") == "External":
            _clean_link(entry, kind)
        elif _resolve_target(folder, entry.get("Target", "")) not in kept:
            remove_element(entry)
    return serialize_part(root)


def _clean_link(entry: Element, kind: str) -> None:
    if kind in _DROPPED_LINKS:
        remove_element(entry)
    elif kind == "oleObject":
        raise FileRefused(FileReason.EMBEDDED, "a linked object")
    elif kind != "hyperlink" or not entry.get("Target", "").lower().startswith(_WEB):
        entry.set("Target", _NOWHERE)


def _resolve_target(folder: str, target: str) -> str:
    target = target.partition("#")[0]
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
