"""Roles of use-case arguments about the cooperation of people or units on a tip."""

from collections.abc import Mapping

from tests.trust.roles import NOBODYS, Names, Plain, Role

from anninh_core.domain.tips.incidents.states import ReporterRole

TEXT = Plain("Lời của cán bộ")

TIP_ROLES: Mapping[str, Role] = {
    "accept: bool": Plain(True),
    "asked: str": TEXT,
    "claimed: bool": Plain(False),
    "despite_open: str": TEXT,
    "document: str": TEXT,
    "due_at: datetime | None": Plain(None),
    "handler: str": Names("officer"),
    "held_back: bool": Plain(False),
    "how: str": TEXT,
    "incident_id: str": Names("incident"),
    "inquiries: Sequence[str]": Names("inquiry", several=True),
    "language: Literal['en', 'vi']": Plain("vi"),
    "month: int": Plain(9),
    "notes_use: bool": Plain(False),
    "officer_ids: Sequence[str]": Names("officer", several=True),
    "overdue: bool": Plain(False),
    "part: str": Plain("answer"),
    "received_from: date | None": Plain(None),
    "received_to: date | None": Plain(None),
    "seen_version: int | None": Plain(None),
    "subcase: str": Names("subcase", also=("subcase.open",)),
    "subcase_id: str": Names("subcase", also=("subcase.open",)),
    "purpose: Literal['answer', 'ask_back']": Plain("answer"),
    "outcome: Literal['resolved', 'unfounded', 'refused']": Plain("resolved"),
    "result: str": TEXT,
    "role: ReporterRole": Plain(ReporterRole.ACCUSER),
    "step: str": Plain(""),
    "successors: Mapping[str, str]": Plain(lambda things: {"tip": things["officer.idle"]}),
    "summary: str": TEXT,
    "units: Sequence[str]": Plain(("cong-an",)),
    "tips: Sequence[str]": Names("tip", several=True),
    "locked: bool": Plain(False),
    "last_day: date | None": Plain(None),
    "unit_ids: Sequence[str]": Names("unit", "nowhere", secret=False, several=True),
    "to: Mapping[str, str]": Plain(lambda things: {"all": things["officer.idle"]}),
}
"""The same as `ROLES`, for tips."""

TIP_SPECIAL: Mapping[str, Role] = {
    "conversations.assign_messages case": Names("case.candidate", f"tip:{NOBODYS}", ("case",)),
    **{
        f"conversations.{verb} messages": Names("messages.in_doubt", NOBODYS, ("message",), several=True)
        for verb in ("assign_messages", "dismiss_messages")
    },
    "conversations.dismiss_messages reason": Plain("small_talk"),
    "drafts.discard author": Plain(""),
    "drafts.get author": Plain(""),
    "conversations.dismiss_locked_message message_id": Names("message.locked", also=("message",)),
    "conversations.dismiss_locked_message reason": Plain("small_talk"),
    "conversations.pass_on_locked_message message_id": Names("message.locked", also=("message",)),
    "conversations.pass_on_locked_message unit": Plain(""),
    "incidents.join incident_id": Plain(""),
    "incidents.join tips": Names("of_one_event", NOBODYS, ("tip",), several=True),
    **{f"incidents.{verb} tips": Names("joined", NOBODYS, ("tip",), several=True) for verb in ("separate", "answer")},
    "incidents.answer reason": Plain("handled"),
    "tips.false_reports.mark reason": Plain("prank"),
    "duty.ladder case": Names("case", f"tip:{NOBODYS}"),
    "tips.threads.join into": Names("tip.twice", also=("tip",)),
    "tips.threads.split messages": Names("messages.second", NOBODYS, ("message",), several=True),
    "tips.merge into": Names("tip"),
    **{
        f"tips.{verb} unit": Names("unit.police", "nowhere", secret=False)
        for verb in ("subcases.open", "transfers.to_unit")
    },
}
"""The same as `SPECIAL`, for tips."""

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
    "tips.answered_by_hand tip_id": "tip.settled",
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
"""The same as `STATES`, for tips."""
