"""A faulty profile is refused in one sentence that names the file, the place and the way out."""

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anninh_core.kernel.errors import BadProfile
from anninh_core.profile.build import build_district
from anninh_core.profile.loader import read_profile
from anninh_core.profile.source import ProfileSource

Data = dict[str, Any]
Refusal = Callable[[Callable[[Data], None]], str]


def set_value(value: object, *path: str | int) -> Callable[[Data], None]:
    """Return a function that sets one value in the data of a profile."""

    def apply_value(data: Data) -> None:
        at: Any = data
        for part in path[:-1]:
            at = at[part]
        at[path[-1]] = value

    return apply_value


def remove_key(*path: str) -> Callable[[Data], None]:
    """Return a function that removes one key from the data of a profile."""

    def apply_removal(data: Data) -> None:
        at: Any = data
        for part in path[:-1]:
            at = at[part]
        del at[path[-1]]

    return apply_removal


def duplicate_entry(table: str, index: int = 0) -> Callable[[Data], None]:
    """Return a function that duplicates an entry of a list in the data of a profile."""
    return lambda data: data[table].insert(0, data[table][index])


def make_units_circular(data: Data) -> None:
    data["units"]["hoa-lu"]["parent"] = "ninh-hoa"


def add_condition_to_last_route(data: Data) -> None:
    data["routing"][-1]["categories"] = ["fire"]


