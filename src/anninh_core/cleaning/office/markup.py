"""Cleaning of XML parts of DOCX, XLSX and PPTX: data about people, machines and the document's history is removed."""

import re

from anninh_core.cleaning.office.xml import (
    Element,
    local_name,
    parse_part,
    remove_element,
    serialize_part,
    unwrap_element,
    visit_elements,
)

_WORD = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/",
)
_WORD_REMOVED = frozenset(
    {
        *("del", "moveFrom", "commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef"),
        *("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tcPrChange", "trPrChange", "tblGridChange"),
        *("numberingChange", "tblPrExChange", "cellIns", "cellDel", "cellMerge", "moveFromRangeStart"),
        *("moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "customXmlInsRangeStart", "customXmlInsRangeEnd"),
        *("customXmlDelRangeStart", "customXmlDelRangeEnd", "attachedTemplate", "docVars", "rsids", "rsid"),
        *("mailMerge", "writeProtection", "saveThroughXslt", "smartTagPr", "smartTagType"),
    }
)
"""Word elements that are removed with their content: comments, tracked changes, templates."""
_WORD_UNWRAPPED = frozenset({"ins", "moveTo", "smartTag"})
_REMOVED = frozenset(
    {
        *("docId", "dataBinding", "fileSharing", "absPath", "legacyDrawing", "legacyDrawingHF", "custDataLst"),
        *("modifyVerifier", "revisionPtr", "documentId", "commentPr"),
    }
)
"""Elements of any namespace that are removed with their content."""
_EMPTIED = frozenset({"userName", "refreshedBy", "lastModifiedBy", "userId", "providerId", "lastEdited", "creator"})
_SESSION = re.compile(r"rsid\w*$|paraId$|textId$|durableId$")
_NAMED: dict[str, frozenset[str]] = {
    "cNvPr": frozenset({"name", "descr", "title"}),
    "docPr": frozenset({"name", "descr", "title"}),
    "imagedata": frozenset({"title", "href", "althref"}),
    "shape": frozenset({"alt", "title", "href"}),
}
"""Attributes in which programs store file names, by the name of the element."""
_REFERRING = {"blip": frozenset({"link"}), "pageSetup": frozenset({"id"})}
_DANGEROUS = re.compile(r"\b(?:INCLUDE(?:PICTURE|TEXT)|DDE(?:AUTO)?|LINK|IMPORT|RD|DATABASE)\b", re.IGNORECASE)


def clean_markup(content: bytes) -> bytes:
    """Return a cleaned XML part."""
    root = parse_part(content)
    visit_elements(root, _clean_element)
    return serialize_part(root)


def _clean_element(element: Element, name: str) -> None:
    is_word = isinstance(element.tag, str) and element.tag.startswith(_WORD)
    if not name or name in _REMOVED or (is_word and name in _WORD_REMOVED):
        remove_element(element)
    elif is_word and name in _WORD_UNWRAPPED:
        unwrap_element(element)
    else:
        _clean_content(element, name)


def _clean_content(element: Element, name: str) -> None:
    if name == "instrText" and _DANGEROUS.search(element.text or ""):
        element.text = ""
    dropped = _REFERRING.get(name, frozenset())
    for attribute, value in element.attrib.items():
        local = local_name(attribute)
        if _SESSION.match(local) or local in dropped:
            del element.attrib[attribute]
        elif local in _EMPTIED or local in _NAMED.get(name, ()) or (local == "instr" and _DANGEROUS.search(value)):
            element.set(attribute, "")
