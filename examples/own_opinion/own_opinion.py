"""A triage opinion: rising water at a dyke is an emergency, regardless of the rest of the message."""

from anninh_core.kernel import contains_phrase, fold
from anninh_core.plugins import hookimpl
from anninh_core.vocabulary import District, InboundMessage, TriageOpinion

PLACES = ("de song day", "de hoang long", "cong dam van", "chan de", "mat de")
DANGERS = ("vo de", "tran de", "sat lo", "ro ri", "nuoc dang", "sui nuoc")
CATEGORY = "situation"


@hookimpl
def anninh_triage_opinion(message: InboundMessage, district: District) -> TriageOpinion | None:
    """Return an opinion "danger now" if the message names a place at the dyke and a danger, else None."""
    folded = fold(message.text)
    matches = [phrase for phrase in (*PLACES, *DANGERS) if contains_phrase(folded, phrase)]
    if not any(place in matches for place in PLACES) or not any(danger in matches for danger in DANGERS):
        return None
    return TriageOpinion(
        "tip",
        category=CATEGORY if CATEGORY in district.incoming else "",
        emergency=True,
        confidence=1.0,
        reason=", ".join(matches),
    )
