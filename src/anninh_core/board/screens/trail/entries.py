"""Pages of journal entries, filtered as an auditor requests, or of the history of one record."""

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
"""Kinds of records with a history to show."""


@frozen
class Story:
    """A record that a journal entry names, with the address of the record's history."""

    url: str
    kind: str


@frozen(kw_only=True)
class TrailLine:
    """An entry of the journal as it is shown; `by` is the address of all entries by the same person, "" for no
    person.
    """

    seq: int
    at: object
    who: str
    by: str
    what: str
    unit: str
    outcome: str
    stories: Sequence[Story]


def show_entries(page: PageRequest) -> Response:
    """Show journal entries, the newest first; filtered entries are shown oldest first, as a history is read."""
    filters = _read_filters(page)
    span = _find_newest_lines(page) if not filters and page.has("audit.head") else None
    after, limit = span or (_parse_number(page.one("after")), _PAGE)
    listing = page.call_json("audit.trail", {**filters, "after": after, "limit": limit})
    page.load_officers(entry.actor.removeprefix(_PERSON) for entry in listing.items if entry.actor.startswith(_PERSON))
    lines = [_build_line(page, entry) for entry in listing.items]
    return page.render(
        "entries.html",
        lines=lines[::-1] if span else lines,
        next=str(listing.next) if listing.next and not span else "",
        older=str(after) if span and after else "",
        asked={name: page.one(name) for name in ("by", "unit", "outcome", "subject", "since", "until", "about")},
        is_narrowed=any(page.one(name) for name in ("unit", "outcome", "subject", "since", "until")),
        officers=_list_officers(page),
        units=sorted(page.desk.app.district.unit_labels.items(), key=itemgetter(1)),
        outcomes=_OUTCOMES,
        subjects=_SUBJECTS,
        story=page.one("about").partition(":")[0],
        tabs=build_tabs(page, "entries"),
    )


def _find_newest_lines(page: PageRequest) -> tuple[int, int] | None:
    """Return the line before the newest entries, up to the line that the address names, and the number of entries."""
    try:
        last = page.call("audit.head").seq
    except Refused:  # Viewers who may read only some units' journal entries may not learn where the whole journal ends.
        return None
    end = min(_parse_number(page.one("to")) or last, last)
    begin = max(0, end - _PAGE)
    return begin, max(1, end - begin)


def build_tabs(page: PageRequest, here: str) -> list[Tab]:
    """Return the tabs of the journal."""
    return make_tabs(page, (("entries", "/trail", True), ("checks", "/trail/checks", True)), here)


def _read_filters(page: PageRequest) -> dict[str, object]:
    """Return the filters of journal entries in the address, as the operation takes them."""
    subject = page.one("subject")
    by = page.one("by")
    filters = {
        "about": page.one("about"),
        "by": f"{_PERSON}{by}" if by else "",
        "action": f"{subject}." if subject in _SUBJECTS else "",
        "unit": page.one("unit"),
        "outcome": page.one("outcome") if page.one("outcome") in _OUTCOMES else "",
        "since": _find_day_start(page.one("since"), 0),
        "until": _find_day_start(page.one("until"), 1),
    }
    return {name: value for name, value in filters.items() if value}


def _find_day_start(day: str, later: int) -> str:
    """Return the beginning of a day in Vietnam's time zone, `later` days after `day`; "" for an invalid day."""
    try:
        return f"{date.fromisoformat(day) + timedelta(days=later)}T00:00:00+07:00" if day else ""
    except (ValueError, OverflowError):
        return ""


def _parse_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _build_line(page: PageRequest, entry: Any) -> TrailLine:
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
        stories=list(_iter_histories(page, (*entry.touched, *entry.named))),
    )


def _iter_histories(page: PageRequest, refs: Sequence[str]) -> Iterable[Story]:
    """Yield the records of an entry that have a history, each once, at most three."""
    plain = dict.fromkeys(ref.rpartition("@")[0] or ref for ref in refs)
    with_story = [ref for ref in plain if ref.partition(":")[0] in _STORIES and ref != page.one("about")]
    for ref in with_story[:3]:
        yield Story(
            page.url("/trail", about=ref),
            ref.partition(":")[0],
        )


def _list_officers(page: PageRequest) -> Sequence[Choice]:
    """Return the officers by whom journal entries can be filtered."""
    if not page.has("units.officers"):
        return ()
    officers = page.call("units.officers", unit=page.viewer.unit, limit=_MOST_OFFICERS).items
    return [Choice(officer.id, officer.name) for officer in sorted(officers, key=lambda officer: officer.name)]
