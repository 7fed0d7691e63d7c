"""`anninh tips papers`: papers about tips, all of them drafts."""

from datetime import date, datetime
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.options import FILE
from anninh_core.cli.results import output_json_facts, output_sentence, with_json_option
from anninh_core.kernel.files import require_new_file, write_atomically
from anninh_core.usecase.actor import Actor

_ID_LENGTH = 36  # Length of a UUID; receipts are shorter.
_DAY = click.DateTime(["%Y-%m-%d"])
_FORMATS = click.Choice(["docx", "xlsx"])


@click.command()
@click.option("--unit", required=True, metavar="UNIT", help="This unit and all below it.")
@click.option("--from", "start", required=True, type=_DAY, metavar="DAY", help="First day of reception, 2021-09-01.")
@click.option("--to", "end", required=True, type=_DAY, metavar="DAY", help="Last day, inclusive.")
@click.option("--format", "format_", default="docx", type=_FORMATS, show_default=True, help="What kind of file.")
@click.option("--out", type=FILE, metavar="FILE", help="Where to; else the usual name, in the authority's folder.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@with_json_option
@as_officer
def register(
    app: App, me: Actor, *, unit: str, start: datetime, end: datetime, format_: str, out: Path | None, force: bool
) -> None:
    """Write the register (sổ theo dõi) of the tips received in a period, identities sealed; it is a draft.

    The export leaves an entry in the journal that names every tip in it.
    """
    paper = app.tips.papers.register(me, unit, start.date(), end.date(), format_)
    _write_paper(out or Path(paper.name), paper.data, force=force)


@click.command("monthly-list")
@click.argument("month", type=click.DateTime(["%Y-%m"]), metavar="MONTH")
@click.option("--unit", required=True, metavar="UNIT", help="This unit and all below it.")
@click.option("--format", "format_", default="docx", type=_FORMATS, show_default=True, help="What kind of file.")
@click.option("--out", type=FILE, metavar="FILE", help="Where to; else the usual name, in the authority's folder.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@with_json_option
@as_officer
def month(app: App, me: Actor, *, month: datetime, unit: str, format_: str, out: Path | None, force: bool) -> None:
    """Write the list of MONTH (2021-09): what came in, ended, or is still open, with the balance; it is a draft."""
    day: date = month.date()
    paper = app.tips.papers.monthly_list(me, unit, day.year, day.month, format_)
    _write_paper(out or Path(paper.name), paper.data, force=force)


@click.command()
@click.argument("tip", metavar="ID_OR_RECEIPT")
@click.option("--out", type=FILE, metavar="FILE", help="Where to; else the usual name, in the authority's folder.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@with_json_option
@as_officer
def slip(app: App, me: Actor, *, tip: str, out: Path | None, force: bool) -> None:
    """Write the slip (phiếu chuyển) with which a tip went to an outside body; it is a draft, and carries no identity.

    Data that identifies the reporter is masked; accounts, numbers and names of others stay, as evidence. Read the slip
    before it is signed: no program masks a recognisable manner of writing.
    """
    tip_record = app.tips.get(me, tip) if len(tip) == _ID_LENGTH else app.tips.by_receipt(me, tip)
    paper = app.tips.papers.slip(me, tip_record.id)
    _write_paper(out or Path(paper.name), paper.content, force=force)
    output_sentence(_("Masked: {what}").format(what=", ".join(paper.masked) or _("nothing")))
    output_sentence(_("Left as evidence: {what}").format(what=", ".join(paper.left) or _("nothing")))
    output_json_facts(masked=paper.masked, left=paper.left)


COMMANDS = (register, month, slip)


def _write_paper(path: Path, content: bytes, *, force: bool) -> None:
    require_new_file(path, force=force)
    write_atomically(path, content)
    output_sentence(_("{file}: {size} bytes"), file=path.resolve(), size=len(content))
