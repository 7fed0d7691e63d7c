"""Limits that Zalo documents, checked before anything leaves. Errors name the value's size, never what it says."""

import re
from collections.abc import Sized

from anninh_core.kernel.errors import RequestRejected
from anninh_zalo.sending.text_split import LIMIT, text_length

_PHONE = re.compile(r"84\d{8,10}")


def check_text(what: str, text: str, most: int = LIMIT, least: int = 1) -> str:
    """Return a text that is neither empty nor too long."""
    length = text_length(text)
    if not least <= length <= most:
        raise RequestRejected(f"{what} has {length} characters; Zalo takes {least} to {most}: write it anew")
    return text


def check_count(what: str, things: Sized, most: int, least: int = 1) -> None:
    """Check how many there are."""
    if not least <= len(things) <= most:
        raise RequestRejected(f"there are {len(things)} {what}; Zalo takes {least} to {most}: send fewer at a time")


def check_id(what: str, id: str) -> str:
    """Return an id that could be one."""
    if not id or not id.isascii() or not id.isprintable() or " " in id:
        raise RequestRejected(f"{what} is missing or no id of Zalo's; use the one that Zalo gave")
    return id


def normalize_phone(number: str) -> str:
    """Return a telephone number as Zalo takes it in any case: 84 and no signs."""
    digits = re.sub(r"[\s.()-]", "", number).removeprefix("+")
    digits = "84" + digits[1:] if digits.startswith("0") else digits
    if not _PHONE.fullmatch(digits):
        raise RequestRejected(f"a telephone number of {len(digits)} digits isn't Vietnamese; give it as 84… or 0…")
    return digits


def check_url(url: str) -> str:
    """Return a whole address on the web."""
    if not url.startswith(("https://", "http://")):
        raise RequestRejected("a link or picture needs a whole address; begin it with https://")
    return url
