"""`anninh failures`: everything not processed or not delivered, and officers' decisions about it."""

from collections.abc import Iterator
from datetime import timedelta
from gettext import gettext as _

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.output import TextTable, echo, echo_json, format_iso, format_moment, shorten_ref
from anninh_core.cli.results import output_sentence, with_json_option
from anninh_core.kernel.errors import BadInput
from anninh_core.language.catalogue import marked
from anninh_core.messaging.failures.listing import RETRYING, DeliveryFailure, StalledFailures
from anninh_core.ports.storages.queues import FOR_PEOPLE
from anninh_core.usecase.actor import Actor

_SHORT_ID_LENGTH = 12  # Number of characters in the random part of an id.
_PAGE_SIZE = 500
_STATES = {
    "failed": marked("failed"),
    "unknown": marked("unknown"),
    "needs_person": marked("needs_person"),
    RETRYING: marked("retrying"),
}
_WAYS = {"in": marked("in"), "out": marked("out")}
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


class _DefaultToList(click.Group):
    """A group that runs `list` if no command is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `list` before click looks for a command."""
        names_command = args and (not args[0].startswith("-") or args[0] in self.get_help_option_names(ctx))
        return super().parse_args(ctx, args if names_command else ["list", *args])


@click.group(cls=_DefaultToList)
def failures() -> None:
    """Everything not processed or not delivered; without a command, the list.

    An ID is the short one in the list or the whole one in --json.
    """


@failures.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--direction", type=click.Choice(["in", "out"]), default=None, help="The incoming or outgoing message.")
@click.option(
    "--state",
    type=click.Choice([*map(str, FOR_PEOPLE), RETRYING]),
    default=None,
    help="Only failures in this state; `retrying` needs no officer.",
)
@click.option("--messenger", default="", metavar="NAME", help="Only of this messenger of the settings.")
@click.option("--after", default="", metavar="ID", help="Whole id of the last entry of the page before.")
@click.option("--limit", default=100, type=click.IntRange(1), show_default=True, help="At most so many.")
@as_officer
def list_(
    app: App,
    me: Actor,
    *,
    as_json: bool,
    direction: str | None,
    state: str | None,
    messenger: str,
    after: str,
    limit: int,
) -> None:
    """List failures that wait for a person, oldest first, with the acts that are safe."""
    entries = app.failures.troubles(
        me, direction=direction or "", state=state or "", messenger=messenger, after=after, limit=limit
    )
    if as_json:
        echo_json([_build_failure_data(trouble) for trouble in entries])
    else:
        _build_failure_table(app, entries).echo()
        if len(entries) == limit:
            echo(_("There may be more; go on with --after {cursor}").format(cursor=entries[-1].id), err=True)
    if (stalled := app.failures.alarm(me)) is not None:
        echo(_describe_alarm(stalled), err=True)


@failures.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def alarm(app: App, me: Actor, as_json: bool) -> None:
    """Check whether failures wait too long: exit code 3 if the oldest is older than the profile allows."""
    stalled = app.failures.alarm(me)
    if as_json:
        since = stalled and format_iso(stalled.since)
        echo_json({"alarm": stalled is not None, "count": stalled.count if stalled else 0, "since": since})
    else:
        echo(_describe_alarm(stalled) if stalled else _("The list of failures moves, or is empty."))
    if stalled is not None:
        raise click.exceptions.Exit(3)


@failures.command()
@click.argument("id")
@with_json_option
@as_officer
def rerun(app: App, me: Actor, id: str) -> None:
    """Process a received event again."""
    row = _complete_id(app, me, id)
    app.failures.rerun(me, row)
    output_sentence(_("{id} is processed again with the next `anninh work`."), id=row)


@failures.command()
@click.argument("id")
@with_json_option
@as_officer
def resend(app: App, me: Actor, id: str) -> None:
    """Send a message again that has not arrived."""
    row = _complete_id(app, me, id)
    app.failures.resend(me, row)
    output_sentence(_("{id} goes out again with the next `anninh work`."), id=row)