CASES: list[tuple[Callable[[Data], None], str, str, str]] = [
    # Each row has a change, the file and the place that the refusal names, and words that must occur in it.
    (
        set_value("ninh-hoaa", "units", "ninh-hoa/kdc-1", "parent"),
        "units.toml",
        "units.ninh-hoa/kdc-1.parent",
        "'ninh-hoa'?",
    ),
    (
        set_value("comune", "units", "ninh-hoa", "level"),
        "units.toml",
        "units.ninh-hoa.level",
        "did you mean 'commune'?",
    ),
    (make_units_circular, "units.toml", "units.hoa-lu.parent", "hoa-lu -> ninh-hoa -> hoa-lu"),
    (
        set_value(date(2020, 1, 1), "units", "tp-hoa-lu", "valid_to"),
        "units.toml",
        "units.tp-hoa-lu.valid_to",
        "swap the two",
    ),
    (
        set_value("31/12/2024", "units", "hoa-lu", "valid_to"),
        "units.toml",
        "units.hoa-lu.valid_to",
        "such as 2021-08-20",
    ),
    (
        set_value(datetime(2024, 12, 31, tzinfo=UTC), "units", "hoa-lu", "valid_to"),
        "units.toml",
        "units.hoa-lu.valid_to",
        "such as 2021-08-20",
    ),
    (set_value("Ninh Hòa", "units", "ninh-hoa", "parent"), "units.toml", "units.ninh-hoa.parent", "small letters"),
    (set_value("x", "units", "Ninh Hòa"), "units.toml", "units.Ninh Hòa", "small letters"),
    (set_value("x", "units", "ninh-hoa", "parnet"), "units.toml", "units.ninh-hoa.parnet", "did you mean 'parent'?"),
    (set_value("x", "units", "ninh-hoa", "qqqqqq"), "units.toml", "units.ninh-hoa.qqqqqq", "remove it"),
    (remove_key("units", "ninh-hoa", "name"), "units.toml", "units.ninh-hoa.name", "add it"),
    (set_value(14542, "units", "ninh-hoa", "code"), "units.toml", "units.ninh-hoa.code", "write it in quotes"),
    (set_value("hoa-lo", "district", "root"), "district.toml", "district.root", "did you mean 'hoa-lu'?"),
    (set_value("police", "district", "standing_body"), "district.toml", "district.standing_body", "no unit"),
    (
        set_value("22:00", "delivery", "quiet"),
        "delivery.toml",
        "delivery.quiet",
        "write hours such as '22:00-06:00', or ''",
    ),
    (set_value("22:00-22:00", "delivery", "quiet"), "delivery.toml", "delivery.quiet", "from 22:00 to 22:00 never end"),
    (set_value(0, "delivery", "alarm_hours"), "delivery.toml", "delivery.alarm_hours", "write at least 1"),
    (
        set_value(5, "delivery", "patience_minutes", "urgent"),
        "delivery.toml",
        "delivery.patience_minutes.urgent",
        "'reply'",
    ),
    (set_value("Asia/Hanoi", "district", "timezone"), "district.toml", "district.timezone", "Asia/Ho_Chi_Minh"),
    (set_value({"district": {"name": "Huyện"}}, "levels"), "district.toml", "levels", "counts = true"),
    (set_value("nowhere", "successions", 0, "into"), "successions.toml", "successions.1.into", "no unit"),
    (set_value("nobody", "successions", 0, "unit"), "successions.toml", "successions.1.unit", "no unit"),
    (set_value(date(2025, 2, 1), "successions", 0, "on"), "successions.toml", "successions.1.on", "valid_to"),
    (
        set_value("phuong-hoa-lu", "successions", 0, "into"),
        "successions.toml",
        "successions.1.into",
        "doesn't exist on 2025-01-01, only from 2025-07-01",
    ),
    (set_value("swallowed", "successions", 0, "how"), "successions.toml", "successions.1.how", "'merged'"),
    (
        set_value(["tip.raed"], "roles", "editor", "permissions"),
        "roles.toml",
        "roles.editor.permissions",
        "'tip.read'?",
    ),
    (
        set_value("gossip", "incoming", "fire", "legal_kind"),
        "categories.toml",
        "incoming.fire.legal_kind",
        "no legal_kind",
    ),
    (set_value("urgent", "incoming", "fire", "urgency"), "categories.toml", "incoming.fire.urgency", "'serious'"),
    (duplicate_entry("gates"), "gates.toml", "gates.official_source", "2 times"),
    (duplicate_entry("deadlines"), "deadlines.toml", "deadlines.transfer_serious", "2 times"),
    (duplicate_entry("routing"), "routing.toml", "routing.serious", "2 times"),
    (duplicate_entry("milestones"), "plan.toml", "milestones.pilot", "2 times"),
    (
        set_value("soon", "deadlines", 1, "limit"),
        "deadlines.toml",
        "deadlines.transfer_ordinary.limit",
        "working days 3wd",
    ),
    (
        set_value(["rumour"], "deadlines", 0, "legal_kinds"),
        "deadlines.toml",
        "deadlines.transfer_serious.legal_kinds",
        "legal",
    ),
    (set_value("cong-ann", "routing", 0, "to"), "routing.toml", "routing.serious.to", "did you mean 'cong-an'?"),
    (
        set_value(["fires"], "routing", 1, "categories"),
        "routing.toml",
        "routing.crime.categories",
        "did you mean 'fire'?",
    ),
    (
        set_value({"orign": "group"}, "routing", 0, "facts"),
        "routing.toml",
        "routing.serious.facts",
        "did you mean 'origin'?",
    ),
    (set_value({"origin": "grup"}, "routing", 0, "facts"), "routing.toml", "routing.serious.facts.origin", "'group'?"),
    (
        set_value({"emergency": "maybe"}, "routing", 0, "facts"),
        "routing.toml",
        "routing.serious.facts.emergency",
        "no, yes",
    ),
    (
        set_value({"legal_kind": "x"}, "routing", 0, "facts"),
        "routing.toml",
        "routing.serious.facts.legal_kind",
        "the fact 'legal_kind' of a tip is never 'x'",
    ),
    (
        set_value({"place": ""}, "routing", 0, "facts"),
        "routing.toml",
        "routing.serious.facts.place",
        "write a text, or leave out the key",
    ),
    (add_condition_to_last_route, "routing.toml", "routing.own", "without conditions"),
    (set_value([], "routing"), "routing.toml", "routing", "list at least one"),
    (set_value(["ninh-haa"], "milestones", 0, "units"), "plan.toml", "milestones.pilot.units", "no unit"),
    (
        set_value("bao-cao", "obligations", "annual", "template"),
        "plan.toml",
        "obligations.annual.template",
        "no template",
    ),
    (set_value("xa", "obligations", "annual", "level"), "plan.toml", "obligations.annual.level", "no level"),
    (set_value("tinh", "obligations", "annual", "to"), "plan.toml", "obligations.annual.to", "no unit"),
    (set_value("tinh", "obligations", "annual", "via"), "plan.toml", "obligations.annual.via", "no unit"),
    (set_value(2000, "obligations", "annual", "last"), "plan.toml", "obligations.annual.last", "swap the two"),
    (
        set_value({"month": 2, "day": 30}, "obligations", "annual", "before"),
        "plan.toml",
        "obligations.annual.before",
        "every",
    ),
    (
        set_value({"month": 10, "day": 1}, "obligations", "annual", "before"),
        "plan.toml",
        "obligations.annual.before",
        "later",
    ),
    (
        set_value(date(2022, 6, 1), "obligations", "annual", "model_start"),
        "plan.toml",
        "annual.period_end",
        "before it begins on 2022-06-01",
    ),
    (remove_key("wording", "tip.receipt"), "wording.toml", "wording", "'tip.receipt' is missing"),
    (
        set_value("{name}", "wording", "tip.receipt"),
        "wording.toml",
        "wording.tip.receipt",
        "no value fills the placeholder {name}; choose one of receipt",
    ),
    (set_value("{x}", "wording", "help"), "wording.toml", "wording.help", "remove it: this text has no placeholders"),
    (set_value("{receipt", "wording", "tip.receipt"), "wording.toml", "wording.tip.receipt", "unpaired braces"),
    (set_value("{receipt.mro}", "wording", "tip.receipt"), "wording.toml", "wording.tip.receipt", "plain name"),
    (set_value("{receipt:>9}", "wording", "tip.receipt"), "wording.toml", "wording.tip.receipt", "plain name"),
    (set_value("{x!r}", "wording", "plugin.own"), "wording", "wording.plugin.own", "plain name"),
    (set_value("{who}", "report_frame", "closing"), "reports.toml", "report_frame.closing", "{who}"),
    (remove_key("words", "emergency"), "words.toml", "words", "'emergency' is missing"),
    (set_value(["17:00-07:30"], "calendar", "weekly", "mon"), "calendar.toml", "calendar.weekly", "07:30-11:30"),
    (set_value(["7:30-11:30"], "calendar", "weekly", "mon"), "calendar.toml", "calendar.weekly.mon.1", "07:30-11:30"),
    (
        set_value({}, "calendar", "weekly"),
        "calendar.toml",
        "calendar.weekly",
        "A calendar without working hours never reaches a time limit",
    ),
    (
        set_value(["lost"], "deadlines", 4, "replaces"),
        "deadlines.toml",
        "deadlines.resolve_complex.replaces",
        "no deadline",
    ),
    (
        set_value(["resolve"], "deadlines", 0, "replaces"),
        "deadlines.toml",
        "deadlines.transfer_serious.replaces",
        "decision",
    ),
    (set_value("", "deadlines", 4, "moves_by"), "deadlines.toml", "deadlines.resolve_complex.moves_by", "rule of law"),
    (
        set_value("", "calendar", "provisional_source"),
        "calendar.toml",
        "calendar.provisional_source",
        "the source of the provisional days off is missing",
    ),
    (set_value([date(2026, 1, 1)], "calendar", "provisional"), "calendar.toml", "calendar.provisional", "decided and"),
    (set_value(date(2028, 1, 1), "calendar", "until"), "calendar.toml", "calendar.until", "lists 2028-11-24"),
    (set_value(["pigeon"], "ladders", "tip.answer"), "ladders.toml", "ladders.tip.answer.1", "'window'"),
    (
        set_value(["window"], "ladders", "tip.recipt"),
        "ladders.toml",
        "ladders.tip.recipt",
        "did you mean 'tip.receipt'?",
    ),
    (set_value([], "ladders", "tip.answer"), "ladders.toml", "ladders.tip.answer", "at least"),
    (set_value(["task", "window"], "ladders", "tip.answer"), "ladders.toml", "ladders.tip.answer", "put the task last"),
    (
        set_value(["phone", "phone"], "ladders", "tip.answer"),
        "ladders.toml",
        "ladders.tip.answer",
        "list each method once",
    ),
    (set_value({}, "emergency_numbers"), "levels.toml", "emergency_numbers", "list at least one"),
    (set_value(0, "retention_days", "inbox"), "retention.toml", "retention_days.inbox", "write at least 1"),
    (set_value(721, "delivery", "alarm_hours"), "delivery.toml", "delivery.alarm_hours", "write at most 720"),
    (set_value(0, "units", "ninh-hoa", "radius_km"), "units.toml", "units.ninh-hoa.radius_km", "write more than 0"),
    (
        set_value("now", "deadlines", 0, "start"),
        "deadlines.toml",
        "deadlines.transfer_serious.start",
        "choose one of 'received'",
    ),
    (set_value("far", "units", "ninh-hoa", "radius_km"), "units.toml", "units.ninh-hoa.radius_km", "number"),
    (set_value("nowhere", "supervision", 0, "supervised_by"), "district.toml", "supervision.1", ""),
    (
        set_value("", "supervision", 0, "supervised_by"),
        "district.toml",
        "supervision.1",
        "by `supervised_by`, or an outside office by `contact`",
    ),
    (
        set_value("cong-an", "supervision", 2, "supervised_by"),
        "district.toml",
        "supervision.3",
        "by `supervised_by`, or an outside office by `contact`",
    ),
    (
        set_value(["hoa-lu"], "supervision", 0, "units"),
        "district.toml",
        "supervision.1",
        "name the accused by either `units` or `levels`",
    ),
    (set_value([], "units", "ninh-hoa"), "units.toml", "units.ninh-hoa", "write it as a table"),
    (set_value({}, "gates"), "gates.toml", "gates", "write it as a list in square brackets"),
    (remove_key("charter"), "charter.toml", "charter", "add it"),
]


