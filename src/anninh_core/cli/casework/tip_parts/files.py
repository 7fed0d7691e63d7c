"""`anninh tips file` and `custody`: files that came with a tip, and their chain of custody."""

from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App
from anninh_core.cli.casework.tip_parts.threads import find_tip
from anninh_core.cli.folder import as_officer
from anninh_core.cli.language.speaking import find_word
from anninh_core.cli.options import FILE
from anninh_core.cli.output import make_printable
from anninh_core.cli.paging import iter_pages
from anninh_core.cli.results import output_each, output_facts, output_rows, output_sentence, with_json_option
from anninh_core.domain.conversations.model import Message
from anninh_core.kernel.files import write_atomically
from anninh_core.messaging.inbound.attachment_fetcher import FILE_KINDS
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.files import Cleaning, FileRecord, Scan
from anninh_core.vocabulary.messages import Attachment

_PAGE_SIZE = 200  # Number of messages that are read at once.


def list_messages(app: App, me: Actor, case: str) -> list[Message]:
    """Return all messages of a case, oldest first."""
    return [*iter_pages(lambda after: app.conversations.history(me, case, after=after, limit=_PAGE_SIZE))]


def describe_attachment(attachment: Attachment) -> str:
    """Return an attachment's kind, with the reason for a missing file or with remarks about the file."""
    missing_reason = attachment.lost or (
        _("not fetched yet") if attachment.url and attachment.kind in FILE_KINDS else ""
    )
    if missing_reason or attachment.file is None:
        return f"{attachment.content_kind}, {missing_reason}" if missing_reason else attachment.content_kind
    return ", ".join((attachment.content_kind, *_list_remarks(attachment.file)))


def _list_remarks(record: FileRecord) -> list[str]:
    """Return the remarks that an officer has to know before opening a file; a cleaned and scanned file has none."""
    remarks = []
    if record.cleaning is not Cleaning.CLEANED:
        why = ", ".join(filter(None, (record.reason, record.signature)))
        remarks.append(f"{find_word(record.cleaning).replace('_', ' ')} ({why})")
    if record.scan is not Scan.CLEAN and not record.is_withheld:
        remarks.append(_("unscanned"))
    return [*remarks, *(flag.replace("_", " ") for flag in record.flags)]


def build_attachment_data(attachment: Attachment) -> dict[str, object]:
    """Return an attachment as JSON data, without its names on the platform and in the storage."""
    record = attachment.file
    if record is None:
        return {"kind": attachment.kind, "lost": attachment.lost, "is_here": bool(attachment.blob)}
    return {
        "kind": attachment.content_kind,
        "lost": attachment.lost,
        "is_here": bool(attachment.blob),
        "sha256": record.sha256,
        "size": record.size,
        "media_type": record.media_type,
        "shown_type": record.shown_type,
        "cleaning": record.cleaning.value,
        "reason": record.reason,
        "scan": record.scan.value,
        "signature": record.signature,
        "flags": list(record.flags),
    }


@click.command()
@click.argument("tip", metavar="ID_OR_RECEIPT")
@click.argument("number", type=click.IntRange(1))
@click.option(
    "--out", required=True, type=FILE, metavar="FILE", help="File to write; only your user account may read it."
)
@click.option("--original", is_flag=True, help="The file as it was received; it may reveal its sender, or do harm.")
@click.option("--purpose", default="", metavar="WORDS", help="What the original is needed for; kept with the case.")
@with_json_option
@as_officer
def file(app: App, me: Actor, *, tip: str, number: int, out: Path, original: bool, purpose: str) -> None:
    """Write a file that came with a tip; `show` lists its NUMBER.

    The file is the cleaned copy. If it is of a kind that can't be cleaned, the file is written as the sender made it,
    with a remark: open it where it can do no harm. Delete the written file afterwards.
    """
    if bool(purpose.strip()) is not original:
        problem = _("--original and --purpose go together: say what the file as it came is needed for")
        raise click.UsageError(problem)
    case, message, place = _find_file(app, me, tip, number)
    if original:
        data = app.conversations.open_original(me, case, message.id, place, purpose=purpose)
    else:
        data = app.conversations.attachment(me, case, message.id, place).data
    write_atomically(out, data)
    record = message.attachments[place].file
    remarks = _("as it came") if original else ", ".join(_list_remarks(record)) if record else ""
    words = _("{file}: {size} bytes ({remarks})") if remarks else _("{file}: {size} bytes")
    output_sentence(words, file=out, size=len(data), remarks=remarks, original=original)


@click.command()
@click.argument("tip", metavar="ID_OR_RECEIPT")
@click.argument("number", type=click.IntRange(1))
@with_json_option
@as_officer
def custody(app: App, me: Actor, *, tip: str, number: int) -> None:
    """Show what happened to a file that came with a tip: its chain of custody, for those who get it as evidence."""
    case, message, place = _find_file(app, me, tip, number)
    chain = app.conversations.custody(me, case, message.id, place)
    record = chain.attachment.file
    if record is not None:
        type = record.media_type or _("unknown")
        output_facts(
            ("sha256", "SHA-256", record.sha256), ("size", _("bytes"), record.size), ("media_type", _("type"), type)
        )
    rows = [
        {
            "line": str(numbered.seq),
            "at": numbered.entry.at,
            "who": numbered.entry.actor,
            "outcome": numbered.entry.outcome,
            "what": numbered.entry.action,
        }
        for numbered in chain.entries
    ]
    headings = {"line": _("line"), "at": _("at"), "who": _("who"), "outcome": _("outcome"), "what": _("what")}
    empty = _("The journal has nothing about it.")
    output_rows(rows, headings, name="entries", right=("line",), shrinks=("who",), empty=empty)
    openings = [
        {"at": opening.at, "by": opening.by, "purpose": make_printable(opening.purpose)} for opening in chain.openings
    ]
    output_each("openings", openings, "{at} {by}: {purpose}")


def _find_file(app: App, me: Actor, tip: str, number: int) -> tuple[str, Message, int]:
    """Return case, message and position in the message of an attachment; `number` counts over the whole case from 1."""
    case = f"tip:{find_tip(app, me, tip).id}"
    places = [(message, place) for message in list_messages(app, me, case) for place in range(len(message.attachments))]
    if number > len(places):
        problem = _("{count} attachments came with this tip").format(count=len(places))
        raise click.BadParameter(problem, param_hint="NUMBER")
    return case, *places[number - 1]


COMMANDS = (file, custody)
