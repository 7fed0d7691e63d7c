"""How several opinions on one message become one, and what the router makes of it."""

import pytest
from attrs import evolve
from tests.messaging.inbound.talk.talks import GROUP, routed, said

from anninh_core.messaging.inbound.talk.opinion_joining import is_sure, join_opinions
from anninh_core.messaging.inbound.talk.route import MessageClass, Route
from anninh_core.vocabulary.opinions import TriageOpinion

WORDS = TriageOpinion("tip", category="fire", emergency=True, confidence=1.0, reason="chay", by="words", fallback=True)
MODEL = TriageOpinion("chatter", confidence=0.9, reason="diễn tập", by="model")
LONG = "chiều nay xã mình tổ chức diễn tập chữa cháy ở chợ bà con nghe còi thì đừng lo nhé"


def test_a_fallback_gives_way_and_is_shown() -> None:
    """What the words say is a second opinion: an officer reads it, and it decides nothing."""
    found = routed(said(LONG), WORDS, MODEL)

    assert (found.message_class, found.emergency) == (MessageClass.CHATTER, False)
    assert found.reasons == ("model: diễn tập", "words (tip fire, emergency): chay")


def test_a_fallback_alone_decides() -> None:
    """Without a model all is as before."""
    found = routed(said(LONG), WORDS)

    assert (found.message_class, found.category, found.emergency) == (MessageClass.TIP, "fire", True)


def test_words_of_danger_and_possible_danger_are_danger() -> None:
    """Where the model would have a message looked at first and the words speak of danger, there is an alarm."""
    found = routed(said(LONG), WORDS, evolve(MODEL, look_first=True))

    assert (found.message_class, found.category, found.emergency) == (MessageClass.TIP, "fire", True)
    assert found.look_first


def test_danger_seen_by_one_is_danger() -> None:
    """A plugin of the district's own is heard beside a model that is sure of the contrary."""
    own = TriageOpinion("tip", category="situation", emergency=True, confidence=0.1, by="dyke watch")

    assert routed(said(LONG), MODEL, own).emergency


@pytest.mark.parametrize(("confidence", "becomes"), [(0.7, MessageClass.CHATTER), (0.4, MessageClass.TIP)])
def test_long_small_talk_needs_a_sure_opinion(confidence: float, becomes: MessageClass) -> None:
    """A greeting may open a report in words that nobody recognised; who measured that it isn't one is believed."""
    assert routed(said(LONG), evolve(MODEL, confidence=confidence)).message_class is becomes


def test_words_alone_never_make_long_small_talk() -> None:
    """However sure they seem: their confidence was never measured."""
    greeting = TriageOpinion("chatter", confidence=1.0, by="words", fallback=True)

    assert routed(said(LONG), greeting).message_class is MessageClass.TIP
    assert routed(said(LONG, GROUP), greeting).message_class is MessageClass.CHATTER
    assert not is_sure(greeting)


def test_possible_danger_comes_to_a_persons_eyes() -> None:
    """Unless the model is sure that it is something else, and surer than of small talk without danger."""
    unsure: Route = routed(said("có gì không ổn"), evolve(MODEL, confidence=0.8, look_first=True))
    sure = routed(said("có gì không ổn"), evolve(MODEL, look_first=True))

    assert (unsure.message_class, unsure.look_first, unsure.emergency) == (MessageClass.TIP, True, False)
    assert (sure.message_class, sure.look_first) == (MessageClass.CHATTER, False)


def test_every_emergency_is_looked_at_first() -> None:
    """Whoever alarms needn't say both."""
    assert routed(said("cháy"), WORDS).look_first


def test_nobodys_opinion_is_none() -> None:
    """Then the rules for unrecognised words decide."""
    assert join_opinions(()) is None
