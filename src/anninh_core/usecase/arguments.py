"""Argument types of public use cases, with their limits. Decoders of external input enforce the limits."""

from datetime import datetime
from enum import Enum
from functools import reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from attrs import frozen
from msgspec import Meta

SAFE_INTEGER = 2**53 - 1
"""Largest integer that programs in other languages represent exactly."""


@frozen
class Alias:
    """Name of an argument type, and the source of its values.

    Attributes:
        record: kind of the record that the argument identifies, "" for none.
        choices: name of the list with its values, one of `anninh_core.door.choices`; "" for any.
        is_open: whether values outside the list are accepted.
        lines: initial number of lines in a form; 0 for a single-line field.
        longest: maximum characters of a text from outside; stored texts may be longer.
        note: default description of the argument, if its use case has none; a sentence and a message.
    """

    name: str
    record: str = ""
    choices: str = ""
    is_open: bool = False
    lines: int = 0
    longest: int = 300
    note: str = ""

    @property
    def is_id(self) -> bool:
        """Whether the argument identifies a record or a unit, so that an operation can concern it."""
        return bool(self.record) or self.name in _IDS


_IDS = frozenset({"Id", "CaseRef", "OwnUnitId", "Receipt", "UnitId", "WithinUnit"})
Id = Annotated[str, Alias("Id")]
"""An id for which there is no argument type of its own."""
Receipt = Annotated[str, Alias("Receipt")]
"""The case number that a reporter got for a report."""
CaseRef = Annotated[str, Alias("CaseRef")]
"""Reference to a case of any kind, as `kind:id`."""
AlarmId = Annotated[str, Alias("AlarmId", record="alarm")]
"""Id of an alarm."""
ArticleId = Annotated[str, Alias("ArticleId", record="article")]
"""Id of an article of the knowledge base."""
CampaignId = Annotated[str, Alias("CampaignId", record="campaign")]
"""Id of a campaign."""
CustodianKeyId = Annotated[str, Alias("CustodianKeyId", record="custodian")]
"""Id of a custodian's key."""
DifficultyId = Annotated[str, Alias("DifficultyId", record="difficulty")]
"""Id of a difficulty that a unit reported."""
DisclosureId = Annotated[str, Alias("DisclosureId", record="disclosure")]
"""Id of a request to disclose an identity."""
DutyId = Annotated[str, Alias("DutyId", record="duty")]
"""Id of a duty of a unit that has a deadline."""
ErasureId = Annotated[str, Alias("ErasureId", record="erasure")]
"""Id of a request for erasure."""
FindingId = Annotated[str, Alias("FindingId", record="leak_finding")]
"""Id of an outgoing text that the leak check held back."""
GroupId = Annotated[str, Alias("GroupId", record="group")]
"""Id of an official group."""
HoldId = Annotated[str, Alias("HoldId", record="legal_hold")]
"""Id of a legal hold."""
IncidentId = Annotated[str, Alias("IncidentId", record="incident")]
"""Id of an incident, which several tips report."""
InquiryId = Annotated[str, Alias("InquiryId", record="inquiry")]
"""Id of a resident's question."""
InspectionId = Annotated[str, Alias("InspectionId", record="inspection")]
"""Id of an inspection."""
ItemId = Annotated[str, Alias("ItemId", record="item")]
"""Id of a content item to publish."""
MessageId = Annotated[str, Alias("MessageId", record="message")]
"""Id of a message that a person wrote."""
OpeningId = Annotated[str, Alias("OpeningId", record="emergency_opening")]
"""Id of the emergency opening of an address."""
PieceId = Annotated[str, Alias("PieceId", record="found_piece")]
"""Id of a piece that a collector found."""
PostId = Annotated[str, Alias("PostId", record="post")]
"""Id of a post to moderate."""
QuarantinedId = Annotated[str, Alias("QuarantinedId", record="quarantined")]
"""Id of a quarantined record."""
ReportId = Annotated[str, Alias("ReportId", record="report")]
"""Id of a report by a unit."""
RequestId = Annotated[str, Alias("RequestId", record="rights_request")]
"""Id of a person's request about their own data."""
SessionId = Annotated[str, Alias("SessionId", record="session")]
"""Id of an officer's session."""
SubcaseId = Annotated[str, Alias("SubcaseId", record="subcase")]
"""Id of a part of a tip that another unit handles."""
TipId = Annotated[str, Alias("TipId", record="tip")]
"""Id of a tip."""
TokenId = Annotated[str, Alias("TokenId", record="api_token")]
"""Id of an API token."""
OfficerId = Annotated[str, Alias("OfficerId", record="officer", choices="officers")]
"""Id of an officer."""
UnitId = Annotated[str, Alias("UnitId", choices="units")]
"""Id of a unit of the district."""
IncomingCategory = Annotated[str, Alias("IncomingCategory", choices="incoming")]
"""Code of a category of tips and inquiries."""
OutgoingCategory = Annotated[str, Alias("OutgoingCategory", choices="outgoing")]
"""Code of a category of items and articles."""
Urgency = Annotated[str, Alias("Urgency", choices="urgencies")]
"""Code of a tip's urgency, from the profile."""
LegalKind = Annotated[str, Alias("LegalKind", choices="legal_kinds")]
"""Code of a tip's legal kind, from the profile."""
SettlingReason = Annotated[str, Alias("SettlingReason", choices="settling_reasons", longest=2_000)]
"""Code of the reason for settling a tip, from the profile."""
FalseReason = Annotated[str, Alias("FalseReason", choices="false_reasons", longest=2_000)]
"""Code of the reason for judging a tip a false report, from the profile."""
DismissalReason = Annotated[str, Alias("DismissalReason", choices="dismissal_reasons", longest=2_000)]
"""Code of the reason for dismissing a message, from the profile."""
GateId = Annotated[str, Alias("GateId", choices="gates")]
"""Id of a gate, which is a check in the review of content."""
CharterRule = Annotated[str, Alias("CharterRule", choices="charter_rules")]
"""Id of a rule of the charter."""
RoleId = Annotated[str, Alias("RoleId", choices="roles")]
"""Id of a role that officers can have."""
ObligationId = Annotated[str, Alias("ObligationId", choices="obligations")]
"""Id of an obligation to report."""
GroupKind = Annotated[str, Alias("GroupKind", choices="group_kinds")]
"""Code of a kind of groups, from the profile."""
BoardPost = Annotated[str, Alias("BoardPost", choices="posts")]
"""Code of a post on a group's management board, from the profile."""
MessengerName = Annotated[str, Alias("MessengerName", choices="messengers")]
"""Name of a messenger in the settings."""
PaperFormat = Annotated[str, Alias("PaperFormat", choices="formats")]
"""Name of a format in which a paper is rendered."""
RightsWay = Annotated[str, Alias("RightsWay", choices="rights_ways")]
"""Code of the way in which a person was identified, from the profile."""
RightsDelivery = Annotated[str, Alias("RightsDelivery", choices="rights_deliveries")]
"""Code of the way in which a person receives an answer, from the profile."""
RightsCategory = Annotated[str, Alias("RightsCategory", choices="rights_categories")]
"""Code of a category of personal data, from the profile."""
OwnUnitId = Annotated[str, Alias("OwnUnitId", choices="own_units")]
"""Id of a unit within the scope of the caller's roles."""
WithinUnit = Annotated[str, Alias("WithinUnit", choices="own_units", note="This unit and all below it.")]
"""Id of a unit that means the unit itself and all units below it, in lists and counts; "" for all within the caller's
scope.
"""
AudienceUnitId = Annotated[str, Alias("AudienceUnitId", choices="audience")]
"""Id of a unit for whose groups an item is intended."""
AnyOfficerId = Annotated[str, Alias("AnyOfficerId", record="officer", choices="all_officers")]
"""Id of an officer of any unit."""
ArticleCategory = Annotated[str, Alias("ArticleCategory", choices="outgoing", is_open=True)]
"""A category of articles: one of the profile's outgoing categories, or a word of the author's own."""
CopyFormat = Annotated[str, Alias("CopyFormat", choices="copy_formats")]
"""Name of a format for a copy of personal data."""
KeyPersonKind = Annotated[str, Alias("KeyPersonKind", choices="key_person_posts")]
"""Code of a kind of key people, from the profile."""
OneLine = Annotated[str, Alias("OneLine", longest=20_000)]
"""A name, a title or another short text on one line."""
Words = Annotated[str, Alias("Words", lines=4, longest=20_000)]
"""A text that a person writes."""
LongText = Annotated[str, Alias("LongText", lines=10, longest=20_000)]
"""A longer text that a person writes, such as the body of an item."""
Reason = Annotated[str, Alias("Reason", lines=2, longest=2_000)]
"""Reason for an action, stored in the journal or a record."""
Limit = Annotated[int, Alias("Limit", note="At most so many, and at most 200."), Meta(ge=1, le=200)]
"""Maximum number of records on a page."""
Cursor = Annotated[str, Alias("Cursor", longest=1_000, note="Go on behind the page before, which names its cursor.")]
"""Position at which a page begins: the cursor of the previous page, "" for the first."""
Line = Annotated[int, Alias("Line"), Meta(ge=0, le=SAFE_INTEGER)]
"""Number of an entry in the journal; 0 is before the first."""
Aware = Annotated[datetime, Alias("Aware"), Meta(tz=True)]
"""A moment with its time zone."""
Year = Annotated[int, Alias("Year"), Meta(ge=0, le=9998)]
"""A calendar year; 0 means any year if a use case allows it."""
Days = Annotated[int, Alias("Days"), Meta(ge=0, le=36_500)]
"""A number of days."""
Hours = Annotated[float, Alias("Hours"), Meta(ge=0, le=876_000)]
"""A number of hours."""
Count = Annotated[int, Alias("Count"), Meta(ge=0, le=1_000_000_000)]
"""A number of things, at most a thousand million."""
StoredFile = Annotated[str, Alias("StoredFile", longest=64)]
"""Name of a stored file; "" for none. From outside the process an upload provides it."""


def get_alias_name(annotation: object) -> str:
    """Return the name of the argument type in an annotation, or ""."""
    alias = find_alias(annotation)
    return alias.name if alias else ""


def find_alias(annotation: object) -> Alias | None:
    """Return the argument type in an annotation, or None."""
    if get_origin(annotation) is not Annotated:
        return None
    return next((part for part in get_args(annotation)[1:] if isinstance(part, Alias)), None)


def get_inner_type(annotation: Any) -> Any:
    """Return the inner type of an annotation, without its argument type and without `| str` after an enumeration.

    An enumeration is written `TipState | str` if its values are accepted, which arrive as members.
    """
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    members = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else ()
    if str not in members or not any(isinstance(member, type) and issubclass(member, Enum) for member in members):
        return annotation
    return reduce(or_, (member for member in members if member is not str))
