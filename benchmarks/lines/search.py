"""A search for the newest 20 tips that contain given words, in both search modes.

Ours: `Tips.search` as an officer: grants read, hits found, their bodies decrypted and checked again, a journal entry
durably written. `tokens` queries the storage's index of keyed words, `scan` decrypts everything in scope.
Floor of `tokens`: FTS5 over the folded words in clear, newest first by rowid; then as many data keys unwrapped, bodies
decrypted and decoded, and one row committed. Floor of `scan`: all bodies, newest first, unwrapped, decrypted and
decoded, and one row committed; it searches no word in them. Both have bodies encrypted as ours: bound to their rows,
with the keys in a separate table (see `benchmarks.bodies`). A further row each shows ours against bodies that are bound
to nothing and have their keys in the same row, which the architecture forbids.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from attrs import evolve

from anninh_core import App
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.search.query import extract_terms
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.keyed_hashes.term_hashing import TOKENS
from anninh_core.usecase.read_session import Listing
from benchmarks.bodies import BareTips
from benchmarks.measure import (
    CannotRun,
    Effort,
    Goal,
    Result,
    build_comparison,
    build_milliseconds_round,
    measure_pairs,
)
from benchmarks.province import iter_tips, load_province, split_into_batches, store_tips
from benchmarks.town import list_tip_texts, open_town

TITLE = "search, newest 20, against full text in clear and against opening as many bodies"
PAGE = 20
GOAL = Goal(most=1.5)
ROUNDS = 11
Searching = Callable[[str], Listing[Tip]]
# RARE is a word that none of the demo's tips has, and RARE_SHARE the share of tips that get it.
RARE = "thuyền"
RARE_SHARE = 0.001

_TABLES = "CREATE VIRTUAL TABLE words USING fts5(line, content='', tokenize='ascii');"
_HITS = "words w CROSS JOIN tip t ON t.number = w.rowid"
UNBOUND = "against bodies bound to nothing"


def measure(effort: Effort) -> Sequence[Result]:
    """Measure both search modes, each in its own store."""
    tokens = _measure_tokens(effort.within("tokens"), effort.choose(20_000, 1_000_000))
    return [*tokens, *_measure_scan(effort.within("scan"), effort.choose(5_000, 50_000))]


def _measure_tokens(effort: Effort, count: int) -> list[Result]:
    common, second = extract_terms(list_tip_texts()[0])[:2]
    queries = {"a common word": common, "two words": f"{common} {second}", "a rare word": RARE}
    with open_town(effort.folder, district=evolve(load_province(), search_mode=TOKENS)) as app:
        ours, bare, loose = _fill_stores(effort, app, count)
        results = [
            _compare_search(f"tokens: {name}, {count:,} tips", ours, bare, text) for name, text in queries.items()
        ]
        return [*results, evolve(_compare_search(f"tokens: a common word, {UNBOUND}", ours, loose, common), goal=None)]


def _compare_search(case: str, ours: Searching, bare: "BareSearch", text: str) -> Result:
    """Compare a search by the library with a bare one, which must return the same number of tips."""
    floor = partial(bare.find_newest, " ".join(extract_terms(text)))
    our_count = len(ours(text).items)
    floor_count = floor()
    if our_count != floor_count:
        raise CannotRun(f"{our_count} tips were found by {text!r} and {floor_count} by the floor")
    return _compare(case, partial(ours, text), floor)


def _measure_scan(effort: Effort, count: int) -> list[Result]:
    with open_town(effort.folder, district=load_province()) as app:
        ours, bare, loose = _fill_stores(effort, app, count)
        search = partial(ours, "xylophon")
        case = "scan: a word that nobody wrote"
        result = _compare(f"{case}, {count:,} tips", search, bare.decrypt_all)
        return [result, evolve(_compare(f"{case}, {UNBOUND}", search, loose.decrypt_all), goal=None)]


def _compare(case: str, ours: Callable[[], object], floor: Callable[[], object]) -> Result:
    return build_comparison(
        case, "ms", measure_pairs(build_milliseconds_round(ours), build_milliseconds_round(floor), ROUNDS), goal=GOAL
    )


def _fill_stores(effort: Effort, app: App, count: int) -> tuple[Searching, "BareSearch", "BareSearch"]:
    """Store tips in the app and in two bare databases; return an officer's search, and the bare databases with bound
    and with unbound bodies.
    """
    officer = UnsafeLocalUsers(app).appoint("Officer", app.district.root, "tip_officer")
    bare, loose = (BareSearch(effort, bound=bound) for bound in (True, False))
    for portion in split_into_batches(_add_random_words(iter_tips(app, count, "nobody", "nobody"))):
        store_tips(app, portion)
        bare.store(portion)
        loose.store(portion)
    return lambda text: app.tips.search(officer, text, limit=PAGE), bare, loose


def _add_random_words(tips: Iterator[Tip]) -> Iterator[Tip]:
    """Yield the tips with random words of the demo's tips, and sometimes the rare word."""
    dice = random.Random(2)
    vocabulary = [word for text in list_tip_texts() for word in text.split()]
    for tip in tips:
        words = [*dice.choices(vocabulary, k=25), *([RARE] if dice.random() < RARE_SHARE else [])]
        yield evolve(tip, text=" ".join(words))


class BareSearch:
    """The same tips as in the app, stored and searched with bare `sqlite3`."""

    def __init__(self, effort: Effort, *, bound: bool) -> None:
        self._tips = BareTips(effort.folder / f"bare-{bound}.db", _TABLES, bound=bound)

    def store(self, several: Sequence[Tip]) -> None:
        """Store tips and their folded words in the bare database."""
        with self._tips.store_tips_with(several) as numbered:
            self._tips.connection.executemany(
                "INSERT INTO words (rowid, line) VALUES (?, ?)",
                [(number, " ".join(extract_terms(tip.text))) for number, tip in numbered],
            )

    def find_newest(self, line: str) -> int:
        """Find and decrypt the newest hits of a search; return their number."""
        return self._decrypt_rows(_HITS, "WHERE w.line MATCH ? ORDER BY w.rowid DESC LIMIT ?", (line, PAGE))

    def decrypt_all(self) -> int:
        """Decrypt every body, newest first; return their number."""
        return self._decrypt_rows("tip t", "ORDER BY t.number DESC", ())

    def _decrypt_rows(self, tables: str, rule: str, values: tuple[object, ...]) -> int:
        statement = f"SELECT {self._tips.selected} FROM {tables} {self._tips.keys} {rule}"
        return len(self._tips.open(self._tips.connection.execute(statement, values)))
