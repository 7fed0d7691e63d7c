"""`anninh people requests` and its kin: what people ask about data of theirs, and who looks at who asks."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from gettext import gettext as _
from typing import TypeVar

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.language.speaking import word_of
from anninh_core.cli.output import TextTable, due, echo_facts, echo_json, iso, one_line, when
from anninh_core.cli.paging import iter_pages
from anninh_core.cli.results import answers, say
from anninh_core.domain.rights.clocks import AnswerClock, read_clock
from anninh_core.domain.rights.model import RequestSummary, RightsRequest
from anninh_core.domain.rights.states import AnswerClockState
from anninh_core.domain.rights.values import Handover, IdentityCheck, RestrictionPeriod
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.messages import Address, Place

T = TypeVar("T")

_LATE = (AnswerClockState.OVERDUE, AnswerClockState.WARN)
_json = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.command()
@click.option("--all", "whole", is_flag=True, help="Those too that are answered.")
@_json
@as_officer
def requests(app: App, me: Actor, *, whole: bool, as_json: bool) -> None:
    """List what people ask about data of theirs, who has waited longest first, and until when they are answered."""
    found = [*iter_pages(lambda after: app.rights.requests(me, pending=not whole, after=after))]
    now = app.internals.context.clock.now()
    clocks = [read_clock(app.district, one) for one in found]
    if as_json:
        echo_json([request_data(one, clock, now) for one, clock in zip(found, clocks, strict=True)])
        return
    rows = [
        (
            one.number,
            word_of(one.kind),
            word_of(one.channel),
            word_of(one.state),
            when(one.received_at),
            _due(clock, now),
        )
        for one, clock in zip(found, clocks, strict=True)
    ]
    headings = (_("number"), _("asks for"), _("by"), _("state"), _("received"), _("due"))
    shrinks = headings[1:4]
    TextTable(headings=headings, rows=rows, shrinks=shrinks, empty=_("Nobody asks for anything.")).echo()


@click.command("to-check")
@_json
@as_officer
def to_check(app: App, me: Actor, *, as_json: bool) -> None:
    """List the requests of which somebody still has to look who asks."""
    found = [*iter_pages(lambda after: app.rights.requests_to_check(me, after=after))]
    if as_json:
        echo_json([_summary_data(one) for one in found])
        return
    rows = [
        (
            one.number,
            word_of(one.kind),
            word_of(one.channel),
            word_of(one.state),
            due(one.due),
            one_line(one.applicant),
        )
        for one in found
    ]
    headings = (_("number"), _("asks for"), _("by"), _("state"), _("due"), _("calls themselves"))
    shrinks = headings[1:4]
    TextTable(headings=headings, rows=rows, shrinks=shrinks, empty=_("Nobody is to be looked at.")).echo()


@click.command()
@click.argument("number")
@click.option("--account", nargs=2, metavar="MESSENGER ADDRESS", help="An account that they have shown to be theirs.")
@click.option("--receipt", default="", help="A receipt, shown by them, of what was told at the desk or by phone.")
@answers
@as_officer
def link(app: App, me: Actor, *, number: str, account: tuple[str, str] | None, receipt: str) -> None:
    """Link what the person has shown to be theirs. Whether it is known here isn't told."""
    if (account is None) == (not receipt):
        raise BadInput("Only one thing can be linked at a time: give either --account or --receipt.")
    id = find_to_check(app, me, number)
    if account is not None:
        linked = app.rights.link_account(me, id, Address(account[0], Place.PERSON, account[1]))
    else:
        linked = app.rights.link_receipt(me, id, receipt)
    say(_("Noted for {number}."), number=linked.number, id=linked.id)


