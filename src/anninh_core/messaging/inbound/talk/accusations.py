"""Pure rules that decide by the profile's lists of phrases whether a message accuses an official or a unit of a wrong.

A title alone is no accusation. A wrong has to be stated about it: after it in the same sentence ("trưởng công an xã
nhận tiền"), before it ("bị công an xã đánh"), or by a word that denounces ("tố cáo chủ tịch xã"). A title to which
something is reported ("đã báo công an xã") isn't accused by the words after it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.supervision import AccusedKind
from anninh_core.vocabulary.written_phrases import PhraseSpan, iter_phrase_spans, split_written

_KINDS: Mapping[AccusedKind, str] = {
    AccusedKind.OFFICIAL: "accused_official",
    AccusedKind.POLICE: "accused_police",
    AccusedKind.GOVERNMENT: "accused_government",
}
_SENTENCE = re.compile(r"[.!?;\n…]+")
_CLAUSE = re.compile(r"[,:()]+|\s[-–]\s")
_PART = re.compile(r"[.!?;,\n…]+")
_MIN_PART_WORDS = 4
_MAX_DENOUNCE_GAP = 3  # Maximum number of words between "tố cáo" and a title, such as "ông" or "hành vi của".
_MAX_ADDRESS_GAP = 2
# Maximum number of words between a title and its verb, as a name, a place and a time may come between them.
_MAX_WRONG_GAP = 16
_MAX_SIGN_GAP = 24
_MAX_PRONOUN_GAP = 5
_MAX_LEVEL_GAP = 2


@frozen(kw_only=True)
class Accusation:
    """An accusation of officials or units in a message.

    Attributes:
        accused: kinds of accused.
        is_above: whether one of them belongs to a level above the commune's.
        is_certain: whether a wrong is stated about one of them; otherwise there are only signs of a wrong.
    """

    accused: tuple[AccusedKind, ...]
    is_above: bool = False
    is_certain: bool = True


OF_ANYBODY = Accusation(accused=tuple(AccusedKind))
"""An accusation for which the text no longer shows who is accused."""


@frozen
class _Title:
    kind: AccusedKind
    start: int
    end: int


def find_accusation(text: str, district: District) -> Accusation | None:
    """Return the kinds of official or unit that a text accuses, or None."""
    accused: dict[AccusedKind, None] = {}
    is_above = False
    is_certain = False
    mentioned: tuple[_Title, ...] = ()
    mentioned_tokens: Sequence[str] = ()
    for sentence in _split_sentences(text):
        tokens, starts = _split_clauses(sentence, district)
        titles = _find_titles(tokens, district)
        addressed_until = -_MAX_ADDRESS_GAP - 1
        for title in titles:
            clause = max(start for start in starts if start <= title.start)
            before = tokens[clause : title.start]
            continues_list = (
                not before and title.start - addressed_until <= _MAX_ADDRESS_GAP
            )  # Several offices are addressed, as in "gửi công an xã, ủy ban xã".
            is_addressed = continues_list or _is_addressed(before, district)
            addressed_until = title.end if is_addressed else addressed_until
            states_wrong = _is_accused(tokens, title, before, district, is_addressed=is_addressed)
            is_certain = is_certain or states_wrong
            if states_wrong or (not is_addressed and _has_sign_of_wrong(tokens, title, before, district)):
                accused[title.kind] = None
                is_above = is_above or _is_above_commune(tokens, title, district)
        if not titles and mentioned and _accuses_by_pronoun(tokens, 0, district):
            is_certain = True
            accused |= dict.fromkeys(title.kind for title in mentioned)
            is_above = is_above or any(_is_above_commune(mentioned_tokens, title, district) for title in mentioned)
        if titles:
            mentioned = titles
            mentioned_tokens = tokens
    return Accusation(accused=tuple(accused), is_above=is_above, is_certain=is_certain) if accused else None


def split_for_danger_search(text: str) -> tuple[str, ...]:
    """Return the parts of a text that are searched for danger separately: next to an accusation it is easily missed."""
    return tuple(part for part in _PART.split(text) if len(part.split()) >= _MIN_PART_WORDS)


def keep_before_accusation(text: str, district: District) -> str:
    """Return the sentences before the first one that names an official, a unit or a wrong, or "".

    The sentences after it may still be about the accused ("hắn"), so none of them is kept.
    """
    kept_sentences: list[str] = []
    for sentence in _split_sentences(text):
        tokens = split_written(sentence, district.teen_code)
        if _find_titles(tokens, district) or any(iter_phrase_spans(tokens, _get_word_list(district, "accused_wrong"))):
            break
        if any(iter_phrase_spans(tokens, _get_word_list(district, "accused_denounce"))):
            break
        kept_sentences.append(sentence.strip())
    return ". ".join(filter(None, kept_sentences))


def _split_sentences(text: str) -> Iterator[str]:
    yield from (sentence for sentence in _SENTENCE.split(text) if sentence.strip())


def _get_word_list(district: District, name: str) -> tuple[str, ...]:
    return district.words.get(name, ())


def _find_titles(tokens: Sequence[str], district: District) -> tuple[_Title, ...]:
    """Return the titles in a sequence of words; of overlapping ones, the longest."""
    candidates = [
        _Title(kind, span.start, span.end)
        for kind, name in _KINDS.items()
        for span in iter_phrase_spans(tokens, _get_word_list(district, name))
    ]
    titles: list[_Title] = []
    for title in sorted(candidates, key=lambda title: (title.start - title.end, title.start)):
        if all(title.end <= other.start or other.end <= title.start for other in titles):
            titles.append(title)
    return tuple(sorted(titles, key=lambda title: title.start))


def _split_clauses(sentence: str, district: District) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the words of a sentence, and the indexes of the first words of its clauses."""
    tokens: list[str] = []
    starts = [0]
    for clause in _CLAUSE.split(sentence):
        starts.append(len(tokens))
        tokens.extend(split_written(clause, district.teen_code))
    return tuple(tokens), tuple(starts)


