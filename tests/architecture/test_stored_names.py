"""Names that are stored, or used by people and programs, never change: a list of them is checked in."""

import json

import msgspec
import pytest
from attrs import frozen
from tests.architecture.conftest import Trees
from tests.architecture.names_on_wire import iter_encoded_names
from tests.architecture.stored_names import FILE, NameList, collect_names

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
def used_names(trees: Trees) -> dict[str, set[str]]:
    """All names that the code uses."""
    return collect_names(trees)


def test_no_listed_name_is_lost(used_names: dict[str, set[str]]) -> None:
    """Every listed name is still used, or read by an alias."""
    assert NameList.read().find_lost(used_names) == [], _GONE


def test_every_name_is_listed(used_names: dict[str, set[str]]) -> None:
    """Every used name is in the list, so that a later change of it is noticed."""
    assert NameList.read().find_unlisted(used_names) == [], _NEW


def test_list_is_sorted_and_aliases_described() -> None:
    """The list is sorted, without duplicates, and every alias has a description."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    assert all(names == sorted(set(names)) for names in content["names"].values())
    aliases = [
        (subject, old, how) for subject, descriptions in content["aliases"].items() for old, how in descriptions.items()
    ]
    assert [
        alias for alias in aliases if alias[1] not in content["names"].get(alias[0], ()) or len(alias[2]) < 10
    ] == []


def test_renamed_field_is_lost_unless_encoded_name_stays() -> None:
    """The list contains encoded names: a renamed field is a lost name unless its encoded name stays."""

    @frozen
    class FieldBefore:
        act: str

    @frozen
    class RenamedField:
        action: str

    class RenamedFieldWithOldEncoding(msgspec.Struct, rename={"action": "act"}):
        action: str

    listed = NameList({"rows": sorted(iter_encoded_names(FieldBefore, "row"))}, {})
    assert listed.find_lost({"rows": {*iter_encoded_names(RenamedField, "row")}}) == ["rows: row.act"]
    assert listed.find_unlisted({"rows": {*iter_encoded_names(RenamedField, "row")}}) == ["rows: row.action"]
    assert listed.find_lost({"rows": {*iter_encoded_names(RenamedFieldWithOldEncoding, "row")}}) == []


def test_alias_replaces_a_name() -> None:
    """A name with a read alias isn't lost, and the list keeps every name that was added."""
    listed = NameList({"events": ["a", "b"]}, {"events": {"a": "read as `b` by the reactions"}})
    assert listed.find_lost({"events": {"b"}}) == []
    assert json.loads(listed.render_with({"events": {"c"}}))["names"] == {"events": ["a", "b", "c"]}
