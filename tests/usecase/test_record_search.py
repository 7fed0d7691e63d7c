"""Both ways of searching have the hits of a plain look at the clear text, in scope, newest first, page by page."""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve, field, frozen
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.usecase.conftest import Everybody

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
    """Something told."""

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
    return opened(district, request.param)


def opened(district: District, mode: str) -> UseCaseRunner:
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
    return UseCaseRunner(context=context, permits=Everybody(), pause=lambda _: None)


def tell(runner: UseCaseRunner, *stories: Story) -> None:
    """Write stories down, each over what stands there under its id."""
    for story in stories:
        uow = UnitOfWork(runner.context, runner.permits, LAN, "stories.tell")
        uow.get(STORY, story.id)
        uow.save(STORY, story)
        assert runner.commit(uow)


def told(*texts: str, minutes: int = 1, unit: str = "ninh-hoa") -> list[Story]:
    """Make stories, each told later than the one before; the later the id, the later too."""
    return [
        Story(id=f"s{n:04}", unit=unit, text=text, told_at=START + n * timedelta(minutes=minutes))
        for n, text in enumerate(texts)
    ]


def ask(
    runner: UseCaseRunner, text: str, reach: SearchScope[Story] | None = None, *, after: str = "", limit: int = 20
) -> Listing[Story]:
    session = ReadSession(runner.context, runner.permits, LAN, "stories.search")
    page = search(session, STORY, text, reach or SearchScope(units=None), after=after, limit=limit)
    assert session.opened.ids == [story.id for story in page.items]
    return page


def pages(runner: UseCaseRunner, text: str, reach: SearchScope[Story] | None = None, *, limit: int = 3) -> list[str]:
    """Return the ids of all pages."""
    found: list[str] = []
    after = ""
    while True:
        page = ask(runner, text, reach, after=after, limit=limit)
        found += [story.id for story in page.items]
        after = page.cursor
        if not after:
            return found
        assert len(page.items) == limit, "only the last page may be short"


def test_the_newest_come_first_page_by_page(runner: UseCaseRunner) -> None:
    """Also where many were told in the same hour; the last page has no cursor."""
    tell(runner, *told(*["Mất trộm xe"] * 9, minutes=20))
    assert pages(runner, "trom xe") == [f"s{n:04}" for n in range(8, -1, -1)]
    assert ask(runner, "trom", limit=9).cursor == ""
    assert ask(runner, "trom", limit=8).cursor != ""


def test_the_text_of_an_older_body_is_raised_before_it_is_searched() -> None:
    """One of the present schema is taken as it stands."""
    kind = evolve(STORY, schema=2, upcasters={1: lambda body: body | {"text": f"{body['text']} xe"}})
    body = kind.encode(*told("Mất trộm"))
    assert kind.extract_text(body, 1) == "Mất trộm xe"
    assert kind.extract_text(body, 2) == "Mất trộm"


def test_what_changes_is_found_by_its_new_words_and_unit(runner: UseCaseRunner) -> None:
    """A changed record is no longer found by what it said or where it stood before."""
    (story,) = told("Mất trộm xe")
    tell(runner, story)
    tell(runner, evolve(story, text="Đánh bạc"))
    assert (pages(runner, "trộm"), pages(runner, "danh bac")) == ([], [story.id])
    tell(runner, evolve(story, text="Đánh bạc", unit="ninh-an"))
    assert pages(runner, "danh bac", SearchScope(units=["ninh-hoa"])) == []
    assert pages(runner, "danh bac", SearchScope(units=["ninh-an"])) == [story.id]
    tell(runner, evolve(story, text=""))
    assert pages(runner, "danh bac") == []


def test_nobody_finds_what_excludes_them(runner: UseCaseRunner) -> None:
    """However many hits are barred, a page is filled with those that aren't."""
    stories = told(*["Mất trộm xe"] * 40)
    tell(runner, *(evolve(story, barred=("lan",)) if n % 4 else story for n, story in enumerate(stories)))
    mine = SearchScope[Story](units=None, excluding={"barred": "lan"})
    assert pages(runner, "trộm", mine) == [story.id for story in reversed(stories[::4])]
    assert len(pages(runner, "trộm")) == 40


def test_what_may_not_be_shown_is_not_found(runner: UseCaseRunner) -> None:
    """Areas below a commune are told apart after opening."""
    here, there = told("Mất trộm xe", "Mất trộm chó")
    tell(runner, evolve(here, unit="ninh-hoa/kdc-1"), there)
    reach = SearchScope[Story](units=["ninh-hoa"], is_visible=lambda story: story.unit == "ninh-hoa/kdc-1")
    assert pages(runner, "trộm", reach) == [here.id]