@pytest.mark.parametrize(("change", "file", "place", "words"), CASES, ids=[f"{c[2]}-{n}" for n, c in enumerate(CASES)])
def test_broken_profile_is_refused_by_place(
    refuse_change: Refusal, change: Callable[[Data], None], file: str, place: str, words: str
) -> None:
    """A broken profile is refused in one sentence that names the file, the place and the way out."""
    message = refuse_change(change)
    file_part, place_part, _ = message.split(": ", 2)
    assert file in file_part
    assert place in place_part
    assert words in message
    assert "; " in message
    assert "\n" not in message


def test_duplicate_charter_code_is_refused(refuse_change: Refusal) -> None:
    """A reason code that the charter has twice is refused."""
    message = refuse_change(lambda data: data["charter"]["rules"].append(data["charter"]["rules"][0]))
    assert "charter.rules.tip_in_public" in message


def test_deadline_with_swapped_dates_is_refused(refuse_change: Refusal) -> None:
    """A deadline that ends before it begins is refused."""
    dates = {"valid_from": date(2022, 1, 1), "valid_to": date(2021, 1, 1)}
    message = refuse_change(lambda data: data["deadlines"][0].update(dates))
    assert "deadlines.transfer_serious.valid_to" in message


def test_further_problems_are_counted(refuse_change: Refusal) -> None:
    """The refusal names the first fault of form, and counts the others."""

    def make_three_faults(data: Data) -> None:
        data["units"]["ninh-hoa"]["code"] = 1
        data["units"]["ninh-hoa"]["name"] = "x" * 100
        data["units"]["ninh-hoa"]["kind"] = "Y" * 100

    assert refuse_change(make_three_faults).endswith("(1 more to correct)")


