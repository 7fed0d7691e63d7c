"""The newest 20 tips that hold the words asked for, in both ways of searching.

Ours: `Tips.search` as an officer: grants read, hits found, their bodies opened and looked at once more, a journal
entry durably written. `tokens` asks the storage's index of keyed words, `scan` opens what is in scope.

Floor of `tokens`: FTS5 over the folded words in clear, newest first by rowid; then as many data keys unwrapped, bodies
decrypted and decoded, and one row committed. Floor of `scan`: all bodies, newest first, unwrapped, decrypted and
decoded, and one row committed; no word is looked for in them. Both have bodies sealed as ours are: bound to their rows,
with the keys in a table apart (see `benchmarks.bodies`). One more row each shows ours against bodies that are bound to
nothing and have their keys beside them, which nobody may store so.
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
from benchmarks.measure import CannotRun, Effort, Goal, Result, compared, milliseconds, paired
from benchmarks.province import in_portions, province, store, tips
from benchmarks.town import open_town, tip_texts

TITLE = "search, newest 20, against full text in clear and against opening as many bodies"
PAGE = 20
GOAL = Goal(most=1.5)
ROUNDS = 11
Searching = Callable[[str], Listing[Tip]]
# A word that none of the demo's tips has, and how many tips it is put into.
RARE = "thuyền"
RARE_SHARE = 0.001

_TABLES = "CREATE VIRTUAL TABLE words USING fts5(line, content='', tokenize='ascii');"
_HITS = "words w CROSS JOIN tip t ON t.number = w.rowid"
UNBOUND = "against bodies bound to nothing"


def measure(effort: Effort) -> Sequence[Result]:
    """Measure both ways, each in a store of its own."""
    tokens = _tokens(effort.within("tokens"), effort.choose(20_000, 1_000_000))
    return [*tokens, *_scan(effort.within("scan"), effort.choose(5_000, 50_000))]


def _tokens(effort: Effort, count: int) -> list[Result]:
    common, second = extract_terms(tip_texts()[0])[:2]
    asked = {"a common word": common, "two words": f"{common} {second}", "a rare word": RARE}
    with open_town(effort.folder, district=evolve(province(), search_mode=TOKENS)) as app:
        ours, bare, loose = _filled(effort, app, count)
        found = [_found(f"tokens: {name}, {count:,} tips", ours, bare, text) for name, text in asked.items()]
        return [*found, evolve(_found(f"tokens: a common word, {UNBOUND}", ours, loose, common), goal=None)]


def _found(case: str, ours: Searching, bare: "Bare", text: str) -> Result:
    """Compare a search on both sides, which must find as many."""
    floor = partial(bare.found, " ".join(extract_terms(text)))
    mine = len(ours(text).items)
    other = floor()
    if mine != other:
        raise CannotRun(f"{mine} tips were found by {text!r} and {other} by the floor")
    return _compared(case, partial(ours, text), floor)


def _scan(effort: Effort, count: int) -> list[Result]:
    with open_town(effort.folder, district=province()) as app:
        ours, bare, loose = _filled(effort, app, count)
        search = partial(ours, "xylophon")
        case = "scan: a word that nobody wrote"
        found = _compared(f"{case}, {count:,} tips", search, bare.all)
        return [found, evolve(_compared(f"{case}, {UNBOUND}", search, loose.all), goal=None)]


def _compared(case: str, ours: Callable[[], object], floor: Callable[[], object]) -> Result:
    return compared(case, "ms", paired(milliseconds(ours), milliseconds(floor), ROUNDS), goal=GOAL)


def _filled(effort: Effort, app: App, count: int) -> tuple[Searching, "Bare", "Bare"]:
    """Store tips on all sides; return how an officer searches, and the bare sides, with bodies bound and not."""
    officer = UnsafeLocalUsers(app).appoint("Officer", app.district.root, "tip_officer")
    bare, loose = (Bare(effort, bound=bound) for bound in (True, False))
    for portion in in_portions(_worded(tips(app, count, "nobody", "nobody"))):
        store(app, portion)
        bare.store(portion)
        loose.store(portion)
    return lambda text: app.tips.search(officer, text, limit=PAGE), bare, loose


def _worded(found: Iterator[Tip]) -> Iterator[Tip]:
    """Yield tips in mixed words of the demo's tips, with a rare one now and then."""
    dice = random.Random(2)
    vocabulary = [word for text in tip_texts() for word in text.split()]
    for tip in found:
        words = [*dice.choices(vocabulary, k=25), *([RARE] if dice.random() < RARE_SHARE else [])]
        yield evolve(tip, text=" ".join(words))


class Bare:
    """The same tips by hand."""

    def __init__(self, effort: Effort, *, bound: bool) -> None:
        self._tips = BareTips(effort.folder / f"bare-{bound}.db", _TABLES, bound=bound)

    def store(self, several: Sequence[Tip]) -> None:
        """Store tips and their folded words."""
        with self._tips.storing(several) as numbered:
            self._tips.connection.executemany(
                "INSERT INTO words (rowid, line) VALUES (?, ?)",
                [(number, " ".join(extract_terms(tip.text))) for number, tip in numbered],
            )

    def found(self, line: str) -> int:
        """Find and open the newest hits; return how many there were."""
        return self._open(_HITS, "WHERE w.line MATCH ? ORDER BY w.rowid DESC LIMIT ?", (line, PAGE))

    def all(self) -> int:
        """Open every body, newest first; return how many there are."""
        return self._open("tip t", "ORDER BY t.number DESC", ())

    def _open(self, tables: str, rule: str, values: tuple[object, ...]) -> int:
        statement = f"SELECT {self._tips.selected} FROM {tables} {self._tips.keys} {rule}"
        return len(self._tips.open(self._tips.connection.execute(statement, values)))
