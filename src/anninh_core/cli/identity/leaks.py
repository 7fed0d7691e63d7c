"""`anninh leaks`: texts that are held because they may identify a person, and officers' decisions about them."""

from collections.abc import Mapping
from datetime import timedelta
from gettext import gettext as _

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.output import shorten_id, shorten_ref
from anninh_core.cli.paging import iter_pages
from anninh_core.cli.results import output_rows, output_sentence, with_json_option
from anninh_core.domain.leaks.model import LeakFinding, describe_spans
from anninh_core.domain.leaks.states import LeakState
from anninh_core.kernel.errors import NotFound
from anninh_core.usecase.actor import Actor

_BEFORE, _AFTER = "⟦", "⟧"


@click.group()
def leaks() -> None:
    """Texts that are held because they may identify a person, and officers' decisions about them.

    Every text for groups is checked: before it is approved, when it is published, and when it leaves. A hit names
    characters only, whether they look like personal data or name a person who is known here.
    """


@leaks.command("list")
@click.option(
    "--state",
    type=click.Choice([*map(str, LeakState), "all"]),
    default=str(LeakState.HELD),
    show_default=True,
    help="`held` waits for a person; `review` noted a doubt at a gate.",
)
@with_json_option
@as_officer
def list_(app: App, me: Actor, state: str) -> None:
    """List the findings in the texts of your units, newest first."""
    only = None if state == "all" else LeakState(state)
    findings = iter_pages(lambda after: app.leaks.findings(me, state=only, after=after))
    headings = {"code": _("code"), "found_at": _("found"), "unit": _("unit"), "of": _("of")}
    headings |= {"brought_by": _("brought by"), "state": _("state"), "characters": _("characters")}
    output_rows(map(_build_finding_row, findings), headings, shrinks=("unit", "of"), empty=_("Nothing is held."))


@leaks.command()
@click.argument("code")
@with_json_option
@as_officer
def show(app: App, me: Actor, code: str) -> None:
    """Show a held text, the hits marked ⟦so⟧."""
    finding = app.leaks.finding(me, _complete_id(app, me, code))
    words = _("{code}: {about} of {unit}, characters {characters}")
    characters = describe_spans(finding.spans)
    output_sentence(
        words, code=finding.code, about=finding.about, unit=finding.unit, characters=characters, id=finding.id
    )
    words = _("{state} since {found_at}: {reason}") if finding.reason else _("{state} since {found_at}")
    output_sentence(words, state=finding.state, found_at=finding.found_at, reason=finding.reason)
    output_sentence("{text}", text=_mark_hits(finding))


@leaks.command()
@click.argument("code")
@click.option("--reason", required=True, help="Why it may leave as it is.")
@with_json_option
@as_officer
def release(app: App, me: Actor, code: str, reason: str) -> None:
    """Let a held text leave unchanged."""
    finding = app.leaks.release(me, _complete_id(app, me, code), reason=reason)
    output_sentence(
        _("{code} leaves with the next `anninh work`."), code=finding.code, id=finding.id, state=finding.state
    )


@leaks.command()
@click.argument("code")
@click.option("--reason", required=True, help="Why it may not leave.")
@with_json_option
@as_officer
def stop(app: App, me: Actor, code: str, reason: str) -> None:
    """Decide that a held text doesn't leave."""
    finding = app.leaks.stop(me, _complete_id(app, me, code), reason=reason)
    output_sentence(_("{code} doesn't leave."), code=finding.code, id=finding.id, state=finding.state)


@leaks.command()
@click.option("--days", default=30, type=click.IntRange(1), show_default=True, help="How far back.")
@with_json_option
@as_officer
def counts(app: App, me: Actor, days: int) -> None:
    """Count hits by the officer who brought the text, the most first: a high count may be an attempt to try names out.
    For those who read the trail.
    """
    since = app.internals.context.clock.now() - timedelta(days=days)
    rows = [{"officer": count.officer or "-", "hits": count.hits} for count in app.leaks.hits_by_officer(me, since)]
    headings = {"officer": _("officer"), "hits": _("hits")}
    output_rows(rows, headings, right=("hits",), empty=_("No text had a hit."))


def _complete_id(app: App, me: Actor, code: str) -> str:
    findings = iter_pages(lambda after: app.leaks.findings(me, state=None, after=after))
    for finding in findings:
        if code.upper() == finding.code or code == finding.id:
            return finding.id
    raise NotFound(
        "Your units have no finding {code!r}: {act:leaks.findings} lists the findings, with `--state all` "
        "also those that were decided.",
        code=code,
    )


def _build_finding_row(finding: LeakFinding) -> Mapping[str, object]:
    return {
        "id": finding.id,
        "code": finding.code,
        "found_at": finding.found_at,
        "unit": finding.unit,
        "about": finding.about,
        "of": shorten_ref(finding.about),
        "officer": finding.officer,
        "brought_by": shorten_id(finding.officer),
        "state": finding.state,
        "characters": describe_spans(finding.spans),
    }


def _mark_hits(finding: LeakFinding) -> str:
    text = finding.text
    for start, end in reversed(finding.spans if text else ()):
        text = f"{text[:start]}{_BEFORE}{text[start:end]}{_AFTER}{text[end:]}"
    return text