def test_long_values_are_cut(refuse_change: Refusal) -> None:
    """A refusal quotes only the beginning of a long value."""
    assert "…" in refuse_change(set_value("x" * 500, "units", "ninh-hoa", "valid_to"))


def test_unit_inherits_dates_from_its_parent(source: ProfileSource) -> None:
    """A unit without dates has those of its parent."""
    data: Data = deepcopy(dict(source.data))
    data["units"]["cong-an"]["valid_to"] = date(2024, 6, 30)
    district = build_district(ProfileSource("x", data))
    assert district.unit("cong-an").valid_to == date(2024, 6, 30)
    assert district.unit("ninh-hoa/kdc-1").valid_to == date(2024, 12, 31)


def test_calendar_of_earlier_release_still_loads(source: ProfileSource) -> None:
    """A calendar without the day on which its provisional days were checked is loaded, with None for that day."""
    data: Data = deepcopy(dict(source.data))
    remove_key("calendar", "provisional_checked_on")(data)
    assert build_district(ProfileSource("x", data)).calendar.provisional_checked_on is None


def test_own_wording_may_be_added(source: ProfileSource) -> None:
    """A district may add texts, which are stored as NFC, and may have working hours until midnight."""
    data: Data = deepcopy(dict(source.data))
    data["wording"]["plugin.own"] = "Ho\u0301a {anything}"
    data["calendar"]["weekly"]["sat"] = ["13:30-24:00"]
    district = build_district(ProfileSource("x", data))
    assert district.say("plugin.own", anything=1) == "Hóa 1"
    assert district.calendar.is_working_day(date(2021, 9, 4))


