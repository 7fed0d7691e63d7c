"""Both search modes find what a search in the clear text finds, within the search scope, newest first and page by
page.
"""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve, field, frozen
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.usecase.conftest import AllButStranger

from anninh_core.demo.corpus import load_corpus
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import fold, place_tones
from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.testing.clock import FixedClock, SeededIds
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys, MemoryStorage
from anninh_core.usecase.actor import person
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.indexing import record_search
from anninh_core.usecase.indexing.record_search import SearchScope, search
from anninh_core.usecase.kinds import Kind, Searchable
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.district import District

LAN = person("lan")
START = datetime(2021, 9, 1, 1, tzinfo=UTC)
MODES = ("scan", "tokens")
UNITS = ("ninh-hoa", "ninh-hoa/kdc-1", "ninh-an")
SENTENCES = tuple(line.text for line in load_corpus() if line.text)
SYLLABLES = tuple({word: None for text in SENTENCES for word in text.split()})


@frozen(kw_only=True)
class Story:
    """A searchable record."""

    id: str
    unit: str
    text: str
    told_at: datetime
    barred: tuple[str, ...] = field(default=())


STORY = Kind(
    spec=IndexSpec(kind="story", columns={"hour": str}, multi=("barred",), orders={"newest": ("-hour",)}),
    model=Story,
    unit=lambda story: story.unit,
    columns=lambda story: {"hour": story.told_at.isoformat()[:13]},
    multi=lambda story: {"barred": story.barred},
    scope=lambda story: f"story:{story.id}",
    search=Searchable(field="text", at=lambda story: story.told_at),
)


@pytest.fixture(params=MODES)
def runner(request: pytest.FixtureRequest, district: District) -> UseCaseRunner:
    return build_search_runner(district, request.param)


def build_search_runner(district: District, mode: str) -> UseCaseRunner:
    clock = FixedClock(START)
    context = UseCaseContext(
        district=evolve(district, search_mode=mode),
        storage=MemoryStorage(),
        keys=MemoryKeys(),
        blobs=MemoryBlobs(),
        clock=clock,
        ids=SeededIds(clock, 1),
    )
    context.storage.prepare([STORY.spec])
    return UseCaseRunner(context=context, permits=AllButStranger(), pause=lambda _: None)


def store_stories(runner: UseCaseRunner, *stories: Story) -> None:
    """Store stories; each replaces the stored story with the same id."""
    for story in stories:
        uow = UnitOfWork(runner.context, runner.permits, LAN, "stories.tell")
        uow.get(STORY, story.id)
        uow.save(STORY, story)
        assert runner.commit(uow)


def build_stories(*texts: str, minutes: int = 1, unit: str = "ninh-hoa") -> list[Story]:
    """Make stories with increasing times and ids."""
    return [
        Story(id=f"s{n:04}", unit=unit, text=text, told_at=START + n * timedelta(minutes=minutes))
        for n, text in enumerate(texts)
    ]


def search_stories(
    runner: UseCaseRunner, text: str, reach: SearchScope[Story] | None = None, *, after: str = "", limit: int = 20
) -> Listing[Story]:
    session = ReadSession(runner.context, runner.permits, LAN, "stories.search")
    page = search(session, STORY, text, reach or SearchScope(units=None), after=after, limit=limit)
    assert session.opened.ids == [story.id for story in page.items]
    return page


def search_all_pages(
    runner: UseCaseRunner, text: str, reach: SearchScope[Story] | None = None, *, limit: int = 3
) -> list[str]:
    """Return the ids of the hits on all pages, in order."""
    ids: list[str] = []
    after = ""
    while True:
        page = search_stories(runner, text, reach, after=after, limit=limit)
        ids += [story.id for story in page.items]
        after = page.cursor
        if not after:
            return ids
        assert len(page.items) == limit, "only the last page may be short"