@click.command("show")
@click.argument("number")
@_json
@as_officer
def show_request(app: App, me: Actor, *, number: str, as_json: bool) -> None:
    """Show a request with its history: who looked at who asks, what was handed over, left out, decided."""
    request = find_request(app, me, number)
    now = app.internals.context.clock.now()
    clock = read_clock(app.district, request)
    if as_json:
        echo_json(request_data(request, clock, now))
        return
    answer = request.answer
    echo_facts(
        [
            (_("number"), request.number),
            (_("asks for"), word_of(request.kind)),
            (_("by"), word_of(request.channel)),
            (_("state"), word_of(request.state)),
            (_("received"), when(request.received_at)),
            (_("due"), _due(clock, now)),
            (_("rule"), clock.rule.source if clock else ""),
            (_("calls themselves"), request.applicant),
            (_("words"), request.words),
            (_("accounts and cases"), str(len(request.refs))),
            (
                _("checks"),
                _lines(map(_describe_check, request.checks)),
            ),
            (_("left out"), _lines(f"{one.category}: {one.rule}; {one.reason}" for one in request.omissions)),
            (_("handed over"), _lines(map(_describe_handover, request.handovers))),
            (_("restricted"), _lines(_describe_period(one) for one in request.restrictions)),
            (_("extended"), request.extension.reason if request.extension else ""),
            (_("erasures"), _lines(request.erasures)),
            (_("answer"), f"{word_of(answer.outcome)}: {answer.text}" if answer else ""),
        ]
    )


def find_request(app: App, me: Actor, number: str) -> RightsRequest:
    """Return the request of a number, or of an id, to whoever handles requests."""
    found = iter_pages(lambda after: app.rights.requests(me, pending=False, after=after))
    return _only(number, [one for one in found if number.upper() == one.number or number == one.id])


def find_to_check(app: App, me: Actor, number: str) -> str:
    """Return the id of the request of a number, to whoever looks at who asks."""
    found = iter_pages(lambda after: app.rights.requests_to_check(me, after=after))
    return _only(number, [one for one in found if number.upper() == one.number or number == one.id]).id


def request_data(request: RightsRequest, clock: AnswerClock | None, now: datetime) -> dict[str, object]:
    """Return a request for programs, without what is sealed."""
    answer = request.answer
    return {
        **_summary_data(request.summary(None if clock is None else clock.due)),
        "clock": clock.state(now).value if clock else None,
        "limit": clock.limit if clock else None,
        "rule": clock.rule.source if clock else None,
        "rule_checked_on": str(clock.rule.checked_on) if clock and clock.rule.checked_on else None,
        "extended": request.extension is not None,
        "restricted": request.restriction is not None,
        "left_out": [one.category for one in request.omissions],
        "handed_over": [
            {"at": iso(one.at), "format": one.format, "way": one.way, "sha256": one.sha256} for one in request.handovers
        ],
        "erasures": [*request.erasures],
        "outcome": answer.outcome.value if answer else None,
        "answered_at": iso(answer.at) if answer else None,
    }


def _summary_data(request: RequestSummary) -> dict[str, object]:
    return {
        "id": request.id,
        "number": request.number,
        "kind": request.kind.value,
        "channel": request.channel.value,
        "state": request.state.value,
        "received_at": iso(request.received_at),
        "due": iso(request.due),
    }


def _due(clock: AnswerClock | None, now: datetime) -> str:
    """Return when a request is due, and how that stands where somebody has to hurry."""
    if clock is None:
        return _("no limit known")
    state = clock.state(now)
    return f"{due(clock.due)}{f' ({word_of(state)})' if state in _LATE else ''}"


def _describe_handover(handover: Handover) -> str:
    words = _("{time} {format} by {way}, {sha256}")
    return words.format(time=when(handover.at), format=handover.format, way=handover.way, sha256=handover.sha256)


def _describe_check(check: IdentityCheck) -> str:
    result = _("passed") if check.passed else _("failed")
    return f"{when(check.at)} {check.way} {result}: {check.note}"


def _describe_period(period: RestrictionPeriod) -> str:
    if period.lifted_at:
        words = _("from {since} to {until}: {rule}")
        return words.format(since=when(period.since), until=when(period.lifted_at), rule=period.rule)
    return _("from {since}: {rule}").format(since=when(period.since), rule=period.rule)


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(parts)


def _only(number: str, found: Sequence[T]) -> T:
    if len(found) != 1:
        raise BadInput(
            "You have no request {request!r}: {act:rights.requests} and {act:rights.requests_to_check} list "
            "your requests.",
            request=number,
        )
    return found[0]