def _list_paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    below: list[tuple[str | int, ...]] = []
    if isinstance(value, dict):
        below = [child_path for key, entry in value.items() for child_path in _list_paths(entry, (*path, key))]
    elif isinstance(value, list):
        below = [child_path for index, entry in enumerate(value) for child_path in _list_paths(entry, (*path, index))]
    return [path, *below] if path else below


SHIPPED = read_profile("hoa_lu_2021")
PATHS = [path for path in _list_paths(dict(SHIPPED.data)) if "words" not in path or path[-1] == 0]
ODD: st.SearchStrategy[object] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=True),
    st.text(max_size=8),
    st.sampled_from(
        ["{", "{}", "{a.b}", "own", "hoa-lu", "ninh-hoa/kdc-1", "24:00-00:00", "2m", "fire", "tip.read", ".."]
    ),
    st.dates(),
    st.datetimes(),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def _apply_change(data: Data, path: tuple[str | int, ...], value: object) -> None:
    """Set the value at a path, or remove it if `value` is `...`, unless an earlier change removed the path."""
    at: Any = data
    try:
        for part in path[:-1]:
            at = at[part]
        at[path[-1]] = value
        if value is ...:
            del at[path[-1]]
    except (KeyError, IndexError, TypeError):
        return


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PATHS), st.one_of(ODD, st.just(...))), min_size=1, max_size=2))
def test_any_change_loads_or_is_refused(changes: list[tuple[tuple[str | int, ...], object]]) -> None:
    """A profile with any changes loads, or is refused as a bad profile in one line."""
    data: Data = deepcopy(dict(SHIPPED.data))
    for path, value in changes:
        _apply_change(data, path, value)
    refusal = ""
    try:
        build_district(ProfileSource(SHIPPED.name, data, SHIPPED.files))
    except BadProfile as refused:
        refusal = str(refused)
    assert not refusal or re.fullmatch(r"[^\n]+: [^\n]*: [^\n]+; [^\n]+", refusal)
