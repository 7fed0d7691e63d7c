"""Plugins with one fault each in their opinions."""

import itertools
import random
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.testing.plugin_faults.meeting import Meeting

from anninh_core.plugins import hookimpl
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import InboundMessage
from anninh_core.vocabulary.opinions import Finding, Flag, RoutingOpinion, TriageOpinion
from anninh_core.vocabulary.views import ItemToReview, PostToModerate, TipToRoute


class Thieves:
    """A healthy plugin: a theft is a tip."""

    @hookimpl
    def anninh_triage_opinion(self, message: InboundMessage, district: District) -> TriageOpinion | None:
        return self.opinion(message, district) if "trộm" in message.text else None

    def opinion(self, message: InboundMessage, district: District) -> Any:
        return TriageOpinion("tip", reason="trộm")


class UnknownCategory(Thieves):
    """A category that no profile has."""

    def opinion(self, message: InboundMessage, district: District) -> Any:
        return TriageOpinion("tip", category="theft_of_motorbikes", reason="trộm")


class CategoryOfOneProfile(Thieves):
    """A category that only one profile has."""

    def opinion(self, message: InboundMessage, district: District) -> Any:
        return TriageOpinion("tip", category=f"crime_{district.id}", reason="trộm")


class TooSure(Thieves):
    """Confidence in percent."""

    def opinion(self, message: InboundMessage, district: District) -> Any:
        return TriageOpinion("tip", confidence=95, reason="trộm")


class AnswersWords(Thieves):
    """A string instead of an opinion."""

    def opinion(self, message: InboundMessage, district: District) -> Any:
        return "tip"


class UnknownUnit:
    """A unit that the profile doesn't have."""

    @hookimpl
    def anninh_routing_opinion(self, tip: TipToRoute) -> RoutingOpinion:
        return RoutingOpinion("police-of-nowhere", "it is far away")


class UnknownCode:
    """A rule code that no charter has."""

    @hookimpl
    def anninh_moderation_flags(self, post: PostToModerate) -> Sequence[Flag]:
        return [Flag("rudeness", "it is rude")]


class UnknownGate:
    """A gate that isn't in any review."""

    @hookimpl
    def anninh_review_findings(self, item: ItemToReview) -> Sequence[Finding]:
        return [Finding("beauty", "it isn't nice")]


class FailsOnSilence(Thieves):
    """A message without text makes the plugin fail."""

    @hookimpl
    def anninh_triage_opinion(self, message: InboundMessage, district: District) -> TriageOpinion | None:
        first = message.text.split()[0]
        return TriageOpinion("tip", reason="trộm") if first == "Tối" else None


class Guesses(Thieves):
    """The confidence is random."""

    def opinion(self, message: InboundMessage, district: District) -> Any:
        return TriageOpinion("tip", confidence=random.random(), reason="trộm")


class Counts(Thieves):
    """The confidence grows with each message."""

    seen = itertools.count(1)

    def opinion(self, message: InboundMessage, district: District) -> Any:
        return TriageOpinion("tip", confidence=1 - 1 / next(self.seen), reason="trộm")


class RemembersTheMessage(Thieves):
    """The message is stored on the plugin, where another thread overwrites it."""

    meet = Meeting(4)

    @hookimpl
    def anninh_triage_opinion(self, message: InboundMessage, district: District) -> TriageOpinion | None:
        self.message = message
        self.meet()
        last = self.message
        self.meet()
        return self.opinion(last, district) if "trộm" in last.text else None


class Sleeps(Thieves):
    """The plugin sleeps for a moment."""

    def opinion(self, message: InboundMessage, district: District) -> Any:
        time.sleep(0)
        return super().opinion(message, district)


class LooksItUp(Thieves):
    """The plugin opens a network connection, and continues without it."""

    def opinion(self, message: InboundMessage, district: District) -> Any:
        try:
            socket.create_connection(("127.0.0.1", 9), timeout=1)
        except OSError:
            return super().opinion(message, district)
        return None


class ReadsItsListEachTime(Thieves):
    """The plugin reads a file for each message."""

    def opinion(self, message: InboundMessage, district: District) -> Any:
        try:
            Path(__file__).read_text(encoding="utf-8")
        except OSError:
            return None
        return super().opinion(message, district)


class WorksForSeconds(Thieves):
    """The plugin computes for more than half a second."""

    def opinion(self, message: InboundMessage, district: District) -> Any:
        began = time.thread_time()
        while time.thread_time() - began < 0.6:
            pass
        return super().opinion(message, district)


class QuotesTheNumber(Thieves):
    """The reason is the whole message."""

    @hookimpl
    def anninh_triage_opinion(self, message: InboundMessage, district: District) -> TriageOpinion | None:
        return TriageOpinion("tip", reason=message.text[:200].replace("\n", " "))


class NeverSpeaks(Thieves):
    """The plugin never has an opinion."""

    @hookimpl
    def anninh_triage_opinion(self, message: InboundMessage, district: District) -> TriageOpinion | None:
        return None


class OnlyListens:
    """The plugin implements no hook for opinions."""

    @hookimpl
    def anninh_committed(self) -> None:
        """Ignore the event."""


FAULTS: Mapping[type, str] = {
    OnlyListens: "O-01",
    NeverSpeaks: "O-02",
    UnknownCategory: "O-03",
    CategoryOfOneProfile: "O-03",
    TooSure: "O-03",
    AnswersWords: "O-03",
    UnknownUnit: "O-03",
    UnknownCode: "O-03",
    UnknownGate: "O-03",
    FailsOnSilence: "O-04",
    Guesses: "O-05",
    Counts: "O-05",
    RemembersTheMessage: "O-06",
    WorksForSeconds: "O-07",
    Sleeps: "O-08",
    LooksItUp: "O-08",
    ReadsItsListEachTime: "O-08",
    QuotesTheNumber: "O-09",
}
"""Faulty plugin -> number of the rule that must find its fault."""