@failures.command("give-up")
@click.argument("id")
@click.option("--reason", required=True, help="Why nothing more shall be done about it.")
@with_json_option
@as_officer
def give_up(app: App, me: Actor, id: str, reason: str) -> None:
    """Decide that something shall not be sent, or not be processed, any more."""
    row = _complete_id(app, me, id)
    app.failures.give_up(me, row, reason)
    output_sentence(_("{id} is given up."), id=row)


@failures.command()
@click.argument("id")
@click.option("--proof", required=True, help="How it is known: a link, a screenshot's name, a phone call …")
@with_json_option
@as_officer
def confirm(app: App, me: Actor, id: str, proof: str) -> None:
    """State that a message did arrive, or was posted by hand."""
    row = _complete_id(app, me, id)
    app.failures.confirm(me, row, proof)
    output_sentence(_("{id} is confirmed."), id=row)


def _complete_id(app: App, me: Actor, id: str) -> str:
    if len(id) > _SHORT_ID_LENGTH:
        return id
    ids = [trouble.id for trouble in _iter_failures(app, me) if trouble.id.endswith(id)]
    if len(ids) != 1:
        raise BadInput(
            "{count} failures that wait for a person have an id that ends with {end!r}, but there must be "
            "exactly one: {act:failures.troubles} lists the failures.",
            count=len(ids),
            end=id,
        )
    return ids[0]


def _iter_failures(app: App, me: Actor) -> Iterator[DeliveryFailure]:
    after = ""
    while page := app.failures.troubles(me, after=after, limit=_PAGE_SIZE):
        after = page[-1].id
        yield from page


def _build_failure_table(app: App, failures_found: tuple[DeliveryFailure, ...]) -> TextTable:
    now = app.internals.context.clock.now()
    rows = [
        (
            trouble.id[-_SHORT_ID_LENGTH:],
            _(_WAYS[trouble.direction]),
            _(_STATES.get(trouble.state, trouble.state)),
            trouble.messenger,
            _format_age(now - trouble.since),
            _("{what}; safe: {acts}").format(
                what=_describe_failure(trouble), acts=", ".join(trouble.safe_actions) or _("wait")
            ),
        )
        for trouble in failures_found
    ]
    headings = (_("id"), _("way"), _("state"), _("messenger"), _("age"), _("the failure, its cause, safe actions"))
    return TextTable(
        headings=headings, rows=rows, right=(_("age"),), empty=_("Everything was processed and delivered.")
    )


def _format_age(age: timedelta) -> str:
    """Return an age in its largest unit, or "new" below a minute and for a negative age (a clock was set back)."""
    for unit, sign in ((_DAY, _("{number} d")), (_HOUR, _("{number} h")), (_MINUTE, _("{number} min"))):
        if age >= unit:
            return sign.format(number=age // unit)
    return _("new")


def _describe_alarm(stalled: StalledFailures) -> str:
    words = _("ALARM: the list of failures isn't worked on; {count} wait, the oldest since {time} ({age})")
    return words.format(count=stalled.count, time=format_moment(stalled.since), age=_format_age(stalled.age))


def _describe_failure(trouble: DeliveryFailure) -> str:
    description = trouble.purpose
    if trouble.cause:
        description = _("{purpose} of {case}").format(purpose=trouble.purpose, case=shorten_ref(trouble.cause))
    description = description or _("something received")
    return f"{description}: {trouble.reason}" if trouble.reason else description


def _build_failure_data(trouble: DeliveryFailure) -> dict[str, object]:
    return {
        "id": trouble.id,
        "direction": trouble.direction,
        "state": trouble.state,
        "messenger": trouble.messenger,
        "lane": trouble.lane,
        "purpose": trouble.purpose,
        "cause": trouble.cause,
        "since": format_iso(trouble.since),
        "attempts": trouble.attempts,
        "reason": trouble.reason,
        "safe": list(trouble.safe_actions),
    }
