"""The role of each argument of a public use case: it names a private thing, names something public, or is a plain
value.

A use case with an argument that isn't listed here fails the tests until its role is added: see `classify`.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from attrs import evolve
from tests.support.heads import build_foreign_head_file
from tests.trust.account_arguments import ACCOUNT_ROLES, ACCOUNT_SPECIAL
from tests.trust.district import EVERYTHING
from tests.trust.rights_arguments import RIGHTS_ROLES, RIGHTS_SPECIAL, RIGHTS_STATES, RIGHTS_VALUES
from tests.trust.roles import NOBODYS, PlainArgument, RecordArgument, Role
from tests.trust.state_arguments import STATE_ROLES
from tests.trust.things import Things, build_content
from tests.trust.tip_arguments import TIP_ROLES, TIP_SPECIAL, TIP_STATES
from tests.trust.use_cases import Argument, PublicUseCase

from anninh_core.domain.duty import Shift
from anninh_core.domain.groups.model import KeyPerson, Measure
from anninh_core.domain.identity import IdentityField
from anninh_core.domain.moderation.states import ModerationAction
from anninh_core.domain.programme.activity import InspectionCheck, PlannedTask
from anninh_core.domain.reports.figures.counter_maintenance import RecountResult
from anninh_core.domain.retention.proof.needles import NeedleSet
from anninh_core.domain.tips import TipState
from anninh_core.kernel.sentences import Sentence
from anninh_core.messaging.inbound.talk.route import MessageClass
from anninh_core.vocabulary.messages import Address, CreatedGroup, Place
from anninh_core.vocabulary.rules import RoutingRule

GATES = ("official_source", "true", "no_state_secret", "permitted")


CASE = RecordArgument("case", f"tip:{NOBODYS}", ("case.inquiry",))
SCOPE = RecordArgument("scope", f"tip:{NOBODYS}", ("scope.conversation", "scope.identity", "scope.officer"))
CONVERSATION = RecordArgument("conversation", f"oa.{'0' * 32}")
UNIT = RecordArgument("unit", "nowhere", secret=False)
TEXT = PlainArgument("Lời của cán bộ")

ROLES: Mapping[str, Role] = {
    "about_people: str": TEXT,
    "about: str": CASE,
    "action: ModerationAction": PlainArgument(ModerationAction.DELETE),
    "action: str": PlainArgument(),
    "address: Address": RecordArgument("address", Address("oa", Place.PERSON, "nobody")),
    "after: int": PlainArgument(0),
    "epoch: str": PlainArgument("e0001"),
    "after: str": PlainArgument(),
    "alarm_id: str": RecordArgument("alarm", f"tip.{NOBODYS}"),
    "answer: str": TEXT,
    "article: str": RecordArgument("article"),
    "article_id: str": RecordArgument("article"),
    "area: str": UNIT,
    "asked_on: date": PlainArgument(date(2021, 9, 18)),
    "attachments: tuple[Attachment, ...]": PlainArgument(()),
    "attendance: Mapping[str, int]": PlainArgument(lambda things: {things["unit"]: 3}),
    "author: str": RecordArgument("author", f"oa.{'0' * 32}"),
    "blob: str": PlainArgument(),
    "body: str": TEXT,
    "by: str": RecordArgument("person", f"person:{NOBODYS}"),
    "by_hand: bool": PlainArgument(True),
    "authority: str": PlainArgument(""),
    "by_unit: bool": PlainArgument(False),
    "campaign_id: str": RecordArgument("campaign"),
    "case: str": CASE,
    "category: str": PlainArgument(""),
    "cause: str": evolve(CASE, also=("cause.item", "cause.group", "cause.post")),
    "checks: Sequence[InspectionCheck]": PlainArgument([InspectionCheck("Nội quy", True)]),
    "conversation: str": CONVERSATION,
    "conversation_id: str": CONVERSATION,
    "conversations: Sequence[str]": evolve(CONVERSATION, several=True),
    "count: int": PlainArgument(1),
    "data: bytes": PlainArgument(build_foreign_head_file),
    **dict.fromkeys(("data: str", "fate: str"), PlainArgument("")),
    "day: date": PlainArgument(date(2021, 9, 18)),
    "days: int": PlainArgument(0),
    "delay: timedelta": PlainArgument(timedelta(days=2)),
    "piece_id: str": RecordArgument("piece", also=("piece.passed_over",)),
    "difficulty_id: str": RecordArgument("difficulty"),
    "drafts: Sequence[ArticleDraft]": PlainArgument(()),
    "direction: str": PlainArgument(),
    "disclosure_id: str": RecordArgument("disclosure", also=("disclosure.approved",)),
    "documents: Sequence[Attachment]": PlainArgument(()),
    "domain: str": PlainArgument("hoalu.gov.vn"),
    "duty_id: str": RecordArgument("duty", "report.roll-out.2021.nowhere"),
    "emergency: bool": PlainArgument(False),
    "end: date": PlainArgument(date(2021, 9, 30)),
    "end: date | None": PlainArgument(date(2021, 9, 30)),
    "ended: bool": PlainArgument(True),
    "erasure_id: str": RecordArgument("erasure"),
    "finding_id: str": RecordArgument("finding"),
    "field: IdentityField": PlainArgument(IdentityField.NAME),
    "entries: int": PlainArgument(1),
    "evidence: str": TEXT,
    "format: str": PlainArgument("html"),
    "found: RecountResult": PlainArgument(RecountResult(records=0, differences=(), unreadable=(), corrections=0)),
    "gate: str": PlainArgument("true"),
    "ground: str": TEXT,
    "group: str": RecordArgument("group"),
    "group_id: str": RecordArgument("group"),
    "hash: str": PlainArgument("0" * 64),
    "hold_id: str": RecordArgument("hold"),
    "heads: HeadFile | None": PlainArgument(None),
    "holidays: Sequence[Holiday]": PlainArgument(()),
    "hours: float": PlainArgument(0.0),
    "hours: int": PlainArgument(2),
    **dict.fromkeys(("minutes: int", "every_days: int"), PlainArgument(30)),
    "hours: str": TEXT,
    "in_office: Sequence[str] | None": PlainArgument(None),
    "inquiry_id: str": RecordArgument("inquiry"),
    "inspection_id: str": RecordArgument("inspection"),
    "issued_on: date": PlainArgument(date(2021, 9, 18)),
    "item_id: str": RecordArgument("item"),
    "justified: bool": PlainArgument(True),
    "keepsakes: Iterable[RetainedItem]": PlainArgument(()),
    "holder: str": PlainArgument(lambda things: things["custodian"]),
    "items: Sequence[RewrapItem]": PlainArgument(()),
    "key: str": PlainArgument("leadership"),
    "key_id: str": PlainArgument(lambda things: things["custodian"]),
    "key_people: Sequence[KeyPerson]": PlainArgument(()),
    "kind: MessageClass": PlainArgument(MessageClass.TIP),
    "kind: str": PlainArgument(),
    "kinds: Collection[str]": PlainArgument(()),
    "kinds: Sequence[str]": PlainArgument(()),
    "least: int": PlainArgument(2),
    "last_day: date": PlainArgument(date(2021, 9, 18)),
    "legal_kind: str": PlainArgument(),
    "limit: int": PlainArgument(50),
    "link: str": PlainArgument("https://zalo.me/g/1"),
    "local_models: Sequence[str]": PlainArgument(()),
    "made: CreatedGroup": RecordArgument("group.made", CreatedGroup(Address("oa", Place.GROUP, "made-nowhere"), "")),
    "measure: Measure": PlainArgument(Measure(day=date(2021, 9, 18), members=10)),
    "members: Sequence[Address]": PlainArgument(()),
    "message: str": RecordArgument("post.raw"),
    "message_id: str": RecordArgument("message"),
    "messages: Sequence[str]": RecordArgument("messages", NOBODYS, ("message",), several=True),
    "messenger: str": PlainArgument("oa"),
    "milestone: str": PlainArgument(lambda things: things["milestone"]),
    "mine: bool": PlainArgument(False),
    "needles: NeedleSet": PlainArgument(NeedleSet(scope="tip:1", needles=(), mark="")),
    "months: int": PlainArgument(2),
    "name: str": TEXT,
    "note: str": TEXT,
    "notes: Mapping[str, str]": PlainArgument(dict.fromkeys(GATES, "Đã xem")),
    "number: int": PlainArgument(1),
    "number: str": PlainArgument("12/KH-UBND"),
    "obligation: str": PlainArgument("annual"),
    "at: datetime | None": PlainArgument(None),
    "officer: str": RecordArgument("officer"),
    "officer_id: str": RecordArgument("officer"),
    "officers: Sequence[str]": RecordArgument("officer", several=True),
    "open: bool": PlainArgument(True),
    "open_only: bool": PlainArgument(False),
    "opening_id: str": RecordArgument("opening"),
    "others: Sequence[str]": RecordArgument("tip", several=True),
    "rules: Sequence[RoutingRule]": PlainArgument((RoutingRule(id="own", to="own", reason="thử"),)),
    **dict.fromkeys(
        (f"{end}: {kind} | None" for end in ("since", "until") for kind in ("date", "datetime")), PlainArgument(None)
    ),
    "outcome: TipState": PlainArgument(TipState.RESOLVED),
    "owner: str": TEXT,
    "partners: Sequence[str]": evolve(UNIT, several=True),
    "passed: bool": PlainArgument(True),
    "pending: bool": PlainArgument(True),
    "people: Sequence[KeyPerson]": PlainArgument([KeyPerson("party_cell_secretary", "Bí thư thử")]),
    "people: int": PlainArgument(5),
    "phrases: tuple[str, ...]": PlainArgument(()),
    "piece: ItemContent": PlainArgument(lambda things: build_content(things["unit"])),
    "place: str": TEXT,
    "platform_id: str": RecordArgument("platform_id", "platform-nothing"),
    "post: str": PlainArgument("deputy"),
    "post_id: str": RecordArgument("post"),
    "proof: str": TEXT,
    "purpose: str": TEXT,
    "consumer: str": PlainArgument("page_officers"),
    "quarantined_id: str": RecordArgument("quarantined"),
    "question: str": TEXT,
    "reason: str": TEXT,
    "reasons: str": TEXT,
    "channel: EntryChannel": PlainArgument(),
    "custodian: str": PlainArgument(),
    "public_key: str": PlainArgument("11" * 32),
    "reader: str": PlainArgument("11" * 32),
    "receipt: str": RecordArgument("receipt", "00000-00000"),
    "received_at: datetime | None": PlainArgument(None),
    "report_id: str": RecordArgument("report", "annual.2021.nowhere"),
    "results: str": TEXT,
    "review_on: date": PlainArgument(date(2022, 1, 1)),
    "role: str": PlainArgument(EVERYTHING),
    "roles: Sequence[str]": PlainArgument(["editor"]),
    "row_id: str": RecordArgument("row", also=("notice", "event")),
    "rule: str": PlainArgument("advertising"),
    "scope: str": SCOPE,
    **dict.fromkeys(("scopes: Collection[str]", "scopes: Sequence[str]"), evolve(SCOPE, several=True)),
    "seq: int": RecordArgument("seq", 100_000),
    "shifts: Sequence[Shift]": PlainArgument(lambda things: [Shift(officers=(things["officer"],))]),
    "signer: str": TEXT,
    "source: str": TEXT,
    "stale_days: int": PlainArgument(30),
    "stands: bool": PlainArgument(True),
    "start: date": PlainArgument(date(2021, 9, 1)),
    "start: date | None": PlainArgument(date(2021, 9, 1)),
    "state: str": PlainArgument(),
    "successor: str": RecordArgument("officer"),
    "tasks: Sequence[PlannedTask]": PlainArgument(lambda things: [PlannedTask(things["unit"], "Tờ rơi")]),
    **dict.fromkeys(("module: str", "since: str"), PlainArgument("")),
    "since: datetime": PlainArgument(datetime(2021, 1, 1, tzinfo=UTC)),
    "text: str": PlainArgument("có trộm ở chợ"),
    **ACCOUNT_ROLES,
    **RIGHTS_ROLES,
    **STATE_ROLES,
    **TIP_ROLES,
    "tip_id: str": RecordArgument("tip", also=("tip.purged",)),
    "title: str": TEXT,
    "to: str": TEXT,
    "topic: str": TEXT,
    "unit: str": UNIT,
    "units: Collection[str]": evolve(UNIT, several=True),
    "until: date": PlainArgument(date.max),
    "uphold: bool": PlainArgument(True),
    "urgency: str": PlainArgument(),
    "url: str": PlainArgument("https://hoalu.gov.vn/tin"),
    "valid_from: date | None": PlainArgument(None),
    "valid_to: date": PlainArgument(date.max),
    "valuable: bool": PlainArgument(False),
    "vault: Callable[[ReadSession, str], Identity]": PlainArgument(
        lambda _: lambda session, conversation: (session, conversation)
    ),
    "why: str": TEXT,
    "why: Sentence": PlainArgument(Sentence("The password is wrong.")),
    "words: str": TEXT,
    "year: int": PlainArgument(2021),
}
"""Name and type of an argument -> its role in every use case that has it."""

SPECIAL: Mapping[str, Role] = {
    "conversations.create_inquiry message_id": RecordArgument("message.question", also=("message",)),
    "groups.merge into": RecordArgument("group.other"),
    # the groups of any units, among those that the actor may read
    "groups.targets units": PlainArgument(lambda things: (things["unit"],)),
    "identity.custodians.confirm key_id": PlainArgument(lambda things: things["custodian.proposed"]),
    "identity.open_address_in_emergency case": RecordArgument("case.emergency", CASE.missing, ("case", "case.inquiry")),
    "groups.hand_over successor": RecordArgument("officer.idle"),
    "groups.link_group platform_id": RecordArgument("group.platform_id", "new-chat"),
    "groups.seat officer": RecordArgument("officer.idle"),
    "moderation.raise_post author": RecordArgument("author", f"oa.{'0' * 32}"),
    "moderation.raise_post conversation": RecordArgument("group.conversation", f"oa.{'0' * 32}"),
    "programme.duties source": PlainArgument(),
    "services.groups.queries.of_conversation conversation": RecordArgument("group.conversation", f"oa.{'0' * 32}"),
    "services.moderation.appeals.appeal conversation": RecordArgument("author", f"oa.{'0' * 32}"),
    **{
        f"failures.{verb} row_id": RecordArgument("row", also=("notice",))
        for verb in ("confirm", "confirm_posted", "resend", "waiting")
    },
    "failures.rerun row_id": RecordArgument("event"),
    "retention.order_purge case": RecordArgument("case.over", CASE.missing, ("case", "case.ordered", "case.inquiry")),
    "services.retention.purges.finish_purge scopes": RecordArgument("case.ordered", CASE.missing, several=True),
    "conversations.assign_message message_id": RecordArgument("message.in_doubt", also=("message",)),
    "conversations.assign_message case": RecordArgument("case.candidate", CASE.missing, ("case",)),
    "conversations.dismiss_message message_id": RecordArgument("message.in_doubt", also=("message",)),
    "conversations.open_tip messages": RecordArgument("messages.in_doubt", NOBODYS, ("message",), several=True),
    **ACCOUNT_SPECIAL,
    **RIGHTS_SPECIAL,
    **TIP_SPECIAL,
}
"""Use case and argument -> its role there, if it differs from `ROLES`."""

STATES: Mapping[str, str] = {
    "content.answer_finding item_id": "item.found",
    "programme.urge duty_id": "duty.open",
    "programme.acknowledge duty_id": "duty.open",
    "content.approve item_id": "item.gated",
    "content.approve_urgently item_id": "item.urgent",
    "content.correct item_id": "item.published",
    "content.corrections item_id": "item.published",
    "content.ledger item_id": "item.published",
    "content.publish item_id": "item.approved",
    "content.review_afterwards item_id": "item.alone",
    "content.submit item_id": "item.draft",
    "content.withdraw item_id": "item.published",
    "conversations.import_pasted group_id": "group.assisted",
    "groups.create group_id": "group.planned",
    "groups.launch group_id": "group.founded",
    "groups.link_group group_id": "group.planned",
    "groups.resume group_id": "group.suspended",
    "identity.export_identity_request disclosure_id": "disclosure.approved",
    "identity.reveal_identity disclosure_id": "disclosure.approved",
    "inquiries.record_manual_answer inquiry_id": "inquiry.replied",
    "inquiries.close inquiry_id": "inquiry.answered",
    "moderation.confirm_done post_id": "post.manual",
    "moderation.decide_appeal post_id": "post.appealed",
    "programme.close_difficulty difficulty_id": "difficulty.answered",
    "programme.insist difficulty_id": "difficulty.answered",
    "reports.accept report_id": "report.signed",
    "reports.correct report_id": "report.signed",
    "reports.give_back report_id": "report.signed",
    "services.moderation.appeals.appeal post_id": "post.ruled",
    "units.confirm_grant officer_id": "officer.proposed",
    **RIGHTS_STATES,
    **TIP_STATES,
    "workflows.group_creation.bind group_id": "group.planned",
    "workflows.group_creation.planned group_id": "group.planned",
    "workflows.message_triage.paste group_id": "group.assisted",
}
"""Use case and argument -> the required state of the thing, as a key of `Things`, with which the act succeeds."""

VALUES: Mapping[str, Any] = {
    "inquiries.preview_answer text": "Lời của cán bộ",
    "content.correct piece": lambda things: build_content(
        things["unit"], category="correction", replaces=things["item.published"]
    ),
    "content.attach kind": "file",
    "content.collected.take_up category": "crime_warning",
    "content.answer_finding number": 0,
    "failures.give_up reason": "moved_away",
    "groups.close reason": "holiday",
    **dict.fromkeys(("groups.establish kind", "groups.plan kind"), "mass_organisation"),
    "groups.establish title": "Nhóm Mới",
    "groups.suspend reason": "holiday",
    "inquiries.answer text": "Tại huyện.",
    "reports.begin obligation": "half-year",
    "reports.begin year": 2022,
    **dict.fromkeys(("reports.consolidate obligation", "reports.newest obligation"), "roll-out"),
    "retention.order_purge reason": "request",
    "tips.settle reason": "solved",
    "tips.transfer reason": "elsewhere",
    "tips.triage category": "crime",
    **RIGHTS_VALUES,
}
"""Use case and argument -> its plain value there; an optional argument listed here is passed too."""


def find_role(door: PublicUseCase, argument: Argument) -> Role | None:
    """Return the role that the tables give an argument, or None."""
    return SPECIAL.get(f"{door.name} {argument.name}") or ROLES.get(argument.key)


def classify(door: PublicUseCase, argument: Argument) -> Role:
    """Return the role of an argument of a use case.

    Raises:
        AssertionError: no table lists the argument.
    """
    place = f"{door.name} {argument.name}"
    role = find_role(door, argument)
    assert role is not None, (
        f"{door.name}({argument.key}): say in tests/trust/arguments.py what this argument is. If it names a thing that "
        "belongs to a unit or a person, give it `Names`, and it is tried with a stranger's; else `Plain` and a value"
    )
    if isinstance(role, PlainArgument):
        return PlainArgument(VALUES.get(place, role.value))
    return evolve(role, thing=STATES.get(place, role.thing))


def value_of(role: Role, things: Things) -> Any:
    """Return an argument's value for an officer with `things`."""
    if isinstance(role, RecordArgument):
        return role.wrap(things[role.thing])
    return role.value(things) if isinstance(role.value, Callable) else role.value  # type: ignore[arg-type]
