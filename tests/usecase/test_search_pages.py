"""How much a search asks the storage for, and how long its pages are."""

from typing import Any

import pytest
from tests.usecase.test_record_search import LAN, MODES, STORY, ask, opened, tell, told

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.storage import Find, RecordPage
from anninh_core.usecase.indexing.record_search import SearchScope, search
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.district import District


def noted_sizes(monkeypatch: pytest.MonkeyPatch, runner: UseCaseRunner) -> list[int]:
    """Note how much the storage is asked for at once, in whichever mode."""
    sizes: list[int] = []
    records = type(runner.context.storage.records)
    index = type(runner.context.storage.search)
    find_records = records.find
    find_hits = index.find

    def note_records(port: object, asked: Find) -> RecordPage:
        sizes.append(asked.limit)
        return find_records(port, asked)  # type: ignore[arg-type]

    def note_hits(port: object, *asked: Any) -> object:
        sizes.append(asked[3])
        return find_hits(port, *asked)  # type: ignore[arg-type]

    monkeypatch.setattr(records, "find", note_records)
    monkeypatch.setattr(index, "find", note_hits)
    return sizes


def test_a_scan_begins_small_and_grows(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """Common words are found soon, rare ones in few rounds; no more than five hundred are held at once."""
    scan = opened(district, "scan")
    tell(scan, *told(*["Mất chó"] * 700))
    sizes = noted_sizes(monkeypatch, scan)
    assert ask(scan, "trộm", limit=3).items == ()
    assert sizes == [6, 12, 24, 48, 96, 192, 384]
    sizes.clear()
    assert len(ask(scan, "chó", limit=3).items) == 3
    assert sizes == [6]
    sizes.clear()
    assert ask(scan, "trộm", limit=200).items == ()
    assert sizes == [400, 500]
    sizes.clear()
    assert ask(scan, "trộm", limit=400).items == ()
    assert sizes == [500, 500]


def test_the_index_is_asked_for_one_hit_more(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which tells whether there is another page; it isn't asked again where it has no more."""
    tokens = opened(district, "tokens")
    tell(tokens, *told(*["Mất chó"] * 4))
    sizes = noted_sizes(monkeypatch, tokens)
    for limit, asked in ((3, 1), (4, 1), (5, 1)):
        sizes.clear()
        assert len(ask(tokens, "chó", limit=limit).items) == min(limit, 4)
        assert sizes == [limit + 1] * asked


@pytest.mark.parametrize("mode", MODES)
def test_a_page_has_twenty_hits_unless_another_number_is_asked_for(district: District, mode: str) -> None:
    """The cursor leads to the others."""
    runner = opened(district, mode)
    tell(runner, *told(*["Mất chó"] * 23))
    session = ReadSession(runner.context, runner.permits, LAN, "stories.search")
    page = search(session, STORY, "chó", SearchScope(units=None))
    assert len(page.items) == 20
    assert len(ask(runner, "chó", after=page.cursor).items) == 3


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("limit", [-1, 0])
def test_a_page_of_no_hits_is_refused_by_its_number(district: District, mode: str, limit: int) -> None:
    """One is the least."""
    runner = opened(district, mode)
    tell(runner, *told("Mất chó"))
    with pytest.raises(BadInput, match=f"A page can't have {limit} items: ask for 1 or more"):
        ask(runner, "chó", limit=limit)
    assert len(ask(runner, "chó", limit=1).items) == 1
