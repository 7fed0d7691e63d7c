"""`anninh quarantine`: records and journal entries that couldn't be processed, since when, and retries."""

from collections.abc import Mapping
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App
from anninh_core.app.backup import FileReader
from anninh_core.app.backup.record_restoration import restore_record
from anninh_core.cli.administration.backup import unauthenticated_option
from anninh_core.cli.folder import as_officer
from anninh_core.cli.options import FILE
from anninh_core.cli.output import shorten_id, shorten_ref
from anninh_core.cli.paging import iter_pages
from anninh_core.cli.results import output_rows, output_sentence, with_json_option
from anninh_core.domain.quarantine.model import Quarantined
from anninh_core.kernel.errors import Damaged, NotFound
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.actor import Actor


@click.group()
def quarantine() -> None:
    """Records and journal entries that a part of the program couldn't process, and leaves out until it can.

    Each is retried after a minute, then after twice as long each time, up to six hours; a new version of a record at
    once. Everything else continues.
    """


@quarantine.command("list")
@click.option("--all", "everything", is_flag=True, help="With what was released.")
@with_json_option
@as_officer
def list_(app: App, me: Actor, everything: bool) -> None:
    """List quarantined items, the oldest first."""
    items = [*iter_pages(lambda after: app.quarantine.items(me, open=not everything, after=after))]
    headings = {"id": _("id"), "what": _("item"), "consumer": _("left out by"), "reason": _("reason")}
    headings |= {"since": _("since"), "tries": _("tries"), "due_at": _("next try")}
    output_rows(
        map(_build_item_row, items),
        headings,
        shrinks=("consumer", "since", "due_at"),
        empty=_("Nothing is quarantined."),
    )
    if any(item.is_open and item.reason == Damaged.__name__ for item in items):
        output_sentence(_("Damaged records are restored from a backup: `anninh quarantine restore FILE ID`."))


@quarantine.command()
@click.argument("id")
@with_json_option
@as_officer
def retry(app: App, me: Actor, id: str) -> None:
    """Try an item again at the next round, named by its id or the end of it: after you restored a record."""
    item = app.quarantine.retry(me, _find_item(app, me, id).id)
    output_sentence(
        _("{item} is tried again by {consumer} with the next `anninh tick`."), item=item.about, consumer=item.consumer
    )


@quarantine.command()
@click.argument("file", type=FILE)
@click.argument("item")
@unauthenticated_option
@with_json_option
@as_officer
def restore(app: App, me: Actor, file: Path, item: str, unauthenticated: bool) -> None:
    """Put one damaged record back from a backup, named as kind:id, or by the id of a quarantined item or the end of it.

    Only the version that was written last is put back, so that no change is undone; the backup has to have it.
    """
    about = item if ":" in item else _find_item(app, me, item).about
    with FileReader(file) as reader:
        record = restore_record(app, me, reader, Ref.parse(about), unauthenticated=unauthenticated)
    output_sentence(_("{item}: version {version} is put back"), item=about, version=record.version)


def _find_item(app: App, me: Actor, id: str) -> Quarantined:
    """Return the quarantined item with the id `id` or with an id that ends in `id`; released items are searched too."""
    end = id.removeprefix("…")
    items = iter_pages(lambda after: app.quarantine.items(me, open=False, after=after))
    matches = [item for item in items if end and item.id.endswith(end)]
    if len(matches) != 1:
        raise NotFound(
            "{count} quarantined items have an id that ends with {end!r}, but there must be exactly one: "
            "{act:quarantine.items} lists the items.",
            count=len(matches),
            end=id,
        )
    return matches[0]


def _build_item_row(item: Quarantined) -> Mapping[str, object]:
    return {
        "id": shorten_id(item.id),
        "what": shorten_ref(item.about),
        "item": item.about,
        "consumer": item.consumer,
        "reason": item.reason,
        "since": item.since,
        "tries": item.tries,
        "due_at": None if item.released_at else item.due_at,
    }
