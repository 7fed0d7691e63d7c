"""The opinion of a model trained on hand-written messages; where its file is missing it has none."""

from anninh_core.plugins.markers import hookimpl
from anninh_core.plugins.triage.model import KINDS, Model, Scores, load_model
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import InboundMessage
from anninh_core.vocabulary.opinions import TriageOpinion

__all__ = ["anninh_triage_opinion", "build_opinion"]


@hookimpl
def anninh_triage_opinion(message: InboundMessage, district: District) -> TriageOpinion | None:
    """Say what a message is by the model. What may be an emergency is a tip, whatever else it looks like."""
    model = load_model()
    scores = model.score(message.text) if model else None
    return None if model is None or scores is None else build_opinion(model, scores, district)


def build_opinion(model: Model, scores: Scores, district: District) -> TriageOpinion:
    """Return the opinion that the scores of a text stand for; a category that the profile lacks is left out.

    The category is that of a tip, also where the kind is another: a person may see it differently. It is "" where the
    words alone name no matter ("màu đỏ", "xóm 5"): such a message goes on with what was said before.
    """
    emergency = model.is_emergency(scores)
    kind = "tip" if emergency else max(KINDS, key=lambda name: scores.sums[KINDS.index(name)])
    category = _best_category(model, scores)
    confidence = model.kind_confidence(scores, kind)
    return TriageOpinion(
        kind,
        category=category if category in district.incoming else "",
        emergency=emergency,
        confidence=max(confidence, model.emergency_confidence(scores)) if emergency else confidence,
        reason=", ".join(model.explain(scores, "emergency" if emergency else kind)),
        look_first=scores.sums[-1] >= scores.limits.look_first,
    )


def _best_category(model: Model, scores: Scores) -> str:
    sums = scores.sums[len(KINDS) : -1]
    return model.matters[max(range(len(sums)), key=sums.__getitem__)]
