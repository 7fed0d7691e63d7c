"""What each argument of the use cases about tips and the cooperation on them means to the access tests."""

from collections.abc import Mapping

from tests.trust.roles import NOBODYS, PlainArgument, RecordArgument, Role

from anninh_core.domain.tips.incidents.states import ReporterRole

TEXT = PlainArgument("Lời của cán bộ")

TIP_ROLES: Mapping[str, Role] = {
    "accept: bool": PlainArgument(True),
    "asked: str": TEXT,
    "claimed: bool": PlainArgument(False),
    "despite_open: str": TEXT,
    "document: str": TEXT,
    "due_at: datetime | None": PlainArgument(None),
    "handler: str": RecordArgument("officer"),
    "held_back: bool": PlainArgument(False),
    "how: str": TEXT,
    "incident_id: str": RecordArgument("incident"),
    "inquiries: Sequence[str]": RecordArgument("inquiry", several=True),
    "language: Literal['en', 'vi']": PlainArgument("vi"),
    "month: int": PlainArgument(9),
    "notes_use: bool": PlainArgument(False),
    "officer_ids: Sequence[str]": RecordArgument("officer", several=True),
    "overdue: bool": PlainArgument(False),
    "part: str": PlainArgument("answer"),
    "received_from: date | None": PlainArgument(None),
    "received_to: date | None": PlainArgument(None),
    "seen_version: int | None": PlainArgument(None),
    "subcase: str": RecordArgument("subcase", also=("subcase.open",)),
    "subcase_id: str": RecordArgument("subcase", also=("subcase.open",)),
    "purpose: Literal['answer', 'ask_back']": PlainArgument("answer"),
    "outcome: Literal['resolved', 'unfounded', 'refused']": PlainArgument("resolved"),
    "result: str": TEXT,
    "role: ReporterRole": PlainArgument(ReporterRole.ACCUSER),
    "step: str": PlainArgument(""),
    "successors: Mapping[str, str]": PlainArgument(lambda things: {"tip": things["officer.idle"]}),
    "summary: str": TEXT,
    "units: Sequence[str]": PlainArgument(("cong-an",)),
    "tips: Sequence[str]": RecordArgument("tip", several=True),
    "locked: bool": PlainArgument(False),
    "last_day: date | None": PlainArgument(None),
    "unit_ids: Sequence[str]": RecordArgument("unit", "nowhere", secret=False, several=True),
    "to: Mapping[str, str]": PlainArgument(lambda things: {"all": things["officer.idle"]}),
}
"""Additions to `ROLES` for use cases about tips."""

TIP_SPECIAL: Mapping[str, Role] = {
    "conversations.assign_messages case": RecordArgument("case.candidate", f"tip:{NOBODYS}", ("case",)),
    **{
        f"conversations.{verb} messages": RecordArgument("messages.in_doubt", NOBODYS, ("message",), several=True)
        for verb in ("assign_messages", "dismiss_messages")
    },
    "conversations.dismiss_messages reason": PlainArgument("small_talk"),
    "drafts.discard author": PlainArgument(""),
    "drafts.get author": PlainArgument(""),
    "conversations.dismiss_locked_message message_id": RecordArgument("message.locked", also=("message",)),
    "conversations.dismiss_locked_message reason": PlainArgument("small_talk"),
    "conversations.pass_on_locked_message message_id": RecordArgument("message.locked", also=("message",)),
    "conversations.pass_on_locked_message unit": PlainArgument(""),
    "incidents.join incident_id": PlainArgument(""),
    "incidents.join tips": RecordArgument("of_one_event", NOBODYS, ("tip",), several=True),
    **{
        f"incidents.{verb} tips": RecordArgument("joined", NOBODYS, ("tip",), several=True)
        for verb in ("separate", "answer")
    },
    "incidents.answer reason": PlainArgument("handled"),
    "tips.false_reports.mark reason": PlainArgument("prank"),
    "duty.ladder case": RecordArgument("case", f"tip:{NOBODYS}"),
    "tips.threads.join into": RecordArgument("tip.twice", also=("tip",)),
    "tips.threads.split messages": RecordArgument("messages.second", NOBODYS, ("message",), several=True),
    "tips.merge into": RecordArgument("tip"),
    **{
        f"tips.{verb} unit": RecordArgument("unit.police", "nowhere", secret=False)
        for verb in ("subcases.open", "transfers.to_unit")
    },
}
"""Additions to `SPECIAL` for use cases about tips."""

TIP_STATES: Mapping[str, str] = {
    "tips.answer tip_id": "tip.settled",
    "tips.withdrawals.accept tip_id": "tip.taken_back",
    "tips.withdrawals.decline tip_id": "tip.taken_back",
    "tips.locks.confirm tip_id": "tip.locked",
    "tips.locks.lift tip_id": "tip.locked",
    "tips.threads.join tip_id": "tip.once",
    "incidents.set_role tip_id": "tip.joined",
    "tips.threads.keep_together tip_id": "tip.double",
    "tips.threads.split tip_id": "tip.double",
    "tips.record_manual_answer tip_id": "tip.settled",
    "tips.assign tip_id": "tip.triaged",
    "tips.ask_back tip_id": "tip.assigned",
    "tips.close tip_id": "tip.answered",
    "tips.merge tip_id": "tip.triaged",
    "tips.clocks.mark_complex tip_id": "tip.triaged",
    "tips.clocks.extend tip_id": "tip.complex",
    "tips.clocks.suspend tip_id": "tip.triaged",
    "tips.reopen tip_id": "tip.settled",
    "tips.clocks.revoke_suspension tip_id": "tip.suspended",
    "tips.settle tip_id": "tip.triaged",
    "tips.transfer tip_id": "tip.triaged",
    "tips.verify tip_id": "tip.assigned",
    "tips.unmerge tip_id": "tip.merged",
    "services.tips.papers.slip tip_id": "tip.gone",
    "tips.transfers.accept tip_id": "tip.passed_on",
    "tips.transfers.give_back tip_id": "tip.passed_on",
    "tips.transfers.record_return tip_id": "tip.gone",
    "tips.papers.slip tip_id": "tip.gone",
    "tips.reopenings.request tip_id": "tip.answered",
    "tips.reopenings.judge tip_id": "tip.objected",
    "tips.false_reports.mark tip_id": "tip.unfounded",
    **{f"tips.{verb} tip_id": "tip.false" for verb in ("false_reports.clear", "false_reports.confirm")},
    "tips.record_reply_by_hand tip_id": "tip.triaged",
    "tips.release_claim tip_id": "tip.claimed",
    "tips.transfers.to_unit tip_id": "tip.triaged",
    "tips.subcases.open tip_id": "tip.triaged",
    "tips.subcases.cancel tip_id": "tip.shared",
}
"""Additions to `STATES` for use cases about tips."""
