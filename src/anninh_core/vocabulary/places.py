"""Index of a district's place names, as people write them: it finds the units that have a name on a day."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Protocol

from attrs import define, field, frozen

from anninh_core._moved import keep_old_imports
from anninh_core.kernel.text import place_tones, words
from anninh_core.vocabulary.units import Succession, Unit, UnitLevel

_MOST_HOLDINGS = 4096  # The limit of cached answers, enough for all place names of a province on a few days.

Tokens = tuple[str, ...]
Phrases = Mapping[str, frozenset[str]]
"""Phrase without accents -> its spellings with accents, since "tới" and "tối" are different words."""


@frozen(kw_only=True)
class PlaceWords:
    """Lists of words that help to recognise place names in a text.

    Attributes:
        kinds: kind of unit -> words before the name of a unit of this kind, folded: "xã", "x", "khu dân cư số".
        here: words that place an event at the following name: "ở", "tại".
        elsewhere: words that mark the following place as an origin or destination, or only as near: "đi", "quê", "gần".
        away: words with the meaning of `elsewhere` that follow the name: "về".
        titles: forms of address, before which a name is rather a person's.
        families: family names as written, after which a name is a person's or a street's.
        innocent: phrases, folded, that contain a name only by coincidence: "an ninh".
        common: words that don't indicate the subject of a report.
        most_options: number of units from which a resident is asked for the place in free words instead of by numbers.
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
    """One spelling of a place name, and the units that have it.

    Attributes:
        tokens: its folded words.
        written: the same words with their accents, or () if only the letters are known.
        units: ids of the units that have it at any time; none for an innocent phrase.
        is_numbered: whether it is a number with its kind, such as "xóm 3", which occurs in many communes.
        is_innocent: whether the same words are an everyday phrase: then they are a place only with the unit's kind
            before them.
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
        is_sure: whether these are all possible meanings; False if several units were merged and the later name doesn't
            show which of them is meant.
    """

    units: tuple[str, ...] = ()
    is_sure: bool = True


