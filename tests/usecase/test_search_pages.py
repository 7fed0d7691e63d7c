"""A search requests few records from the storage, and its pages have a limited length."""

from typing import Any

import pytest
from tests.usecase.test_record_search import (
    LAN,
    MODES,
    STORY,
    build_search_runner,
    build_stories,
    search_stories,
    store_stories,
)

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.storages.storage import Find, RecordPage
from anninh_core.usecase.indexing.record_search import SearchScope, search
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.district import District


def record_limits(monkeypatch: pytest.MonkeyPatch, runner: UseCaseRunner) -> list[int]:
    """Record the limit of each query to the storage, in either search mode."""
    sizes: list[int] = []
    records = type(runner.context.storage.records)
    index = type(runner.context.storage.search)
    find_records = records.find
    find_hits = index.find

    def find_and_record(port: object, query: Find) -> RecordPage:
        sizes.append(query.limit)
        return find_records(port, query)  # type: ignore[arg-type]

    def search_and_record(port: object, *arguments: Any) -> object:
        sizes.append(arguments[3])
        return find_hits(port, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(records, "find", find_and_record)
    monkeypatch.setattr(index, "find", search_and_record)
    return sizes


def test_scan_doubles_its_limit(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search in the mode `scan` requests twice as many records each round, from a small number up to 500."""
    scan = build_search_runner(district, "scan")
    store_stories(scan, *build_stories(*["Mất chó"] * 700))
    sizes = record_limits(monkeypatch, scan)
    assert search_stories(scan, "trộm", limit=3).items == ()
    assert sizes == [6, 12, 24, 48, 96, 192, 384]
    sizes.clear()
    assert len(search_stories(scan, "chó", limit=3).items) == 3
    assert sizes == [6]
    sizes.clear()
    assert search_stories(scan, "trộm", limit=200).items == ()
    assert sizes == [400, 500]
    sizes.clear()
    assert search_stories(scan, "trộm", limit=400).items == ()
    assert sizes == [500, 500]


def test_index_is_queried_for_one_hit_more(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search index is queried once, for one hit more than the page has: the extra hit shows whether there is
    another page.
    """
    tokens = build_search_runner(district, "tokens")
    store_stories(tokens, *build_stories(*["Mất chó"] * 4))
    sizes = record_limits(monkeypatch, tokens)
    for limit, rounds in ((3, 1), (4, 1), (5, 1)):
        sizes.clear()
        assert len(search_stories(tokens, "chó", limit=limit).items) == min(limit, 4)
        assert sizes == [limit + 1] * rounds


@pytest.mark.parametrize("mode", MODES)
def test_page_has_twenty_hits_by_default(district: District, mode: str) -> None:
    """A page of search results has twenty hits by default, and its cursor leads to the others."""
    runner = build_search_runner(district, mode)
    store_stories(runner, *build_stories(*["Mất chó"] * 23))
    session = ReadSession(runner.context, runner.permits, LAN, "stories.search")
    page = search(session, STORY, "chó", SearchScope(units=None))
    assert len(page.items) == 20
    assert len(search_stories(runner, "chó", after=page.cursor).items) == 3


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("limit", [-1, 0])
def test_limit_below_one_is_refused(district: District, mode: str, limit: int) -> None:
    """A limit below 1 is refused with its number, and 1 is allowed."""
    runner = build_search_runner(district, mode)
    store_stories(runner, *build_stories("Mất chó"))
    with pytest.raises(BadInput, match=f"A page can't have {limit} items: ask for 1 or more"):
        search_stories(runner, "chó", limit=limit)
    assert len(search_stories(runner, "chó", limit=1).items) == 1
