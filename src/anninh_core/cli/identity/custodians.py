"""`anninh custodians`: who holds the keys to residents' names, and what is done on a custodian's own machine."""

from pathlib import Path

import click

from anninh_core.app import App
from anninh_core.app.custody.authority import find_signer, read_pin, write_pin
from anninh_core.app.custody.key_files import make_key_file, read_key_file
from anninh_core.app.custody.offline import answer_request, open_request, wrap_anew
from anninh_core.cli.folder import as_officer
from anninh_core.cli.options import EXISTING_FILE, FILE
from anninh_core.cli.output import TextTable, echo, echo_facts, when
from anninh_core.cli.paging import iter_pages
from anninh_core.cli.passphrases import passphrase_option, read_passphrase
from anninh_core.domain.identity.custody.files import DetailRequest
from anninh_core.kernel.files import require_new_file, write_atomically
from anninh_core.ports.clock import SystemClock
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.encryption.envelope import key_id_of

_key = click.option("--key", type=EXISTING_FILE, required=True, help="Your private key, as `make-key` wrote it.")
_out = click.option("--out", type=FILE, required=True, help="A new file.")


@click.group()
def custodians() -> None:
    """Custodians of names: what is sealed to their keys opens on their own machines only.

    `make-key`, `answer` and `rewrap` need no folder and no network, and belong on such a machine. A key is named by its
    id, 32 digits that `make-key` shows: compare them by another way than the one the key came by.
    """


@custodians.command("make-key")
@click.argument("file", type=FILE)
@passphrase_option
def make_key(file: Path, passphrase_file: Path | None) -> None:
    """Make a private key under a passphrase, in a new FILE: a custodian's, the recovery key, or one for an answer."""
    key = make_key_file(file, read_passphrase(passphrase_file, confirm=True))
    echo(f"id          {key.id}\npublic key  {key.public.hex()}")


@custodians.command("list")
@as_officer
def list_(app: App, me: Actor) -> None:
    """List the keys that are, were, or are to be in use."""
    found = iter_pages(lambda after: app.identity.custodians(me, after=after))
    rows = [(one.id, one.state.value, when(one.since), when(one.until), one.officer or "(recovery)") for one in found]
    headings = ("id", "state", "since", "until", "officer")
    TextTable(headings=headings, rows=rows, empty="Nobody is enrolled: names are sealed by the key file alone.").echo()


@custodians.command()
@click.argument("public_key")
@click.option(
    "--officer", "officer_id", default="", metavar="OFFICER", help="Whose key it is: who decides on identities."
)
@click.option("--recovery", is_flag=True, help="It is the recovery key, and nobody's alone.")
@as_officer
def propose(app: App, me: Actor, *, public_key: str, officer_id: str, recovery: bool) -> None:
    """Propose a key to seal names to."""
    if bool(officer_id) == recovery:
        raise click.UsageError("say whose key it is by --officer, or that it is the recovery key by --recovery")
    proposed = app.identity.propose_custodian(me, public_key, officer_id=officer_id)
    echo(f"Proposed. A second person compares the id and confirms: anninh custodians confirm {proposed.id}")


@custodians.command()
@click.argument("key_id", metavar="KEY")
@as_officer
def confirm(app: App, me: Actor, key_id: str) -> None:
    """Put a proposed KEY in use, as the second person; a recovery key replaces the one before."""
    confirmed = app.identity.confirm_custodian(me, key_id)
    echo(f"Key {confirmed.id} is in use from now on. Names of before: anninh custodians export {confirmed.id}")


@custodians.command()
@click.argument("key_id", metavar="KEY")
@click.option("--reason", required=True, help="Such as that it was lost, or that its holder left; kept sealed.")
@as_officer
def end(app: App, me: Actor, *, key_id: str, reason: str) -> None:
    """Seal nothing to a KEY any more; the worker drops what was wrapped for it."""
    app.identity.end_custodian(me, key_id, reason=reason)
    echo(f"Key {key_id} ended.")


@custodians.command()
@click.argument("key_id", metavar="KEY")
@click.option("--holder", required=True, metavar="KEY", help="The key that wraps: a custodian's, or the recovery key.")
@_out
@as_officer
def export(app: App, me: Actor, *, key_id: str, holder: str, out: Path) -> None:
    """Write what the holder of another key wraps for a new KEY, so that it opens the names of before too."""
    require_new_file(out, force=False)
    write_atomically(out, app.identity.export_rewraps(me, key_id, holder=holder))
    echo(f"{out}: for the holder of {holder}, who wraps by `anninh custodians rewrap`")


@custodians.command("import")
@click.argument("file", type=EXISTING_FILE)
@as_officer
def import_(app: App, me: Actor, file: Path) -> None:
    """Take in what `rewrap` wrote."""
    echo(f"{app.identity.import_rewraps(me, file.read_bytes()):,} names more are open to the new key.")


@custodians.command()
@click.argument("file", type=EXISTING_FILE)
@_key
@click.option("--for", "new_key", required=True, metavar="KEY", help="The new key's id, as its holder told it.")
@_out
@passphrase_option
def rewrap(*, file: Path, key: Path, new_key: str, out: Path, passphrase_file: Path | None) -> None:
    """On your own machine: wrap for a new key what yours opens. No name is shown."""
    require_new_file(out, force=False)
    private = read_key_file(key, read_passphrase(passphrase_file, confirm=False))
    write_atomically(out, wrap_anew(file.read_bytes(), private, new_key))
    echo(f"{out}: take it back, for `anninh custodians import`")


@custodians.command()
@click.argument("file", type=EXISTING_FILE)
@_key
@_out
@click.option("--authority-key", default="", metavar="ID", help="The authority's signing key, as officers told it.")
@click.option("--unsigned", is_flag=True, help="Look at no signature: the authority's keys can't sign.")
@click.option("--yes", is_flag=True, help="Answer without asking; for programs.")
@passphrase_option
def answer(
    *, file: Path, key: Path, out: Path, authority_key: str, unsigned: bool, yes: bool, passphrase_file: Path | None
) -> None:
    """On your own machine: see what is asked for, by whom and why, and answer it. No name is shown to you.

    The authority's key that signed the first request is remembered beside yours; what another one signed is refused.
    """
    require_new_file(out, force=False)
    known = authority_key or read_pin(key)
    signer = "" if unsigned else find_signer(file.read_bytes(), known)
    private = read_key_file(key, read_passphrase(passphrase_file, confirm=False))
    request = open_request(file.read_bytes(), private)
    echo_facts([*_request_facts(request), ("signed by", signer or "(nobody looked)")])
    if signer and not known:
        echo("No key of the authority is known yet: compare it with what the officers tell by telephone.", err=True)
    if not yes:
        click.confirm("Is that what you were told by the officers themselves?", abort=True, err=True)
    write_atomically(out, answer_request(request, private, SystemClock().now()))
    if signer:
        write_pin(key, signer)
    echo(f"{out}: take it back; only whoever asked can read it, by `anninh identity read`")


def _request_facts(request: DetailRequest) -> list[tuple[str, str]]:
    return [
        ("disclosure", request.disclosure),
        ("authority", request.authority),
        ("field", request.field.value),
        ("purpose", request.purpose),
        ("ground", request.ground),
        ("asked by", request.requested_by),
        ("granted by", request.approved_by),
        ("until", when(request.until)),
        ("answer to key", key_id_of(request.reader)),
    ]
