"""Figures of speech with danger words that mean no danger: "cháy túi" is an empty purse."""

from collections.abc import Sequence

from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.opinions import TriageOpinion
from anninh_core.vocabulary.written_phrases import consists_of_accented_phrases, find_accented_phrases, split_written

_MAX_WORDS = 6  # Maximum number of words: a longer message may also report danger.
_SURE = 0.9
_UNSURE = 0.8  # Confidence for a text without accents: its meaning is ambiguous, so that an officer checks it.


def replace_if_figurative(text: str, opinions: Sequence[TriageOpinion], district: District) -> Sequence[TriageOpinion]:
    """Return the opinions on a text, or only a small-talk opinion if the text is nothing but a figure of speech."""
    phrases = district.words.get("figurative", ())
    tokens = split_written(text, district.teen_code)
    if not 0 < len(tokens) <= _MAX_WORDS or not (matches := find_accented_phrases(tokens, phrases)):
        return opinions
    if not consists_of_accented_phrases(tokens, (*phrases, *district.words["polite"], *district.words["assent"])):
        return opinions
    confidence = _UNSURE if text.isascii() else _SURE
    return (TriageOpinion("chatter", confidence=confidence, reason=", ".join(matches), by="words"),)
