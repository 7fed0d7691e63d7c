"""Parsing officers' short replies into orders: pure rules over the text and the profile's words."""

import re
from collections.abc import Mapping
from enum import StrEnum

from attrs import frozen

from anninh_core.kernel.text import fold, words
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.units import Unit

_CODE = re.compile(r"\s*([2-9A-HJKMNP-TV-Z]{4})\s*-\s*([2-9A-HJKMNP-TV-Z]{8})\s*")
_NUMBER = re.compile(r"\s*([123])\s*[.):-]?(?:\s+(.*))?", re.DOTALL)


class OrderKind(StrEnum):
    """Kinds of orders that an officer may give by a short reply in the chat."""

    ACCEPT = "accept"
    HAND_ON = "hand_on"
    ASK = "ask"
    LIST = "list"


_BY_NUMBER: Mapping[str, OrderKind] = {"1": OrderKind.ACCEPT, "2": OrderKind.HAND_ON, "3": OrderKind.ASK}


@frozen
class Order:
    """An officer's order, parsed from a short reply.

    Attributes:
        rest: text after its verb, as written.
        is_bare: whether it is only a number, which answers a notice and has no meaning without one.
    """

    kind: OrderKind
    rest: str = ""
    is_bare: bool = False


def parse_order(text: str, district: District) -> Order | None:
    """Return the order in an officer's reply that has exactly one of the forms, with or without diacritics, or None.

    The forms are: a question mark; a number; a number, the profile's verb for it, and the verb's object.
    """
    if text.strip() == "?":
        return Order(OrderKind.LIST)
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    kind = _BY_NUMBER[match[1]]
    rest = (match[2] or "").strip()
    if not rest:
        return Order(kind, is_bare=True)
    for verb in district.words.get(f"officer_{kind}", ()):
        verb_object = _strip_verb(rest, verb)
        if verb_object is not None and (kind is not OrderKind.ACCEPT or len(verb_object.split()) <= 1):
            return Order(kind, verb_object)
    return None


def parse_binding_code(text: str) -> str:
    """Return the code in a text that consists only of a code for binding a chat, or ""."""
    match = _CODE.fullmatch(text.upper())
    return f"{match[1]}-{match[2]}" if match else ""


def find_unit(name: str, district: District) -> Unit | None:
    """Return the unit with this name, given as its id or as its name with or without its type; None if there is none or
    several.
    """
    if name.strip() in district.units:
        return district.unit(name.strip())
    name_words = words(name)
    if not name_words:
        return None
    active_units = [unit for unit in district.units.values() if district.is_within(unit.id, district.root)]
    exact = [unit for unit in active_units if words(unit.name) == name_words]
    endings = [unit for unit in active_units if words(unit.name)[-len(name_words) :] == name_words]
    return next((matches[0] for matches in (exact, endings) if len(matches) == 1), None)


def _strip_verb(text: str, verb: str) -> str | None:
    """Return the text after `verb` if `text` begins with it, else None."""
    tokens = text.split()
    count = len(verb.split())
    opening = " ".join(fold(token).strip(".,:;") for token in tokens[:count])
    return " ".join(tokens[count:]) if opening == verb else None
