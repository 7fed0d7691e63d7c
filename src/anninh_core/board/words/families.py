"""Where the words of closed lists stand among those of `units.labels`, which a district may change."""

from collections.abc import Mapping

FAMILIES: Mapping[str, str] = {
    "AlarmState": "alarm",
    "AnswerOutcome": "rights_outcome",
    "CustodianState": "custodian",
    "DeadlineState": "deadline",
    "DeliveryState": "delivery",
    "DifficultyState": "difficulty",
    "DisclosureState": "disclosure",
    "DutyState": "duty",
    "ErasureState": "erasure",
    "FoundState": "found",
    "GroupState": "group",
    "IdentityField": "identity",
    "InquiryState": "inquiry",
    "ItemState": "item",
    "LeakState": "leak",
    "ModerationAction": "post_action",
    "OpeningState": "opening",
    "PostState": "post",
    "ReportState": "report",
    "RequestChannel": "rights_channel",
    "RequestState": "rights_request",
    "RightsKind": "rights_kind",
    "SubcaseState": "subcase",
    "TipState": "tip",
    "Urgency": "item_urgency",
}
"""Name of the list in the code -> its family there."""
