"""`anninh leaks`: what is held because it may lead to somebody, and what a person decides about it."""

from collections.abc import Mapping
from datetime import timedelta
from gettext import gettext as _

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.output import short, short_ref
from anninh_core.cli.paging import iter_pages
from anninh_core.cli.results import answers, say, show_rows
from anninh_core.domain.leaks.model import LeakFinding, describe_spans
from anninh_core.domain.leaks.states import LeakState
from anninh_core.kernel.errors import NotFound
from anninh_core.usecase.actor import Actor

_BEFORE, _AFTER = "⟦", "⟧"


@click.group()
def leaks() -> None:
    """What is held because it may lead to somebody, and what a person decides about it.

    Looked at is every text for groups: before it is approved, when it is published, and when it leaves. A hit tells
    characters only, whether they look like personal data or name somebody who is known here.
    """


@leaks.command("list")
@click.option(
    "--state",
    type=click.Choice([*map(str, LeakState), "all"]),
    default=str(LeakState.HELD),
    show_default=True,
    help="`held` waits for a person; `review` stood beside a gate.",
)
@answers
@as_officer
def list_(app: App, me: Actor, state: str) -> None:
    """List what was found in the texts of your units, newest first."""
    only = None if state == "all" else LeakState(state)
    found = iter_pages(lambda after: app.leaks.findings(me, state=only, after=after))
    headings = {"code": _("code"), "found_at": _("found"), "unit": _("unit"), "of": _("of")}
    headings |= {"brought_by": _("brought by"), "state": _("state"), "characters": _("characters")}
    show_rows(map(_row, found), headings, shrinks=("unit", "of"), empty=_("Nothing is held."))


@leaks.command()
@click.argument("code")
@answers
@as_officer
def show(app: App, me: Actor, code: str) -> None:
    """Show what waits, the places marked ⟦so⟧."""
    finding = app.leaks.finding(me, _full_id(app, me, code))
    words = _("{code}: {about} of {unit}, characters {characters}")
    characters = describe_spans(finding.spans)
    say(words, code=finding.code, about=finding.about, unit=finding.unit, characters=characters, id=finding.id)
    words = _("{state} since {found_at}: {reason}") if finding.reason else _("{state} since {found_at}")
    say(words, state=finding.state, found_at=finding.found_at, reason=finding.reason)
    say("{text}", text=_marked(finding))


@leaks.command()
@click.argument("code")
@click.option("--reason", required=True, help="Why it may leave as it is.")
@answers
@as_officer
def release(app: App, me: Actor, code: str, reason: str) -> None:
    """Let go what waits, as it reads."""
    finding = app.leaks.release(me, _full_id(app, me, code), reason=reason)
    say(_("{code} leaves with the next `anninh work`."), code=finding.code, id=finding.id, state=finding.state)


@leaks.command()
@click.argument("code")
@click.option("--reason", required=True, help="Why it may not leave.")
@answers
@as_officer
def stop(app: App, me: Actor, code: str, reason: str) -> None:
    """Decide that what waits doesn't leave."""
    finding = app.leaks.stop(me, _full_id(app, me, code), reason=reason)
    say(_("{code} doesn't leave."), code=finding.code, id=finding.id, state=finding.state)


@leaks.command()
@click.option("--days", default=30, type=click.IntRange(1), show_default=True, help="How far back.")
@answers
@as_officer
def counts(app: App, me: Actor, days: int) -> None:
    """Count whose texts had hits: whoever tries names out stands at the top. For those who read the trail."""
    since = app.internals.context.clock.now() - timedelta(days=days)
    rows = [{"officer": one.officer or "-", "hits": one.hits} for one in app.leaks.hits_by_officer(me, since)]
    headings = {"officer": _("officer"), "hits": _("hits")}
    show_rows(rows, headings, right=("hits",), empty=_("No text had a hit."))


def _full_id(app: App, me: Actor, code: str) -> str:
    found = iter_pages(lambda after: app.leaks.findings(me, state=None, after=after))
    for finding in found:
        if code.upper() == finding.code or code == finding.id:
            return finding.id
    raise NotFound(
        "Your units have no finding {code!r}: {act:leaks.findings} lists the findings, with `--state all` "
        "also those that were decided.",
        code=code,
    )


def _row(finding: LeakFinding) -> Mapping[str, object]:
    return {
        "id": finding.id,
        "code": finding.code,
        "found_at": finding.found_at,
        "unit": finding.unit,
        "about": finding.about,
        "of": short_ref(finding.about),
        "officer": finding.officer,
        "brought_by": short(finding.officer),
        "state": finding.state,
        "characters": describe_spans(finding.spans),
    }


def _marked(finding: LeakFinding) -> str:
    text = finding.text
    for start, end in reversed(finding.spans if text else ()):
        text = f"{text[:start]}{_BEFORE}{text[start:end]}{_AFTER}{text[end:]}"
    return text