def test_newest_hits_come_first(runner: UseCaseRunner) -> None:
    """Hits come newest first, even within an hour, and the last page has no cursor."""
    store_stories(runner, *build_stories(*["Mất trộm xe"] * 9, minutes=20))
    assert search_all_pages(runner, "trom xe") == [f"s{n:04}" for n in range(8, -1, -1)]
    assert search_stories(runner, "trom", limit=9).cursor == ""
    assert search_stories(runner, "trom", limit=8).cursor != ""


def test_text_of_an_older_body_is_upcast() -> None:
    """The text of an older body is extracted after its upcasters, and that of the present schema unchanged."""
    kind = evolve(STORY, schema=2, upcasters={1: lambda body: body | {"text": f"{body['text']} xe"}})
    body = kind.encode(*build_stories("Mất trộm"))
    assert kind.extract_text(body, 1) == "Mất trộm xe"
    assert kind.extract_text(body, 2) == "Mất trộm"


def test_changed_record_is_found_by_new_words(runner: UseCaseRunner) -> None:
    """A changed record is found by its new words and unit only."""
    (story,) = build_stories("Mất trộm xe")
    store_stories(runner, story)
    store_stories(runner, evolve(story, text="Đánh bạc"))
    assert (search_all_pages(runner, "trộm"), search_all_pages(runner, "danh bac")) == ([], [story.id])
    store_stories(runner, evolve(story, text="Đánh bạc", unit="ninh-an"))
    assert search_all_pages(runner, "danh bac", SearchScope(units=["ninh-hoa"])) == []
    assert search_all_pages(runner, "danh bac", SearchScope(units=["ninh-an"])) == [story.id]
    store_stories(runner, evolve(story, text=""))
    assert search_all_pages(runner, "danh bac") == []


def test_excluding_records_are_not_found(runner: UseCaseRunner) -> None:
    """An officer doesn't find records from which they are excluded, and pages are filled with other hits."""
    stories = build_stories(*["Mất trộm xe"] * 40)
    store_stories(runner, *(evolve(story, barred=("lan",)) if n % 4 else story for n, story in enumerate(stories)))
    mine = SearchScope[Story](units=None, excluding={"barred": "lan"})
    assert search_all_pages(runner, "trộm", mine) == [story.id for story in reversed(stories[::4])]
    assert len(search_all_pages(runner, "trộm")) == 40


def test_invisible_records_are_not_found(runner: UseCaseRunner) -> None:
    """A record that the officer may not see isn't found, even if it differs from a visible one only in the area below a
    commune.
    """
    visible, hidden = build_stories("Mất trộm xe", "Mất trộm chó")
    store_stories(runner, evolve(visible, unit="ninh-hoa/kdc-1"), hidden)
    reach = SearchScope[Story](units=["ninh-hoa"], is_visible=lambda story: story.unit == "ninh-hoa/kdc-1")
    assert search_all_pages(runner, "trộm", reach) == [visible.id]


def test_purged_record_is_not_found(runner: UseCaseRunner) -> None:
    """A purged record isn't found, neither while only its key is destroyed nor after its terms are removed."""
    (first, second) = build_stories("Mất trộm xe", "Mất trộm chó")
    store_stories(runner, first, second)
    runner.context.storage.keyring.destroy(f"story:{first.id}")
    runner.context.encryptor.forget(f"story:{first.id}")
    assert search_all_pages(runner, "trộm") == [second.id]

    uow = UnitOfWork(runner.context, runner.permits, LAN, "stories.purge")
    uow.remove_from_index(record for record in [runner.context.find_own_record(f"story:{first.id}")] if record)
    assert [(terms.id, terms.terms) for terms in uow.build_change_set().search] == [(first.id, ())]


