"""The state bar of an emergency on the page of its case, with its officer, the officer paged next, and the acts that
are due.
"""

from collections.abc import Collection, Sequence
from typing import Any

from attrs import evolve, frozen

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.emergencies import (
    LadderLine,
    describe_holder,
    describe_next_paging,
    format_minutes_left,
    list_escalation_lines,
    load_officer_names,
    name_officer,
)
from anninh_core.kernel.errors import WrongStep
from anninh_core.language.catalogue import marked
from anninh_core.operations.choices import Choice

CLAIM = "tips.claim"
CLAIM_FOR = "tips.claim_for"
RELEASE = "tips.release_claim"
HAND_UP = "duty.hand_up"
CLAIMING = frozenset({CLAIM, CLAIM_FOR, RELEASE})
"""The acts in the state bar of an emergency, left out of the case's other acts."""


@frozen(kw_only=True)
class NewDanger:
    """More danger that was reported after the last act of the officer who has the case.

    Attributes:
        words: text of the report, "" if the page doesn't have it.
        consequence: officer who is paged, and when, if the officer doesn't act.
        known: form with which the officer confirms the danger, None for other viewers.
    """

    at: str
    words: str
    consequence: str
    known: ActForm | None


@frozen(kw_only=True)
class EmergencyBar:
    """The state bar of an emergency, with the possible acts.

    Attributes:
        is_held, is_mine: whether an officer has a claim, and whether that is the viewer.
        danger: more danger reported since then, or None.
        claim: form of the claim, None if the viewer can't make it; `effects` are its consequences.
        longer: form of the claim with which its officer extends it.
        hand_up: form that reports that no officer can come.
        worked: consequences of a note, for the officer with the claim.
    """

    ladder: Any
    is_held: bool
    is_mine: bool
    state: str
    detail: str
    danger: NewDanger | None
    claim: ActForm | None
    effects: Sequence[str]
    longer: ActForm | None
    hand_up: ActForm | None
    assign: ActForm | None
    worked: str
    lines: Sequence[LadderLine]


def list_handler_options(page: PageRequest, ladder: Any) -> Sequence[Choice]:
    """Return the officers to whom an emergency can be assigned, those on a roster first."""
    page.load_officers(ladder.handlers)
    return [Choice(id, name_officer(page, id)) for id in ladder.handlers]


def describe_emergency(
    page: PageRequest, ladder: Any, can: Collection[str], forms: ActForms, talk: Sequence[Any]
) -> EmergencyBar:
    """Return the state of an emergency, and the forms that the viewer may send.

    Args:
        ladder: escalation of its alarm.
        can: operations on its case that the viewer can carry out.
        talk: the talk's items that the page has.
    """
    load_officer_names(page, (ladder,))
    is_held = bool(ladder.claimed_by)
    is_mine = ladder.claimed_by == page.viewer.id
    claim = _build_claim_form(forms, CLAIM, can)
    return EmergencyBar(
        ladder=ladder,
        is_held=is_held,
        is_mine=is_mine,
        state=_describe_state(page, ladder),
        detail=_describe_detail(page, ladder),
        danger=_find_new_danger(page, ladder, talk, claim if is_mine else None),
        claim=None if is_held else claim,
        effects=() if is_held else _list_claim_effects(page, ladder),
        longer=claim if is_mine and not ladder.has_new_danger else None,
        hand_up=evolve(forms.make(HAND_UP), version=None) if claim is not None and page.has(HAND_UP) else None,
        assign=_build_claim_form(forms, CLAIM_FOR, can),
        worked=_describe_note_effect(page, ladder) if is_mine else "",
        lines=list_escalation_lines(page, ladder),
    )


def explain_lost_claim(page: PageRequest, taking: EmergencyBar) -> None:
    """Replace the reason of a refused claim by the name of the officer who claimed the emergency first."""
    failure: FailedAct | None = page.failure
    if failure is not None and failure.operation == CLAIM and taking.is_held and not taking.is_mine:
        ladder = taking.ladder
        name = page.names.officer(ladder.claimed_by)
        at = page.formats.clock(ladder.claimed_at)
        page.failure = evolve(
            failure, sentence=page.words("{name} claimed the case first, at {at}.", name=name, at=at), cause=WrongStep
        )


def _build_claim_form(forms: ActForms, operation: str, can: Collection[str]) -> ActForm | None:
    """Return the form of a claim without the case's version, because other changes of the case don't prevent a
    claim.
    """
    return evolve(forms.make(operation), version=None) if operation in can else None


def _describe_state(page: PageRequest, ladder: Any) -> str:
    if not ladder.claimed_by:
        return describe_holder(page, ladder)
    until = page.formats.clock(ladder.claimed_until)
    if ladder.claimed_by == page.viewer.id:
        return page.words("You have the case until {until}", until=until)
    return page.words("{name} has the case until {until}", name=page.names.officer(ladder.claimed_by), until=until)


def _describe_detail(page: PageRequest, ladder: Any) -> str:
    """Return since when an emergency is claimed; if unclaimed, the officer who is paged next."""
    if ladder.claimed_by:
        since = page.words("claimed since {at}", at=page.formats.clock(ladder.claimed_at))
        return f"{since}, {format_minutes_left(page, ladder.claimed_until)}"
    next_notice = describe_next_paging(page, ladder.next_pages)
    return f"{next_notice}, {format_minutes_left(page, ladder.next_pages[0].at)}" if next_notice else ""


def _find_new_danger(
    page: PageRequest, ladder: Any, talk: Sequence[Any], confirmation: ActForm | None
) -> NewDanger | None:
    if not ladder.has_new_danger:
        return None
    at = ladder.alarm.more_at[-1]
    messages = [item.message for item in talk if item.message and item.at <= at]
    is_shown = bool(messages) and not (messages[-1].is_withheld or messages[-1].erased)
    consequence = (
        marked("If you don't respond: {next}.")
        if confirmation is not None
        else marked("The officer who has the case hasn't responded. If they don't: {next}.")
    )
    return NewDanger(
        at=page.formats.clock(at),
        words=messages[-1].text if is_shown else "",
        consequence=page.words(consequence, next=describe_next_paging(page, ladder.next_pages))
        if ladder.next_pages
        else "",
        known=confirmation,
    )


def _list_claim_effects(page: PageRequest, ladder: Any) -> Sequence[str]:
    words = page.words
    until = page.formats.clock(page.now + page.desk.app.district.duty.claim)
    officer = ladder.next_pages[0].officer if ladder.next_pages else ""
    name = page.names.officer(officer) if officer and officer != page.viewer.id else ""
    stops = (
        words("The alarm stops: {name} and the officers after them aren't paged.", name=name)
        if name
        else words("The alarm stops: no other officer is paged.")
    )
    return (stops, words("You have the case until {until}, but not beyond your shift.", until=until))


def _describe_note_effect(page: PageRequest, ladder: Any) -> str:
    minutes = int(page.desk.app.district.duty.claim.total_seconds() // 60)
    until = page.formats.clock(ladder.claimed_until)
    return page.words(
        "Recording this extends your claim by {minutes} minutes. If nothing is recorded by {until}, "
        "paging continues. Only officers who may see the case can read it.",
        minutes=minutes,
        until=until,
    )
