"""Names that are stored, or that people and programs use, stay: a list of them is checked in."""

import json

import msgspec
import pytest
from attrs import frozen
from tests.architecture.conftest import Trees
from tests.architecture.names_on_wire import shape
from tests.architecture.stored_names import FILE, Listed, made_by

_GONE = (
    "these names are in stores and in people's hands, and the code no longer makes them. Keep the name on the wire, or "
    "read the old one too and write how into `aliases` of tests/architecture/stored_names.json (subject, old name, how "
    "it is read)"
)
_NEW = (
    "these names are new, and stay from now on. If they are as they should be: "
    "python -m tests.architecture.stored_names --write"
)


@pytest.fixture(scope="module")
def made(trees: Trees) -> dict[str, set[str]]:
    """All names that the code makes today."""
    return made_by(trees)


def test_no_name_is_lost(made: dict[str, set[str]]) -> None:
    """What was ever made is made today, or read by an alias that says how."""
    assert Listed.read().vanished(made) == [], _GONE


def test_every_name_is_listed(made: dict[str, set[str]]) -> None:
    """What is made stands in the list, so that nobody changes it unawares later."""
    assert Listed.read().unlisted(made) == [], _NEW


def test_the_list_is_sorted_and_says_how_aliases_are_read() -> None:
    """One name a line, in order, so that a change of it is seen; an alias without words is none."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    assert all(names == sorted(set(names)) for names in content["names"].values())
    aliases = [(subject, old, how) for subject, of in content["aliases"].items() for old, how in of.items()]
    assert [one for one in aliases if one[1] not in content["names"].get(one[0], ()) or len(one[2]) < 10] == []


def test_a_renamed_attribute_is_a_lost_name_unless_it_keeps_its_name_on_the_wire() -> None:
    """The list knows what is written, not what it is called in the code."""

    @frozen
    class Before:
        act: str

    @frozen
    class Lost:
        action: str

    class Kept(msgspec.Struct, rename={"action": "act"}):
        action: str

    listed = Listed({"rows": sorted(shape(Before, "row"))}, {})
    assert listed.vanished({"rows": {*shape(Lost, "row")}}) == ["rows: row.act"]
    assert listed.unlisted({"rows": {*shape(Lost, "row")}}) == ["rows: row.action"]
    assert listed.vanished({"rows": {*shape(Kept, "row")}}) == []


def test_an_alias_stands_for_a_name() -> None:
    """A name that is read in another way isn't lost; one that was added to the list is kept by it for good."""
    listed = Listed({"events": ["a", "b"]}, {"events": {"a": "read as `b` by the reactions"}})
    assert listed.vanished({"events": {"b"}}) == []
    assert json.loads(listed.with_all({"events": {"c"}}))["names"] == {"events": ["a", "b", "c"]}
