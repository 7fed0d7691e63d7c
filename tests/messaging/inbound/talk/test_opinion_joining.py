"""How several opinions on a message are joined, and how the router uses the result."""

import pytest
from attrs import evolve
from tests.messaging.inbound.talk.talks import GROUP, build_message, routed

from anninh_core.messaging.inbound.talk.opinion_joining import can_dismiss_long_message, join_opinions
from anninh_core.messaging.inbound.talk.route import MessageClass, Route
from anninh_core.vocabulary.opinions import TriageOpinion

WORDS = TriageOpinion("tip", category="fire", emergency=True, confidence=1.0, reason="chay", by="words", fallback=True)
MODEL = TriageOpinion("chatter", confidence=0.9, reason="diễn tập", by="model")
LONG = "chiều nay xã mình tổ chức diễn tập chữa cháy ở chợ bà con nghe còi thì đừng lo nhé"


def test_fallback_opinion_is_overruled_and_shown() -> None:
    """The opinion from word lists is a fallback: next to a model's opinion it decides nothing, but officers see it."""
    result = routed(build_message(LONG), WORDS, MODEL)

    assert (result.message_class, result.emergency) == (MessageClass.CHATTER, False)
    assert result.reasons == ("model: diễn tập", "words (tip fire, emergency): chay")


def test_a_fallback_alone_decides() -> None:
    """Without a model the opinion from word lists decides."""
    result = routed(build_message(LONG), WORDS)

    assert (result.message_class, result.category, result.emergency) == (MessageClass.TIP, "fire", True)


def test_two_signs_of_danger_are_an_emergency() -> None:
    """Danger by word lists and possible danger by the model together are an emergency."""
    result = routed(build_message(LONG), WORDS, evolve(MODEL, look_first=True))

    assert (result.message_class, result.category, result.emergency) == (MessageClass.TIP, "fire", True)
    assert result.look_first


def test_one_opinion_of_danger_suffices() -> None:
    """An emergency in one plugin's opinion is an emergency, even if a model is sure of the contrary."""
    opinion = TriageOpinion("tip", category="situation", emergency=True, confidence=0.1, by="dyke watch")

    assert routed(build_message(LONG), MODEL, opinion).emergency


@pytest.mark.parametrize(("confidence", "becomes"), [(0.7, MessageClass.CHATTER), (0.4, MessageClass.TIP)])
def test_long_small_talk_needs_a_sure_opinion(confidence: float, becomes: MessageClass) -> None:
    """A long message counts as small talk only if a model is confident, since a greeting may open a report in
    unrecognised words.
    """
    assert routed(build_message(LONG), evolve(MODEL, confidence=confidence)).message_class is becomes


def test_words_alone_never_make_long_small_talk() -> None:
    """An opinion from word lists never makes a long private message small talk, since its confidence isn't measured."""
    greeting = TriageOpinion("chatter", confidence=1.0, by="words", fallback=True)

    assert routed(build_message(LONG), greeting).message_class is MessageClass.TIP
    assert routed(build_message(LONG, GROUP), greeting).message_class is MessageClass.CHATTER
    assert not can_dismiss_long_message(greeting)


def test_possible_danger_becomes_a_tip() -> None:
    """A message of possible danger becomes a tip, unless the model is sure enough that it is small talk."""
    unsure: Route = routed(build_message("có gì không ổn"), evolve(MODEL, confidence=0.8, look_first=True))
    sure = routed(build_message("có gì không ổn"), evolve(MODEL, look_first=True))

    assert (unsure.message_class, unsure.look_first, unsure.emergency) == (MessageClass.TIP, True, False)
    assert (sure.message_class, sure.look_first) == (MessageClass.CHATTER, False)


def test_emergency_is_read_first() -> None:
    """Every emergency is also marked to be read first."""
    assert routed(build_message("cháy"), WORDS).look_first


def test_no_opinions_join_to_none() -> None:
    """Joining no opinions gives None, and then the rules for unrecognised words decide."""
    assert join_opinions(()) is None
