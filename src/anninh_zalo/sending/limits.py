"""Limits from Zalo's documentation, checked before anything is sent. Errors name a value's size, never its content."""

import re
from collections.abc import Sized

from anninh_core.kernel.errors import RequestRejected
from anninh_zalo.sending.text_split import LIMIT, count_characters

_PHONE = re.compile(r"84\d{8,10}")


def check_text(what: str, text: str, most: int = LIMIT, least: int = 1) -> str:
    """Return a text unchanged, or raise `RequestRejected` if it is too short or too long."""
    length = count_characters(text)
    if not least <= length <= most:
        raise RequestRejected(
            "Zalo accepts {least} to {most} characters for {field:record}, not {count}: change the text.",
            field=what,
            count=length,
            least=least,
            most=most,
        )
    return text


def check_count(what: str, things: Sized, most: int, least: int = 1) -> None:
    """Raise `RequestRejected` if there are too few or too many things."""
    if not least <= len(things) <= most:
        raise RequestRejected(
            "Zalo accepts {least} to {most} {field:record} at a time, not {count}: change their number.",
            count=len(things),
            field=what,
            least=least,
            most=most,
        )


def check_id(what: str, id: str) -> str:
    """Return an id unchanged, or raise `RequestRejected` if it can't be an id of Zalo."""
    if not id or not id.isascii() or not id.isprintable() or " " in id:
        raise RequestRejected(
            "The id for {field:record} is missing or isn't from Zalo: use the id that Zalo gave.", field=what
        )
    return id


def normalize_phone(number: str) -> str:
    """Return a telephone number in the form that every call accepts, 84 and digits only; raise `RequestRejected` if it
    is invalid.
    """
    digits = re.sub(r"[\s.()-]", "", number).removeprefix("+")
    digits = "84" + digits[1:] if digits.startswith("0") else digits
    if not _PHONE.fullmatch(digits):
        raise RequestRejected(
            "A telephone number with {count} digits isn't a valid Vietnamese number: write it in full, "
            "beginning with 84 or 0.",
            count=len(digits),
        )
    return digits


def check_url(url: str) -> str:
    """Return an address unchanged, or raise `RequestRejected` if it isn't a complete web address."""
    if not url.startswith(("https://", "http://")):
        raise RequestRejected(
            "The address of a link or picture is incomplete: write it in full, beginning with https://."
        )
    return url
