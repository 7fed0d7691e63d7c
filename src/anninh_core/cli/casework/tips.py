"""`anninh tips`: list, search and show tips."""

from collections.abc import Iterable
from datetime import datetime
from gettext import gettext as _
from itertools import count

import click

from anninh_core.app import App
from anninh_core.cli.casework.ladders import Line, NamesOfficer, list_escalation_lines
from anninh_core.cli.casework.tip_parts.due_soon import due_soon
from anninh_core.cli.casework.tip_parts.files import COMMANDS as FILE_COMMANDS
from anninh_core.cli.casework.tip_parts.files import build_attachment_data, describe_attachment, list_messages
from anninh_core.cli.casework.tip_parts.floods import COMMANDS as FLOOD_COMMANDS
from anninh_core.cli.casework.tip_parts.floods import false_before
from anninh_core.cli.casework.tip_parts.papers import COMMANDS as PAPER_COMMANDS
from anninh_core.cli.casework.tip_parts.routing import simulate_routing
from anninh_core.cli.casework.tip_parts.threads import COMMANDS as MESSAGE_COMMANDS
from anninh_core.cli.casework.tip_parts.threads import find_tip, join
from anninh_core.cli.daily.tips import ANSWER, FORMER, OWN
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.folder import as_officer
from anninh_core.cli.frame.command import add_commands
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.output import (
    TextTable,
    echo,
    echo_facts,
    echo_json,
    format_day,
    format_iso,
    format_moment,
    make_printable,
)
from anninh_core.cli.records.deadlines import build_deadline_fact
from anninh_core.domain.conversations.model import Message
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import PlaceChange, TipState
from anninh_core.domain.tips.values import NamedPlace, Settlement, Transfer
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.search.query import find_unsearchable, parse_query
from anninh_core.language.catalogue import marked
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.views import ViewContext
from anninh_core.vocabulary.district import District
from anninh_core.workflows.emergency_overview import Ladder

_PAGE_SIZE = 200  # Number of messages that are read at once.
_ID_LENGTH = 36  # Length of a UUID; receipts are shorter.


tips = NounGroup(
    "tips",
    help=marked(
        "Look at tips, decide what they consist of, and record papers. Every look leaves a line in the journal."
    ),
    own=OWN,
    former=FORMER,
)

_PARTS = {
    "false-reports": (false_before,),
    "papers": PAPER_COMMANDS,
    "routing": (simulate_routing,),
    "threads": (join,),
}
for command in (due_soon, *MESSAGE_COMMANDS, *FLOOD_COMMANDS, *FILE_COMMANDS):
    tips.add_command(command)
for _part, _commands in _PARTS.items():
    for command in _commands:
        tips.nested_groups[_part].add_command(command)
add_commands(tips, (ANSWER,))


