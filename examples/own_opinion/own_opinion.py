"""Rising water at a dyke is an emergency, whatever else the message says."""

from anninh_core.kernel import contains_phrase, fold
from anninh_core.plugins import hookimpl
from anninh_core.vocabulary import District, InboundMessage, TriageOpinion

PLACES = ("de song day", "de hoang long", "cong dam van", "chan de", "mat de")
DANGERS = ("vo de", "tran de", "sat lo", "ro ri", "nuoc dang", "sui nuoc")
CATEGORY = "situation"


@hookimpl
def anninh_triage_opinion(message: InboundMessage, district: District) -> TriageOpinion | None:
    """Say "danger now" where a place at the dyke and a danger are named; otherwise it is not our business."""
    said = fold(message.text)
    named = [phrase for phrase in (*PLACES, *DANGERS) if contains_phrase(said, phrase)]
    if not any(place in named for place in PLACES) or not any(danger in named for danger in DANGERS):
        return None
    return TriageOpinion(
        "tip",
        category=CATEGORY if CATEGORY in district.incoming else "",
        emergency=True,
        confidence=1.0,
        reason=", ".join(named),
    )