def test_what_was_purged_is_not_found(runner: UseCaseRunner) -> None:
    """Neither while only its key is gone, nor once its words are taken out of the index."""
    (first, second) = told("Mất trộm xe", "Mất trộm chó")
    tell(runner, first, second)
    runner.context.storage.keyring.destroy(f"story:{first.id}")
    runner.context.encryptor.forget(f"story:{first.id}")
    assert pages(runner, "trộm") == [second.id]

    uow = UnitOfWork(runner.context, runner.permits, LAN, "stories.purge")
    uow.remove_from_index(record for record in [runner.context.own_record(f"story:{first.id}")] if record)
    assert [(terms.id, terms.terms) for terms in uow.build_change_set().search] == [(first.id, ())]


def test_a_search_without_end_stops_and_says_so(runner: UseCaseRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many records looked at it ends with a cursor, and goes on from there without gap or repeat."""
    monkeypatch.setattr(record_search, "MAX_EXAMINED", 4)
    tell(runner, *told("Mất trộm", *["Mất chó"] * 10))
    wanted = SearchScope[Story](units=None, is_visible=lambda story: story.id == "s0000")
    found = list[str]()
    after = ""
    asked = 0
    while after or not asked:
        page = ask(runner, "mất", wanted, after=after)
        found += [story.id for story in page.items]
        after, asked = page.cursor, asked + 1
    assert (found, asked) == (["s0000"], 3)


@pytest.mark.parametrize("cursor", ["x", "!", "WyJuZXdlc3QiLCJzb29uIiwiczEiXQ", "WyJkdWUiLCIyMDIxIiwiczEiXQ"])
def test_a_damaged_cursor_is_refused(district: District, cursor: str) -> None:
    """In a sentence that says what to do."""
    with pytest.raises(BadInput, match="isn't a cursor of this list: use the one from the page before"):
        ask(opened(district, "tokens"), "trộm", after=cursor)


def test_wrong_questions_are_refused(runner: UseCaseRunner) -> None:
    """Nothing to look for, and pages without hits."""
    with pytest.raises(BadInput, match=r"The search has no word to look for: write at least one\. Words"):
        ask(runner, "-trộm")
    with pytest.raises(BadInput, match="ask for 1 or more"):
        ask(runner, "trộm", limit=0)


def test_the_index_holds_no_words(district: District) -> None:
    """Terms are opaque, differ by kind and by keys, and stand in clear no finer than a commune and an hour."""
    runner = opened(district, "tokens")
    (story,) = told("Mất trộm, mất trộm xe 35B1-123.45, gọi 0912 345 678", unit="ninh-hoa/kdc-1")
    late = evolve(story, told_at=story.told_at + timedelta(minutes=42))
    found = runner.context.terms.search_terms(runner.context.district, STORY, late)
    assert found is not None
    assert (found.unit, found.at) == ("ninh-hoa", story.told_at)
    assert len(found.terms) == 6
    assert found.terms[:2] == found.terms[2:4]
    assert all(len(term) == 12 for term in found.terms)
    assert not {"mat", "trom", "xe", "goi"} & set(found.terms)
    others = runner.context.terms.search_terms(
        runner.context.district, evolve(STORY, spec=evolve(STORY.spec, kind="tale"), scope=lambda _: ""), late
    )
    assert others is not None
    assert not set(others.terms) & set(found.terms)


def test_only_what_changes_is_indexed_anew(district: District) -> None:
    """A step that leaves words and unit alone costs the index nothing; without the index nothing is made."""
    tokens = opened(district, "tokens")
    scan = opened(district, "scan")
    (story,) = told("Mất trộm")
    assert tokens.context.terms.search_terms(tokens.context.district, STORY, story) is not None
    assert (
        tokens.context.terms.search_terms(tokens.context.district, STORY, evolve(story, barred=("lan",)), story) is None
    )
    assert (
        tokens.context.terms.search_terms(tokens.context.district, STORY, evolve(story, unit="ninh-an"), story)
        is not None
    )
    assert scan.context.terms.search_terms(scan.context.district, STORY, story) is None


def test_a_searched_kind_is_sealed_by_record(district: District) -> None:
    """Else a purge couldn't tell which terms belong to the scope."""
    runner = opened(district, "tokens")
    (story,) = told("Mất trộm")
    with pytest.raises(AssertionError, match="a purge would miss"):
        runner.context.terms.search_terms(runner.context.district, evolve(STORY, scope=lambda _: "stories"), story)


def changed(text: str, how: str) -> str:
    """Write a text another way."""
    ways: dict[str, Callable[[str], str]] = {
        "as it is": str,
        "decomposed": lambda text: unicodedata.normalize("NFD", text),
        "bare": fold,
        "capitals": str.upper,
        "early tones": place_tones,
        "Ð": lambda text: text.replace("đ", "ð").replace("Đ", "Ð"),
    }
    return ways[how](text)


WAYS = st.sampled_from(["as it is", "decomposed", "bare", "capitals", "early tones", "Ð"])
# No bare numbers among the loose syllables: they leave no gap behind, which the naive reader doesn't know.
LOOSE = ["hoà", "hòa", "thuý", "thúy", "Đường", "ðường", "ko", "không", "OR", *filter(str.isalpha, SYLLABLES[:60])]
TEXTS = st.builds(changed, st.sampled_from(SENTENCES), WAYS) | st.lists(st.sampled_from(LOOSE)).map(" ".join)
PLAIN = st.sampled_from(["hoa", "thúy", "đường", "không", "công", "an", "xe", "mất", "bị", "có", "người", "các anh"])
EITHER = st.lists(st.builds(changed, PLAIN, WAYS), min_size=1, max_size=2)
ASKED = st.lists(st.tuples(st.sampled_from(["all", "all", "none"]), EITHER), min_size=1, max_size=3)


def naive(district: District, text: str, asked: Sequence[tuple[str, list[str]]]) -> bool:
    """Look for words in the folded clear text, the simplest way there is."""

    def plain(said: str) -> str:
        spoken = "".join(c if c.isalnum() else " " for c in fold(said)).split()
        return f" {' '.join(fold(district.teen_code.get(word, word)) for word in spoken)} "

    return all(any(plain(phrase) in plain(text) for phrase in phrases) is (rule == "all") for rule, phrases in asked)


def written(asked: Sequence[tuple[str, list[str]]]) -> str:
    """Write a question as somebody would type it."""
    parts = []
    for rule, phrases in asked:
        quoted = [f'"{phrase}"' for phrase in phrases]
        parts.append(" OR ".join(quoted) if rule == "all" else " ".join(f"-{phrase}" for phrase in quoted))
    return " ".join(parts)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.tuples(TEXTS, st.sampled_from(UNITS)), max_size=25), asked=ASKED, limit=st.integers(1, 4))
