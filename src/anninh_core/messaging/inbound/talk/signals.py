"""Signals in a message's text that decide its route, found by the profile's lists of phrases."""

from collections.abc import Collection, Iterable, Sequence

from attrs import frozen

from anninh_core.kernel.text import contains_phrase, expand_slang, words
from anninh_core.messaging.inbound.talk.accusations import Accusation, find_accusation
from anninh_core.messaging.inbound.talk.commands import Command, parse_command
from anninh_core.messaging.inbound.talk.follow_up_words import StateQuestion, has_follow_up_words, read_state_question
from anninh_core.messaging.inbound.talk.rights_words import RightsOrder, may_request_data, parse_rights_request
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import InboundMessage
from anninh_core.vocabulary.opinions import TriageOpinion
from anninh_core.vocabulary.written_phrases import consists_of_accented_phrases, find_accented_phrases, split_written

_WRITTEN_KINDS = ("whistleblow", "complaint")
_LISTS = (
    "objection",
    "withdrawal",
    "thanks",
    "circumstance",
    "procedure",
    "place_correction",
    *_WRITTEN_KINDS,
)
_VERY_SURE = 0.8
# Maximum number of words of a courtesy: a longer message reports something, regardless of its words.
_MAX_POLITE_WORDS = 12
_MAX_WITHDRAWAL_WORDS = 25


@frozen(kw_only=True)
class Signals:
    """The signals in a message.

    Attributes:
        command: the command in it, or None.
        opinion: the opinion that decides its class, or None.
        is_danger: whether its words mean current danger.
        has_media: whether it has attachments that a person must check.
        is_courtesy: whether all its words are thanks, assent or courtesy.
        is_thanks: whether it is courtesy with thanks, and without yes or no.
        objects, withdraws: whether it has words of objection, or of withdrawal.
        number: the number that it consists of, 0 for none.
        has_circumstance: whether it names a time or a place.
        is_procedure: whether it names papers or procedures.
        guidance: the legal kind that requires a written form and that it mentions, "" for none.
        rights: the request about the author's personal data, or None.
        is_correction: whether it states that something is over, or was no danger, without reporting other danger.
        corrects_place: whether it has words that correct a place.
        has_direction: whether it names where a person flees or is taken to.
        opens_another_matter: whether it begins by announcing another matter, and reports it.
        state_question: how certainly it asks for the state of an earlier report.
        follows_up: whether it has words of a follow-up on an earlier report.
        is_yes, is_no: whether it consists of yes, or of no.
        accusation: accusation of officials of a wrong, or None.
    """

    command: Command | None
    opinion: TriageOpinion | None
    is_danger: bool
    is_wordless: bool
    has_media: bool
    is_courtesy: bool
    is_thanks: bool
    objects: bool
    withdraws: bool
    number: int
    has_circumstance: bool
    is_procedure: bool
    guidance: str
    rights: RightsOrder | None = None
    is_correction: bool = False
    corrects_place: bool = False
    has_direction: bool = False
    opens_another_matter: bool = False
    state_question: StateQuestion = StateQuestion.NONE
    follows_up: bool = False
    is_yes: bool = False
    is_no: bool = False
    accusation: Accusation | None = None

    def is_kind(self, kind: str) -> bool:
        """Return whether the deciding opinion classifies the message as `kind`."""
        return self.opinion is not None and self.opinion.kind == kind

    @property
    def category(self) -> str:
        """Category of the act that the message reports, "" for none."""
        return self.opinion.category if self.opinion is not None and self.opinion.kind == "tip" else ""