@tips.command("list")
@click.option("--unit", default="", metavar="UNIT", help="This unit and all below it.")
@click.option(
    "--state", type=click.Choice([state.value for state in TipState]), metavar="STATE", help="Such as `assigned`."
)
@click.option("--category", default="", metavar="CATEGORY", help="Id of an incoming category.")
@click.option("--due", is_flag=True, help="Open ones only, the earliest due first.")
@click.option("--limit", default=50, type=click.IntRange(1), show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def list_(
    app: App, me: Actor, *, unit: str, state: str | None, category: str, due: bool, limit: int, as_json: bool
) -> None:
    """List tips, newest first."""
    _check_category(app.district, category)
    only = TipState(state) if state else None
    page = app.tips.list(me, unit=unit, state=only, category=category, order="due" if due else "newest", limit=limit)
    if as_json:
        echo_json([_build_tip_data(tip) for tip in page.items])
        return
    _build_tip_table(page.items, _build_labels(app)).echo()
    if page.cursor:
        more = _("There are more than these {limit}; raise --limit or narrow the list.")
        echo(more.format(limit=limit), err=True)


# `-word` is part of the query here, so no option has a single letter: click would find even -h in words such as -chó.
@tips.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("words", nargs=-1, required=True)
@click.option("--unit", default="", metavar="UNIT", help="This unit and all below it.")
@click.option("--after", default="", metavar="CURSOR", help="Go on behind the page before, which names its cursor.")
@click.option("--limit", default=20, type=click.IntRange(1), show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def search(app: App, me: Actor, *, words: tuple[str, ...], unit: str, after: str, limit: int, as_json: bool) -> None:
    """Find the newest tips that have all WORDS.

    Diacritics may be left out. `OR` between two words finds either, `-word` finds tips without it, and words in double
    quotes must follow each other; put the whole into single quotes then: 'trộm "xe máy" -chó'.
    """
    text = " ".join(words)
    _check_query(words, text)
    page = app.tips.search(me, text, unit=unit, after=after, limit=limit)
    if left_out := find_unsearchable(text):
        echo(_("Never searched for, and left out: {words}").format(words=", ".join(left_out)), err=True)
    if as_json:
        echo_json([_build_tip_data(tip) for tip in page.items])
    else:
        _build_tip_table(page.items, _build_labels(app)).echo()
    if page.cursor:
        echo(_("There may be more; go on with --after {cursor}").format(cursor=page.cursor), err=True)


@tips.command()
@click.argument("tip", metavar="ID_OR_RECEIPT")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def show(app: App, me: Actor, tip: str, as_json: bool) -> None:
    """Show a tip and its messages."""
    tip_record = find_tip(app, me, tip)
    messages = list_messages(app, me, f"tip:{tip_record.id}")
    ladders = app.duty.ladder(me, f"tip:{tip_record.id}") if tip_record.emergency and tip_record.is_open else ()
    if as_json:
        data = _build_tip_data(tip_record) | {"messages": [_build_message_data(message) for message in messages]}
        echo_json(
            data | {"ladder": [_build_line_data(line) for ladder in ladders for line in list_escalation_lines(ladder)]}
        )
        return
    echo_facts(_list_translated_facts(tip_record, _build_labels(app), app.internals.context.clock.now()))
    for ladder in ladders:
        _print_escalation(ladder, app.internals.runner.permits.name_officer)
    numbers = count(1)
    for message in messages:
        kinds = "".join(f" [{next(numbers)}: {describe_attachment(attachment)}]" for attachment in message.attachments)
        echo(f"\n{format_moment(message.received_at)}{kinds} {message.id}\n{make_printable(message.text)}".rstrip())
        for correction in message.corrections:
            echo(_("Corrected by its author: {words}").format(words=make_printable(correction)))


def _print_escalation(ladder: Ladder, name_officer: NamesOfficer) -> None:
    """Print the escalation of a tip: the officers notified, the officer with the claim and its end, and the officer
    notified next.
    """
    echo(
        "\n"
        + (_("No officer has claimed this emergency.") if ladder.claim is None else _("An officer has this emergency."))
    )
    for at, what, who in list_escalation_lines(ladder):
        echo(f"{format_moment(at)}  {what}  {name_officer(who) if who else ''}".rstrip())


def _build_line_data(line: Line) -> dict[str, object]:
    at, what, officer = line
    return {"at": format_iso(at), "what": what, "officer": officer}


def _check_query(words: tuple[str, ...], text: str) -> None:
    """Refuse a mistyped option, and a query without a word to search for."""
    if mistyped := [word for word in words if word.startswith("--")]:
        raise click.NoSuchOption(mistyped[0])
    try:
        parse_query(text)
    except BadInput as wrong:
        raise click.BadParameter(str(wrong), param_hint="WORDS") from None


def _check_category(district: District, category: str) -> None:
    if category and category not in district.incoming:
        category_ids = ", ".join(district.incoming)
        problem = _("{category!r} is no incoming category; there are {categories}")
        raise click.BadParameter(problem.format(category=category, categories=category_ids), param_hint="--category")


def _build_labels(app: App) -> Labels:
    return Labels(app.district, app.internals.runner.permits.name_officer)


def _build_tip_table(tips: Iterable[Tip], labels: Labels) -> TextTable:
    rows = [
        (
            tip.receipt,
            labels.day(tip.received_day),
            labels.state(tip.state),
            labels.category(tip.category),
            tip.unit,
            _find_emergency_prefix(tip) + tip.text,
        )
        for tip in tips
    ]
    shrinks = _("state"), _("category"), _("unit")
    headings = (_("receipt"), _("received"), *shrinks, _("text"))
    empty = _("No tip in {place} fits.").format(place=labels.district.name)
    return TextTable(headings=headings, rows=rows, shrinks=shrinks, cut=True, empty=empty)


def _find_emergency_prefix(tip: Tip) -> str:
    return "(!) " if tip.emergency else "(?) " if tip.look_first else ""


def _list_translated_facts(tip: Tip, labels: Labels, now: datetime) -> list[tuple[str, str]]:
    """Return the facts of a tip under translated headings."""
    return [(_(heading), fact) for heading, fact in _list_facts(tip, labels, now)]


def _list_facts(tip: Tip, labels: Labels, now: datetime) -> list[tuple[str, str]]:
    district = labels.district
    category = district.incoming.get(tip.category)
    handling = district.unit(tip.handling_unit).name if tip.handling_unit else ""
    emergency = _("emergency")
    return [
        (marked("receipt"), tip.receipt),
        (marked("id"), tip.id),
        (marked("state"), labels.state(tip.state) + (f" ({emergency})" if tip.emergency else "")),
        (marked("unit"), f"{district.unit(tip.unit).name} ({tip.unit})"),
        (marked("category"), f"{category.name} ({tip.category})" if category else tip.category),
        (marked("kind"), f"{labels.word('legal_kind', tip.legal_kind)}, {labels.word('urgency', tip.urgency)}"),
        (marked("received"), f"{format_moment(tip.received_at)}, {labels.word('register.origin', tip.origin)}"),
        (marked("place"), tip.place),
        (marked("unit because"), tip.place_reason),
        *((marked("also named"), _describe_place(place, labels)) for place in tip.named_places),
        (marked("reporter corrects"), _("it is over, or was no danger; an officer decides") if tip.corrections else ""),
        (marked("handled by"), ", ".join(filter(None, (handling, *tip.handlers)))),
        *(build_deadline_fact(deadline) for deadline in tip.make_deadline_views(ViewContext(district, now))),
        *((marked("settled"), _describe_settlement(settlement, labels)) for settlement in tip.settlements),
        (marked("asked"), tip.question),
        (marked("answer"), tip.answer),
        (marked("answered"), f"{labels.day(tip.answered_day)}, {tip.answer_proof}" if tip.answered_day else ""),
        (marked("merged into"), tip.merged_into),
        *((marked("went to"), _describe_transfer(transfer)) for transfer in tip.transfers),
        (marked("claimed"), _describe_claim(tip, labels, now)),
        *((_("said, {how}").format(how=note.how), note.words) for note in tip.notes),
        (marked("version"), str(tip.version)),
        (marked("text"), tip.text),
    ]


def _describe_claim(tip: Tip, labels: Labels, now: datetime) -> str:
    claim = tip.find_running_claim(now)
    if claim is None:
        return ""
    return _("by {officer} until {moment}").format(officer=labels.officer(claim.by), moment=format_moment(claim.until))


def _describe_place(place: NamedPlace, labels: Labels) -> str:
    how = {
        PlaceChange.CORRECTED: _("corrected"),
        PlaceChange.DIRECTION: _("as a direction"),
        PlaceChange.OTHER: _("as another place"),
    }
    return f"{labels.district.unit(place.unit).name}, {how[place.how]}, {format_moment(place.at)}"


def _describe_transfer(transfer: Transfer) -> str:
    back = _(", back {day}: {reason}").format(day=format_day(transfer.returned_on), reason=transfer.return_reason)
    back = back if transfer.returned_on else ""
    waits = _("waits")
    state = f" ({waits})" if transfer.is_waiting else ""
    return f"{transfer.to} {format_moment(transfer.at)} {transfer.number}".rstrip() + state + back


def _describe_settlement(settlement: Settlement, labels: Labels) -> str:
    to = " " + _("to {whom}").format(whom=settlement.to) if settlement.to else ""
    in_time = _("in time") if settlement.in_time else _("too late")
    return f"{labels.state(settlement.outcome)}{to} {labels.day(settlement.day)}, {in_time}"


def _build_tip_data(tip: Tip) -> dict[str, object]:
    return {
        "id": tip.id,
        "receipt": tip.receipt,
        "state": tip.state.value,
        "unit": tip.unit,
        "category": tip.category,
        "urgency": tip.urgency,
        "legal_kind": tip.legal_kind,
        "emergency": tip.emergency,
        "look_first": tip.look_first,
        "origin": tip.origin,
        "received_at": format_iso(tip.received_at),
        "handling_unit": tip.handling_unit,
        "handlers": list(tip.handlers),
        "version": tip.version,
        "limits": [
            {"rule": c.rule, "target": format_iso(c.target), "due": format_iso(c.due), "met_at": format_iso(c.met_at)}
            for c in tip.clocks
        ],
        "text": tip.text,
        "answer": tip.answer,
    }


def _build_message_data(message: Message) -> dict[str, object]:
    return {
        "id": message.id,
        "received_at": format_iso(message.received_at),
        "text": message.text,
        "corrections": [*message.corrections],
        "attachments": [attachment.kind for attachment in message.attachments],
        "files": [build_attachment_data(attachment) for attachment in message.attachments],
    }
