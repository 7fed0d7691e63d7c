"""Descriptions of emergencies in words: the officer with the claim and the claim's end, or the next officer to be paged
and when.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from attrs import frozen

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest

_SOON = timedelta(minutes=5)
"""Time before the end of a claim from which the claim is highlighted."""
_CLAIM = "tips.claim"
_CLAIM_ALARM = "duty.claim"
_CASES = "tip:"
_AGAIN = "again"


@frozen(kw_only=True)
class EmergencyRow:
    """An alarm in a list.

    Attributes:
        alarm: its view.
        url: address of its case, or "".
        title: words of the resident, or a description instead.
        style: CSS class of the row.
        holder: officer with the claim, or that the alarm is unclaimed.
        when: end of the claim, or the next officer to be paged and when.
        is_held: whether an officer has claimed it.
        is_possible: whether no officer has claimed it, and its reporter was asked about danger.
        expires_soon: whether the claim is about to expire, or more danger was reported.
        claim: form for the viewer to claim it, None if not offered.
        can_assign: whether the viewer may assign an officer on the page of its case.
    """

    alarm: Any
    url: str
    title: str
    category: str
    receipt: str
    style: str
    holder: str
    when: str
    is_held: bool
    is_possible: bool
    expires_soon: bool
    claim: ActForm | None
    can_assign: bool


@frozen(kw_only=True)
class LadderLine:
    """A line of an alarm's escalation: an urgent notice sent, a claim, or an urgent notice planned."""

    style: str
    at: str
    name: str
    text: str


def load_officer_names(page: PageRequest, ladders: Iterable[Any]) -> None:
    """Load the names of all officers in some escalations at once."""
    page.load_officers(
        id
        for ladder in ladders
        for id in (
            ladder.claimed_by,
            ladder.expired_by,
            *(rung.officer for rung in ladder.alarm.ladder),
            *(planned.officer for planned in ladder.next_pages),
        )
    )


def build_emergency_rows(
    page: PageRequest, ladders: Sequence[Any], failure: FailedAct | None = None
) -> list[EmergencyRow]:
    """Return the rows of alarms, in their order."""
    load_officer_names(page, ladders)
    return [_build_row(page, ladder, failure) for ladder in ladders]


def _build_row(page: PageRequest, ladder: Any, failure: FailedAct | None) -> EmergencyRow:
    alarm = ladder.alarm
    words = page.words
    category = page.names.category(alarm.category) or words("No category yet")
    tip = alarm.case.removeprefix(_CASES) if alarm.case.startswith(_CASES) else ""
    is_held = bool(ladder.claimed_by)
    expires_soon = is_held and (ladder.has_new_danger or ladder.claimed_until - page.now < _SOON)
    return EmergencyRow(
        alarm=alarm,
        url=page.url(f"/tips/{tip}") if tip else "",
        title=ladder.words or (words("Message in a group") if alarm.in_group else words("No statement yet")),
        category=category,
        receipt=ladder.receipt or alarm.code,
        style=_choose_style(ladder),
        is_possible=ladder.is_possible and not is_held,
        holder=describe_holder(page, ladder),
        when=describe_claim_end(page, ladder) if is_held else describe_next_paging(page, ladder.next_pages),
        is_held=is_held,
        expires_soon=expires_soon,
        claim=None if is_held else _build_claim_form(page, alarm, tip, failure),
        can_assign=bool(tip) and page.has("tips.claim_for"),
    )


def _choose_style(ladder: Any) -> str:
    if not ladder.alarm.is_emergency:
        return ""
    if ladder.claimed_by:
        return "held"
    return "warn" if ladder.is_possible else "urgent"


def _build_claim_form(page: PageRequest, alarm: Any, tip: str, failure: FailedAct | None) -> ActForm | None:
    """Return the form that claims an alarm's case, or the alarm itself if it has no case."""
    if not page.has(_CLAIM):
        return None
    mark = f"-{alarm.id}"
    if tip:
        return ActForms(page, f"/tips/{tip}", mark=mark).make(_CLAIM)
    row_failure = failure if page.params.get("id") == alarm.id else None
    return ActForms(page, f"/tips/alarms/{alarm.id}", mark=mark, failure=row_failure).make(_CLAIM_ALARM)


def describe_holder(page: PageRequest, ladder: Any) -> str:
    """Return the officer who has claimed an emergency, or that it is unclaimed."""
    if ladder.claimed_by == page.viewer.id:
        return page.words("You have the case")
    if ladder.claimed_by:
        return page.words("{name} has the case", name=page.names.officer(ladder.claimed_by))
    if ladder.expired_at is not None:
        return page.words("The claim expired at {at}", at=page.formats.clock(ladder.expired_at))
    return page.words("Unclaimed")


