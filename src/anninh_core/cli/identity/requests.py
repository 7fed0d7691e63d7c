"""`anninh people requests`, `to-check`, `link` and `show`: people's requests about their data, and checks of
identity.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from gettext import gettext as _
from typing import TypeVar

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.language.speaking import find_word
from anninh_core.cli.output import (
    TextTable,
    echo_facts,
    echo_json,
    format_deadline,
    format_iso,
    format_moment,
    make_one_line,
)
from anninh_core.cli.paging import iter_pages
from anninh_core.cli.results import output_sentence, with_json_option
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
    """List people's requests about their data, the longest waiting first, and until when they have to be answered."""
    listed = [*iter_pages(lambda after: app.rights.requests(me, pending=not whole, after=after))]
    now = app.internals.context.clock.now()
    clocks = [read_clock(app.district, request) for request in listed]
    if as_json:
        echo_json([build_request_data(request, clock, now) for request, clock in zip(listed, clocks, strict=True)])
        return
    rows = [
        (
            request.number,
            find_word(request.kind),
            find_word(request.channel),
            find_word(request.state),
            format_moment(request.received_at),
            _describe_deadline(clock, now),
        )
        for request, clock in zip(listed, clocks, strict=True)
    ]
    headings = (_("number"), _("asks for"), _("by"), _("state"), _("received"), _("due"))
    shrinks = headings[1:4]
    TextTable(headings=headings, rows=rows, shrinks=shrinks, empty=_("No requests.")).echo()


@click.command("to-check")
@_json
@as_officer
def to_check(app: App, me: Actor, *, as_json: bool) -> None:
    """List the requests for which an officer still has to check who asks."""
    listed = [*iter_pages(lambda after: app.rights.requests_to_check(me, after=after))]
    if as_json:
        echo_json([_build_summary_data(request) for request in listed])
        return
    rows = [
        (
            request.number,
            find_word(request.kind),
            find_word(request.channel),
            find_word(request.state),
            format_deadline(request.due),
            make_one_line(request.applicant),
        )
        for request in listed
    ]
    headings = (_("number"), _("asks for"), _("by"), _("state"), _("due"), _("calls themselves"))
    shrinks = headings[1:4]
    TextTable(
        headings=headings, rows=rows, shrinks=shrinks, empty=_("No applicant waits for an identity check.")
    ).echo()


@click.command()
@click.argument("number")
@click.option("--account", nargs=2, metavar="MESSENGER ADDRESS", help="An account that they have shown to be theirs.")
@click.option(
    "--receipt", default="", help="The receipt of a report made at the desk or by phone, shown by its reporter."
)
@with_json_option
@as_officer
def link(app: App, me: Actor, *, number: str, account: tuple[str, str] | None, receipt: str) -> None:
    """Link an account or a receipt that the person has shown to be theirs. Whether it is known here isn't shown."""
    if (account is None) == (not receipt):
        raise BadInput("Only one thing can be linked at a time: give either --account or --receipt.")
    id = find_to_check(app, me, number)
    if account is not None:
        linked = app.rights.link_account(me, id, Address(account[0], Place.PERSON, account[1]))
    else:
        linked = app.rights.link_receipt(me, id, receipt)
    output_sentence(_("Noted for {number}."), number=linked.number, id=linked.id)


@click.command("show")
@click.argument("number")
@_json
@as_officer
def show_request(app: App, me: Actor, *, number: str, as_json: bool) -> None:
    """Show a request with its history: identity checks, copies handed over, categories left out, decisions."""
    request = find_request(app, me, number)
    now = app.internals.context.clock.now()
    clock = read_clock(app.district, request)
    if as_json:
        echo_json(build_request_data(request, clock, now))
        return
    answer = request.answer
    echo_facts(
        [
            (_("number"), request.number),
            (_("asks for"), find_word(request.kind)),
            (_("by"), find_word(request.channel)),
            (_("state"), find_word(request.state)),
            (_("received"), format_moment(request.received_at)),
            (_("due"), _describe_deadline(clock, now)),
            (_("rule"), clock.rule.source if clock else ""),
            (_("calls themselves"), request.applicant),
            (_("words"), request.words),
            (_("accounts and cases"), str(len(request.refs))),
            (
                _("checks"),
                _join_lines(map(_describe_check, request.checks)),
            ),
            (
                _("left out"),
                _join_lines(
                    f"{omission.category}: {omission.rule}; {omission.reason}" for omission in request.omissions
                ),
            ),
            (_("handed over"), _join_lines(map(_describe_handover, request.handovers))),
            (_("restricted"), _join_lines(_describe_period(period) for period in request.restrictions)),
            (_("extended"), request.extension.reason if request.extension else ""),
            (_("erasures"), _join_lines(request.erasures)),
            (_("answer"), f"{find_word(answer.outcome)}: {answer.text}" if answer else ""),
        ]
    )