def test_long_search_ends_with_a_cursor(runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that has examined its maximum of records ends with a cursor; continued from there, it neither omits nor
    repeats a hit.
    """
    monkeypatch.setattr(record_search, "MAX_EXAMINED", 4)
    store_stories(runner, *build_stories("Mất trộm", *["Mất chó"] * 10))
    scope = SearchScope[Story](units=None, is_visible=lambda story: story.id == "s0000")
    ids = list[str]()
    after = ""
    rounds = 0
    while after or not rounds:
        page = search_stories(runner, "mất", scope, after=after)
        ids += [story.id for story in page.items]
        after, rounds = page.cursor, rounds + 1
    assert (ids, rounds) == (["s0000"], 3)


@pytest.mark.parametrize("cursor", ["x", "!", "WyJuZXdlc3QiLCJzb29uIiwiczEiXQ", "WyJkdWUiLCIyMDIxIiwiczEiXQ"])
def test_a_damaged_cursor_is_refused(district: District, cursor: str) -> None:
    """A damaged cursor is refused with advice on what to use instead."""
    with pytest.raises(BadInput, match="isn't a cursor of this list: use the one from the page before"):
        search_stories(build_search_runner(district, "tokens"), "trộm", after=cursor)


def test_invalid_queries_are_refused(runner: UseCaseRunner) -> None:
    """A query without a word to find and a limit below 1 are refused."""
    with pytest.raises(BadInput, match=r"The search has no word to look for: write at least one\. Words"):
        search_stories(runner, "-trộm")
    with pytest.raises(BadInput, match="ask for 1 or more"):
        search_stories(runner, "trộm", limit=0)


def test_the_index_holds_no_words(district: District) -> None:
    """Search terms are opaque and differ by kind and keys, and their clear values are no finer than a commune and an
    hour.
    """
    runner = build_search_runner(district, "tokens")
    (story,) = build_stories("Mất trộm, mất trộm xe 35B1-123.45, gọi 0912 345 678", unit="ninh-hoa/kdc-1")
    late = evolve(story, told_at=story.told_at + timedelta(minutes=42))
    terms = runner.context.terms.build_search_terms(runner.context.district, STORY, late)
    assert terms is not None
    assert (terms.unit, terms.at) == ("ninh-hoa", story.told_at)
    assert len(terms.terms) == 6
    assert terms.terms[:2] == terms.terms[2:4]
    assert all(len(term) == 12 for term in terms.terms)
    assert not {"mat", "trom", "xe", "goi"} & set(terms.terms)
    other_terms = runner.context.terms.build_search_terms(
        runner.context.district, evolve(STORY, spec=evolve(STORY.spec, kind="tale"), scope=lambda _: ""), late
    )
    assert other_terms is not None
    assert not set(other_terms.terms) & set(terms.terms)


def test_only_changes_are_indexed_again(district: District) -> None:
    """Search terms are made again only for a change of text or unit, and only in the mode `tokens`."""
    tokens = build_search_runner(district, "tokens")
    scan = build_search_runner(district, "scan")
    (story,) = build_stories("Mất trộm")
    assert tokens.context.terms.build_search_terms(tokens.context.district, STORY, story) is not None
    assert (
        tokens.context.terms.build_search_terms(tokens.context.district, STORY, evolve(story, barred=("lan",)), story)
        is None
    )
    assert (
        tokens.context.terms.build_search_terms(tokens.context.district, STORY, evolve(story, unit="ninh-an"), story)
        is not None
    )
    assert scan.context.terms.build_search_terms(scan.context.district, STORY, story) is None


def test_searchable_kind_needs_a_scope_per_record(district: District) -> None:
    """A searchable kind needs a separate scope for each record, because a purge has to find the terms of a scope."""
    runner = build_search_runner(district, "tokens")
    (story,) = build_stories("Mất trộm")
    with pytest.raises(AssertionError, match="a purge would miss"):
        runner.context.terms.build_search_terms(
            runner.context.district, evolve(STORY, scope=lambda _: "stories"), story
        )


def change_spelling(text: str, way: str) -> str:
    """Return the text in the spelling that `way` names."""
    ways: dict[str, Callable[[str], str]] = {
        "as it is": str,
        "decomposed": lambda text: unicodedata.normalize("NFD", text),
        "bare": fold,
        "capitals": str.upper,
        "early tones": place_tones,
        "Ð": lambda text: text.replace("đ", "ð").replace("Đ", "Ð"),
    }
    return ways[way](text)


WAYS = st.sampled_from(["as it is", "decomposed", "bare", "capitals", "early tones", "Ð"])
# Bare numbers are left out of the loose syllables: the search removes them without a gap, which the naive search
# doesn't reproduce.
LOOSE = ["hoà", "hòa", "thuý", "thúy", "Đường", "ðường", "ko", "không", "OR", *filter(str.isalpha, SYLLABLES[:60])]
TEXTS = st.builds(change_spelling, st.sampled_from(SENTENCES), WAYS) | st.lists(st.sampled_from(LOOSE)).map(" ".join)
PLAIN = st.sampled_from(["hoa", "thúy", "đường", "không", "công", "an", "xe", "mất", "bị", "có", "người", "các anh"])
EITHER = st.lists(st.builds(change_spelling, PLAIN, WAYS), min_size=1, max_size=2)
ASKED = st.lists(st.tuples(st.sampled_from(["all", "all", "none"]), EITHER), min_size=1, max_size=3)


def matches_naively(district: District, text: str, query: Sequence[tuple[str, list[str]]]) -> bool:
    """Return whether the folded clear text matches the query, searched in the simplest way."""

    def fold_words(raw: str) -> str:
        words = "".join(c if c.isalnum() else " " for c in fold(raw)).split()
        return f" {' '.join(fold(district.teen_code.get(word, word)) for word in words)} "

    return all(
        any(fold_words(phrase) in fold_words(text) for phrase in phrases) is (rule == "all") for rule, phrases in query
    )


def format_query(query: Sequence[tuple[str, list[str]]]) -> str:
    """Return the query as a user would type it."""
    parts = []
    for rule, phrases in query:
        quoted = [f'"{phrase}"' for phrase in phrases]
        parts.append(" OR ".join(quoted) if rule == "all" else " ".join(f"-{phrase}" for phrase in quoted))
    return " ".join(parts)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.tuples(TEXTS, st.sampled_from(UNITS)), max_size=25), query=ASKED, limit=st.integers(1, 4))
@example(texts=[("Ở đường hoà bình", "ninh-an")], query=[("all", ["hòa", "mất"]), ("none", ["xe"])], limit=1)
def test_both_modes_have_the_hits_of_clear_text(
    district: District, texts: list[tuple[str, str]], query: list[tuple[str, list[str]]], limit: int
) -> None:
    """Over a corpus of residents' texts both modes find the hits of a search in the clear text, with and without
    units.
    """
    stories = [
        evolve(story, unit=unit) for story, (_, unit) in zip(build_stories(*(t for t, _ in texts)), texts, strict=True)
    ]
    runners = [build_search_runner(district, mode) for mode in MODES]
    for runner in runners:
        store_stories(runner, *stories)
    for units in (None, ["ninh-hoa"]):
        expected = [
            story.id
            for story in reversed(stories)
            if matches_naively(district, story.text, query) and (units is None or story.unit.startswith("ninh-hoa"))
        ]
        if not any(rule == "all" for rule, _ in query):
            with pytest.raises(BadInput):
                search_stories(runners[0], format_query(query))
            return
        for runner in runners:
            assert search_all_pages(runner, format_query(query), SearchScope(units=units), limit=limit) == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.lists(st.sampled_from([*SYLLABLES[:60], "-", "|", "OR", '"', "ko", "113"]), min_size=1).map(" ".join))
def test_both_modes_agree_on_any_query(district: District, query: str) -> None:
    """Both modes give the same hits or the same refusal for any query."""

    def search_or_refuse(runner: UseCaseRunner) -> list[str] | str:
        try:
            return search_all_pages(runner, query)
        except BadInput as wrong:
            return str(wrong)

    scan, tokens = (build_search_runner(district, mode) for mode in MODES)
    for runner in (scan, tokens):
        store_stories(runner, *build_stories(*SENTENCES[:40]))
    assert search_or_refuse(scan) == search_or_refuse(tokens)