def _is_addressed(before: Sequence[str], district: District) -> bool:
    """Return whether the words before a title state that a person reports something to the title's holder or goes
    there.
    """
    if _ends_with_phrase(before, _get_word_list(district, "accused_connective"), 0):
        return False  # In "trình báo thì công an xã đòi tiền" the police are accused, not addressed.
    is_reported_to = _ends_with_phrase(before, _get_word_list(district, "accused_addressed"), _MAX_ADDRESS_GAP)
    return is_reported_to or _ends_with_phrase(before, _get_word_list(district, "accused_toward"), 0)


def _is_accused(
    tokens: Sequence[str], title: _Title, before: Sequence[str], district: District, *, is_addressed: bool
) -> bool:
    if _ends_with_phrase(before, _get_word_list(district, "accused_impersonated"), _MAX_ADDRESS_GAP):
        return False  # In "giả danh công an" a stranger pretends to be the police.
    if _is_denounced(before, district, is_addressed=is_addressed):
        return True
    if _ends_with_phrase(before, _get_word_list(district, "accused_wrong_before"), 1):
        return True
    passive = _ends_with_phrase(before, _get_word_list(district, "accused_passive"), 0)
    if is_addressed and not passive:
        return _accuses_by_pronoun(tokens, title.end, district)
    return _states_wrong(tokens, title.end, _MAX_WRONG_GAP, district)


def _is_denounced(before: Sequence[str], district: District, *, is_addressed: bool) -> bool:
    """Return whether the words before a title denounce its holder, and not a person named in between as in "tố giác
    thằng cháu ông trưởng thôn".
    """
    gap = 0 if is_addressed else _MAX_DENOUNCE_GAP
    others = {span.start for span in iter_phrase_spans(before, _get_word_list(district, "accused_other_person"))}
    spans = iter_phrase_spans(before, _get_word_list(district, "accused_denounce"))
    return any(len(before) - span.end <= gap and not any(at >= span.end for at in others) for span in spans)


def _has_sign_of_wrong(tokens: Sequence[str], title: _Title, before: Sequence[str], district: District) -> bool:
    """Return whether a sign of a wrong, such as money without a receipt, follows a title before another person is
    named.
    """
    if _ends_with_phrase(before, _get_word_list(district, "accused_impersonated"), _MAX_ADDRESS_GAP):
        return False
    is_plain = all(token.isascii() for token in tokens)
    spans = iter_phrase_spans(tokens, _get_word_list(district, "accused_sign"))
    # A single word without accents is ambiguous, so it counts only directly after a title.
    signs = {span.start for span in spans if not is_plain or span.end - span.start > 1 or span.start == title.end}
    others = {span.start for span in iter_phrase_spans(tokens, _get_word_list(district, "accused_other_person"))}
    for place in range(title.end, min(len(tokens), title.end + _MAX_SIGN_GAP)):
        if place in signs:
            return True
        if place in others:
            return False
    return False


def _states_wrong(tokens: Sequence[str], start: int, gap: int, district: District) -> bool:
    """Return whether the words after a title state a wrong before they name another subject."""
    wrongs = {span.start for span in iter_phrase_spans(tokens, _get_word_list(district, "accused_wrong"))}
    subjects = {span.start for span in iter_phrase_spans(tokens, _get_word_list(district, "accused_other_subject"))}
    for place in range(start, min(len(tokens), start + gap)):
        if place in wrongs:
            before = tokens[:place]
            negations = _get_word_list(district, "accused_negation")
            if _ends_with_phrase(before, negations, 0):
                continue
            is_question = _ends_with_phrase(before, _get_word_list(district, "accused_question"), 0)
            return not (is_question and _ends_with_phrase(tokens, negations, 0))
        if place in subjects:
            return False
    return False


def _accuses_by_pronoun(tokens: Sequence[str], start: int, district: District) -> bool:
    """Return whether the words from `start` on refer to the holder of a title by a pronoun, and state a wrong of that
    person.
    """
    return any(
        _states_wrong(tokens, span.end, _MAX_PRONOUN_GAP, district)
        for span in iter_phrase_spans(tokens, _get_word_list(district, "accused_pronoun"))
        if span.start >= start
    )


def _is_above_commune(tokens: Sequence[str], title: _Title, district: District) -> bool:
    """Return whether a title belongs to a level above the commune's, by the first word for a level in or after it."""
    span = tokens[title.start : title.end + _MAX_LEVEL_GAP]
    below, above = (
        min((match.start for match in iter_phrase_spans(span, _get_word_list(district, name))), default=len(span))
        for name in ("accused_level_below", "accused_level_above")
    )
    return above < below


def _ends_with_phrase(tokens: Sequence[str], phrases: Iterable[str], gap: int) -> bool:
    """Return whether any of the phrases ends at most `gap` words before the end of the words."""
    spans: Iterator[PhraseSpan] = iter_phrase_spans(tokens, tuple(phrases))
    return any(len(tokens) - span.end <= gap for span in spans)
