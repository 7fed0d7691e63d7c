"""Commands that export the journal and its heads, and keep the heads of other authorities: `anninh audit export` and
`anninh audit heads`.
"""

from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App
from anninh_core.cli.folder import as_officer
from anninh_core.cli.language.speaking import find_word
from anninh_core.cli.options import EXISTING_FILE, FILE
from anninh_core.cli.output import TextTable, echo_json, format_iso, format_moment
from anninh_core.cli.results import format_value, output_facts, output_json_facts, output_sentence, with_json_option
from anninh_core.domain.audit.heads.head_file import encode_head_file
from anninh_core.domain.audit.heads.model import SignedHead
from anninh_core.kernel.errors import NotFound
from anninh_core.kernel.files import atomic_writer, require_new_file, write_atomically
from anninh_core.usecase.actor import Actor

_PAGE = 10_000  # Number of journal lines that are read at once.


@click.command()
@click.argument("file", type=FILE)
@click.option("--heads", "head_file", type=FILE, metavar="FILE", help="Write the signed heads next to it.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@with_json_option
@as_officer
def export(app: App, me: Actor, file: Path, head_file: Path | None, force: bool) -> None:
    """Write the whole journal into FILE, one line of JSON each, for `anninh audit verify FILE`."""
    for path in filter(None, (file, head_file)):
        require_new_file(path, force=force)
    after = count = 0
    with atomic_writer(file) as writer:
        while page := app.audit.export(me, after=after, limit=_PAGE).data:
            writer.write(page)
            lines = page.count(b"\n")
            count, after = count + lines, after + lines
            if lines < _PAGE:
                break
    output_sentence(_("{file}: {lines} lines written"), file=file, lines=count)
    if head_file is not None:
        write_atomically(head_file, app.audit.export_heads(me))
        output_sentence(
            _("{heads}: heads written; give them to a person who can't reach this machine"), heads=head_file
        )


@click.group()
def heads() -> None:
    """Sign the present end of the journal, and keep heads of other authorities.

    A head proves something only if it is kept out of reach of everyone who could rewrite the journal: with the superior
    authority.
    """


@heads.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs, and with whole hashes.")
@as_officer
def list_(app: App, me: Actor, as_json: bool) -> None:
    """Show the heads of this journal."""
    try:
        signed_heads = app.audit.heads(me).heads
    except NotFound:
        signed_heads = ()
    if as_json:
        echo_json([_build_head_data(head) for head in signed_heads])
        return
    rows = [(str(head.number), format_moment(head.at), f"{head.seq:,}", _describe_head(head)) for head in signed_heads]
    right = (_("head"), _("line"))
    headings = (right[0], _("time"), right[1], _("signed by"))
    TextTable(headings=headings, rows=rows, right=right, empty=_("No head yet.")).echo()


@heads.command()
@with_json_option
@as_officer
def sign(app: App, me: Actor) -> None:
    """Sign a head now."""
    _print_head(app.audit.sign_head(me))


@heads.command("export")
@click.argument("file", type=FILE)
@click.option("--after", default=0, type=click.IntRange(0), metavar="N", help="Leave out the heads up to this one.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@with_json_option
@as_officer
def export_heads(app: App, me: Actor, file: Path, after: int, force: bool) -> None:
    """Write the heads and the public keys into FILE; nothing in it is secret."""
    require_new_file(file, force=force)
    write_atomically(file, app.audit.export_heads(me, after=after))
    output_sentence(_("{file}: written; give it to a person who can't reach this machine"), file=file)


@heads.command()
@click.argument("file", type=EXISTING_FILE)
@with_json_option
@as_officer
def receive(app: App, me: Actor, file: Path) -> None:
    """Keep the heads of another authority; exit code 3 where they contradict those received before."""
    receipt = app.audit.receive_heads(me, file.read_bytes())
    output_json_facts(accepted=receipt.accepted, first_key=receipt.first_key, breaks=receipt.breaks)
    if not receipt.accepted:
        words = _("The heads of {authority} are NOT accepted: {why}.")
        output_sentence(words, err=True, authority=receipt.authority, why=receipt.why)
        output_sentence(_("They are kept as evidence. Ask that office what happened, over another channel."), err=True)
        click.get_current_context().exit(3)
    key = receipt.first_key or _("none: they are unsigned")
    first_key = _("{key}; compare it over another channel once").format(key=key)
    breaks = _("{count}: that journal lost lines; ask why").format(count=format_value(receipt.breaks))
    output_facts(
        ("authority", _("authority"), receipt.authority),
        ("new", _("new heads"), receipt.new),
        ("compare", _("first key"), first_key),
        ("ask", _("breaks"), breaks if receipt.breaks else ""),
    )


@heads.command()
@click.argument("authority")
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@with_json_option
@as_officer
def received(app: App, me: Actor, authority: str, file: Path, force: bool) -> None:
    """Write the accepted heads of another AUTHORITY into FILE, for `anninh audit verify --heads FILE`."""
    require_new_file(file, force=force)
    head_file = app.audit.received_heads(me, authority)
    if not head_file.heads:
        raise NotFound(
            "No heads of authority {authority!r} were received: receive a file of them with {act:audit.receive_heads}.",
            authority=authority,
        )
    write_atomically(file, encode_head_file(head_file))
    output_sentence(_("{file}: {heads} heads written"), file=file, heads=len(head_file.heads))


@heads.command("rotate-key")
@with_json_option
@as_officer
def rotate_key(app: App, me: Actor) -> None:
    """Replace the signing key by a new one, which the old key certifies before it is destroyed."""
    key = app.audit.rotate_signing_key(me)
    output_sentence(_("Heads are signed by {key} from now on; export them, so that others learn of it."), key=key.id)


def _describe_head(head: SignedHead) -> str:
    signer = head.key or _("none: the keeper of keys can't")
    if not head.continues:
        return signer
    return _("{signer}, after a break ({reason})").format(signer=signer, reason=find_word(head.continues.reason))


def _print_head(head: SignedHead) -> None:
    output_facts(
        ("head", _("head"), head.number),
        ("at", _("time"), head.at),
        ("line", _("line"), head.seq),
        ("hash", _("hash"), head.hash),
        ("key", _("signed by"), _describe_head(head)),
    )


def _build_head_data(head: SignedHead) -> dict[str, object]:
    return {
        "head": head.number,
        "at": format_iso(head.at),
        "line": head.seq,
        "hash": head.hash,
        "key": head.key,
        "digest": head.digest,
        "break": head.continues.reason.value if head.continues else None,
        "lost": head.continues.lost if head.continues else None,
    }
