"""Who did what, narrowed as an auditor asks; or the story of one record."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

from attrs import frozen
from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import Tab, make_tabs
from anninh_core.kernel.errors import Refused
from anninh_core.operations.choices import Choice

_PAGE = 100
_MOST_OFFICERS = 200
_PERSON = "person:"
_OUTCOMES = ("done", "read", "refused")
_SUBJECTS = (
    "tips",
    "inquiries",
    "conversations",
    "content",
    "moderating",
    "groups",
    "programme",
    "reports",
    "governance",
)
_STORIES = ("tip", "inquiry", "item", "post", "group", "report", "disclosure", "officer")
"""Kinds of records whose story is asked for."""


@frozen
class Story:
    """A record of an entry whose story can be asked for."""

    url: str
    kind: str


@frozen(kw_only=True)
class TrailLine:
    """An entry of the journal as it is shown; `by` is where all of the same person are, "" for no person."""

    seq: int
    at: object
    who: str
    by: str
    what: str
    unit: str
    outcome: str
    stories: Sequence[Story]


def show(page: PageRequest) -> Response:
    """Show the newest entries first; those that were narrowed down oldest first, as a story is told."""
    asked = _asked(page)
    span = _newest(page) if not asked and page.has("audit.head") else None
    after, limit = span or (_number(page.one("after")), _PAGE)
    found = page.call_json("audit.trail", {**asked, "after": after, "limit": limit})
    page.load_officers(one.actor.removeprefix(_PERSON) for one in found.items if one.actor.startswith(_PERSON))
    lines = [_show_line(page, one) for one in found.items]
    return page.render(
        "entries.html",
        lines=lines[::-1] if span else lines,
        next=str(found.next) if found.next and not span else "",
        older=str(after) if span and after else "",
        asked={name: page.one(name) for name in ("by", "unit", "outcome", "subject", "since", "until", "about")},
        is_narrowed=any(page.one(name) for name in ("unit", "outcome", "subject", "since", "until")),
        officers=_officers(page),
        units=sorted(page.desk.app.district.unit_labels.items(), key=itemgetter(1)),
        outcomes=_OUTCOMES,
        subjects=_SUBJECTS,
        story=page.one("about").partition(":")[0],
        tabs=tabs_for(page, "entries"),
    )


def _newest(page: PageRequest) -> tuple[int, int] | None:
    """Return behind which line the newest entries begin, up to a line that is asked for, and how many they are."""
    try:
        last = page.call("audit.head").seq
    except Refused:  # who reads the journal of some units isn't told where all of it ends
        return None
    end = min(_number(page.one("to")) or last, last)
    begin = max(0, end - _PAGE)
    return begin, max(1, end - begin)


def tabs_for(page: PageRequest, here: str) -> list[Tab]:
    """Return the ways to look at the journal."""
    return make_tabs(page, (("entries", "/trail", True), ("checks", "/trail/checks", True)), here)


def _asked(page: PageRequest) -> dict[str, object]:
    """Return what is asked for, as the operation takes it."""
    subject = page.one("subject")
    by = page.one("by")
    asked = {
        "about": page.one("about"),
        "by": f"{_PERSON}{by}" if by else "",
        "action": f"{subject}." if subject in _SUBJECTS else "",
        "unit": page.one("unit"),
        "outcome": page.one("outcome") if page.one("outcome") in _OUTCOMES else "",
        "since": _begin(page.one("since"), 0),
        "until": _begin(page.one("until"), 1),
    }
    return {name: value for name, value in asked.items() if value}


def _begin(day: str, later: int) -> str:
    """Return the beginning of a day, or of one later, "" for none."""
    try:
        return f"{date.fromisoformat(day) + timedelta(days=later)}T00:00:00+07:00" if day else ""
    except (ValueError, OverflowError):
        return ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _show_line(page: PageRequest, entry: Any) -> TrailLine:
    kind, _, id = entry.actor.partition(":")
    who = page.names.officer(id) if kind == "person" else page.words.label(kind, "ActorKind", page.words("System"))
    return TrailLine(
        seq=entry.seq,
        at=entry.at,
        who=who,
        by=page.url("/trail", by=id) if kind == "person" and id != page.one("by") else "",
        what=page.action_label(entry.action) or page.words("Other action of the system"),
        unit=page.names.unit(entry.unit) if entry.unit else "",
        outcome=entry.outcome,
        stories=list(_stories(page, (*entry.touched, *entry.named))),
    )


def _stories(page: PageRequest, refs: Sequence[str]) -> Iterable[Story]:
    """Yield the records of an entry whose story can be asked for, each once, the first few."""
    plain = dict.fromkeys(ref.rpartition("@")[0] or ref for ref in refs)
    known = [ref for ref in plain if ref.partition(":")[0] in _STORIES and ref != page.one("about")]
    for ref in known[:3]:
        yield Story(
            page.url("/trail", about=ref),
            ref.partition(":")[0],
        )


def _officers(page: PageRequest) -> Sequence[Choice]:
    """Return the officers whose entries can be asked for."""
    if not page.has("units.officers"):
        return ()
    found = page.call("units.officers", unit=page.viewer.unit, limit=_MOST_OFFICERS).items
    return [Choice(one.id, one.name) for one in sorted(found, key=lambda one: one.name)]
