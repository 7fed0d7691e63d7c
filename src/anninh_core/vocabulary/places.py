"""The names of a district's places, as people write them, indexed once: which units hold a name, and at what day."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Protocol

from attrs import define, field, frozen

from anninh_core._moved import keep_moved
from anninh_core.kernel.text import place_tones, words
from anninh_core.vocabulary.units import Succession, Unit, UnitLevel

_MOST_HOLDINGS = 4096  # answers kept: of some days, as many names as a province has

Tokens = tuple[str, ...]
Phrases = Mapping[str, frozenset[str]]
"""Folded word or words -> the ways they are written with accents: "tới" is no "tối"."""


@frozen(kw_only=True)
class PlaceWords:
    """Words around the names of places, and words that tell nothing.

    Attributes:
        kinds: kind of unit -> what people call such a unit before its name, folded: "xã", "x", "khu dân cư số".
        here: what says that something is there: "ở", "tại".
        elsewhere: what says that a place is where somebody comes from or goes to, or only near: "đi", "quê", "gần".
        away: what says so behind the name: "về".
        titles: forms of address, before which a name is rather somebody's.
        families: family names as written, after which a name is a person's or a street's.
        innocent: phrases, folded, in which a name only seems to stand: "an ninh".
        common: words that say nothing about what a report is about.
        most_options: from so many units on a resident is asked for the place in free words instead of by numbers.
    """

    kinds: Mapping[str, tuple[str, ...]] = field(factory=dict)
    here: Phrases = field(factory=dict)
    elsewhere: Phrases = field(factory=dict)
    away: Phrases = field(factory=dict)
    titles: Phrases = field(factory=dict)
    families: frozenset[str] = frozenset()
    innocent: tuple[str, ...] = ()
    common: Phrases = field(factory=dict)
    most_options: int = 12


@define
class PlaceName:
    """One way to write a name, and the units that hold it.

    Attributes:
        tokens: its folded words.
        written: the same words with their accents, or () where only the letters are known.
        units: ids of the units that hold it at any time; none for an innocent phrase.
        is_numbered: whether it is a number with its kind, such as "xóm 3", which stands in many communes.
        is_innocent: whether the same words are a phrase of everyday life: it is a place behind its kind alone.
    """

    tokens: Tokens
    written: Tokens = ()
    units: tuple[str, ...] = ()
    is_numbered: bool = False
    kinds: frozenset[str] = frozenset()
    is_innocent: bool = False


@frozen
class Holding:
    """The places that a name means on a day.

    Attributes:
        units: their ids, in the profile's order.
        is_sure: whether they are all that it can mean: a later name says little of what its unit was merged from.
    """

    units: tuple[str, ...] = ()
    is_sure: bool = True


class _UnitTree(Protocol):
    """The units of a district, and what is asked of their tree."""

    @property
    def root(self) -> str: ...
    @property
    def units(self) -> Mapping[str, Unit]: ...
    @property
    def levels(self) -> Mapping[str, UnitLevel]: ...
    @property
    def successions(self) -> tuple[Succession, ...]: ...
    def subtree(self, top: str) -> tuple[str, ...]: ...
    def counting_unit(self, id: str) -> str: ...


class PlaceNames:
    """The index of a district's names.

    Places are the units at the counting level and what stands below them, within the tree of the root. Units outside it
    (what the communes of 2021 became later, say) lend their names to the places that they came from or turned into.
    """

    def __init__(self, tree: _UnitTree, place_words: PlaceWords) -> None:
        self._tree = tree
        self._words = place_words
        self._by_start: dict[str, list[PlaceName]] = {}
        self._holdings: dict[tuple[Tokens, date, str], Holding] = {}
        names: dict[Tokens, PlaceName] = {}
        for unit in filter(self._is_place, tree.units.values()):
            for written in self._spellings(unit):
                self._add(names, unit, written)
        for phrase in place_words.innocent:
            tokens = tuple(phrase.split())
            names.setdefault(tokens, PlaceName(tokens)).is_innocent = True  # "an ninh" is hardly ever the commune
        for name in sorted(names.values(), key=lambda name: -len(name.tokens)):
            self._by_start.setdefault(name.tokens[0], []).append(name)
        self.kind_words: dict[tuple[str, ...], str] = {
            tuple(phrase.split()): kind for kind, phrases in place_words.kinds.items() for phrase in phrases
        }

    def find_in(self, tokens: Tokens) -> Iterator[tuple[int, PlaceName]]:
        """Yield where names stand in a text's folded words, from left to right, the longest first, none overlapping.

        An innocent phrase is none, unless a unit is called so and its kind stands before it, as in "xã An Ninh".
        """
        at = 0
        starts = self._by_start
        while at < len(tokens):
            for name in starts.get(tokens[at], ()):
                if tokens[at : at + len(name.tokens)] == name.tokens:
                    if name.units and (not name.is_innocent or self._has_kind(tokens[:at], name)):
                        yield at, name
                    at += len(name.tokens)
                    break
            else:
                at += 1

    def _has_kind(self, before: Tokens, name: PlaceName) -> bool:
        """Tell whether words end with the kind of one of a name's units."""
        return any(self.kind_words.get(before[-length:]) in name.kinds for length in (2, 1) if len(before) >= length)

    def may_occur_in(self, tokens: Iterable[str]) -> bool:
        """Tell in a moment whether any name could begin in a text."""
        return not self._by_start.keys().isdisjoint(tokens)

    def holders(self, units: Tokens, day: date, kind: str = "") -> "Holding":
        """Return the places that a name means on a day: its holders then, else what they came from or turned into.

        Args:
            units: who holds the name at any time.
            day: when it was said.
            kind: the kind of unit that was said with it, "" where none was: it tells apart those who held it one after
                another, where none holds it on that day.
        """
        asked = (units, day, kind)
        if asked not in self._holdings:
            if len(self._holdings) >= _MOST_HOLDINGS:
                self._holdings.clear()
            self._holdings[asked] = self._find_holders(*asked)
        return self._holdings[asked]

    def _find_holders(self, units: Tokens, said_on: date, kind: str) -> "Holding":
        day = self._standing_day(said_on)
        held = [self._tree.units[id] for id in units]
        now = [unit.id for unit in held if unit.id in self._in_tree and unit.exists_on(day)]
        if now:
            return Holding(tuple(now))
        held = [unit for unit in held if unit.kind == kind] or held
        related: dict[str, bool] = {}
        for unit in held:
            for id, is_whole in self._relatives(unit.id).items():
                if self._tree.units[id].exists_on(day):
                    related[id] = related.get(id, True) and is_whole and unit.valid_from <= said_on
        return Holding(tuple(related), is_sure=all(related.values()))

    def standing_on(self, day: date) -> tuple[str, ...]:
        """Return the places of a day, as `holders` takes it."""
        day, units = self._standing_day(day), self._tree.units
        return tuple(id for id in self._in_tree if self._is_place(units[id]) and units[id].exists_on(day))

    def _standing_day(self, day: date) -> date:
        """Return a day on which the root stands: who still works with a profile that has ended means its last day."""
        root = self._tree.units[self._tree.root]
        return min(max(day, root.valid_from), root.valid_to)

    @cached_property
    def _in_tree(self) -> frozenset[str]:
        return frozenset(self._tree.subtree(self._tree.root))

    def _is_place(self, unit: Unit) -> bool:
        return self._tree.levels[self._tree.units[self._tree.counting_unit(unit.id)].level].counts

    def _relatives(self, id: str) -> dict[str, bool]:
        """Return the places in the tree that a unit came from or turned into -> whether they are all that it was.

        What a unit was merged from needn't be all known here: its name doesn't tell for sure which part is meant.
        """
        steps = self._tree.successions
        before = _reach(id, {s: (s.into, s.unit) for s in steps}, {})
        after = _reach(id, {s: (s.unit, s.into) for s in steps if s.how != "split"}, {})
        merged = {s.into for s in steps if s.how != "renamed"}
        came_from = {one: not merged & {id, *before} for one in before}
        reached = came_from | dict.fromkeys(after, True)
        units = self._tree.units
        return {one: whole for one, whole in reached.items() if one in self._in_tree and self._is_place(units[one])}

    def _spellings(self, unit: Unit) -> Iterator[Tokens]:
        """Yield how a unit is called, without its kind; what is only a number keeps it, in all its words."""
        kinds = [phrase.split() for phrase in self._words.kinds.get(unit.kind, ())]
        for name in (unit.name, *unit.aliases):
            written = split_accented(name)
            folded = [fold_number(token) for token in words(name)]
            lengths = [len(kind) for kind in kinds if folded[: len(kind)] == kind and len(folded) > len(kind)]
            core = written[max(lengths, default=0) :]
            if not all(token.isdigit() for token in core):
                yield core
                continue
            for kind in kinds if lengths else ():
                yield (*kind, *core)
                if len(kind) == 1:
                    yield (kind[0] + fold_number(core[0]), *core[1:])

    def _add(self, names: dict[Tokens, PlaceName], unit: Unit, written: Tokens) -> None:
        tokens = tuple(fold_number(token) for token in words(" ".join(written)))
        is_numbered = tokens[-1][-1].isdigit()
        spellings: list[tuple[Tokens, Tokens]] = [(tokens, () if is_numbered else written)]
        if len(tokens) > 1 and not is_numbered and min(map(len, tokens)) > 1:
            spellings.append((("".join(tokens),), ()))
        for spelling, accented in spellings:
            name = names.setdefault(spelling, PlaceName(spelling, accented, is_numbered=is_numbered))
            if unit.id not in name.units:
                name.units = (*name.units, unit.id)
                name.kinds |= {unit.kind}


def fold_number(token: str) -> str:
    """Return a word as names are compared by: "01" is "1"."""
    return token.lstrip("0") or "0" if token.isdigit() else token


def by_letters(phrases: Iterable[str]) -> Phrases:
    """Return phrases by what is left of them without accents."""
    found: dict[str, frozenset[str]] = {}
    for phrase in phrases:
        folded = " ".join(words(phrase))
        found[folded] = found.get(folded, frozenset()) | {" ".join(split_accented(phrase))}
    return found


def split_accented(text: str) -> Tokens:
    """Return a text's words with their accents, in small letters and with the tones in one place."""
    return tuple("".join(c if c.isalnum() else " " for c in place_tones(text).casefold()).split())


def _reach(id: str, steps: Mapping[Succession, tuple[str, str]], seen: dict[str, None]) -> dict[str, None]:
    """Return what is reached from a unit by steps from one to another, whatever lies between."""
    for start, end in steps.values():
        if start == id and end not in seen:
            seen[end] = None
            _reach(end, steps, seen)
    return seen


keep_moved(__name__, "labels", "names")
