"""The index finds the same overdue tips as a scan of every tip, without opening tips that aren't overdue."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.tips.conftest import receive_tip
from tests.domain.tips.test_random_lives import ACTS, Case, is_action_refused, open_case

from anninh_core.domain.tips import Tip
from anninh_core.domain.tips.deadline_reasons import compute_clock_state, list_owed_clocks
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.states import DeadlineState
from anninh_core.ports.storages.storage import Find, RecordPage
from anninh_core.usecase.encryption.encryptor import Encryptor
from anninh_core.usecase.indexing.computed_pages import build_time_key
from anninh_core.vocabulary.district import District

HOURS = (0, 0, 0.4, 1, 23.8, 9 * 24, 40 * 24)
STEPS = st.tuples(st.integers(0, 3), st.sampled_from(sorted(ACTS)), st.sampled_from(HOURS))


def scan_overdue(case: Case) -> list[str]:
    """Return the ids of overdue tips by opening every tip, the longest overdue first."""
    context = case.runner.context
    placed = []
    for record in context.storage.maintenance.scan("tip"):
        tip = context.open_record(TIP, record)
        clocks = [
            clock
            for clock in list_owed_clocks(context.district, tip)
            if compute_clock_state(context.district, clock, case.clock.now()) is DeadlineState.OVERDUE
        ]
        if clocks:
            placed.append((build_time_key(min(clock.aim for clock in clocks), tip.id), tip.id))
    return [id for _, id in sorted(placed)]


def list_overdue(case: Case, limit: int) -> list[str]:
    """Return the ids of overdue tips from all pages of the overdue list."""
    ids = list[str]()
    after = ""
    while True:
        page = case.tips.queries.overdue(case.boss, after=after, limit=limit)
        ids += [tip.id for tip in page.items]
        after = page.cursor
        if not after:
            return ids


@given(steps=st.lists(STEPS, max_size=25), emergencies=st.sets(st.integers(0, 3)), limit=st.sampled_from((1, 2, 50)))
def test_overdue_list_equals_a_scan(
    district: District, steps: Sequence[tuple[int, str, float]], emergencies: set[int], limit: int
) -> None:
    """At any time, after any actions on tips with and without emergencies, the overdue list equals a scan of all
    tips.
    """
    case = open_case(district)
    ids = [case.id] + [receive_tip(case.tips, emergency=number in emergencies).id for number in range(3)]
    for number, act, hours in steps:
        case.id = ids[number]
        is_action_refused(case, act)
        assert list_overdue(case, limit) == scan_overdue(case)
        case.clock.advance(timedelta(hours=hours))
    assert list_overdue(case, limit) == scan_overdue(case)


@pytest.mark.parametrize("others", [0, 40])
def test_only_overdue_tips_are_opened(district: District, others: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many other tips are open, only the overdue ones are opened, and few rows are read beyond them."""
    case = open_case(district)
    late = [case.id, *(receive_tip(case.tips).id for _ in range(2))]
    case.clock.advance(timedelta(days=30))
    for number in range(others):
        receive_tip(case.tips, emergency=number % 2 == 0)
    records: Any = case.runner.context.storage.records
    find = records.find
    read = list[int]()
    opened = list[str]()
    decode = case.runner.context.encryptor.decrypt_all

    def count_rows(query: Find) -> RecordPage:
        page: RecordPage = find(query)
        read.append(len(page.records))
        return page

    def note_opened(batch: Any, *others: Any) -> Any:
        opened.extend(record.id for record in batch)
        return decode(batch, *others)

    monkeypatch.setattr(type(records), "find", lambda _, query: count_rows(query))
    monkeypatch.setattr(Encryptor, "decrypt_all", lambda _, batch, *others: note_opened(batch, *others))
    overdue: Sequence[Tip] = case.tips.queries.overdue(case.boss).items
    assert {tip.id for tip in overdue} == set(late)
    assert sorted(opened) == sorted(late)
    assert sum(read) <= len(late) + 16