def describe_claim_end(page: PageRequest, ladder: Any) -> str:
    """Return the end of a claim. If it expires soon, the time left is added; after more danger, the next officer to be
    paged is named instead.
    """
    if ladder.has_new_danger and ladder.next_pages:
        return page.words(
            "more danger was reported and isn't answered yet; {next}",
            next=describe_next_paging(page, ladder.next_pages),
        )
    until = page.words("claimed until {at}", at=page.formats.clock(ladder.claimed_until))
    if ladder.claimed_until - page.now >= _SOON:
        return until
    return f"{until}, {format_minutes_left(page, ladder.claimed_until)}"


def describe_next_paging(page: PageRequest, pages: Sequence[Any]) -> str:
    """Return the next officer to be paged and when, or ""."""
    if not pages:
        return ""
    next_page = pages[0]
    at = page.formats.clock(next_page.at)
    if not next_page.officer:
        return page.words("at {at} no officer is left: the operators are notified, then paging starts again", at=at)
    return page.words("{name} is paged at {at}", at=at, name=name_officer(page, next_page.officer))


def format_minutes_left(page: PageRequest, at: Any) -> str:
    """Return the time left until `at`, in minutes."""
    minutes = int((at - page.now).total_seconds() // 60)
    return page.words("in {count} minutes", count=minutes) if minutes > 0 else page.words("in less than 1 minute")


def name_officer(page: PageRequest, id: str) -> str:
    """Return an officer's name, marked if it is the viewer."""
    name = page.names.officer(id)
    return page.words("{name} (you)", name=name) if id == page.viewer.id else name


def list_escalation_lines(page: PageRequest, ladder: Any) -> list[LadderLine]:
    """Return the urgent notices sent, the claim and the notices planned of an alarm's escalation, in the order of
    time.
    """
    lines = [(rung.at, _build_notice_line(page, rung)) for rung in ladder.alarm.ladder]
    if ladder.claimed_by:
        lines.append((ladder.claimed_at, _build_claim_line(page, ladder)))
    elif ladder.expired_at is not None:
        lines.append((ladder.expired_at, _build_expiry_line(page, ladder)))
    past = [line for _, line in sorted(lines, key=lambda line: line[0])]
    return [*past, *_iter_planned_lines(page, ladder)]


def _build_notice_line(page: PageRequest, rung: Any) -> LadderLine:
    words = page.words
    at = page.formats.clock(rung.at)
    how = page.label(rung.how)
    if not rung.officer:
        return LadderLine(
            style="failed",
            at=at,
            name=page.names.unit(rung.unit),
            text=words("No officer answered; the operators were notified."),
        )
    reason = page.label(rung.gap) if rung.gap else _explain_missed_notice(page, rung.missed)
    return LadderLine(
        style="failed" if reason else "sent",
        at=at,
        name=name_officer(page, rung.officer),
        text=f"{how[:1].upper()}{how[1:]}{': ' if reason else ''}{reason}.",
    )


def _explain_missed_notice(page: PageRequest, missed: str) -> str:
    """Return why an urgent notice doesn't count, or ""."""
    return page.words.label("at_night" if missed.endswith("_at_night") else missed, "Missed") if missed else ""


def _build_claim_line(page: PageRequest, ladder: Any) -> LadderLine:
    return LadderLine(
        style="done",
        at=page.formats.clock(ladder.claimed_at),
        name=page.words("{name} claimed the case", name=name_officer(page, ladder.claimed_by)),
        text=page.words("Claimed until {at}.", at=page.formats.clock(ladder.claimed_until)),
    )


def _build_expiry_line(page: PageRequest, ladder: Any) -> LadderLine:
    return LadderLine(
        style="failed",
        at=page.formats.clock(ladder.expired_at),
        name=name_officer(page, ladder.expired_by),
        text=page.words("The claim expired without recorded work; paging continues."),
    )


def _iter_planned_lines(page: PageRequest, ladder: Any) -> Iterable[LadderLine]:
    words = page.words
    for number, planned in enumerate(ladder.next_pages):
        again = " " + words("Paged again.") if planned.how.value == _AGAIN else ""
        text = words("After that.") if number else words("Next, {left}.", left=format_minutes_left(page, planned.at))
        if not number and ladder.has_new_danger:
            text = words(
                "If no officer answers the report of more danger at {at}.",
                at=page.formats.clock(ladder.alarm.more_at[-1]),
            )
        elif not number and ladder.claimed_by:
            text = words("If the claim expires without recorded work.")
        yield LadderLine(
            style="later" if number else "next",
            at=page.formats.clock(planned.at),
            name=name_officer(page, planned.officer) if planned.officer else words("Operators"),
            text=f"{text}{again}" if planned.officer else text + " " + words("Then paging starts again."),
        )
