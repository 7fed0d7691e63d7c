"""`anninh failures`: everything not processed or not delivered, and what a person decides about it."""

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.output import Table, echo_json, iso, short, when
from anninh_core.dispatch.delivery import Trouble
from anninh_core.kernel.errors import BadInput
from anninh_core.work.actor import Actor

_SHORT = 12  # the part of an id that is random


class _ListFirst(click.Group):
    """Takes `list` where no command is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command in before click looks for it."""
        named = args and (not args[0].startswith("-") or args[0] in self.get_help_option_names(ctx))
        return super().parse_args(ctx, args if named else ["list", *args])


@click.group(cls=_ListFirst)
def failures() -> None:
    """Everything not processed or not delivered; without a command, the list.

    An ID is the one in the list or, as --json has it, the whole one.
    """


@failures.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--limit", default=100, type=click.IntRange(1), show_default=True, help="At most so many.")
@as_officer
def list_(app: App, me: Actor, as_json: bool, limit: int) -> None:
    """List what waits for a person, oldest first."""
    troubles = app.delivery.troubles(me, limit=limit)
    if as_json:
        echo_json([_data(trouble) for trouble in troubles])
        return
    rows = [
        (trouble.id[-_SHORT:], trouble.state, trouble.messenger, when(trouble.since), _what(trouble))
        for trouble in troubles
    ]
    headings = ("id", "state", "messenger", "since", "what, why")
    Table(headings=headings, rows=rows, empty="Everything was processed and delivered.").echo()


@failures.command()
@click.argument("id")
@as_officer
def resend(app: App, me: Actor, id: str) -> None:
    """Send again what has not arrived."""
    row = _row(app, me, id)
    app.delivery.resend(me, row)
    click.echo(f"{row} goes out again with the next `anninh work`.")


@failures.command("give-up")
@click.argument("id")
@click.option("--reason", required=True, help="Why it shall not be sent any more.")
@as_officer
def give_up(app: App, me: Actor, id: str, reason: str) -> None:
    """Decide that a message shall not be sent any more."""
    row = _row(app, me, id)
    app.delivery.give_up(me, row, reason)
    click.echo(f"{row} is given up.")


@failures.command()
@click.argument("id")
@click.option("--proof", required=True, help="How it is known: a link, a screenshot's name, a phone call …")
@as_officer
def confirm(app: App, me: Actor, id: str, proof: str) -> None:
    """State that a message did arrive, or was posted by hand."""
    row = _row(app, me, id)
    app.delivery.confirm(me, row, proof)
    click.echo(f"{row} is confirmed.")


def _row(app: App, me: Actor, id: str) -> str:
    """Return the whole id that a short one stands for."""
    if len(id) > _SHORT:
        return id
    found = [trouble.id for trouble in app.delivery.troubles(me, limit=10_000) if trouble.id.endswith(id)]
    if len(found) != 1:
        raise BadInput(f"{len(found)} rows that wait for a person end with {id!r}; `anninh failures` lists them")
    return found[0]


def _what(trouble: Trouble) -> str:
    kind, _, id = trouble.cause.partition(":")
    about = f"{trouble.purpose} of {kind}:{short(id)}" if id else trouble.purpose or "something received"
    return f"{about}: {trouble.reason}" if trouble.reason else about


def _data(trouble: Trouble) -> dict[str, object]:
    return {
        "id": trouble.id,
        "direction": trouble.direction,
        "state": trouble.state,
        "messenger": trouble.messenger,
        "purpose": trouble.purpose,
        "cause": trouble.cause,
        "since": iso(trouble.since),
        "attempts": trouble.attempts,
        "reason": trouble.reason,
    }
