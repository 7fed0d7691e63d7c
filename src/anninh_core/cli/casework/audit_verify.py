"""`anninh audit verify`: check whether the journal is unchanged, and up to which line that is proven."""

from collections.abc import Iterator
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.cli.folder import officer_option, open_as_officer
from anninh_core.cli.language.phrasing import translate_sentence
from anninh_core.cli.options import EXISTING_FILE, at_option
from anninh_core.cli.output import echo, echo_json, format_iso, format_moment
from anninh_core.domain.audit.chain import parse_line
from anninh_core.domain.audit.findings import AuditFinding, AuditReport, AuditVerdict, Severity
from anninh_core.domain.audit.heads.head_file import HeadFile, merge_head_files, parse_head_file
from anninh_core.domain.audit.heads.proof import prove_journal
from anninh_core.kernel.errors import BadInput
from anninh_core.language.catalogue import marked
from anninh_core.ports.storages.changes import JournalLine

EXIT_CODES = {
    AuditVerdict.PROVEN: 0,
    AuditVerdict.CONSISTENT: 0,
    AuditVerdict.BROKEN: 3,
    AuditVerdict.BREAK: 4,
    AuditVerdict.ALARM: 5,
}
"""Exit codes of the verdicts. 1 and 2 are those of every command: the journal couldn't be verified, or the set-up is
wrong.
"""
_SEVERITIES = {
    Severity.NOTE: marked("note"),
    Severity.BREAK: marked("break"),
    Severity.ALARM: marked("alarm"),
    Severity.BROKEN: marked("broken"),
}
_EXPORT_UNCHECKED = "records, queues, keys and counters: an exported journal has none of them"


@click.command()
@click.argument("file", type=EXISTING_FILE, required=False)
@click.option(
    "--heads",
    "head_files",
    type=EXISTING_FILE,
    multiple=True,
    metavar="FILE",
    help="Heads that were kept elsewhere; may be given several times.",
)
@click.option("--key", default="", metavar="ID", help="Id of the first signing key, as it was noted elsewhere.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@at_option
@officer_option
def verify(*, file: Path | None, head_files: tuple[Path, ...], key: str, as_json: bool, at: Path, officer: str) -> None:
    """Verify the journal of the folder, or one that was exported to FILE.

    A FILE needs neither a folder nor any secret. Nothing is written while a folder is verified. Everyone with the keys
    of an office can rewrite everything in its folder: only heads that were kept elsewhere prove anything.

    Exit codes: 0 proven, or consistent and not proven; 3 broken; 4 lines are lost, and an entry says why; 5 something
    else in the store doesn't agree with the journal, or the note of its last known line is missing; 1 it couldn't be
    verified; 2 the set-up is wrong.
    """
    heads = _read_heads(head_files, key)
    seconds = None
    if file is None:
        with open_as_officer(at, officer, only_reads=True) as (app, me):
            began = app.internals.runner.timer()
            report = app.audit.examine(me, heads)
            seconds = app.internals.runner.timer() - began
    else:
        report = prove_journal(_read_lines(file), heads)
        report.unchecked.append(_EXPORT_UNCHECKED)
    if as_json:
        echo_json(_build_report_data(report) | ({} if seconds is None else {"seconds": round(seconds, 1)}))
    else:
        _echo_report(report, with_heads=heads is not None)
        # Records aren't compared with a broken journal.
        if seconds is not None and report.verdict is not AuditVerdict.BROKEN:
            words = _("Every line, and every stored record compared with its lines: {seconds} s.")
            echo(words.format(seconds=f"{seconds:,.1f}"))
    click.get_current_context().exit(EXIT_CODES[report.verdict])


def _read_heads(files: tuple[Path, ...], key: str) -> HeadFile | None:
    heads = merge_head_files(_read_head_file(file) for file in files)
    if key and (heads is None or not heads.keys or heads.keys[0].id != key):
        raise BadInput(
            "The heads weren't signed by key {key} or by a key that follows from it, so they aren't from the "
            "expected authority: use the right heads, or the right key.",
            key=key,
        )
    return heads


def _read_head_file(file: Path) -> HeadFile:
    try:
        return parse_head_file(file.read_bytes())
    except BadInput as error:
        raise BadInput("{reason} The file is {file}.", file=file, reason=error) from error


def _read_lines(file: Path) -> Iterator[JournalLine]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            yield parse_line(line, number)


def _echo_report(report: AuditReport, *, with_heads: bool) -> None:
    findings = sorted(report.findings, key=lambda finding: (-finding.severity, finding.line))
    problems = [finding for finding in findings if finding.severity > Severity.NOTE]
    if report.verdict is AuditVerdict.BROKEN:
        first, *problems = problems
        broken = (
            _("The journal is broken at line {line}: {what}.") if first.line else _("The journal is broken: {what}.")
        )
        echo(broken.format(line=f"{first.line or 0:,}", what=translate_sentence(first.sentence)), err=True)
    else:
        words = _("{standing}: {lines} lines, the last with the hash\n{hash}")
        echo(words.format(standing=_describe_report(report), lines=f"{report.seq:,}", hash=report.hash))
    for finding in (*problems, *(finding for finding in findings if finding.severity is Severity.NOTE)):
        echo(_describe_finding(finding), err=finding.severity > Severity.NOTE)
    for what in report.unchecked:
        echo(_("not checked: {what}.").format(what=translate_sentence(what)))
    if not with_heads and report.verdict is AuditVerdict.CONSISTENT:
        echo(_("Only heads that were kept elsewhere prove anything; give them by --heads."), err=True)


def _describe_report(report: AuditReport) -> str:
    if report.proven_at is not None:
        words = _("The journal is proven up to line {line} by a head of {time}")
        return words.format(line=f"{report.proven_to:,}", time=format_moment(report.proven_at))
    return _("The journal is consistent, not proven")


def _describe_finding(finding: AuditFinding) -> str:
    severity = _(_SEVERITIES[finding.severity])
    return f"{severity}: {translate_sentence(finding.sentence)}."


def _build_report_data(report: AuditReport) -> dict[str, object]:
    return {
        "verdict": report.verdict.value,
        "lines": report.seq,
        "hash": report.hash,
        "proven_to": report.proven_to,
        "proven_at": format_iso(report.proven_at),
        "broken_at": report.broken_at,
        "findings": [
            {
                "name": finding.name,
                "severity": finding.severity.name.lower(),
                "line": finding.line,
                "sentence": finding.sentence,
            }
            for finding in report.findings
        ],
        "not_checked": report.unchecked,
    }
