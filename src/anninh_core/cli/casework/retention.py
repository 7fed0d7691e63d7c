"""`anninh retention`: deletion dates and their reasons, legal holds, and the proof that purged data is gone."""

from datetime import date
from gettext import gettext as _

import click

from anninh_core.app import App
from anninh_core.cli.casework.retention_proof import needles, prove
from anninh_core.cli.folder import as_officer
from anninh_core.cli.language.phrasing import translate_sentence
from anninh_core.cli.language.speaking import find_word
from anninh_core.cli.output import TextTable, echo, echo_json, format_day, shorten_ref
from anninh_core.cli.results import output_sentence, with_json_option
from anninh_core.domain.clocks import CLOCKS, retention_days
from anninh_core.domain.conversations.model import make_pseudonym
from anninh_core.domain.retention.clocks.model import Removal
from anninh_core.domain.retention.clocks.preview import Fate, PreviewCount, PreviewItem
from anninh_core.domain.retention.rules import PERSON_SCOPES
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.actor import Actor

_LISTED = 200
_DAYS = 30


@click.group()
def retention() -> None:
    """How long data is kept: deletion dates, legal holds, and the proof that purged data is gone."""


retention.add_command(needles)
retention.add_command(prove)


@retention.command()
@click.option("--days", default=_DAYS, show_default=True, help="How far ahead; 0 is today.")
@click.option("--data", default="", help="Only this kind of data, as the profile's `retention_days` name it.")
@click.option(
    "--fate",
    type=click.Choice([fate.value for fate in Fate]),
    help="Only this one; what waits or is kept is listed only so.",
)
@click.option("--limit", default=_LISTED, show_default=True, help="At most so many are listed.")
@click.option("--after", default="", help="Go on after this one, of the page before.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def preview(  # noqa: PLR0917  click's
    app: App, me: Actor, days: int, data: str, fate: str | None, limit: int, after: str, as_json: bool
) -> None:
    """Show which data will be deleted when and why, which is held, and how much waits. Nothing is ordered."""
    counts = [count for count in app.retention.preview_counts(me, days=days) if data in ("", count.data)]
    page = app.retention.preview(me, days=days, data=data, fate=fate or "", after=after, limit=limit)
    keys = app.district.key_rules
    if as_json:
        echo_json(
            {
                "counts": [{"data": count.data, "fate": count.fate.value, "count": count.count} for count in counts],
                "items": [_build_item_data(item) for item in page.items],
                "cursor": page.cursor,
                "days_until_backups_are_unreadable": keys.days_until_backups_forget,
            }
        )
        return
    _echo_counts(counts)
    echo()
    _echo_items(page.items, days)
    if page.cursor:
        echo(_("There are more; go on with --after {cursor}").format(cursor=page.cursor))
    echo()
    _echo_daily_removals(app)
    echo(translate_sentence(keys.explanation))


def _echo_counts(counts: list[PreviewCount]) -> None:
    kinds = sorted({count.data for count in counts})
    numbers = {(count.data, count.fate): count.count for count in counts}
    rows = [(kind, *(f"{numbers.get((kind, fate), 0):,}" for fate in Fate)) for kind in kinds]
    fates = tuple(map(find_word, Fate))
    TextTable(headings=(_("data"), *fates), rows=rows, right=fates, empty=_("Nothing is kept.")).echo()


def _echo_items(items: tuple[PreviewItem, ...], days: int) -> None:
    rows = [
        (
            format_day(item.goes_on),
            _label_scope(item.scope),
            item.data,
            item.unit,
            find_word(item.fate),
            _explain_fate(item),
        )
        for item in items
    ]
    headings = (_("goes on"), _("what"), _("data"), _("unit"), _("fate"), _("why"))
    empty = _("Nothing goes within {days} days.").format(days=days)
    shrinks = _("what"), _("data"), _("unit")
    TextTable(headings=headings, rows=rows, shrinks=shrinks, empty=empty).echo()


