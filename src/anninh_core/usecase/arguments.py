"""What arguments of public use cases are, with their limits. Whoever decodes what comes from outside enforces them."""

from datetime import datetime
from enum import Enum
from functools import reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from attrs import frozen
from msgspec import Meta

SAFE_INTEGER = 2**53 - 1
"""Beyond this many, programs in other languages lose digits of whole numbers."""


@frozen
class Alias:
    """The name of an argument type, and where its values come from.

    Attributes:
        record: kind of the record that it names, "" for none.
        choices: name of the list that its values come from, one of `anninh_core.operations.choices`; "" for any.
        is_open: whether other values than those of the list are accepted.
        lines: lines that a form shows for it at first; 0 for one line that stays one.
        longest: characters of a text at most, as it comes from outside; what is stored isn't held to it.
        note: what such an argument means wherever its use case says nothing else, a sentence and a message.
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
        """Whether it names a record or a unit, so that an operation can be about it."""
        return bool(self.record) or self.name in _IDS


_IDS = frozenset({"Id", "CaseRef", "OwnUnitId", "Receipt", "UnitId", "WithinUnit"})
Id = Annotated[str, Alias("Id")]
"""The id of something that has no type of its own."""
Receipt = Annotated[str, Alias("Receipt")]
"""The number that a reporter was given."""
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
"""A request for an identity."""
DutyId = Annotated[str, Alias("DutyId", record="duty")]
"""What a unit owes by a day."""
ErasureId = Annotated[str, Alias("ErasureId", record="erasure")]
"""A wish to be erased."""
FindingId = Annotated[str, Alias("FindingId", record="leak_finding")]
"""Outgoing words held back by the leak check."""
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
"""Something put into quarantine."""
ReportId = Annotated[str, Alias("ReportId", record="report")]
"""A report of a unit."""
RequestId = Annotated[str, Alias("RequestId", record="rights_request")]
"""A request of a person about data of theirs."""
SessionId = Annotated[str, Alias("SessionId", record="session")]
"""A session of an officer."""
SubcaseId = Annotated[str, Alias("SubcaseId", record="subcase")]
"""A part of a tip handled by another unit."""
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
"""How urgent a tip is, a word of the profile."""
LegalKind = Annotated[str, Alias("LegalKind", choices="legal_kinds")]
"""What a tip is by law, a word of the profile."""
SettlingReason = Annotated[str, Alias("SettlingReason", choices="settling_reasons", longest=2_000)]
"""Why a tip was settled as it was, a code of the profile."""
FalseReason = Annotated[str, Alias("FalseReason", choices="false_reasons", longest=2_000)]
"""Why a tip is taken for a false report, a code of the profile."""
DismissalReason = Annotated[str, Alias("DismissalReason", choices="dismissal_reasons", longest=2_000)]
"""Why a message becomes no case, a code of the profile."""
GateId = Annotated[str, Alias("GateId", choices="gates")]
"""A review gate."""
CharterRule = Annotated[str, Alias("CharterRule", choices="charter_rules")]
"""A rule of the charter."""
RoleId = Annotated[str, Alias("RoleId", choices="roles")]
"""A role."""
ObligationId = Annotated[str, Alias("ObligationId", choices="obligations")]
"""An obligation to report."""
GroupKind = Annotated[str, Alias("GroupKind", choices="group_kinds")]
"""A kind of groups, a word of the profile."""
BoardPost = Annotated[str, Alias("BoardPost", choices="posts")]
"""A post on the management board of a group, a word of the profile."""
MessengerName = Annotated[str, Alias("MessengerName", choices="messengers")]
"""A messenger by its name in the settings."""
PaperFormat = Annotated[str, Alias("PaperFormat", choices="formats")]
"""A format of a rendered paper."""
RightsWay = Annotated[str, Alias("RightsWay", choices="rights_ways")]
"""How somebody was identified, a code of the profile."""
RightsDelivery = Annotated[str, Alias("RightsDelivery", choices="rights_deliveries")]
"""How a person receives an answer, a code of the profile."""
RightsCategory = Annotated[str, Alias("RightsCategory", choices="rights_categories")]
"""A category of personal data, a word of the profile."""
OwnUnitId = Annotated[str, Alias("OwnUnitId", choices="own_units")]
"""A unit within reach of one's roles."""
WithinUnit = Annotated[str, Alias("WithinUnit", choices="own_units", note="This unit and all below it.")]
"""A unit and all below it, for what lists or counts; "" for all within reach."""
AudienceUnitId = Annotated[str, Alias("AudienceUnitId", choices="audience")]
"""A unit whose groups an item is for."""
AnyOfficerId = Annotated[str, Alias("AnyOfficerId", record="officer", choices="all_officers")]
"""An officer of any unit."""
ArticleCategory = Annotated[str, Alias("ArticleCategory", choices="outgoing", is_open=True)]
"""A category of articles: one of the profile's outgoing categories, or a word of your own."""
CopyFormat = Annotated[str, Alias("CopyFormat", choices="copy_formats")]
"""A format of a copy of personal data."""
KeyPersonKind = Annotated[str, Alias("KeyPersonKind", choices="key_person_posts")]
"""A kind of key people, a word of the profile."""
OneLine = Annotated[str, Alias("OneLine", longest=20_000)]
"""A name, a title or another short text."""
Words = Annotated[str, Alias("Words", lines=4, longest=20_000)]
"""A text of a person."""
LongText = Annotated[str, Alias("LongText", lines=10, longest=20_000)]
"""A longer text of a person, such as the body of an item."""
Reason = Annotated[str, Alias("Reason", lines=2, longest=2_000)]
"""Why somebody does something, as the journal or a record keeps it."""
Limit = Annotated[int, Alias("Limit", note="At most so many, and at most 200."), Meta(ge=1, le=200)]
"""How many a page has at most."""
Cursor = Annotated[str, Alias("Cursor", longest=1_000, note="Go on behind the page before, which names its cursor.")]
"""Where a page begins: what the page before named, "" for the first."""
Line = Annotated[int, Alias("Line"), Meta(ge=0, le=SAFE_INTEGER)]
"""Number of an entry in the journal; 0 is before the first."""
Aware = Annotated[datetime, Alias("Aware"), Meta(tz=True)]
"""A moment with its time zone."""
Year = Annotated[int, Alias("Year"), Meta(ge=0, le=9998)]
"""A year of the calendar; 0 stands for any where a use case says so."""
Days = Annotated[int, Alias("Days"), Meta(ge=0, le=36_500)]
"""How many days."""
Hours = Annotated[float, Alias("Hours"), Meta(ge=0, le=876_000)]
"""How many hours."""
Count = Annotated[int, Alias("Count"), Meta(ge=0, le=1_000_000_000)]
"""How many there are."""
StoredFile = Annotated[str, Alias("StoredFile", longest=64)]
"""Name of a stored file; "" for none. From outside the process it is named by an upload."""


def alias_of(annotation: object) -> str:
    """Return the name of an argument type, "" where an annotation is none."""
    alias = find_alias(annotation)
    return alias.name if alias else ""


def find_alias(annotation: object) -> Alias | None:
    """Return what an annotation says beside its base type, None where it is no argument type."""
    if get_origin(annotation) is not Annotated:
        return None
    return next((part for part in get_args(annotation)[1:] if isinstance(part, Alias)), None)


def base_of(annotation: Any) -> Any:
    """Return the type that a value has inside: without the argument type, and an enumeration without `| str`.

    An enumeration is written `TipState | str` where its values are accepted, which arrive as members.
    """
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    members = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else ()
    if str not in members or not any(isinstance(member, type) and issubclass(member, Enum) for member in members):
        return annotation
    return reduce(or_, (member for member in members if member is not str))
