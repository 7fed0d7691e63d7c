"""`anninh custodians`: the keys to residents' names, and commands for a custodian's own machine."""

from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App
from anninh_core.app.offline_custody.authority import find_signer, read_pin, write_pin
from anninh_core.app.offline_custody.key_files import make_key_file, read_key_file
from anninh_core.app.offline_custody.offline import answer_request, open_request, rewrap_batch
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.folder import as_officer
from anninh_core.cli.frame.asking import ask_yes_no
from anninh_core.cli.language.speaking import find_word
from anninh_core.cli.options import EXISTING_FILE, FILE
from anninh_core.cli.output import echo, echo_facts, format_moment, shorten_id
from anninh_core.cli.paging import iter_pages
from anninh_core.cli.passphrases import passphrase_option, read_passphrase
from anninh_core.cli.results import is_json_output, output_facts, output_rows, output_sentence, with_json_option
from anninh_core.domain.identity.custody.files import DetailRequest
from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.files import require_new_file, write_atomically
from anninh_core.language.catalogue import marked
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.encryption.envelope import compute_key_id

_key = click.option("--key", type=EXISTING_FILE, required=True, help="Your private key, as `make-key` wrote it.")
_out = click.option("--out", type=FILE, required=True, help="A new file.")


custodians = NounGroup(
    "identity.custodians",
    help=marked(
        "Custodians of names: what is sealed to their keys opens on their own machines only.\n\n"
        "`make-key`, `answer` and `rewrap` need no folder and no network, and belong on such a machine. A key is named "
        "by its\nid, 32 digits that `make-key` shows: compare them by another way than the one the key came by."
    ),
)


@custodians.command("make-key")
@click.argument("file", type=FILE)
@passphrase_option
@with_json_option
def make_key(file: Path, passphrase_file: Path | None) -> None:
    """Make a private key under a passphrase, in a new FILE: a custodian's, the recovery key, or one for an answer."""
    key = make_key_file(file, read_passphrase(passphrase_file, confirm=True))
    output_facts(("id", _("id"), key.id), ("public_key", _("public key"), key.public.hex()))


@custodians.command("list")
@with_json_option
@as_officer
def list_(app: App, me: Actor) -> None:
    """List the keys that are, were, or are to be in use."""
    keys = iter_pages(lambda after: app.identity.custodians.list(me, after=after))
    recovery = _("recovery")
    rows = [
        {
            "id": key.id,
            "state": key.state,
            "since": key.since,
            "until": key.until,
            "officer": key.officer,
            "holder": shorten_id(key.officer) or f"({recovery})",
        }
        for key in keys
    ]
    headings = {"id": _("id"), "state": _("state"), "since": _("since"), "until": _("until"), "holder": _("officer")}
    output_rows(rows, headings, empty=_("No custodian is enrolled: names are sealed by the key file alone."))


@custodians.command()
@click.argument("public_key")
@click.option(
    "--officer", "officer_id", default="", metavar="OFFICER", help="Whose key it is: who decides on identities."
)
@click.option("--recovery", is_flag=True, help="It is the recovery key and belongs to no single person.")
@with_json_option
@as_officer
def propose(app: App, me: Actor, *, public_key: str, officer_id: str, recovery: bool) -> None:
    """Propose a key to seal names to."""
    if bool(officer_id) == recovery:
        problem = _("say whose key it is by --officer, or that it is the recovery key by --recovery")
        raise click.UsageError(problem)
    new_key = app.identity.custodians.propose(me, public_key, officer_id=officer_id)
    output_sentence(
        _("Proposed. A second person compares the id and confirms: anninh custodians confirm {key}"), key=new_key.id
    )


@custodians.command()
@click.argument("key_id", metavar="KEY")
@with_json_option
@as_officer
def confirm(app: App, me: Actor, key_id: str) -> None:
    """Put a proposed KEY in use, as the second person; a recovery key replaces the one before."""
    confirmed = app.identity.custodians.confirm(me, key_id)
    words = _("Key {key} is in use from now on. Names of before: anninh custodians export {key}")
    output_sentence(words, key=confirmed.id)


