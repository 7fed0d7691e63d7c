"""`anninh leaks`: what is held because it may lead to somebody, and what a person decides about it."""

from datetime import timedelta

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.output import TextTable, echo, short_ref, when
from anninh_core.cli.paging import iter_pages
from anninh_core.domain.leaks.model import LeakFinding, LeakState, describe_spans
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
@as_officer
def list_(app: App, me: Actor, state: str) -> None:
    """List what was found in the texts of your units, newest first."""
    only = None if state == "all" else LeakState(state)
    found = iter_pages(lambda after: app.leaks.findings(me, state=only, after=after))
    rows = [(*_heading(one), one.officer, str(one.state), describe_spans(one.spans)) for one in found]
    headings = ("code", "found", "unit", "of", "brought by", "state", "characters")
    TextTable(headings=headings, rows=rows, empty="Nothing is held.").echo()


@leaks.command()
@click.argument("code")
@as_officer
def show(app: App, me: Actor, code: str) -> None:
    """Show what waits, the places marked ⟦so⟧."""
    finding = app.leaks.finding(me, _full_id(app, me, code))
    echo(f"{finding.code}: {finding.about} of {finding.unit}, characters {describe_spans(finding.spans)}")
    echo(f"{finding.state} since {when(finding.found_at)}" + (f": {finding.reason}" if finding.reason else ""))
    echo(_marked(finding))


@leaks.command()
@click.argument("code")
@click.option("--reason", required=True, help="Why it may leave as it is.")
@as_officer
def release(app: App, me: Actor, code: str, reason: str) -> None:
    """Let go what waits, as it reads."""
    finding = app.leaks.release(me, _full_id(app, me, code), reason=reason)
    echo(f"{finding.code} leaves with the next `anninh work`.")


@leaks.command()
@click.argument("code")
@click.option("--reason", required=True, help="Why it may not leave.")
@as_officer
def stop(app: App, me: Actor, code: str, reason: str) -> None:
    """Decide that what waits doesn't leave."""
    finding = app.leaks.stop(me, _full_id(app, me, code), reason=reason)
    echo(f"{finding.code} doesn't leave.")


@leaks.command()
@click.option("--days", default=30, type=click.IntRange(1), show_default=True, help="How far back.")
@as_officer
def counts(app: App, me: Actor, days: int) -> None:
    """Count whose texts had hits: whoever tries names out stands at the top. For those who read the trail."""
    since = app.context.clock.now() - timedelta(days=days)
    rows = [(one.officer or "-", str(one.hits)) for one in app.leaks.hits_by_officer(me, since)]
    TextTable(headings=("officer", "hits"), rows=rows, right=("hits",), empty="No text had a hit.").echo()


def _full_id(app: App, me: Actor, code: str) -> str:
    found = iter_pages(lambda after: app.leaks.findings(me, state=None, after=after))
    for finding in found:
        if code.upper() == finding.code or code == finding.id:
            return finding.id
    raise NotFound(f"there is no finding {code!r} in your units; `anninh leaks list --state all` shows them")


def _heading(finding: LeakFinding) -> tuple[str, str, str, str]:
    return finding.code, when(finding.found_at), finding.unit, short_ref(finding.about)


def _marked(finding: LeakFinding) -> str:
    text = finding.text
    for start, end in reversed(finding.spans if text else ()):
        text = f"{text[:start]}{_BEFORE}{text[start:end]}{_AFTER}{text[end:]}"
    return text
