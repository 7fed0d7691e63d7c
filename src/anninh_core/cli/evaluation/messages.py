"""Labelled messages, read from a file and routed by a district's rules."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.messaging.inbound.message_router import route_message
from anninh_core.messaging.inbound.talk.history import CaseHistory
from anninh_core.messaging.inbound.talk.route import MessageClass
from anninh_core.plugins import Plugins
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import Address, InboundMessage, Place
from anninh_core.vocabulary.opinions import TriageOpinion

KINDS = ("tip", "question", "chatter", "unsuitable")
# Any time would do, because the rules for the first message of a talk don't depend on the time.
_SENT_AT = datetime(2026, 1, 1, tzinfo=UTC)


@frozen
class Label:
    """A message's label: kind, category ("" unless it is a tip), and whether it reports a present danger."""

    kind: str
    category: str
    emergency: bool


@frozen
class JudgedMessage:
    """A message and a person's label for it."""

    text: str
    label: Label


@frozen
class Prediction:
    """The program's judgement of a message."""

    kind: str
    category: str
    emergency: bool
    look_first: bool


def read_messages(path: Path, district: District) -> list[JudgedMessage]:
    """Return the messages of a file of JSON lines with `text`, `kind`, `category` and `emergency`; other fields are
    ignored.

    Raises:
        BadInput: the file is empty, or a line isn't a labelled message; the error has the line's number.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise BadInput("{file} isn't UTF-8 text ({reason}): save it as UTF-8.", file=path, reason=error) from error
    messages = [_parse_message(line, number, district) for number, line in enumerate(lines, 1) if line.strip()]
    if not messages:
        raise BadInput("{file} is empty: write one JSON object per line.", file=path)
    return messages


def build_message(text: str) -> InboundMessage:
    """Return a text as a resident's message to the official account."""
    sender = Address("eval", Place.PERSON, "resident")
    return InboundMessage(id="eval", conversation=sender, sender=sender, text=text, sent_at=_SENT_AT)


def predict_message(message: InboundMessage, opinions: Sequence[TriageOpinion], district: District) -> Prediction:
    """Return the program's judgement of a message that is the first of a talk."""
    decision = route_message(message, CaseHistory(at=message.sent_at, rules=district.talk), opinions, district)
    is_tip = decision.message_class is MessageClass.TIP
    return Prediction(
        decision.message_class.value,
        decision.category if is_tip else "",
        decision.emergency,
        decision.emergency or decision.look_first,
    )


def predict_messages(messages: Sequence[JudgedMessage], plugins: Plugins, district: District) -> list[Prediction]:
    """Return the program's judgement of each message."""
    built = [build_message(message.text) for message in messages]
    return [predict_message(message, plugins.triage(message, district).values, district) for message in built]


def _parse_message(line: str, number: int, district: District) -> JudgedMessage:
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(
            "Line {line} isn't JSON ({reason}): write one JSON object per line.", line=number, reason=error
        ) from error
    if not isinstance(raw, dict):
        raise BadInput(
            'Line {line} isn\'t a JSON object: write {{"text": …, "kind": …, "category": …, "emergency": …}}.',
            line=number,
        )
    text = raw.get("text")
    kind = raw.get("kind")
    emergency = raw.get("emergency", False)
    category = raw.get("category") or ""
    if not isinstance(text, str):
        raise BadInput("Line {line} has no `text`: add the text of the message.", line=number)
    if kind not in KINDS:
        raise BadInput(
            "Line {line} has the unknown kind {kind!r}: choose one of {allowed}.",
            line=number,
            kind=kind,
            allowed=tuple(KINDS),
        )
    if category and category not in district.incoming:
        raise BadInput(
            "Line {line} has the category {category!r}, which isn't in the profile: choose one of {allowed}, "
            "or leave it empty.",
            line=number,
            category=category,
            allowed=tuple(district.incoming),
        )
    if not isinstance(emergency, bool):
        raise BadInput(
            "Line {line} has {emergency!r} as `emergency`: write true or false.", line=number, emergency=emergency
        )
    if emergency and kind != "tip":
        raise BadInput(
            "Line {line} has the kind {kind!r}, but only a tip can be an emergency: correct `kind` or `emergency`.",
            line=number,
            kind=kind,
        )
    return JudgedMessage(nfc(text), Label(kind, category if kind == "tip" else "", emergency))
