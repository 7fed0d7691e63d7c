"""Conversion of text that a person copied from a group into messages.

Three forms are recognised: lines such as `[19:42, 02/09/2021] Name: text`; blocks with name, text and time on separate
lines; and a single text, for instance a forwarded message.
"""

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Annotated

import msgspec
from attrs import field, frozen

from anninh_core.kernel.dates import VIETNAM, vietnam_time
from anninh_core.kernel.decoding import DECODE_ERRORS, describe_decode_error
from anninh_core.kernel.errors import BadInput, TooLarge
from anninh_core.kernel.text import fold, nfc
from anninh_core.vocabulary.messages import Address, InboundMessage, Place

MAX_CHARACTERS = 200_000
MAX_NAME = 80

_FIRST_YEAR = 1970
_LAST_YEAR = 9000

_HEADER = re.compile(r"\[(?P<stamp>[\d:/, ]+)\] ?(?P<name>[^:]{1,80}): ?(?P<text>.*)")
_STAMP = re.compile(r"[\d:/, ]+")
_TIME = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?!\d)")
_DATE = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")


class Paste(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Text that a person copied from a group, with the circumstances of pasting.

    Attributes:
        group: id of the group's address.
        text: the copied text.
        at: time of pasting, aware.
        pasted_by: person who pasted it.
        name: sender of a single text, if known.
    """

    group: Annotated[str, msgspec.Meta(min_length=1)]
    text: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    pasted_by: str = ""
    name: str = ""

    def __repr__(self) -> str:
        """Return a representation without text and names, which must not get into logs."""
        return f"Paste(at={self.at.isoformat()})"


@frozen
class _PastedMessage:
    name: str = field(repr=False)
    text: str = field(repr=False)
    at: datetime


_PASTE_DECODER = msgspec.json.Decoder(Paste)


def read_paste(body: bytes) -> Paste:
    """Decode a text that a person pasted, sent as JSON.

    Raises:
        BadInput: it isn't a paste, has an impossible year, or has no text; `TooLarge` beyond 200,000 characters.
    """
    try:
        paste = _PASTE_DECODER.decode(body)
    except DECODE_ERRORS as error:
        raise BadInput(
            "The body isn't a paste ({reason}): send JSON with `group`, `text` and `at`.",
            reason=describe_decode_error(error, body),
        ) from error
    if len(paste.text) > MAX_CHARACTERS:
        raise TooLarge(
            "A paste may have at most {most:,} characters, not {count:,}: paste it in parts.",
            limit=MAX_CHARACTERS,
            most=MAX_CHARACTERS,
            count=len(paste.text),
        )
    # At the limits of the calendar, the days before and after can't be calculated.
    if not _FIRST_YEAR <= paste.at.year <= _LAST_YEAR:
        raise BadInput("The paste has a date in the year {year}: set the clock, and paste again.", year=paste.at.year)
    if not paste.text.strip():
        raise BadInput("The paste has no text: copy the messages and paste them again.")
    return paste


def convert_paste(paste: Paste, instance: str, key: bytes) -> list[InboundMessage]:
    """Convert a pasted text into messages, in their order.

    A message that is pasted twice, or in two overlapping pastes, gets the same id if its time is in the text.

    Args:
        instance: name of the messenger instance, for the addresses.
        key: secret for the ids of senders, so that names can't be guessed from ids.
    """
    group = Address(instance, Place.GROUP, nfc(paste.group))
    messages: list[InboundMessage] = []
    id_counts: Counter[str] = Counter()
    for pasted in _split_messages(paste):
        digest = _compute_pseudonym(key, group.id, pasted.name, pasted.text, pasted.at.isoformat())
        id = f"{vietnam_time(pasted.at):%Y%m%dT%H%M}-{digest}"
        id_counts[id] += 1
        if id_counts[id] > 1:  # The same text was sent twice in the same minute.
            id = f"{id}-{id_counts[id]}"
        # Messages without a name aren't from the same person: each unknown sender gets a separate id.
        sender = _compute_pseudonym(key, group.id, fold(pasted.name)) if pasted.name else f"unknown-{id}"
        messages.append(
            InboundMessage(
                id=id,
                conversation=group,
                sender=Address(instance, Place.PERSON, sender),
                text=pasted.text,
                sent_at=pasted.at,
                sender_name=pasted.name,
            )
        )
    return messages


def _compute_pseudonym(key: bytes, *parts: str) -> str:
    return hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:24]


def _split_messages(paste: Paste) -> Iterator[_PastedMessage]:
    lines = nfc(paste.text).replace("\r\n", "\n").strip().split("\n")
    if any(_parse_header(line, paste.at) for line in lines):
        pasted = _split_by_headers(lines, paste)
    elif any(_parse_timestamp(line, paste.at) for line in lines):
        pasted = _split_by_blocks(lines, paste)
    else:
        pasted = iter([_PastedMessage(nfc(paste.name).strip(), "\n".join(lines), paste.at)])
    return (message for message in pasted if message.text)


def _split_by_headers(lines: list[str], paste: Paste) -> Iterator[_PastedMessage]:
    name = ""
    sent_at = paste.at
    text = [""]
    for line in lines:
        if header := _parse_header(line, paste.at):
            yield _PastedMessage(name, "\n".join(text).strip(), sent_at)
            name = header.name
            sent_at = header.at
            text = [header.text]
        else:
            text.append(line)
    yield _PastedMessage(name, "\n".join(text).strip(), sent_at)


def _parse_header(line: str, pasted_at: datetime) -> _PastedMessage | None:
    match = _HEADER.fullmatch(line)
    sent_at = _parse_timestamp(match["stamp"], pasted_at) if match else None
    return _PastedMessage(match["name"].strip(), match["text"], sent_at) if match and sent_at else None


def _split_by_blocks(lines: list[str], paste: Paste) -> Iterator[_PastedMessage]:
    name = ""
    block = list[str]()
    for line in lines:
        if sent_at := _parse_timestamp(line, paste.at):
            name, text = _parse_block(block, name)
            yield _PastedMessage(name, text, sent_at)
            block = []
        else:
            block.append(line)
    name, text = _parse_block(block, name)
    yield _PastedMessage(name, text, paste.at)


def _parse_block(lines: list[str], previous_name: str) -> tuple[str, str]:
    """Return the name and the text of a block of lines; a block without a name belongs to the previous sender."""
    text = "\n".join(lines).strip()
    name, _, message_text = text.partition("\n")
    return (name.strip(), message_text.strip()) if message_text and len(name) <= MAX_NAME else (previous_name, text)


def _parse_timestamp(stamp: str, pasted_at: datetime) -> datetime | None:
    """Return the time in Vietnam that a timestamp states, or None if `stamp` isn't a timestamp.

    A time without a date is the last one before the paste.
    """
    clock = _TIME.search(stamp)
    if clock is None or not _STAMP.fullmatch(stamp.strip()):
        return None
    day = _DATE.search(stamp)
    try:
        time_of_day = time(int(clock[1]), int(clock[2]), tzinfo=VIETNAM)
        if day is not None:
            return datetime.combine(datetime(int(day[3]), int(day[2]), int(day[1]), tzinfo=VIETNAM), time_of_day)
    except ValueError:
        return None
    candidate = datetime.combine(vietnam_time(pasted_at), time_of_day)
    return candidate if candidate <= pasted_at else candidate - timedelta(days=1)
