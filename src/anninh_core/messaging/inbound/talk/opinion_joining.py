"""Several opinions on one message become one. What the words of the profile say is a second opinion beside another."""

from collections.abc import Sequence

from anninh_core.kernel.replacing import evolve
from anninh_core.vocabulary.opinions import TriageOpinion

_SURE = 0.5  # of 1: more likely right than not, measured on messages that nobody trained on
_SURE_DESPITE_DANGER = 0.9
"""The same where danger is possible. With a bar of .5 nine of 21 emergencies that were neither alarmed about nor marked
out of fold had the score of a mark; this one costs a point of the kind's F1."""


def join_opinions(opinions: Sequence[TriageOpinion]) -> TriageOpinion | None:
    """Return the opinion that a message is routed by, None where nobody has one.

    Whoever speaks of danger is heard before others, then the most confident. An opinion that is a fallback counts only
    where there is no other; but if it speaks of danger where another thinks danger possible, there is danger.
    """
    own = [opinion for opinion in opinions if not opinion.fallback]
    asked = own or opinions
    best = max(asked, key=lambda opinion: (opinion.emergency, opinion.confidence), default=None)
    if best is None:
        return None
    look_first = any(opinion.look_first for opinion in asked)
    if own and look_first and not best.emergency and (second := _find_alarm(opinions)):
        return evolve(second, category=best.category or second.category, look_first=True)
    category = best.category
    if best.emergency and not category:
        category = next((opinion.category for opinion in asked if opinion.emergency and opinion.category), "")
    return evolve(best, category=category, look_first=look_first or best.emergency)


def is_sure(opinion: TriageOpinion) -> bool:
    """Tell whether an opinion may call a long message small talk: only one that measured how often it is right.

    Where danger is possible it has to be surer: what stays small talk, nobody looks at.
    """
    return not opinion.fallback and opinion.confidence >= (_SURE_DESPITE_DANGER if opinion.look_first else _SURE)


def list_reasons(best: TriageOpinion, opinions: Sequence[TriageOpinion]) -> tuple[str, ...]:
    """Return the reason of the opinion that counts, then the second opinions, for an officer to check."""
    others = (opinion for opinion in opinions if opinion.fallback and opinion.by != best.by)
    return (f"{best.by}: {best.reason}", *(f"{o.by} ({_describe(o)}): {o.reason}" for o in others))


def _find_alarm(opinions: Sequence[TriageOpinion]) -> TriageOpinion | None:
    return next((opinion for opinion in opinions if opinion.emergency), None)


def _describe(opinion: TriageOpinion) -> str:
    what = f"{opinion.kind} {opinion.category}".strip()
    return f"{what}, emergency" if opinion.emergency else what
