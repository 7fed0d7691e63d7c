"""Joining tips in an incident and separating them, in any order, loses no data of a tip, and a tip has at most one
incident.
"""

from datetime import datetime

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from anninh_core.domain.tips import Tip, TipState
from anninh_core.domain.tips.incidents.kind import INCIDENT
from anninh_core.domain.tips.incidents.model import Incident
from anninh_core.domain.tips.kind import TIP
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import AnninhError, NotVisible
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, memory_app
from anninh_core.testing.local_users import UnsafeLocalUsers

NOW = datetime(2021, 9, 18, 2, tzinfo=VIETNAM)
_COUNT = 6
_NUMBERS = st.lists(st.integers(0, _COUNT - 1), min_size=1, max_size=_COUNT)


class Grouping(RuleBasedStateMachine):
    """Random actions of officers who join, separate and triage tips, and are excluded from some."""

    def __init__(self) -> None:
        super().__init__()
        self.app = memory_app(clock=FixedClock(NOW), district=load_profile("hoa_lu_2021"))
        users = UnsafeLocalUsers(self.app)
        self.boss = users.appoint("Chỉ huy", "hoa-lu", "tip_supervisor", "tip_officer")
        self.officer = users.appoint("Cán bộ", "hoa-lu", "tip_officer")
        self.before: dict[str, Tip] = {}

    def teardown(self) -> None:
        self.app.close()

    @initialize()
    def record(self) -> None:
        for number in range(_COUNT):
            tip = self.app.tips.record_walk_in(self.boss, f"Cháy chợ, tin {number}", unit="ninh-hoa")
            self.before[tip.id] = self._load(tip.id)

    @rule(numbers=_NUMBERS, by_officer=st.booleans())
    def join(self, numbers: list[int], by_officer: bool) -> None:
        actor = self.officer if by_officer else self.boss
        ids = [self._ids[number] for number in numbers]
        try:
            self.app.incidents.join(actor, ids)
        except AnninhError:
            # The join was refused and changed nothing, because the tips are fewer than two, belong to different
            # incidents or aren't visible to the actor.
            return
        assert len({self._load(id).incident for id in ids}) == 1

    @rule(numbers=_NUMBERS)
    def separate(self, numbers: list[int]) -> None:
        first = self._load(self._ids[numbers[0]])
        ids = [self._ids[number] for number in numbers if self._load(self._ids[number]).incident == first.incident]
        if first.incident:
            self.app.incidents.separate(self.boss, first.incident, ids)
            assert not any(self._load(id).incident for id in ids)

    @rule(number=st.integers(0, _COUNT - 1))
    def exclude(self, number: int) -> None:
        id = self._ids[number]
        self.app.tips.exclusions.add(self.boss, id, self.officer.id, "người nhà")
        self.before[id] = self._load(id)
        with pytest.raises(NotVisible):
            self.app.incidents.join(self.officer, [id, self._ids[number - 1]])

    @rule(number=st.integers(0, _COUNT - 1))
    def triage(self, number: int) -> None:
        id = self._ids[number]
        if self._load(id).state in (TipState.RECEIVED, TipState.TRIAGED):
            self.app.tips.triage(self.boss, id, category="crime")
            self.before[id] = self._load(id)

    @invariant()
    def every_tip_keeps_all_that_it_has(self) -> None:
        for id, tip in self.before.items():
            assert _without_incident(self._load(id)) == _without_incident(tip)

    @invariant()
    def tips_and_incidents_agree(self) -> None:
        incidents = {incident.id: incident for incident in self._read_incidents()}
        for id in self.before:
            of = self._load(id).incident
            assert [incident.id for incident in incidents.values() if id in incident.tips] == ([of] if of else [])
        assert all(len(incident.tips) != 1 for incident in incidents.values())
        assert all((incident.closed_at is not None) == (not incident.tips) for incident in incidents.values())

    @invariant()
    def an_excluded_officer_sees_no_excluded_tip(self) -> None:
        for incident in self.app.incidents.list(self.officer).items:
            assert not any(self.officer.id in self._load(tip.id).excluded for tip in incident.tips)

    @property
    def _ids(self) -> list[str]:
        return list(self.before)

    def _load(self, id: str) -> Tip:
        record = self.app.internals.context.storage.records.get(TIP.name, id)
        assert record is not None
        return self.app.internals.context.open_record(TIP, record)

    def _read_incidents(self) -> list[Incident]:
        records = self.app.internals.context.storage.maintenance.scan(INCIDENT.name)
        return list(self.app.internals.context.iter_readable(INCIDENT, records))


def _without_incident(tip: Tip) -> Tip:
    return evolve(tip, incident="", version=0)


TestGrouping = Grouping.TestCase
TestGrouping.settings = settings(max_examples=10, stateful_step_count=15, deadline=None)


def test_a_tip_of_an_earlier_version_has_no_incident() -> None:
    """A stored tip without the field `incident` can be decoded and has no incident."""
    with memory_app(clock=FixedClock(NOW)) as app:
        boss = UnsafeLocalUsers(app).appoint("Chỉ huy", "hoa-lu", "tip_officer")
        tip = app.tips.record_walk_in(boss, "Cháy chợ", unit="ninh-hoa")
        body = TIP.encode(tip).replace(b',"incident":""', b"")
        assert b"incident" not in body
        assert TIP.decode(body, TIP.schema).incident == ""
