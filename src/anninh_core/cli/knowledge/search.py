"""`anninh search`: one search over tips, questions, articles and items."""

from gettext import gettext as _

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.output import TextTable, echo, echo_json, format_iso, shorten_id
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.search.query import find_unsearchable, parse_query
from anninh_core.language.catalogue import marked
from anninh_core.usecase.actor import Actor
from anninh_core.workflows.record_search import SearchHit

_KINDS = {
    "tip": marked("tip"),
    "inquiry": marked("inquiry"),
    "article": marked("article"),
    "item": marked("item"),
}


# `-word` is part of the query here, so no option has a single letter: click would find even -h in words such as -chó.
@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", "kinds", multiple=True, type=click.Choice([*_KINDS]), help="Only this kind; may be repeated.")
@click.option("--unit", default="", metavar="UNIT", help="This unit and all below it.")
@click.option("--limit", default=20, type=click.IntRange(1), show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def search(
    app: App, me: Actor, *, words: tuple[str, ...], kinds: tuple[str, ...], unit: str, limit: int, as_json: bool
) -> None:
    """Find tips, questions, articles and items that have all WORDS, the closest first, then the newest.

    Diacritics may be left out; records with the same ones come first. `OR` between two words finds either, `-word`
    finds records without it, and words in double quotes must follow each other. Records that you may not read aren't
    searched.
    """
    text = " ".join(words)
    _check_query(words, text)
    results = app.search(me, text, kinds=kinds, unit=unit, limit=limit)
    if left_out := find_unsearchable(text):
        echo(_("Never searched for, and left out: {words}").format(words=", ".join(left_out)), err=True)
    if as_json:
        echo_json([_build_hit_data(hit) for hit in results.items])
    else:
        rows = [
            (_(_KINDS[hit.kind]), hit.label or shorten_id(hit.id), hit.unit, hit.state, hit.passage.text)
            for hit in results.items
        ]
        headings = (_("kind"), _("which"), _("unit"), _("state"), _("passage"))
        empty = _("Nothing in {place} fits.").format(place=app.district.name)
        TextTable(headings=headings, rows=rows, shrinks=headings[:4], cut=True, empty=empty).echo()
    if results.more:
        more = _("There is more of: {kinds}; raise --limit or add a word")
        echo(more.format(kinds=", ".join(_(_KINDS[kind]) for kind in results.more)), err=True)


def _check_query(words: tuple[str, ...], text: str) -> None:
    """Refuse a mistyped option, and a query without a word to search for."""
    if mistyped := [word for word in words if word.startswith("--")]:
        raise click.NoSuchOption(mistyped[0])
    try:
        parse_query(text)
    except BadInput as wrong:
        raise click.BadParameter(str(wrong), param_hint="WORDS") from None


def _build_hit_data(hit: SearchHit) -> dict[str, object]:
    return {
        "kind": hit.kind,
        "id": hit.id,
        "label": hit.label,
        "unit": hit.unit,
        "state": hit.state,
        "at": format_iso(hit.at),
        "passage": hit.passage.text,
        "matched": list(hit.passage.matched),
    }