def _echo_daily_removals(app: App) -> None:
    """Print which data is deleted daily by its age alone."""
    days_by_data = retention_days(app.district)
    for clock in CLOCKS:
        if clock.removal in (Removal.ROWS, Removal.FILES):
            echo(_("Daily: {what}, after {days} days.").format(what=clock.what, days=days_by_data[clock.data]))


def _label_scope(scope: str) -> str:
    """Return a scope's label, with a pseudonym for a person."""
    ref = Ref.parse(scope)
    return f"{ref.kind}:{make_pseudonym(ref.id)}" if ref.kind in PERSON_SCOPES else shorten_ref(scope)


def _explain_fate(item: PreviewItem) -> str:
    ended = _("ended {ended}, kept until {last}").format(
        ended=format_day(item.ended_on), last=format_day(item.last_day)
    )
    since = ended if item.ended_on else item.waits_for
    holds = "".join("; " + _("hold {id}").format(id=hold) for hold in item.holds) or "; " + _("a hold of another unit")
    return f"{since}{holds}" if item.fate is Fate.HELD else since


def _build_item_data(item: PreviewItem) -> dict[str, object]:
    return {
        "scope": item.scope,
        "unit": item.unit,
        "data": item.data,
        "fate": item.fate.value,
        "ended_on": item.ended_on and item.ended_on.isoformat(),
        "last_day": item.last_day and item.last_day.isoformat(),
        "goes_on": item.goes_on and item.goes_on.isoformat(),
        "holds": list(item.holds),
        "waits_for": item.waits_for,
    }


@retention.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def holds(app: App, me: Actor, as_json: bool) -> None:
    """List the running legal holds, the earliest review first."""
    running = app.retention.holds(me)
    if as_json:
        echo_json(
            [
                {
                    "id": legal_hold.id,
                    "case": legal_hold.scope,
                    "unit": legal_hold.unit,
                    "since": str(legal_hold.since),
                    "review": str(legal_hold.review_on),
                }
                for legal_hold in running
            ]
        )
        return
    rows = [
        (
            legal_hold.id,
            shorten_ref(legal_hold.scope),
            legal_hold.unit,
            format_day(legal_hold.since),
            format_day(legal_hold.review_on),
            legal_hold.reason,
        )
        for legal_hold in running
    ]
    headings = (_("id"), _("case"), _("unit"), _("since"), _("review"), _("why"))
    TextTable(headings=headings, rows=rows, shrinks=(_("unit"),), empty=_("Nothing is held.")).echo()


@retention.command()
@click.argument("case")
@click.option("--reason", required=True, help="On whose demand and why, in words; kept sealed.")
@click.option("--review-on", required=True, help="Day of the review whether it is still needed: YYYY-MM-DD.")
@with_json_option
@as_officer
def hold(app: App, me: Actor, case: str, reason: str, review_on: str) -> None:
    """Keep CASE and everything that belongs to it from being destroyed until the hold is released."""
    legal_hold = app.retention.hold(me, case, reason=reason, review_on=_parse_day(review_on))
    words = _("{held} is held until hold {id} is released.")
    output_sentence(words, held=shorten_ref(legal_hold.scope), id=legal_hold.id, case=legal_hold.scope)


@retention.command()
@click.argument("id")
@with_json_option
@as_officer
def release(app: App, me: Actor, id: str) -> None:
    """End the legal hold ID. The officer who ends it can't order the destruction of what it covered."""
    released = app.retention.release_hold(me, id)
    output_sentence(
        _("The hold on {held} is released."), held=shorten_ref(released.scope), id=released.id, case=released.scope
    )


@retention.command()
@click.argument("case")
@click.option("--reason", required=True, help="A code, such as `request`.")
@with_json_option
@as_officer
def order(app: App, me: Actor, case: str, reason: str) -> None:
    """Order the destruction of CASE, which must be closed, in some days; until then a hold stops it."""
    purge = app.retention.order_purge(me, case, reason=reason)
    words = _("{ordered} will be destroyed by the worker after {due_at}.")
    output_sentence(words, ordered=shorten_ref(purge.id), case=purge.id, due_at=purge.due_at)


def _parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("{text!r} isn't a day: write it as 2026-12-31.", text=text) from None
