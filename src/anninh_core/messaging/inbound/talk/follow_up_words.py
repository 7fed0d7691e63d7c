"""Words about an earlier report: a question how it stands, or more about the same."""

from collections.abc import Sequence

from anninh_core.kernel.text import words
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.opinions import TriageOpinion
from anninh_core.vocabulary.written_phrases import find_written, split_written

_MAX_QUESTION_WORDS = 25  # a longer message reports something besides
_CALM = 0.9


def asks_state(text: str, district: District) -> bool:
    """Return whether a text asks how an earlier report stands, in a few words."""
    tokens = split_written(text, district.teen_code)
    if not 0 < len(tokens) <= _MAX_QUESTION_WORDS:
        return False
    lists = district.words
    return all(find_written(tokens, lists.get(name, ())) for name in ("status", "past_report"))


def follows_up(text: str, district: District) -> bool:
    """Return whether a text has words by which a report follows up on an earlier one; names of places don't count."""
    tokens = _without_places(split_written(text, district.teen_code), district)
    phrases = district.words.get("follow_up", ())
    if text.isascii():
        phrases = tuple(phrase for phrase in phrases if " " in phrase)
    return bool(find_written(tokens, phrases))


def calm_status_question(text: str, opinions: Sequence[TriageOpinion], district: District) -> Sequence[TriageOpinion]:
    """Return the opinions on a text; a question alone where it asks about an earlier report and of nothing now."""
    if not asks_state(text, district):
        return opinions
    if find_written(split_written(text, district.teen_code), district.words.get("present", ())):
        return opinions
    return (TriageOpinion("question", confidence=_CALM, reason="asks how a report stands", by="words"),)


def _without_places(tokens: Sequence[str], district: District) -> list[str]:
    folded = tuple(" ".join(words(token)) for token in tokens)
    kept = list(tokens)
    for at, name in district.place_names.find_in(folded):
        kept[at : at + len(name.tokens)] = [""] * len(name.tokens)
    return [token for token in kept if token]
