"""What an officer's short reply asks for: pure rules over its words and the profile's."""

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
    """What an officer may order by a short reply."""

    ACCEPT = "accept"
    HAND_ON = "hand_on"
    ASK = "ask"
    LIST = "list"


_BY_NUMBER: Mapping[str, OrderKind] = {"1": OrderKind.ACCEPT, "2": OrderKind.HAND_ON, "3": OrderKind.ASK}


@frozen
class Order:
    """A short reply.

    Attributes:
        rest: what follows its verb, as written.
        is_bare: whether it is a number and nothing else, which answers a notice and means nothing without one.
    """

    kind: OrderKind
    rest: str = ""
    is_bare: bool = False


def parse_order(text: str, district: District) -> Order | None:
    """Return the order of a text of the exact form, with or without diacritics; None for everything else.

    The forms are a question mark; a number; a number and the profile's verb for it, and what the verb is about.
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
        about = _after_verb(rest, verb)
        if about is not None and (kind is not OrderKind.ACCEPT or len(about.split()) <= 1):
            return Order(kind, about)
    return None


def parse_binding_code(text: str) -> str:
    """Return the code to bind a chat that a text is, "" where it is none."""
    match = _CODE.fullmatch(text.upper())
    return f"{match[1]}-{match[2]}" if match else ""


def find_unit(name: str, district: District) -> Unit | None:
    """Return the one unit that a name means: its id, or its name with what it is or without; None for none or many."""
    if name.strip() in district.units:
        return district.unit(name.strip())
    asked = words(name)
    if not asked:
        return None
    living = [unit for unit in district.units.values() if district.is_within(unit.id, district.root)]
    exact = [unit for unit in living if words(unit.name) == asked]
    endings = [unit for unit in living if words(unit.name)[-len(asked) :] == asked]
    return next((found[0] for found in (exact, endings) if len(found) == 1), None)


def _after_verb(text: str, verb: str) -> str | None:
    """Return what follows a verb that opens a text, None where another word opens it."""
    tokens = text.split()
    count = len(verb.split())
    opening = " ".join(fold(token).strip(".,:;") for token in tokens[:count])
    return " ".join(tokens[count:]) if opening == verb else None
