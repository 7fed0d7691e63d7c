"""Commands of `anninh tips` that decide about many messages of one person over a limit, and count a reporter's false
reports.
"""

from datetime import datetime
from gettext import gettext as _

import click

from anninh_core.app import App
from anninh_core.cli.casework.tip_parts.threads import find_tip, tip_argument
from anninh_core.cli.folder import as_officer
from anninh_core.cli.output import TextTable, echo_json, format_iso, format_moment, make_printable
from anninh_core.cli.results import output_sentence, with_json_option
from anninh_core.domain.conversations.held import HeldMessages, group_by_sender
from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.actor import Actor

_LISTED = 1000  # Greatest number of messages that are listed; later messages are listed once these are decided.


@click.command()
@click.option("--unit", default="", metavar="UNIT", help="This unit and all below it.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def floods(app: App, me: Actor, *, unit: str, as_json: bool) -> None:
    """List who sent more than the profile's limits, with how many messages wait to be decided about, and until when."""
    listed = _list_floods(app, me, unit)
    if as_json:
        echo_json([_build_flood_data(app, me, flood) for flood in listed])
        return
    rows = [
        (
            flood.sender,
            str(len(flood.messages)),
            str(flood.danger_count),
            format_moment(_find_deadline(app, flood)),
            *_describe_flood(app, me, flood),
        )
        for flood in listed
    ]
    shrinks = _("person"), _("messages"), _("may be danger")
    headings = (*shrinks, _("due"), _("may belong to"), _("first text"))
    TextTable(headings=headings, rows=rows, cut=True, shrinks=shrinks, empty=_("No person is over a limit.")).echo()


@click.command("sort-flood")
@click.argument("person", metavar="PERSON")
@click.option("--seen", required=True, type=click.IntRange(1, 200), help="How many you looked at: the oldest so many.")
@click.option("--to", "tip", default="", metavar="ID_OR_RECEIPT", help="The tip they belong to.")
@click.option("--new", is_flag=True, help="They are one new tip.")
@click.option("--nothing", default="", metavar="CODE", help="Nothing has to be done: small_talk, or a false_reason.")
@click.option("--note", default="", metavar="WORDS", help="Why nothing has to be done, for the record.")
@with_json_option
@as_officer
def sort_flood(app: App, me: Actor, *, person: str, seen: int, tip: str, new: bool, nothing: str, note: str) -> None:
    """Decide about many messages of one person at once; what they sent since you looked stays in the list."""
    if sum((bool(tip), new, bool(nothing))) != 1:
        raise BadInput("The decision isn't clear: give exactly one of --to TIP, --new and --nothing CODE.")
    flood = next((flood for flood in _list_floods(app, me, "") if flood.sender == person), None)
    if flood is None:
        raise NotFound(
            "No messages of {person!r} wait over a limit: `anninh tips floods` lists the people whose messages do.",
            person=person,
        )
    ids = [message.id for message in flood.messages[:seen]]
    if nothing:
        app.conversations.dismiss_messages(me, ids, reason=nothing, note=note)
        output_sentence(_("Nothing comes of {messages} messages; each keeps its record."), messages=len(ids))
    elif new:
        new_tip = app.conversations.open_tip(me, ids)
        output_sentence(
            _("New tip {receipt} of {messages} messages."), receipt=new_tip.receipt, messages=len(ids), id=new_tip.id
        )
    else:
        tip_record = find_tip(app, me, tip)
        app.conversations.assign_messages(me, ids, f"tip:{tip_record.id}")
        words = _("{messages} messages belong to {receipt} now.")
        output_sentence(words, messages=len(ids), receipt=tip_record.receipt, id=tip_record.id)


@click.command("count-before")
@tip_argument
@with_json_option
@as_officer
def false_before(app: App, me: Actor, *, tip: str) -> None:
    """Show how many earlier tips of the same reporter were found to be false; the journal records that you asked."""
    count = app.tips.false_reports.count_before(me, find_tip(app, me, tip).id)
    output_sentence(_("{count} earlier tips of the same reporter were found to be false."), count=count)


COMMANDS = (floods, sort_flood)


def _list_floods(app: App, me: Actor, unit: str) -> tuple[HeldMessages, ...]:
    by_sender = group_by_sender(app.conversations.unassigned(me, unit=unit, held_back=True, limit=_LISTED).items)
    return tuple(sorted(by_sender, key=lambda flood: not flood.danger_count))


def _find_deadline(app: App, flood: HeldMessages) -> datetime:
    return flood.first_at + app.district.talk.assigned_within


def _describe_flood(app: App, me: Actor, flood: HeldMessages) -> tuple[str, str]:
    return ", ".join(_list_receipts(app, me, flood)), make_printable(flood.messages[0].text)


def _list_receipts(app: App, me: Actor, flood: HeldMessages) -> list[str]:
    return [app.tips.get(me, Ref.parse(case).id).receipt for case in flood.candidates]


def _build_flood_data(app: App, me: Actor, flood: HeldMessages) -> dict[str, object]:
    return {
        "person": flood.sender,
        "may_be_danger": flood.danger_count,
        "due": format_iso(_find_deadline(app, flood)),
        "candidates": _list_receipts(app, me, flood),
        "messages": [
            {
                "id": message.id,
                "received_at": format_iso(message.received_at),
                "text": message.text,
                "reasons": [*message.reasons],
            }
            for message in flood.messages
        ],
    }
