"""Plugin that classifies messages by a model trained on hand-written messages; without the model's file it gives no
opinion.
"""

from anninh_core.plugins.markers import hookimpl
from anninh_core.plugins.triage.model import KINDS, Model, Scores, load_model
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import InboundMessage
from anninh_core.vocabulary.opinions import TriageOpinion

__all__ = ["anninh_triage_opinion", "build_opinion"]


@hookimpl
def anninh_triage_opinion(message: InboundMessage, district: District) -> TriageOpinion | None:
    """Classify a message by the model. A possible emergency is always a tip."""
    model = load_model()
    scores = model.score(message.text) if model else None
    return None if model is None or scores is None else build_opinion(model, scores, district)


def build_opinion(model: Model, scores: Scores, district: District) -> TriageOpinion:
    """Return the opinion that follows from the model's scores of a text; a category that the profile lacks is omitted.

    The category is the most probable one of a tip, even for another kind, because a person may decide otherwise. It is
    "" if the words alone don't determine a category ("màu đỏ", "xóm 5"): such a message continues the earlier
    conversation.
    """
    emergency = model.is_emergency(scores)
    kind = "tip" if emergency else max(KINDS, key=lambda name: scores.sums[KINDS.index(name)])
    category = _find_best_category(model, scores)
    confidence = model.kind_confidence(scores, kind)
    return TriageOpinion(
        kind,
        category=category if category in district.incoming else "",
        emergency=emergency,
        confidence=max(confidence, model.emergency_confidence(scores)) if emergency else confidence,
        reason=", ".join(model.explain(scores, "emergency" if emergency else kind)),
        look_first=scores.sums[-1] >= scores.limits.look_first,
    )


def _find_best_category(model: Model, scores: Scores) -> str:
    sums = scores.sums[len(KINDS) : -1]
    return model.matters[max(range(len(sums)), key=sums.__getitem__)]
