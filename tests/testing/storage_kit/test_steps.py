"""The documented steps of writing a storage match the members that each rule of the kit needs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from attrs import fields, frozen
from tests.testing.storage_kit.rules import find_failure, rules

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.testing.kits.steps import (
    STORAGE_STEPS,
    describe_missing_members,
    describe_progress,
    read_rules,
    rules_until,
    step_of_member,
    step_of_rule,
)
from anninh_core.testing.memory import MemoryStorage

PORTS = ("records", "journal", "queues", "counters", "search", "keyring", "leases", "states", "maintenance")
WHOLE = {"S-143", "S-217", "S-219", "S-220", "S-221", "S-222", "S-223"}
"""Rules about a storage as a whole: they are skipped for the in-memory storage, or examine every member."""
ABOUT_ABILITIES = {"S-127", "S-218"}


@frozen
class _RecordingPort:
    port: Any
    name: str
    seen: set[str]

    def __getattr__(self, method: str) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            self.seen.add(f"{self.name}.{method}")
            return getattr(self.port, method)(*arguments, **named)

        return call


class RecordingStorage(MemoryStorage):
    """Records the names of the called members."""

    def __init__(self, seen: set[str]) -> None:
        super().__init__()
        self._seen = seen
        for name in PORTS:
            setattr(self, name, _RecordingPort(getattr(self, name), name, seen))

    def requested(self, request: str) -> bool:
        self._seen.add("requested")
        return super().requested(request)

    def prune_requests(self, before: datetime, limit: int = 200) -> int:
        self._seen.add("prune_requests")
        return super().prune_requests(before, limit)

    def try_write(self) -> None:
        self._seen.add("try_write")
        super().try_write()

    def commit(self, change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        """Record which parts the change sets have."""
        parts = {field.name for change in change_sets for field in fields(ChangeSet) if getattr(change, field.name)}
        self._seen.update(f"commit.{part}" for part in parts)
        return super().commit(change_sets)


def needs() -> Mapping[str, set[str]]:
    """Return the members that each rule needs, by rule."""
    members: dict[str, set[str]] = {}
    for rule in rules().keys() - WHOLE - ABOUT_ABILITIES:
        members[rule] = set()
        factory = partial(RecordingStorage, members[rule])
        assert find_failure(rule, partial(partial, factory)) is None
    return members


def test_each_rule_has_one_step() -> None:
    """Each rule belongs to exactly one step."""
    listed = [rule for step in STORAGE_STEPS for rule in read_rules(step.rules) if rule in rules()]
    assert sorted(listed) == sorted(rules())
    assert rules_until(len(STORAGE_STEPS)) >= rules().keys()


def test_rules_belong_to_the_step_they_need() -> None:
    """Each rule needs a member of its own step and none of a later one, so it can pass once its step is written."""
    last = {rule: max(map(step_of_member, members), default=1) for rule, members in needs().items()}
    assert {rule: (step, step_of_rule(rule)) for rule, step in last.items() if step != step_of_rule(rule)} == {}
    assert {step_of_rule(rule) for rule in WHOLE} == {len(STORAGE_STEPS)}


def test_rule_ranges_are_parsed() -> None:
    """Rules can be given as numbers and ranges, and an invalid form is refused with the valid ones."""
    assert read_rules("S-07, S-99..S-101") == {"S-07", "S-99", "S-100", "S-101"}
    for wrong in ("7", "S-9..S-7", "S-07..M-09", "S-07-S-09"):
        with pytest.raises(BadInput, match=r"names no rules of a kit: write a number such as S-07, .* S-50\.\.S-62"):
            read_rules(wrong)
    with pytest.raises(BadInput, match="Step 15 doesn't exist: a storage is written in steps 1 to 14"):
        rules_until(15)


def test_missing_members_are_listed_by_step() -> None:
    """Missing members are listed under the first step that needs them, including those that take the wrong
    arguments.
    """
    report = describe_missing_members(["queues.wait", "records.find(query)", "states", "commit", "records"])
    assert "states (step 2); commit, records (step 3); records.find(query) (step 5); queues.wait (step 8)" in report


def test_progress_names_rules_of_the_next_step() -> None:
    """The progress names the failing rules of the first unfinished step, and counts those of later steps."""
    fails = {"S-127": False, "S-120": True, "S-121": False, "S-01": True, "M-01": True}
    assert describe_progress(fails) == [
        "step  1: 1 rules, none fails",
        "step  2: 1 of 2 rules fail: S-120",
        "step  3: 1 of 1 rules fail",
    ]
