"""Words of danger that a district knows to mean none: "cháy túi" is an empty purse."""

from collections.abc import Sequence

from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.opinions import TriageOpinion
from anninh_core.vocabulary.written_phrases import consists_of_written, find_written, split_written

_MAX_WORDS = 6  # a longer message may report danger besides
_SURE = 0.9
_UNSURE = 0.8  # without accents it may be something else: an officer looks


def calm_figurative(text: str, opinions: Sequence[TriageOpinion], district: District) -> Sequence[TriageOpinion]:
    """Return the opinions on a text; a calm one alone where it is a figure of speech and nothing else."""
    phrases = district.words.get("figurative", ())
    tokens = split_written(text, district.teen_code)
    if not 0 < len(tokens) <= _MAX_WORDS or not (found := find_written(tokens, phrases)):
        return opinions
    if not consists_of_written(tokens, (*phrases, *district.words["polite"], *district.words["assent"])):
        return opinions
    confidence = _UNSURE if text.isascii() else _SURE
    return (TriageOpinion("chatter", confidence=confidence, reason=", ".join(found), by="words"),)
