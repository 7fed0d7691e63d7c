"""Parsing and changing of a document's XML, without external entities and network access."""

from collections.abc import Callable
from typing import Any, TypeAlias

from anninh_core.cleaning.extras import load_library
from anninh_core.cleaning.results import FileRefused
from anninh_core.vocabulary.files import FileReason

Element: TypeAlias = Any  # The library lxml has no types.


def parse_part(content: bytes) -> Element:
    """Return the root element of a part, without comments and processing instructions.

    Raises:
        FileRefused: the part isn't well-formed, or has a DTD.
        FileNotCleaned: the library isn't installed.
    """
    library = load_library("lxml.etree", "cleaning office documents")
    parser = library.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = library.fromstring(content, parser)
    except (library.XMLSyntaxError, ValueError):
        raise FileRefused(FileReason.DAMAGED, "XML that can't be read") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise FileRefused(FileReason.BOMB, "XML with definitions")
    return root


def serialize_part(root: Element) -> bytes:
    """Return the XML bytes of a part."""
    library = load_library("lxml.etree", "cleaning office documents")
    content: bytes = library.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content


def local_name(name: Any) -> str:
    """Return a tag or attribute name without its namespace; "" for nodes other than elements."""
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def remove_element(element: Element) -> None:
    """Remove an element, but keep the text after it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def unwrap_element(element: Element) -> None:
    """Replace an element by its children."""
    parent = element.getparent()
    if parent is None:
        return
    place = parent.index(element)
    for number, inner in enumerate(list(element)):
        parent.insert(place + number, inner)
    remove_element(element)


def visit_elements(root: Element, act: Callable[[Element, str], None]) -> None:
    """Call `act` with every element and its local name, also with children of elements that `act` has removed."""
    for element in list(root.iter()):
        act(element, local_name(element.tag))
