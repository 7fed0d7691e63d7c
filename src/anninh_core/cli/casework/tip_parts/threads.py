"""Commands of `anninh tips` that assign doubtful messages, join tips, and decide about withdrawals."""

from gettext import gettext as _

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.frame.labels import Labels
from anninh_core.cli.output import TextTable, echo, echo_json, format_iso, format_moment, make_printable
from anninh_core.cli.results import output_json_facts, output_sentence, with_json_option
from anninh_core.domain.conversations.model import Message
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.actor import Actor

_ID_LENGTH = 36  # Length of a UUID; receipts are shorter.

tip_argument = click.argument("tip", metavar="ID_OR_RECEIPT")
reason_option = click.option("--reason", required=True, metavar="WORDS", help="Why, for the record.")


@click.command()
@click.option("--unit", default="", metavar="UNIT", help="This unit and all below it.")
@click.option("--limit", default=50, type=click.IntRange(1), show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def unassigned(app: App, me: Actor, *, unit: str, limit: int, as_json: bool) -> None:
    """List messages that may belong to several tips, or to a new one, oldest first; each with when it is due."""
    page = app.conversations.unassigned(me, unit=unit, limit=limit)
    if as_json:
        echo_json([_build_message_data(app, me, message) for message in page.items])
        return
    rows = [
        (
            message.id,
            format_moment(message.received_at + app.district.talk.assigned_within),
            *_describe_message(app, me, message),
        )
        for message in page.items
    ]
    headings = (_("id"), _("due"), _("may belong to"), _("text"))
    TextTable(headings=headings, rows=rows, cut=True, empty=_("Nothing is in doubt.")).echo()
    if page.cursor:
        more = _("There are more than these {limit}; raise --limit or narrow the list.")
        echo(more.format(limit=limit), err=True)


@click.command()
@click.argument("message", metavar="MESSAGE_ID")
@click.option("--to", "tip", default="", metavar="ID_OR_RECEIPT", help="The tip it belongs to; a new one if left out.")
@click.option("--category", default="", metavar="CATEGORY", help="Of a new tip.")
@click.option("--nothing", default="", metavar="REASON", help="Nothing has to be done about it, and why.")
@with_json_option
@as_officer
def assign_message(app: App, me: Actor, *, message: str, tip: str, category: str, nothing: str) -> None:
    """Put a message that was in doubt into a tip, make a new one of it, or say that nothing has to be done."""
    if nothing:
        app.conversations.dismiss_message(me, message, nothing)
        output_sentence(_("Nothing comes of it."))
        output_json_facts(message=message)
        return
    if not tip:
        new_tip = app.conversations.open_tip(me, [message], category=category)
        output_sentence(_("New tip {receipt}."), receipt=new_tip.receipt, id=new_tip.id, message=message)
        return
    tip_record = find_tip(app, me, tip)
    app.conversations.assign_message(me, message, f"tip:{tip_record.id}")
    output_sentence(_("It belongs to {receipt} now."), receipt=tip_record.receipt, id=tip_record.id, message=message)


@click.command()
@tip_argument
@click.option("--into", required=True, metavar="ID_OR_RECEIPT", help="The tip that goes on.")
@reason_option
@with_json_option
@as_officer
def join(app: App, me: Actor, *, tip: str, into: str, reason: str) -> None:
    """Join a tip to another of the same reporter; both receipts lead to that one."""
    ids = [find_tip(app, me, id_or_receipt).id for id_or_receipt in (tip, into)]
    joined = app.tips.threads.join(me, ids[0], into=ids[1], reason=reason)
    words = _("{receipt} goes on, received {received_at}; {joined} leads to it.")
    output_sentence(words, receipt=joined.receipt, received_at=joined.received_at, joined=joined.joined, id=joined.id)


@click.command(hidden=True)  # This is the former command of `tips withdrawals accept` and `tips withdrawals decline`.
@tip_argument
@click.option("--accept/--decline", "accepts", required=True, help="End the tip, or go on with it.")
@click.option("--answer", default="", metavar="WORDS", help="What the reporter is told; needed to decline.")
@reason_option
@with_json_option
@as_officer
def withdrawal(app: App, me: Actor, *, tip: str, accepts: bool, answer: str, reason: str) -> None:
    """Decide about a tip whose reporter asked to take it back."""
    id = find_tip(app, me, tip).id
    if accepts:
        tip_record = app.tips.withdrawals.accept(me, id, reason)
    else:
        tip_record = app.tips.withdrawals.decline(me, id, reason, answer=answer)
    state = Labels(app.district, app.internals.runner.permits.name_officer).state(tip_record.state)
    output_sentence(
        _("{receipt} is {standing}."),
        receipt=tip_record.receipt,
        standing=state,
        state=tip_record.state,
        id=tip_record.id,
    )


COMMANDS = (unassigned, assign_message, withdrawal)


def find_tip(app: App, me: Actor, tip: str) -> Tip:
    """Return a tip by its id or its receipt."""
    return app.tips.get(me, tip) if len(tip) == _ID_LENGTH else app.tips.by_receipt(me, tip)


def _describe_message(app: App, me: Actor, message: Message) -> tuple[str, str]:
    return ", ".join(_list_receipts(app, me, message)), make_printable(message.text)


def _list_receipts(app: App, me: Actor, message: Message) -> list[str]:
    return [app.tips.get(me, Ref.parse(case).id).receipt for case in message.candidates]


def _build_message_data(app: App, me: Actor, message: Message) -> dict[str, object]:
    return {
        "id": message.id,
        "received_at": format_iso(message.received_at),
        "due": format_iso(message.received_at + app.district.talk.assigned_within),
        "candidates": _list_receipts(app, me, message),
        "text": message.text,
    }
