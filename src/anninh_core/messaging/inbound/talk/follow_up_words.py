"""Rules that find follow-ups on an earlier report in a text: a question about its state, or additions to it."""

from collections.abc import Sequence
from enum import StrEnum

from anninh_core.domain.tips.sorting.duplicates import extract_content_words
from anninh_core.kernel.text import expand_slang, words
from anninh_core.messaging.inbound.talk.history import TalkCase
from anninh_core.messaging.inbound.talk.rights_words import may_request_data, parse_rights_request
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.opinions import TriageOpinion
from anninh_core.vocabulary.written_phrases import find_accented_phrases, split_written, strip_places

_MAX_QUESTION_WORDS = 45  # Maximum number of words of a question: a longer message also reports something else.
_MIN_SHARED = 2  # Minimum number of words that two texts of a similar subject share.
_MIN_SHARE = 0.25
_CALM = 0.9
_BRIEF = 6  # Maximum number of words of a question that only asks about a state.
_LISTS = ("status", "past_report", "report_noun", "report_verb", "interrogative", "procedure")


class StateQuestion(StrEnum):
    """How certainly a text asks for the state of an earlier report."""

    NONE = "none"
    POSSIBLE = "possible"
    """The text asks something about a report; an officer also answers it."""
    BRIEF = "brief"
    """The text contains words of a question about a state and hardly any others."""
    CERTAIN = "certain"


def read_state_question(text: str, district: District) -> StateQuestion:
    """Return how certainly a text asks for the state of an earlier report.

    Questions about papers and procedures, and requests about personal data, don't count: they are answered elsewhere.
    """
    tokens = expand_slang(words(text), district.teen_code)
    if not 0 < len(tokens) <= _MAX_QUESTION_WORDS:
        return StateQuestion.NONE
    lists = district.phrases_of(*_LISTS).find_phrases(" ".join(tokens))
    names_report = "past_report" in lists or {"report_noun", "report_verb"} <= lists.keys()
    asks_for_data = may_request_data(tokens, district) and parse_rights_request(text, district) is not None
    if "procedure" in lists or asks_for_data:
        return StateQuestion.NONE
    if names_report and ("status" in lists or _asks_whether_done(tokens, district)):
        return StateQuestion.CERTAIN
    if "status" in lists and len(tokens) <= _BRIEF:
        return StateQuestion.BRIEF
    is_possible = {"report_noun", "report_verb", "interrogative"} <= lists.keys()
    return StateQuestion.POSSIBLE if is_possible else StateQuestion.NONE


def _asks_whether_done(tokens: Sequence[str], district: District) -> bool:
    """Return whether a text ends, apart from polite words, with a question whether something was done: "đã nhắc họ chưa
    ạ".
    """
    polite = {word for phrase in district.words["polite"] for word in words(phrase)}
    last = next((token for token in reversed(tokens) if token not in polite), "")
    return last in district.words.get("status_end", ())


def has_follow_up_words(text: str, district: District) -> bool:
    """Return whether a text has words of a follow-up on an earlier report; names of places don't count."""
    tokens = strip_places(split_written(text, district.teen_code), district)
    phrases = district.words.get("follow_up", ())
    if text.isascii():
        phrases = tuple(phrase for phrase in phrases if " " in phrase)
    return bool(find_accented_phrases(tokens, phrases))


def replace_if_status_question(
    text: str, opinions: Sequence[TriageOpinion], district: District
) -> Sequence[TriageOpinion]:
    """Return the opinions on a text; if the text asks only about an earlier report and nothing current, return a single
    opinion that it is a question.
    """
    if read_state_question(text, district) is not StateQuestion.CERTAIN:
        return opinions
    if find_accented_phrases(split_written(text, district.teen_code), district.words.get("present", ())):
        return opinions
    return (TriageOpinion("question", confidence=_CALM, reason="asks for the state of a report", by="words"),)


def find_similar_cases(text: str, cases: Sequence[TalkCase], district: District) -> frozenset[str]:
    """Return the references of the cases with a similar subject, i.e. with a sufficient share of content words in
    common.
    """
    if not cases:
        return frozenset()
    circumstances = _collect_circumstance_words(district)
    subject = extract_content_words(district, text) - circumstances
    return frozenset(
        case.ref for case in cases if _is_similar(subject, extract_content_words(district, case.text) - circumstances)
    )


def _collect_circumstance_words(district: District) -> frozenset[str]:
    """Return the words for where and when something happened, which don't describe its subject."""
    phrases = (*district.words["circumstance"], *(unit.name for unit in district.units.values()))
    return frozenset(word for phrase in phrases for word in words(phrase))


def _is_similar(content: frozenset[str], other: frozenset[str]) -> bool:
    own_words, other_words = ({word for word in terms if " " not in word} for terms in (content, other))
    shared = own_words & other_words
    return len(shared) >= _MIN_SHARED and len(shared) >= _MIN_SHARE * min(len(own_words), len(other_words))