class _UnitTree(Protocol):
    """The part of a district's unit tree that the index needs."""

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
    """The index of a district's place names.

    Places are the units at the counting level and below, within the tree of the root. Names of units outside it, such
    as the later successors of the communes of 2021, refer to the places that they came from or turned into.
    """

    def __init__(self, tree: _UnitTree, place_words: PlaceWords) -> None:
        self._tree = tree
        self._words = place_words
        self._by_start: dict[str, list[PlaceName]] = {}
        self._holdings: dict[tuple[Tokens, date, str], Holding] = {}
        names: dict[Tokens, PlaceName] = {}
        for unit in filter(self._is_place, tree.units.values()):
            for written in self._iter_spellings(unit):
                self._add_spelling(names, unit, written)
        for phrase in place_words.innocent:
            tokens = tuple(phrase.split())
            # The phrase "an ninh" (security) hardly ever means the commune of this name.
            names.setdefault(tokens, PlaceName(tokens)).is_innocent = True
        for name in sorted(names.values(), key=lambda name: -len(name.tokens)):
            self._by_start.setdefault(name.tokens[0], []).append(name)
        self.kind_words: dict[tuple[str, ...], str] = {
            tuple(phrase.split()): kind for kind, phrases in place_words.kinds.items() for phrase in phrases
        }

    def find_in(self, tokens: Tokens) -> Iterator[tuple[int, PlaceName]]:
        """Yield the place names in a text's folded words, each with its position, from left to right; the longest name
        wins and none overlap.

        An innocent phrase isn't a name, unless a unit has this name and its kind precedes it, as in "xã An Ninh".
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
        """Return whether the words `before` a name end with the kind of a unit that has the name, such as "xã"."""
        return any(self.kind_words.get(before[-length:]) in name.kinds for length in (2, 1) if len(before) >= length)

    def may_occur_in(self, tokens: Iterable[str]) -> bool:
        """Return whether any word of a text begins a place name; this quick check comes before the search."""
        return not self._by_start.keys().isdisjoint(tokens)

    def holders(self, units: Tokens, day: date, kind: str = "") -> "Holding":
        """Return the places that a name means on a day: the units that have it on that day, otherwise their
        predecessors or successors.

        Args:
            units: ids of the units that have the name at any time.
            day: day of the mention.
            kind: kind of unit mentioned with the name, or ""; selects among former holders if no unit has the name on
                that day.
        """
        key = (units, day, kind)
        if key not in self._holdings:
            if len(self._holdings) >= _MOST_HOLDINGS:
                self._holdings.clear()
            self._holdings[key] = self._compute_holding(*key)
        return self._holdings[key]

    def _compute_holding(self, units: Tokens, mentioned_on: date, kind: str) -> "Holding":
        day = self._clamp_day(mentioned_on)
        candidates = [self._tree.units[id] for id in units]
        now = [unit.id for unit in candidates if unit.id in self._ids_in_tree and unit.exists_on(day)]
        if now:
            return Holding(tuple(now))
        candidates = [unit for unit in candidates if unit.kind == kind] or candidates
        related: dict[str, bool] = {}
        for unit in candidates:
            for id, is_whole in self._find_relatives(unit.id).items():
                if self._tree.units[id].exists_on(day):
                    related[id] = related.get(id, True) and is_whole and unit.valid_from <= mentioned_on
        return Holding(tuple(related), is_sure=all(related.values()))

    def list_places_on(self, day: date) -> tuple[str, ...]:
        """Return the ids of the places that exist on a day; a day outside the root unit's lifetime counts as its first
        or last day.
        """
        day, units = self._clamp_day(day), self._tree.units
        return tuple(id for id in self._ids_in_tree if self._is_place(units[id]) and units[id].exists_on(day))

    def _clamp_day(self, day: date) -> date:
        """Return the day, limited to the root unit's lifetime: after the end of a profile its last day counts."""
        root = self._tree.units[self._tree.root]
        return min(max(day, root.valid_from), root.valid_to)

    @cached_property
    def _ids_in_tree(self) -> frozenset[str]:
        return frozenset(self._tree.subtree(self._tree.root))

    def _is_place(self, unit: Unit) -> bool:
        return self._tree.levels[self._tree.units[self._tree.counting_unit(unit.id)].level].counts

    def _find_relatives(self, id: str) -> dict[str, bool]:
        """Return the ids of a unit's predecessors and successors in the tree; each has True if the unit's name reliably
        means it.

        A unit may have been merged from further units that are unknown here, so that its name doesn't reliably mean one
        of them.
        """
        steps = self._tree.successions
        before = _find_reachable_units(id, {s: (s.into, s.unit) for s in steps}, {})
        after = _find_reachable_units(id, {s: (s.unit, s.into) for s in steps if s.how != "split"}, {})
        merged = {s.into for s in steps if s.how != "renamed"}
        came_from = {unit_id: not merged & {id, *before} for unit_id in before}
        reached = came_from | dict.fromkeys(after, True)
        units = self._tree.units
        return {
            unit_id: whole
            for unit_id, whole in reached.items()
            if unit_id in self._ids_in_tree and self._is_place(units[unit_id])
        }

    def _iter_spellings(self, unit: Unit) -> Iterator[Tokens]:
        """Yield the spellings of a unit's name without its kind; a name that is only a number gets each of the words
        for its kind.
        """
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

    def _add_spelling(self, names: dict[Tokens, PlaceName], unit: Unit, written: Tokens) -> None:
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
    """Return a word without leading zeros if it is a number, so that names can be compared: "01" becomes "1"."""
    return token.lstrip("0") or "0" if token.isdigit() else token


def group_by_unaccented_form(phrases: Iterable[str]) -> Phrases:
    """Return phrases grouped by their form without accents."""
    spellings: dict[str, frozenset[str]] = {}
    for phrase in phrases:
        folded = " ".join(words(phrase))
        spellings[folded] = spellings.get(folded, frozenset()) | {" ".join(split_accented(phrase))}
    return spellings


def split_accented(text: str) -> Tokens:
    """Return a text's words with accents, in lower case and with normalized tone marks."""
    return tuple("".join(c if c.isalnum() else " " for c in place_tones(text).casefold()).split())


def _find_reachable_units(
    id: str, steps: Mapping[Succession, tuple[str, str]], seen: dict[str, None]
) -> dict[str, None]:
    """Return the ids of the units that can be reached from a unit by any number of `steps`, as the keys of `seen`."""
    for start, end in steps.values():
        if start == id and end not in seen:
            seen[end] = None
            _find_reachable_units(end, steps, seen)
    return seen


keep_old_imports(__name__, "labels", "names")
