"""The newest 20 tips that hold the words asked for, in both ways of searching.

Ours: `Tips.search` as an officer: grants read, hits found, their bodies opened and looked at once more, a journal
entry durably written. `tokens` asks the storage's index of keyed words, `scan` opens what is in scope.

Floor of `tokens`: FTS5 over the folded words in clear, newest first by rowid; then as many data keys unwrapped, bodies
decrypted and decoded, and one row committed. Floor of `scan`: all bodies, newest first, unwrapped, decrypted and
decoded, and one row committed; no word is looked for in them.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import msgspec
from attrs import evolve
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anninh_core import App
from anninh_core.kernel.searching import terms_of
from anninh_core.rooms.tips.model import Tip
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.work.look import Listing
from anninh_core.work.terms import TOKENS
from benchmarks.bare import connect, transaction
from benchmarks.measure import CannotRun, Effort, Goal, Result, compared, milliseconds, paired
from benchmarks.province import in_portions, province, store, tips
from benchmarks.town import open_town, tip_texts

TITLE = "search, newest 20, against full text in clear and against opening as many bodies"
PAGE = 20
GOAL = Goal(most=1.5)
ROUNDS = 11
NONCE = bytes(12)
Searching = Callable[[str], Listing[Tip]]
RARE, RARE_SHARE = "thuyền", 0.001
"""A word that none of the demo's tips has, and how many tips it is put into."""

_TABLES = """
    CREATE TABLE tip (id INTEGER PRIMARY KEY, wrapped BLOB NOT NULL, body BLOB NOT NULL);
    CREATE VIRTUAL TABLE words USING fts5(line, content='', tokenize='ascii');
    CREATE TABLE journal (seq INTEGER PRIMARY KEY, content BLOB NOT NULL);
"""
_HITS = "SELECT t.wrapped, t.body FROM words w CROSS JOIN tip t ON t.id = w.rowid WHERE w.line MATCH ?"


def measure(effort: Effort) -> Sequence[Result]:
    """Measure both ways, each in a store of its own."""
    tokens = _tokens(effort.within("tokens"), effort.choose(20_000, 1_000_000))
    return [*tokens, _scan(effort.within("scan"), effort.choose(5_000, 50_000))]


def _tokens(effort: Effort, count: int) -> list[Result]:
    common, second = terms_of(tip_texts()[0])[:2]
    asked = {"a common word": common, "two words": f"{common} {second}", "a rare word": RARE}
    with open_town(effort.folder, district=evolve(province(), search_mode=TOKENS)) as app:
        ours, bare = _filled(effort, app, count)
        return [_found(f"tokens: {name}", ours, bare, text, f"{count:,} tips") for name, text in asked.items()]


def _found(case: str, ours: Searching, bare: "Bare", text: str, note: str) -> Result:
    """Compare a search on both sides, which must find as many."""
    floor = partial(bare.found, " ".join(terms_of(text)))
    mine, other = len(ours(text).items), floor()
    if mine != other:
        raise CannotRun(f"{mine} tips were found by {text!r} and {other} by the floor")
    return _compared(case, partial(ours, text), floor, note)


def _scan(effort: Effort, count: int) -> Result:
    with open_town(effort.folder, district=province()) as app:
        ours, bare = _filled(effort, app, count)
        return _compared(f"scan: a word that nobody wrote, {count:,} tips", partial(ours, "xylophon"), bare.all, "")


def _compared(case: str, ours: Callable[[], object], floor: Callable[[], object], note: str) -> Result:
    return compared(case, "ms", paired(milliseconds(ours), milliseconds(floor), ROUNDS), goal=GOAL, note=note)


def _filled(effort: Effort, app: App, count: int) -> tuple[Searching, "Bare"]:
    """Store tips on both sides; return how an officer searches, and the bare side."""
    officer = UnsafeLocalUsers(app).appoint("Officer", app.district.root, "tip_officer")
    bare = Bare(effort)
    for portion in in_portions(_worded(tips(app, count, "nobody", "nobody"))):
        store(app, portion)
        bare.store(portion)
    return lambda text: app.tips.search(officer, text, limit=PAGE), bare


def _worded(found: Iterator[Tip]) -> Iterator[Tip]:
    """Yield tips in mixed words of the demo's tips, with a rare one now and then."""
    dice = random.Random(2)
    vocabulary = [word for text in tip_texts() for word in text.split()]
    for tip in found:
        words = [*dice.choices(vocabulary, k=25), *([RARE] if dice.random() < RARE_SHARE else [])]
        yield evolve(tip, text=" ".join(words))


class Bare:
    """The same tips by hand."""

    def __init__(self, effort: Effort) -> None:
        self._connection = connect(effort.folder / "bare.db")
        self._connection.executescript(_TABLES)
        self._epoch = AESGCM(AESGCM.generate_key(bit_length=256))
        self._stored = 0

    def store(self, several: Sequence[Tip]) -> None:
        """Store tips and their folded words."""
        numbered = list(enumerate(several, self._stored))
        self._stored += len(numbered)
        with transaction(self._connection):
            self._connection.executemany(
                "INSERT INTO tip VALUES (?, ?, ?)", [(number, *self._sealed(tip)) for number, tip in numbered]
            )
            self._connection.executemany(
                "INSERT INTO words (rowid, line) VALUES (?, ?)",
                [(number, " ".join(terms_of(tip.text))) for number, tip in numbered],
            )

    def _sealed(self, tip: Tip) -> tuple[bytes, bytes]:
        key = AESGCM.generate_key(bit_length=256)
        body = AESGCM(key).encrypt(NONCE, msgspec.json.encode(tip), None)
        return self._epoch.encrypt(NONCE, key, None), body

    def found(self, line: str) -> int:
        """Find and open the newest hits; return how many there were."""
        return self._open(f"{_HITS} ORDER BY w.rowid DESC LIMIT ?", (line, PAGE))

    def all(self) -> int:
        """Open every body, newest first; return how many there are."""
        return self._open("SELECT wrapped, body FROM tip ORDER BY id DESC", ())

    def _open(self, statement: str, values: tuple[object, ...]) -> int:
        opened = 0
        for wrapped, body in self._connection.execute(statement, values):
            key = AESGCM(self._epoch.decrypt(NONCE, wrapped, None))
            msgspec.json.decode(key.decrypt(NONCE, body, None), type=Tip)
            opened += 1
        with transaction(self._connection):
            self._connection.execute("INSERT INTO journal (content) VALUES (?)", (msgspec.json.encode(opened),))
        return opened