def find_request(app: App, me: Actor, number: str) -> RightsRequest:
    """Return the request with a number or an id; only officers who handle requests may read it."""
    candidates = iter_pages(lambda after: app.rights.requests(me, pending=False, after=after))
    return _require_single_match(
        number, [request for request in candidates if number.upper() == request.number or number == request.id]
    )


def find_to_check(app: App, me: Actor, number: str) -> str:
    """Return the id of the request with a number, for officers who check who asks."""
    candidates = iter_pages(lambda after: app.rights.requests_to_check(me, after=after))
    return _require_single_match(
        number, [request for request in candidates if number.upper() == request.number or number == request.id]
    ).id


def build_request_data(request: RightsRequest, clock: AnswerClock | None, now: datetime) -> dict[str, object]:
    """Return a request as JSON data, without its sealed fields."""
    answer = request.answer
    return {
        **_build_summary_data(request.summary(None if clock is None else clock.due)),
        "clock": clock.state(now).value if clock else None,
        "limit": clock.limit if clock else None,
        "rule": clock.rule.source if clock else None,
        "rule_checked_on": str(clock.rule.checked_on) if clock and clock.rule.checked_on else None,
        "extended": request.extension is not None,
        "restricted": request.restriction is not None,
        "left_out": [omission.category for omission in request.omissions],
        "handed_over": [
            {"at": format_iso(handover.at), "format": handover.format, "way": handover.way, "sha256": handover.sha256}
            for handover in request.handovers
        ],
        "erasures": [*request.erasures],
        "outcome": answer.outcome.value if answer else None,
        "answered_at": format_iso(answer.at) if answer else None,
    }


def _build_summary_data(request: RequestSummary) -> dict[str, object]:
    return {
        "id": request.id,
        "number": request.number,
        "kind": request.kind.value,
        "channel": request.channel.value,
        "state": request.state.value,
        "received_at": format_iso(request.received_at),
        "due": format_iso(request.due),
    }


def _describe_deadline(clock: AnswerClock | None, now: datetime) -> str:
    """Return when a request is due, and whether that is soon or over."""
    if clock is None:
        return _("no limit known")
    state = clock.state(now)
    return f"{format_deadline(clock.due)}{f' ({find_word(state)})' if state in _LATE else ''}"


def _describe_handover(handover: Handover) -> str:
    words = _("{time} {format} by {way}, {sha256}")
    return words.format(
        time=format_moment(handover.at), format=handover.format, way=handover.way, sha256=handover.sha256
    )


def _describe_check(check: IdentityCheck) -> str:
    result = _("passed") if check.passed else _("failed")
    return f"{format_moment(check.at)} {check.way} {result}: {check.note}"


def _describe_period(period: RestrictionPeriod) -> str:
    if period.lifted_at:
        words = _("from {since} to {until}: {rule}")
        return words.format(since=format_moment(period.since), until=format_moment(period.lifted_at), rule=period.rule)
    return _("from {since}: {rule}").format(since=format_moment(period.since), rule=period.rule)


def _join_lines(parts: Iterable[str]) -> str:
    return "\n".join(parts)


def _require_single_match(number: str, matches: Sequence[T]) -> T:
    if len(matches) != 1:
        raise BadInput(
            "You have no request {request!r}: {act:rights.requests} and {act:rights.requests_to_check} list "
            "your requests.",
            request=number,
        )
    return matches[0]