@custodians.command()
@click.argument("key_id", metavar="KEY")
@click.option("--reason", required=True, help="Such as that it was lost, or that its holder left; kept sealed.")
@with_json_option
@as_officer
def end(app: App, me: Actor, *, key_id: str, reason: str) -> None:
    """Stop sealing names to a KEY; the worker deletes everything that was wrapped for it."""
    app.identity.custodians.end(me, key_id, reason=reason)
    output_sentence(_("Key {key} ended."), key=key_id)


@custodians.command()
@click.argument("key_id", metavar="KEY")
@click.option("--holder", required=True, metavar="KEY", help="The key that wraps: a custodian's, or the recovery key.")
@_out
@with_json_option
@as_officer
def export(app: App, me: Actor, *, key_id: str, holder: str, out: Path) -> None:
    """Write a file for the holder of another key, who wraps for a new KEY, so that it opens earlier names too."""
    require_new_file(out, force=False)
    write_atomically(out, app.identity.custodians.export_rewraps(me, key_id, holder=holder))
    words = _("{file}: for the holder of {holder}, who wraps by `anninh custodians rewrap`")
    output_sentence(words, file=out, holder=holder, key=key_id)


@custodians.command("import")
@click.argument("file", type=EXISTING_FILE)
@with_json_option
@as_officer
def import_(app: App, me: Actor, file: Path) -> None:
    """Import a file that `rewrap` wrote."""
    names = app.identity.custodians.import_rewraps(me, file.read_bytes())
    output_sentence(_("{names} names more are open to the new key."), names=names)


@custodians.command()
@click.argument("file", type=EXISTING_FILE)
@_key
@click.option("--for", "new_key", required=True, metavar="KEY", help="The new key's id, as its holder gave it.")
@_out
@passphrase_option
@with_json_option
def rewrap(*, file: Path, key: Path, new_key: str, out: Path, passphrase_file: Path | None) -> None:
    """On your own machine: wrap for a new key everything that yours opens. No name is shown."""
    require_new_file(out, force=False)
    private = read_key_file(key, read_passphrase(passphrase_file, confirm=False))
    write_atomically(out, rewrap_batch(file.read_bytes(), private, new_key))
    output_sentence(_("{file}: take it back, for `anninh custodians import`"), file=out)


@custodians.command()
@click.argument("file", type=EXISTING_FILE)
@_key
@_out
@click.option("--authority-key", default="", metavar="ID", help="The authority's signing key, as its officers gave it.")
@click.option("--unsigned", is_flag=True, help="Look at no signature: the authority's keys can't sign.")
@click.option("--yes", is_flag=True, help="Answer without asking; for programs.")
@passphrase_option
@with_json_option
def answer(
    *, file: Path, key: Path, out: Path, authority_key: str, unsigned: bool, yes: bool, passphrase_file: Path | None
) -> None:
    """On your own machine: read a request, who makes it and why, and answer it. No name is shown to you.

    The authority's key that signed the first request is remembered next to yours; requests signed by another key are
    refused.
    """
    require_new_file(out, force=False)
    expected_signer = authority_key or read_pin(key)
    signer = "" if unsigned else find_signer(file.read_bytes(), expected_signer)
    private = read_key_file(key, read_passphrase(passphrase_file, confirm=False))
    request = open_request(file.read_bytes(), private)
    unchecked = _("not checked")
    facts = [*_list_request_facts(request), (_("signed by"), signer or f"({unchecked})")]
    echo_facts(facts, err=is_json_output())
    if signer and not expected_signer:
        words = _(
            "No key of the authority is known yet: compare it with the key that the officers read out by telephone."
        )
        echo(words, err=True)
    if not yes and not ask_yes_no(_("Is that the value the officers themselves gave you?")):
        raise click.Abort
    write_atomically(out, answer_request(request, private, SystemClock().now()))
    if signer:
        write_pin(key, signer)
    words = _("{file}: take it back; only the officer who requested it can read it, by `anninh identity read`")
    output_sentence(words, file=out, disclosure=request.disclosure, signed_by=signer)


def _list_request_facts(request: DetailRequest) -> list[tuple[str, str]]:
    return [
        (_("disclosure"), request.disclosure),
        (_("authority"), request.authority),
        (_("field"), find_word(request.field)),
        (_("purpose"), request.purpose),
        (_("ground"), request.ground),
        (_("asked by"), request.requested_by),
        (_("granted by"), request.approved_by),
        (_("until"), format_moment(request.until)),
        (_("answer to key"), compute_key_id(request.reader)),
    ]