def read_signals(message: InboundMessage, opinions: Sequence[TriageOpinion], district: District) -> Signals:
    """Return the signals in a message."""
    tokens = words(message.text)
    expanded = expand_slang(tokens, district.teen_code)
    phrases = district.phrases_of(*_LISTS).find_phrases(" ".join(expanded))
    lists = district.words
    danger = next((opinion for opinion in opinions if opinion.emergency), None)
    objects = "objection" in phrases
    withdraws = "withdrawal" in phrases
    is_polite = 0 < len(tokens) <= _MAX_POLITE_WORDS and not objects and not withdraws
    polite = lists["polite"]
    written = split_written(message.text, district.teen_code)
    corrections = lists.get("correction", ())
    has_correction = bool(find_accented_phrases(written, corrections))
    courtesy = (*polite, *lists["assent"], *lists["thanks"])
    is_only_correction = has_correction and consists_of_accented_phrases(written, (*corrections, *courtesy))
    is_courtesy = is_polite and consists_of_accented_phrases(expanded, courtesy)
    return Signals(
        command=parse_command(message.text, district),
        opinion=danger or _find_best_opinion(opinions, lists["thanks"], is_thanked="thanks" in phrases),
        is_danger=danger is not None,
        is_wordless=not tokens,
        has_media=any(attachment.kind != "sticker" for attachment in message.attachments),
        is_courtesy=is_courtesy,
        is_thanks=is_courtesy
        and "thanks" in phrases
        and consists_of_accented_phrases(expanded, (*lists["thanks"], *polite)),
        objects=objects,
        withdraws=withdraws and len(tokens) <= _MAX_WITHDRAWAL_WORDS,
        number=_read_number(tokens),
        has_circumstance="circumstance" in phrases,
        is_procedure="procedure" in phrases,
        guidance=next((kind for kind in _WRITTEN_KINDS if kind in phrases), ""),
        rights=parse_rights_request(message.text, district) if may_request_data(expanded, district) else None,
        is_correction=is_only_correction or (has_correction and danger is None),
        corrects_place="place_correction" in phrases,
        has_direction=bool(find_accented_phrases(written, lists.get("direction", ()))),
        opens_another_matter=_opens_with_phrase_and_more(tokens, lists["command_other"]),
        state_question=read_state_question(message.text, district),
        follows_up=has_follow_up_words(message.text, district),
        is_yes=_is_answer(written, lists.get("answer_yes", ()), polite),
        is_no=_is_answer(written, lists.get("answer_no", ()), polite),
        accusation=find_accusation(message.text, district),
    )


def has_objection(text: str, district: District) -> bool:
    """Return whether a text has words of objection."""
    joined = " ".join(words(text))
    return any(contains_phrase(joined, phrase) for phrase in district.words["objection"])


def _is_answer(tokens: Sequence[str], answers: Sequence[str], polite: Sequence[str]) -> bool:
    """Return whether a text consists of one of the answers, possibly with courtesy around it."""
    return bool(find_accented_phrases(tokens, answers)) and consists_of_accented_phrases(tokens, (*answers, *polite))


def _opens_with_phrase_and_more(tokens: Sequence[str], phrases: Iterable[str]) -> bool:
    """Return whether a text begins with one of the phrases and has further words."""
    text = " ".join(tokens)
    return any(text.startswith(f"{phrase} ") for phrase in phrases)


def _find_best_opinion(
    opinions: Sequence[TriageOpinion], thanks: Collection[str], *, is_thanked: bool
) -> TriageOpinion | None:
    """Return the most confident opinion. Opinions based on words of thanks are left out, as these imply nothing about
    the other words: "nó lại sang phá nữa".
    """
    relevant = [candidate for candidate in opinions if not (is_thanked and _is_based_on_thanks(candidate, thanks))]
    return max(relevant, key=lambda opinion: opinion.confidence, default=None)


def _is_based_on_thanks(opinion: TriageOpinion, thanks: Collection[str]) -> bool:
    """Return whether an opinion classifies a message as small talk merely because of its thanks."""
    is_sure = not opinion.fallback and opinion.confidence >= _VERY_SURE
    return (
        opinion.kind == "chatter"
        and not is_sure
        and (not opinion.fallback or {*opinion.reason.split(", ")} <= {*thanks})
    )


def _read_number(tokens: Iterable[str]) -> int:
    """Return the number that a text consists of, possibly with common additions ("1", "số 2", "2 ạ"); 0 for none."""
    digits = [token for token in tokens if token not in ("so", "a", "viec", "tin", "chon")]
    return (
        int(digits[0]) if len(digits) == 1 and digits[0].isascii() and digits[0].isdigit() and len(digits[0]) < 3 else 0
    )
