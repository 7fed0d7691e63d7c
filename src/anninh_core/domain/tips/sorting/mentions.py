"""Functions that find names of places in a text, and judge them by the words around them."""

import re
from datetime import date

from attrs import field, frozen

from anninh_core.kernel.text import nfc, words
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.places import Phrases, PlaceName, Tokens, fold_number, split_accented

_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[,;:!?()\n…]|\.\s")
_LOOK_BACK = 3  # Number of words before a name that may contain a direction.

_WITH_KIND = 0.95
_PLAIN = 0.88
_HERE = 0.04
_MISSPELT_WITH_KIND = 0.8
_MISSPELT = 0.5
_PERSON = 0.3
_LONGER = 0.4
_BARE_AREA = 0.45
_DIRECTION = 0.6  # Factor for the certainty of a name that is only a direction, an origin or a neighbour.


@frozen(kw_only=True)
class PlaceMention:
    """A name of a place in a text.

    Attributes:
        units: places with this name on the day; several if the name is shared.
        certainty: how certain it is that something happened there, as far as the words around the name show.
        words: as written, with the kind before the name.
        rule: conclusion from the words around the name.
        is_area: whether it is below a commune.
        is_numbered: whether it is only a number with its kind.
    """

    units: tuple[str, ...]
    certainty: float
    words: str = field(repr=False)
    rule: str
    is_area: bool
    is_numbered: bool


@frozen
class _Text:
    """A text as folded words, with the position of each word in the written text."""

    text: str
    tokens: Tokens
    spans: tuple[tuple[int, int], ...]

    def written(self, at: int) -> str:
        start, end = self.spans[at]
        return self.text[start:end]

    def gap(self, after: int) -> str:
        """Return the characters between a word and the next word."""
        return self.text[self.spans[after][1] : self.spans[after + 1][0]]

    def says(self, start: int, end: int, phrases: Phrases) -> bool:
        """Return whether a range of words is among the phrases; in a text with accents, the accents must match, too."""
        ways = phrases.get(" ".join(self.tokens[start:end]))
        if not ways or self.text.isascii():
            return bool(ways)
        return " ".join(split_accented(self.text[self.spans[start][0] : self.spans[end - 1][1]])) in ways

    def has_clause_end(self, first: int, last: int) -> bool:
        """Return whether a clause ends between two words."""
        for at in range(first, last):
            gap = self.gap(at)
            if gap != " " and _BREAK.search(gap):
                return True
        return False


def find_mentions(district: District, text: str, day: date) -> list[PlaceMention]:
    """Return the names of places in a text, from left to right, without names that are clearly a person's."""
    names = district.place_names
    tokens = words(text)
    if not names.may_occur_in(tokens):
        return []
    folded = tuple([fold_number(token) for token in tokens] if "0" in text else tokens)
    hits = list(names.find_in(folded))
    if not hits:
        return []
    parsed = _parse_text(text, folded)
    if len(parsed.tokens) != len(folded):
        hits = list(names.find_in(parsed.tokens))
    mentions = [_judge_mention(district, parsed, at, name, day) for at, name in hits]
    return [mention for mention in mentions if mention is not None]


def _parse_text(text: str, tokens: Tokens) -> _Text:
    text = nfc(text)
    spans = tuple([match.span() for match in _WORD.finditer(text)])
    if len(spans) == len(tokens):
        return _Text(text, tokens, spans)
    # The text has rare letters, which are split in another way, so it is folded word by word.
    pairs = [(span, word) for span in spans for word in words(text[slice(*span)])[:1]]
    return _Text(text, tuple(fold_number(word) for _, word in pairs), tuple(span for span, _ in pairs))


def _judge_mention(district: District, text: _Text, at: int, name: PlaceName, day: date) -> PlaceMention | None:
    end = at + len(name.tokens) - 1
    if not _is_one_name(text, at, end):
        return None
    kind, start = _find_kind_before(district, text, at)
    holding = district.place_names.holders(name.units, day, kind)
    units = holding.units
    if not units or (name.is_innocent and not _is_meant_as_name(text, at, end, kind)):
        return None
    if not kind and not name.is_numbered and _is_person_name(district, text, at):
        return None
    certainty, rule = _rate_certainty(district, text, (start, at, end), name, kind)
    if name.is_innocent and not _is_capitalised(text, at, end):
        certainty, rule = min(certainty, _LONGER), f"{rule}, but may be no name"
    if not holding.is_sure:
        certainty, rule = min(certainty, _MISSPELT), f"{rule} by a name of another time"
    is_area = all(district.counting_unit(unit) != unit for unit in units)
    if is_area and not kind and not name.is_numbered and certainty > _BARE_AREA:
        certainty, rule = _BARE_AREA, f"{rule}, without the word for its kind"
    return PlaceMention(
        units=units,
        certainty=certainty,
        words=text.text[text.spans[start][0] : text.spans[end][1]],
        rule=rule,
        is_area=is_area,
        is_numbered=name.is_numbered,
    )


