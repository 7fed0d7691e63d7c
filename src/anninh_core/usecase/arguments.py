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
        """Whether the argument identifies a record or a unit, so that an operation can be about it."""
        return bool(self.record) or self.name in _IDS


_IDS = frozenset({"Id", "CaseRef", "OwnUnitId", "Receipt", "UnitId", "WithinUnit"})
Id = Annotated[str, Alias("Id")]
"""An id without a type of its own."""
Receipt = Annotated[str, Alias("Receipt")]
"""The case number of a reporter."""
CaseRef = Annotated[str, Alias("CaseRef")]
"""A case of any kind, as `kind:id`."""
AlarmId = Annotated[str, Alias("AlarmId", record="alarm")]
"""An alarm."""
ArticleId = Annotated[str, Alias("ArticleId", record="article")]
"""An article of the knowledge base."""
CampaignId = Annotated[str, Alias("CampaignId", record="campaign")]
"""A campaign."""
CustodianKeyId = Annotated[str, Alias("CustodianKeyId", record="custodian")]
"""A key of a custodian."""
DifficultyId = Annotated[str, Alias("DifficultyId", record="difficulty")]
"""A difficulty of a unit."""
DisclosureId = Annotated[str, Alias("DisclosureId", record="disclosure")]
"""A request to disclose an identity."""
DutyId = Annotated[str, Alias("DutyId", record="duty")]
"""A duty of a unit with a deadline."""
ErasureId = Annotated[str, Alias("ErasureId", record="erasure")]
"""A request for erasure."""
FindingId = Annotated[str, Alias("FindingId", record="leak_finding")]
"""An outgoing text held back by the leak check."""
GroupId = Annotated[str, Alias("GroupId", record="group")]
"""An official group."""
HoldId = Annotated[str, Alias("HoldId", record="legal_hold")]
"""A legal hold."""
IncidentId = Annotated[str, Alias("IncidentId", record="incident")]
"""An incident, which several tips report."""
InquiryId = Annotated[str, Alias("InquiryId", record="inquiry")]
"""A resident's question."""
InspectionId = Annotated[str, Alias("InspectionId", record="inspection")]
"""An inspection."""
ItemId = Annotated[str, Alias("ItemId", record="item")]
"""An item to publish."""
MessageId = Annotated[str, Alias("MessageId", record="message")]
"""A message."""
OpeningId = Annotated[str, Alias("OpeningId", record="emergency_opening")]
"""An address opened in an emergency."""
PieceId = Annotated[str, Alias("PieceId", record="found_piece")]
"""A piece found by a collector."""
PostId = Annotated[str, Alias("PostId", record="post")]
"""A post to moderate."""
QuarantinedId = Annotated[str, Alias("QuarantinedId", record="quarantined")]
"""A quarantined record."""
ReportId = Annotated[str, Alias("ReportId", record="report")]
"""A report of a unit."""
RequestId = Annotated[str, Alias("RequestId", record="rights_request")]
"""A person's request about their own data."""
SessionId = Annotated[str, Alias("SessionId", record="session")]
"""A session of an officer."""
SubcaseId = Annotated[str, Alias("SubcaseId", record="subcase")]
"""A part of a tip that another unit handles."""
TipId = Annotated[str, Alias("TipId", record="tip")]
"""A tip."""
TokenId = Annotated[str, Alias("TokenId", record="api_token")]
"""An API token."""
OfficerId = Annotated[str, Alias("OfficerId", record="officer", choices="officers")]
"""An officer."""
UnitId = Annotated[str, Alias("UnitId", choices="units")]
"""A unit of the district."""
IncomingCategory = Annotated[str, Alias("IncomingCategory", choices="incoming")]
"""A category of tips and inquiries."""
OutgoingCategory = Annotated[str, Alias("OutgoingCategory", choices="outgoing")]
"""A category of items and articles."""
Urgency = Annotated[str, Alias("Urgency", choices="urgencies")]
"""Urgency of a tip, from the profile."""
LegalKind = Annotated[str, Alias("LegalKind", choices="legal_kinds")]
"""Legal kind of a tip, from the profile."""
SettlingReason = Annotated[str, Alias("SettlingReason", choices="settling_reasons", longest=2_000)]
"""Reason for the settlement of a tip, a code of the profile."""
FalseReason = Annotated[str, Alias("FalseReason", choices="false_reasons", longest=2_000)]
"""Reason for judging a tip a false report, a code of the profile."""
DismissalReason = Annotated[str, Alias("DismissalReason", choices="dismissal_reasons", longest=2_000)]
"""Reason for dismissing a message, a code of the profile."""
GateId = Annotated[str, Alias("GateId", choices="gates")]
"""A review gate."""
CharterRule = Annotated[str, Alias("CharterRule", choices="charter_rules")]
"""A rule of the charter."""
RoleId = Annotated[str, Alias("RoleId", choices="roles")]
"""A role."""
ObligationId = Annotated[str, Alias("ObligationId", choices="obligations")]
"""An obligation to report."""
GroupKind = Annotated[str, Alias("GroupKind", choices="group_kinds")]
"""A kind of groups, from the profile."""
BoardPost = Annotated[str, Alias("BoardPost", choices="posts")]
"""A post on the management board of a group, from the profile."""
MessengerName = Annotated[str, Alias("MessengerName", choices="messengers")]
"""A messenger by its name in the settings."""
PaperFormat = Annotated[str, Alias("PaperFormat", choices="formats")]
"""A format of a rendered paper."""
RightsWay = Annotated[str, Alias("RightsWay", choices="rights_ways")]
"""How a person was identified, a code of the profile."""
RightsDelivery = Annotated[str, Alias("RightsDelivery", choices="rights_deliveries")]
"""How a person receives an answer, a code of the profile."""
RightsCategory = Annotated[str, Alias("RightsCategory", choices="rights_categories")]
"""A category of personal data, from the profile."""
OwnUnitId = Annotated[str, Alias("OwnUnitId", choices="own_units")]
"""A unit within the scope of the caller's roles."""
WithinUnit = Annotated[str, Alias("WithinUnit", choices="own_units", note="This unit and all below it.")]
"""A unit and all below it, for lists and counts; "" for all within the caller's scope."""
AudienceUnitId = Annotated[str, Alias("AudienceUnitId", choices="audience")]
"""A unit whose groups an item is for."""
AnyOfficerId = Annotated[str, Alias("AnyOfficerId", record="officer", choices="all_officers")]
"""An officer of any unit."""
ArticleCategory = Annotated[str, Alias("ArticleCategory", choices="outgoing", is_open=True)]
"""A category of articles: one of the profile's outgoing categories, or a word of your own."""
CopyFormat = Annotated[str, Alias("CopyFormat", choices="copy_formats")]
"""A format of a copy of personal data."""
KeyPersonKind = Annotated[str, Alias("KeyPersonKind", choices="key_person_posts")]
"""A kind of key people, from the profile."""
OneLine = Annotated[str, Alias("OneLine", longest=20_000)]
"""A name, a title or another short text."""
Words = Annotated[str, Alias("Words", lines=4, longest=20_000)]
"""A text of a person."""
LongText = Annotated[str, Alias("LongText", lines=10, longest=20_000)]
"""A longer text of a person, such as the body of an item."""
Reason = Annotated[str, Alias("Reason", lines=2, longest=2_000)]
"""Reason for an action, stored in the journal or a record."""
Limit = Annotated[int, Alias("Limit", note="At most so many, and at most 200."), Meta(ge=1, le=200)]
"""Maximum number of records of a page."""
Cursor = Annotated[str, Alias("Cursor", longest=1_000, note="Go on behind the page before, which names its cursor.")]
"""Position of a page: the cursor of the previous page, "" for the first."""
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
"""A number of things."""
StoredFile = Annotated[str, Alias("StoredFile", longest=64)]
"""Name of a stored file; "" for none. From outside the process an upload provides it."""


def alias_of(annotation: object) -> str:
    """Return the name of an annotation's argument type, or ""."""
    alias = find_alias(annotation)
    return alias.name if alias else ""


def find_alias(annotation: object) -> Alias | None:
    """Return the alias in an annotation, or None."""
    if get_origin(annotation) is not Annotated:
        return None
    return next((part for part in get_args(annotation)[1:] if isinstance(part, Alias)), None)


def base_of(annotation: Any) -> Any:
    """Return the inner type of an annotation: without the argument type, and an enumeration without `| str`.

    An enumeration is written `TipState | str` if its values are accepted, which arrive as members.
    """
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    members = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else ()
    if str not in members or not any(isinstance(member, type) and issubclass(member, Enum) for member in members):
        return annotation
    return reduce(or_, (member for member in members if member is not str))
