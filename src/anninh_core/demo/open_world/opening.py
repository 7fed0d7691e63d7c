"""Start of the demo's last weeks: further officers, accounts for signing in, a roster, an unreachable chat."""

from datetime import time

from anninh_core.demo.cast import appoint_late_officers, find_officer, find_unit_officer
from anninh_core.demo.stage import DemoStage
from anninh_core.domain.accounts.kind import ACCOUNT
from anninh_core.domain.duty import Shift
from anninh_core.usecase.actor import system
from anninh_core.vocabulary.messages import Address, Place

_MORNING = time(7, 30)
_EVENING = time(18)


def open_last_weeks(stage: DemoStage) -> None:
    """Appoint further officers, and give every officer an account."""
    appoint_late_officers(stage, "custodian", "data", "operator")
    _open_accounts(stage)
    stage.deliver_events()


def set_roster(stage: DemoStage) -> None:
    """Set the duty roster; the night officer's chat account is deleted, so messages to it fail."""
    appoint_late_officers(stage, "night")
    _open_accounts(stage)
    supervisor, day, night = (find_officer(stage, key) for key in ("supervisor", "tips", "night"))
    if not stage.app.duty.rosters(supervisor, "hoa-lu"):
        shifts = (
            Shift(start=_MORNING, end=_EVENING, officers=(day.id,)),
            Shift(start=_EVENING, end=_MORNING, officers=(night.id, day.id)),
        )
        stage.app.duty.set_roster(supervisor, "hoa-lu", shifts=shifts)
    stage.deliver_events()


def name_unreachable_head(stage: DemoStage) -> None:
    """Name a head with a deleted chat account, who must be reached in another way."""
    lost_chat = stage.script["open_world"]["lost_chat"]
    reporter = find_unit_officer(stage, lost_chat["unit"], "reporter")
    head = stage.app.programme.head(reporter, lost_chat["unit"])
    if head is None or head.name != lost_chat["head"]:
        address = Address("oa", Place.PERSON, lost_chat["account"])
        conversation = stage.app.internals.services.conversations.place(system("router"), address, lost_chat["unit"]).id
        stage.app.programme.name_head(reporter, lost_chat["unit"], name=lost_chat["head"], conversation=conversation)


def _open_accounts(stage: DemoStage) -> None:
    """Give every officer an account without a password: in a demo, officers sign in by a click."""
    for id in stage.officers.values():
        if stage.app.internals.context.storage.records.get(ACCOUNT.name, id) is None:
            stage.app.accounts.invite(system("setup"), id)