def _rate_certainty(
    district: District, text: _Text, bounds: tuple[int, int, int], name: PlaceName, kind: str
) -> tuple[float, str]:
    """Return how certain it is that a name is the place of the event, and why."""
    start, at, end = bounds
    misspelt = _is_misspelt(text, at, end, name)
    if misspelt:
        certainty = _MISSPELT_WITH_KIND if kind else _MISSPELT
        rule = "named with other accents"
    elif kind or name.is_numbered:
        certainty = _WITH_KIND
        rule = "named with its kind"
    else:
        certainty = _PLAIN
        rule = "named"
    if not kind and not name.is_numbered:
        if _is_addressed(district, text, start):
            return _PERSON, f"{rule} after a form of address, may be somebody's name"
        if _is_part_of_longer_name(district, text, at, end):
            return min(certainty, _LONGER), f"{rule}, but may be part of a longer name"
    direction = _find_direction(district, text, start, end)
    if direction == "here":
        return min(certainty + (0 if misspelt else _HERE), 1.0), f"{rule} as the place"
    if direction:
        return certainty * _DIRECTION, f"{rule} as a direction, an origin or a neighbour"
    return certainty, rule


def _is_one_name(text: _Text, at: int, end: int) -> bool:
    """Return whether the words of a name belong together; an initial such as "N." needs its full stop."""
    for word in range(at, end):
        gap = text.gap(word)
        is_initial = len(text.tokens[word]) == 1 and not text.tokens[word].isdigit()
        if gap == " " and not is_initial:
            continue
        if gap.strip(" -_."):
            return False
        if is_initial != ("." in gap) and (is_initial or gap.strip(" -_")):
            return False
    return True


def _is_meant_as_name(text: _Text, at: int, end: int, kind: str) -> bool:
    """Return whether words that are also an everyday phrase are used as a name: "xã An Ninh", but not "xã an ninh
    tốt".
    """
    is_last = end + 1 == len(text.tokens) or text.has_clause_end(end, end + 1)
    return bool(kind) and (is_last or _is_capitalised(text, at, end))


def _is_capitalised(text: _Text, at: int, end: int) -> bool:
    """Return whether each word of a name begins with a capital, and the text isn't all in capitals."""
    return not text.text.isupper() and all(text.written(word)[:1].isupper() for word in range(at, end + 1))


def _find_kind_before(district: District, text: _Text, at: int) -> tuple[str, int]:
    """Return the kind of unit before a name, and the kind's first word index; "" and the name's index if there is
    none.
    """
    kinds = district.place_names.kind_words
    for length in (2, 1):
        start = at - length
        kind = kinds.get(text.tokens[start:at]) if start >= 0 else None
        if kind is None or text.gap(at - 1).strip(" ./-") or text.has_clause_end(start, at - 1):
            continue
        return kind, start
    return "", at


def _is_person_name(district: District, text: _Text, at: int) -> bool:
    """Return whether a family name directly precedes the name, so that it is a person's or a street's."""
    if at == 0 or text.gap(at - 1).strip(" "):
        return False
    before = text.written(at - 1)
    return before[:1].isupper() and not district.places.families.isdisjoint(split_accented(before))


def _is_part_of_longer_name(district: District, text: _Text, at: int, end: int) -> bool:
    """Return whether a capitalised word directly follows, as in a person's name, unless that word is all in
    capitals.
    """
    if end + 1 >= len(text.tokens) or text.gap(end).strip(" ") or "\n" in text.gap(end):
        return False
    following = text.written(end + 1)
    first = text.written(at)
    if not (first[:1].isupper() and following[:1].isupper()) or following.isupper():
        return False
    return not district.place_names.may_occur_in((text.tokens[end + 1],))


def _is_misspelt(text: _Text, at: int, end: int, name: PlaceName) -> bool:
    """Return whether a name was written with accents other than its own; without accents it counts as correct."""
    mention_text = text.text[text.spans[at][0] : text.spans[end][1]]
    if not name.written or mention_text.isascii():
        return False
    pairs = zip(split_accented(mention_text), name.written, strict=False)
    return any(written != right and not written.isascii() for written, right in pairs)


def _is_addressed(district: District, text: _Text, start: int) -> bool:
    """Return whether a form of address directly precedes a name: "bà", but not the end of "ngã ba"."""
    if start == 0 or text.has_clause_end(start - 1, start):
        return False
    is_place = start > 1 and text.says(start - 2, start, district.places.here)
    return not is_place and text.says(start - 1, start, district.places.titles)


def _find_direction(district: District, text: _Text, start: int, end: int) -> str:
    """Return "here", "elsewhere" or "" by the words next to a name; the nearest such word decides."""
    places = district.places
    last = len(text.tokens) - 1
    if end < last and text.says(end + 1, end + 2, places.away) and not text.has_clause_end(end, end + 1):
        return "elsewhere"
    for at in range(start - 1, max(start - 1 - _LOOK_BACK, -1), -1):
        if text.has_clause_end(at, at + 1):
            return ""
        for until in (at + 2, at + 1):
            if until <= start and text.says(at, until, places.elsewhere):
                return "elsewhere"
            if until <= start and text.says(at, until, places.here):
                return "here"
    return ""
