"""Joining of several opinions on the same message. The opinion by the profile's words is a second opinion next to
another.
"""

from collections.abc import Sequence

from anninh_core.kernel.replacing import evolve
from anninh_core.vocabulary.opinions import TriageOpinion

# Minimum confidence, from 0 to 1, with which an opinion is more often right than wrong, measured on messages outside
# the training data.
_SURE = 0.5
_SURE_DESPITE_DANGER = 0.9
"""Minimum confidence if danger is possible. With .5, nine of the 21 emergencies that out of fold got neither an alarm
nor a mark scored as a mark; this value costs one point of the kind's F1.
"""


def join_opinions(opinions: Sequence[TriageOpinion]) -> TriageOpinion | None:
    """Return the opinion that decides the route of a message, or None if there is none.

    Opinions that report danger come first, then the most confident. A fallback opinion counts only if there is no
    other; but if it reports danger while another opinion sees possible danger, there is danger.
    """
    primary = [opinion for opinion in opinions if not opinion.fallback]
    counted = primary or opinions
    best = max(counted, key=lambda opinion: (opinion.emergency, opinion.confidence), default=None)
    if best is None:
        return None
    look_first = any(opinion.look_first for opinion in counted)
    if primary and look_first and not best.emergency and (second := _find_emergency_opinion(opinions)):
        return evolve(second, category=best.category or second.category, look_first=True)
    category = best.category
    if best.emergency and not category:
        category = next((opinion.category for opinion in counted if opinion.emergency and opinion.category), "")
    return evolve(best, category=category, look_first=look_first or best.emergency)


def can_dismiss_long_message(opinion: TriageOpinion) -> bool:
    """Return whether an opinion may classify a long message as small talk: only an opinion with a measured accuracy.

    If danger is possible, a higher confidence is required, as no officer checks small talk.
    """
    return not opinion.fallback and opinion.confidence >= (_SURE_DESPITE_DANGER if opinion.look_first else _SURE)


def list_reasons(best: TriageOpinion, opinions: Sequence[TriageOpinion]) -> tuple[str, ...]:
    """Return the reason of the deciding opinion, then those of the second opinions, for an officer to check."""
    others = (opinion for opinion in opinions if opinion.fallback and opinion.by != best.by)
    return (f"{best.by}: {best.reason}", *(f"{o.by} ({_describe_opinion(o)}): {o.reason}" for o in others))


def _find_emergency_opinion(opinions: Sequence[TriageOpinion]) -> TriageOpinion | None:
    return next((opinion for opinion in opinions if opinion.emergency), None)


def _describe_opinion(opinion: TriageOpinion) -> str:
    label = f"{opinion.kind} {opinion.category}".strip()
    return f"{label}, emergency" if opinion.emergency else label
