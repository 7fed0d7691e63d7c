"""The role of each argument of a public use case: it names a private thing, names something public, or is a plain
value.

A use case with an argument that isn't listed here fails the tests until its role is added: see `classify`.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from attrs import evolve
from tests.support.heads import heads_of_another
from tests.trust.account_arguments import ACCOUNT_ROLES, ACCOUNT_SPECIAL
from tests.trust.district import EVERYTHING
from tests.trust.rights_arguments import RIGHTS_ROLES, RIGHTS_SPECIAL, RIGHTS_STATES, RIGHTS_VALUES
from tests.trust.roles import NOBODYS, Names, Plain, Role
from tests.trust.state_arguments import STATE_ROLES
from tests.trust.things import Things, piece
from tests.trust.tip_arguments import TIP_ROLES, TIP_SPECIAL, TIP_STATES
from tests.trust.use_cases import Argument, Door

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


CASE = Names("case", f"tip:{NOBODYS}", ("case.inquiry",))
SCOPE = Names("scope", f"tip:{NOBODYS}", ("scope.conversation", "scope.identity", "scope.officer"))
CONVERSATION = Names("conversation", f"oa.{'0' * 32}")
UNIT = Names("unit", "nowhere", secret=False)
TEXT = Plain("Lời của cán bộ")

ROLES: Mapping[str, Role] = {
    "about_people: str": TEXT,
    "about: str": CASE,
    "action: ModerationAction": Plain(ModerationAction.DELETE),
    "action: str": Plain(),
    "address: Address": Names("address", Address("oa", Place.PERSON, "nobody")),
    "after: int": Plain(0),
    "epoch: str": Plain("e0001"),
    "after: str": Plain(),
    "alarm_id: str": Names("alarm", f"tip.{NOBODYS}"),
    "answer: str": TEXT,
    "article: str": Names("article"),
    "article_id: str": Names("article"),
    "area: str": UNIT,
    "asked_on: date": Plain(date(2021, 9, 18)),
    "attachments: tuple[Attachment, ...]": Plain(()),
    "attendance: Mapping[str, int]": Plain(lambda things: {things["unit"]: 3}),
    "author: str": Names("author", f"oa.{'0' * 32}"),
    "blob: str": Plain(),
    "body: str": TEXT,
    "by: str": Names("person", f"person:{NOBODYS}"),
    "by_hand: bool": Plain(True),
    "authority: str": Plain(""),
    "by_unit: bool": Plain(False),
    "campaign_id: str": Names("campaign"),
    "case: str": CASE,
    "category: str": Plain(""),
    "cause: str": evolve(CASE, also=("cause.item", "cause.group", "cause.post")),
    "checks: Sequence[InspectionCheck]": Plain([InspectionCheck("Nội quy", True)]),
    "conversation: str": CONVERSATION,
    "conversation_id: str": CONVERSATION,
    "conversations: Sequence[str]": evolve(CONVERSATION, several=True),
    "count: int": Plain(1),
    "data: bytes": Plain(heads_of_another),
    **dict.fromkeys(("data: str", "fate: str"), Plain("")),
    "day: date": Plain(date(2021, 9, 18)),
    "days: int": Plain(0),
    "delay: timedelta": Plain(timedelta(days=2)),
    "piece_id: str": Names("piece", also=("piece.passed_over",)),
    "difficulty_id: str": Names("difficulty"),
    "drafts: Sequence[ArticleDraft]": Plain(()),
    "direction: str": Plain(),
    "disclosure_id: str": Names("disclosure", also=("disclosure.approved",)),
    "documents: Sequence[Attachment]": Plain(()),
    "domain: str": Plain("hoalu.gov.vn"),
    "duty_id: str": Names("duty", "report.roll-out.2021.nowhere"),
    "emergency: bool": Plain(False),
    "end: date": Plain(date(2021, 9, 30)),
    "end: date | None": Plain(date(2021, 9, 30)),
    "ended: bool": Plain(True),
    "erasure_id: str": Names("erasure"),
    "finding_id: str": Names("finding"),
    "field: IdentityField": Plain(IdentityField.NAME),
    "entries: int": Plain(1),
    "evidence: str": TEXT,
    "format: str": Plain("html"),
    "found: RecountResult": Plain(RecountResult(records=0, differences=(), unreadable=(), corrections=0)),
    "gate: str": Plain("true"),
    "ground: str": TEXT,
    "group: str": Names("group"),
    "group_id: str": Names("group"),
    "hash: str": Plain("0" * 64),
    "hold_id: str": Names("hold"),
    "heads: HeadFile | None": Plain(None),
    "holidays: Sequence[Holiday]": Plain(()),
    "hours: float": Plain(0.0),
    "hours: int": Plain(2),
    **dict.fromkeys(("minutes: int", "every_days: int"), Plain(30)),
    "hours: str": TEXT,
    "in_office: Sequence[str] | None": Plain(None),
    "inquiry_id: str": Names("inquiry"),
    "inspection_id: str": Names("inspection"),
    "issued_on: date": Plain(date(2021, 9, 18)),
    "item_id: str": Names("item"),
    "justified: bool": Plain(True),
    "keepsakes: Iterable[RetainedItem]": Plain(()),
    "holder: str": Plain(lambda things: things["custodian"]),
    "items: Sequence[RewrapItem]": Plain(()),
    "key: str": Plain("leadership"),
    "key_id: str": Plain(lambda things: things["custodian"]),
    "key_people: Sequence[KeyPerson]": Plain(()),
    "kind: MessageClass": Plain(MessageClass.TIP),
    "kind: str": Plain(),
    "kinds: Collection[str]": Plain(()),
    "kinds: Sequence[str]": Plain(()),
    "least: int": Plain(2),
    "last_day: date": Plain(date(2021, 9, 18)),
    "legal_kind: str": Plain(),
    "limit: int": Plain(50),
    "link: str": Plain("https://zalo.me/g/1"),
    "local_models: Sequence[str]": Plain(()),
    "made: CreatedGroup": Names("group.made", CreatedGroup(Address("oa", Place.GROUP, "made-nowhere"), "")),
    "measure: Measure": Plain(Measure(day=date(2021, 9, 18), members=10)),
    "members: Sequence[Address]": Plain(()),
    "message: str": Names("post.raw"),
    "message_id: str": Names("message"),
    "messages: Sequence[str]": Names("messages", NOBODYS, ("message",), several=True),
    "messenger: str": Plain("oa"),
    "milestone: str": Plain(lambda things: things["milestone"]),
    "mine: bool": Plain(False),
    "needles: NeedleSet": Plain(NeedleSet(scope="tip:1", needles=(), mark="")),
    "months: int": Plain(2),
    "name: str": TEXT,
    "note: str": TEXT,
    "notes: Mapping[str, str]": Plain(dict.fromkeys(GATES, "Đã xem")),
    "number: int": Plain(1),
    "number: str": Plain("12/KH-UBND"),
    "obligation: str": Plain("annual"),
    "at: datetime | None": Plain(None),
    "officer: str": Names("officer"),
    "officer_id: str": Names("officer"),
    "officers: Sequence[str]": Names("officer", several=True),
    "open: bool": Plain(True),
    "open_only: bool": Plain(False),
    "opening_id: str": Names("opening"),
    "others: Sequence[str]": Names("tip", several=True),
    "rules: Sequence[RoutingRule]": Plain((RoutingRule(id="own", to="own", reason="thử"),)),
    **dict.fromkeys(
        (f"{end}: {kind} | None" for end in ("since", "until") for kind in ("date", "datetime")), Plain(None)
    ),
    "outcome: TipState": Plain(TipState.RESOLVED),
    "owner: str": TEXT,
    "partners: Sequence[str]": evolve(UNIT, several=True),
    "passed: bool": Plain(True),
    "pending: bool": Plain(True),
    "people: Sequence[KeyPerson]": Plain([KeyPerson("party_cell_secretary", "Bí thư thử")]),
    "people: int": Plain(5),
    "phrases: tuple[str, ...]": Plain(()),
    "piece: ItemContent": Plain(lambda things: piece(things["unit"])),
    "place: str": TEXT,
    "platform_id: str": Names("platform_id", "platform-nothing"),
    "post: str": Plain("deputy"),
    "post_id: str": Names("post"),
    "proof: str": TEXT,
    "purpose: str": TEXT,
    "consumer: str": Plain("page_officers"),
    "quarantined_id: str": Names("quarantined"),
    "question: str": TEXT,
    "reason: str": TEXT,
    "reasons: str": TEXT,
    "channel: EntryChannel": Plain(),
    "custodian: str": Plain(),
    "public_key: str": Plain("11" * 32),
    "reader: str": Plain("11" * 32),
    "receipt: str": Names("receipt", "00000-00000"),
    "received_at: datetime | None": Plain(None),
    "report_id: str": Names("report", "annual.2021.nowhere"),
    "results: str": TEXT,
    "review_on: date": Plain(date(2022, 1, 1)),
    "role: str": Plain(EVERYTHING),
    "roles: Sequence[str]": Plain(["editor"]),
    "row_id: str": Names("row", also=("notice", "event")),
    "rule: str": Plain("advertising"),
    "scope: str": SCOPE,
    **dict.fromkeys(("scopes: Collection[str]", "scopes: Sequence[str]"), evolve(SCOPE, several=True)),
    "seq: int": Names("seq", 100_000),
    "shifts: Sequence[Shift]": Plain(lambda things: [Shift(officers=(things["officer"],))]),
    "signer: str": TEXT,
    "source: str": TEXT,
    "stale_days: int": Plain(30),
    "stands: bool": Plain(True),
    "start: date": Plain(date(2021, 9, 1)),
    "start: date | None": Plain(date(2021, 9, 1)),
    "state: str": Plain(),
    "successor: str": Names("officer"),
    "tasks: Sequence[PlannedTask]": Plain(lambda things: [PlannedTask(things["unit"], "Tờ rơi")]),
    **dict.fromkeys(("module: str", "since: str"), Plain("")),
    "since: datetime": Plain(datetime(2021, 1, 1, tzinfo=UTC)),
    "text: str": Plain("có trộm ở chợ"),
    **ACCOUNT_ROLES,
    **RIGHTS_ROLES,
    **STATE_ROLES,
    **TIP_ROLES,
    "tip_id: str": Names("tip", also=("tip.purged",)),
    "title: str": TEXT,
    "to: str": TEXT,
    "topic: str": TEXT,
    "unit: str": UNIT,
    "units: Collection[str]": evolve(UNIT, several=True),
    "until: date": Plain(date.max),
    "uphold: bool": Plain(True),
    "urgency: str": Plain(),
    "url: str": Plain("https://hoalu.gov.vn/tin"),
    "valid_from: date | None": Plain(None),
    "valid_to: date": Plain(date.max),
    "valuable: bool": Plain(False),
    "vault: Callable[[ReadSession, str], Identity]": Plain(
        lambda _: lambda session, conversation: (session, conversation)
    ),
    "why: str": TEXT,
    "why: Sentence": Plain(Sentence("The password is wrong.")),
    "words: str": TEXT,
    "year: int": Plain(2021),
}
"""Name and type of an argument -> its role in every use case that has it."""

SPECIAL: Mapping[str, Role] = {
    "conversations.create_inquiry message_id": Names("message.question", also=("message",)),
    "groups.merge into": Names("group.other"),
    # the groups of any units, among those that the actor may read
    "groups.targets units": Plain(lambda things: (things["unit"],)),
    "identity.custodians.confirm key_id": Plain(lambda things: things["custodian.proposed"]),
    "identity.open_address_in_emergency case": Names("case.emergency", CASE.missing, ("case", "case.inquiry")),
    "groups.hand_over successor": Names("officer.idle"),
    "groups.link_group platform_id": Names("group.platform_id", "new-chat"),
    "groups.seat officer": Names("officer.idle"),
    "moderation.raise_post author": Names("author", f"oa.{'0' * 32}"),
    "moderation.raise_post conversation": Names("group.conversation", f"oa.{'0' * 32}"),
    "programme.duties source": Plain(),
    "services.groups.queries.of_conversation conversation": Names("group.conversation", f"oa.{'0' * 32}"),
    "services.moderation.appeals.appeal conversation": Names("author", f"oa.{'0' * 32}"),
    **{
        f"failures.{verb} row_id": Names("row", also=("notice",))
        for verb in ("confirm", "confirm_posted", "resend", "waiting")
    },
    "failures.rerun row_id": Names("event"),
    "retention.order_purge case": Names("case.over", CASE.missing, ("case", "case.ordered", "case.inquiry")),
    "services.retention.purges.finish_purge scopes": Names("case.ordered", CASE.missing, several=True),
    "conversations.assign_message message_id": Names("message.in_doubt", also=("message",)),
    "conversations.assign_message case": Names("case.candidate", CASE.missing, ("case",)),
    "conversations.dismiss_message message_id": Names("message.in_doubt", also=("message",)),
    "conversations.open_tip messages": Names("messages.in_doubt", NOBODYS, ("message",), several=True),
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
    "inquiries.answered_by_hand inquiry_id": "inquiry.replied",
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
    "content.correct piece": lambda things: piece(
        things["unit"], category="correction", replaces=things["item.published"]
    ),
    "content.attach kind": "file",
    "content.collected.take_up category": "crime_warning",
    "content.answer_finding number": 0,
    "failures.give_up reason": "moved_away",
    "groups.close reason": "holiday",
    **dict.fromkeys(("groups.found kind", "groups.plan kind"), "mass_organisation"),
    "groups.found title": "Nhóm Mới",
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


def find_role(door: Door, argument: Argument) -> Role | None:
    """Return the role that the tables give an argument, or None."""
    return SPECIAL.get(f"{door.name} {argument.name}") or ROLES.get(argument.key)


def classify(door: Door, argument: Argument) -> Role:
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
    if isinstance(role, Plain):
        return Plain(VALUES.get(place, role.value))
    return evolve(role, thing=STATES.get(place, role.thing))


def value_of(role: Role, things: Things) -> Any:
    """Return an argument's value for an officer with `things`."""
    if isinstance(role, Names):
        return role.wrap(things[role.thing])
    return role.value(things) if isinstance(role.value, Callable) else role.value  # type: ignore[arg-type]
