"""The messages of the demo, from `data/*.jsonl`, and its script."""

import json
import tomllib
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

from attrs import frozen

from anninh_core.kernel.text import nfc
from anninh_core.vocabulary.messages import Attachment

_DATA = files("anninh_core.demo") / "data"


@frozen(kw_only=True)
class Line:
    """One message of a resident.

    Attributes:
        area: commune of the sender.
        group: unit of the group that it is sent to, "" for a private message to the official account.
        kind, category: classification by a person; "" if even a person couldn't classify it.
        emergency: whether it reports present danger.
    """

    id: str
    sender: str
    name: str
    area: str
    group: str
    at: datetime
    text: str
    attachments: tuple[Attachment, ...]
    reply_to: str
    kind: str
    category: str
    emergency: bool
    note: str

    @property
    def is_pasted(self) -> bool:
        """Whether the message was written in an ordinary group, which no program can read."""
        return "/" in self.group


def load_corpus() -> tuple[Line, ...]:
    """Return the messages of the plan's year, in the order of sending."""
    return _load_lines("corpus.jsonl")


def load_open_lines() -> tuple[Line, ...]:
    """Return the messages of the last weeks, after the plan's year; most of their cases stay open."""
    return _load_lines("open_world.jsonl")


def load_script() -> Mapping[str, Any]:
    """Return the script of the demo: actions and texts of its people; the key `open_world` has those of the last
    weeks.
    """
    return {**_load_table("script.toml"), "open_world": _load_table("open_world.toml")}


def index_by_text(lines: tuple[Line, ...]) -> Mapping[str, Line]:
    """Return the lines of the corpus by their text in NFC; for equal texts, the first line."""
    lines_by_text: dict[str, Line] = {}
    for line in lines:
        lines_by_text.setdefault(nfc(line.text).strip(), line)
    return lines_by_text


def _load_lines(name: str) -> tuple[Line, ...]:
    text = (_DATA / name).read_text(encoding="utf-8")
    return tuple(_parse_line(json.loads(line)) for line in text.splitlines() if line)


def _load_table(name: str) -> Mapping[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))


def _parse_line(raw: Mapping[str, Any]) -> Line:
    expect = raw["expect"]
    return Line(
        id=raw["id"],
        sender=raw["sender"],
        name=raw["name"],
        area=raw["area"],
        group=raw["group"] or "",
        at=datetime.fromisoformat(raw["at"]),
        text=raw["text"],
        attachments=tuple(_parse_attachment(part) for part in raw["attachments"]),
        reply_to=raw["reply_to"] or "",
        kind=expect["kind"],
        category=expect["category"] or "",
        emergency=bool(expect.get("emergency")),
        note=raw["note"],
    )


def _parse_attachment(raw: Mapping[str, Any]) -> Attachment:
    return Attachment(raw["kind"], raw.get("name", ""), latitude=raw.get("lat"), longitude=raw.get("lon"))