@example(texts=[("Ở đường hoà bình", "ninh-an")], asked=[("all", ["hòa", "mất"]), ("none", ["xe"])], limit=1)
def test_both_modes_have_the_hits_of_clear_text(
    district: District, texts: list[tuple[str, str]], asked: list[tuple[str, list[str]]], limit: int
) -> None:
    """Over a corpus of residents' words: index, opened bodies and clear text agree, in units and out of them."""
    stories = [evolve(story, unit=unit) for story, (_, unit) in zip(told(*(t for t, _ in texts)), texts, strict=True)]
    desks = [opened(district, mode) for mode in MODES]
    for runner in desks:
        tell(runner, *stories)
    for units in (None, ["ninh-hoa"]):
        expected = [
            story.id
            for story in reversed(stories)
            if naive(district, story.text, asked) and (units is None or story.unit.startswith("ninh-hoa"))
        ]
        if not any(rule == "all" for rule, _ in asked):
            with pytest.raises(BadInput):
                ask(desks[0], written(asked))
            return
        for runner in desks:
            assert pages(runner, written(asked), SearchScope(units=units), limit=limit) == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.lists(st.sampled_from([*SYLLABLES[:60], "-", "|", "OR", '"', "ko", "113"]), min_size=1).map(" ".join))
def test_both_modes_answer_any_query_alike(district: District, query: str) -> None:
    """Whatever somebody types over a corpus of real length: the same hits or the same refusal."""

    def answer(runner: UseCaseRunner) -> list[str] | str:
        try:
            return pages(runner, query)
        except BadInput as wrong:
            return str(wrong)

    scan, tokens = (opened(district, mode) for mode in MODES)
    for runner in (scan, tokens):
        tell(runner, *told(*SENTENCES[:40]))
    assert answer(scan) == answer(tokens)
