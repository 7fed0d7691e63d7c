"""`anninh identity`: disclosures of identities, one field at a time, and addresses opened in an emergency."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.app import App
from anninh_core.app.offline_custody.key_files import read_key_file, read_public_key
from anninh_core.app.offline_custody.offline import read_answer
from anninh_core.cli.daily.identity import DECIDE, FORMER, OWN
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.folder import as_officer
from anninh_core.cli.frame.command import add_commands
from anninh_core.cli.frame.subjects import find_by_end
from anninh_core.cli.language.speaking import find_word
from anninh_core.cli.options import EXISTING_FILE, FILE
from anninh_core.cli.output import (
    TextTable,
    echo_json,
    format_iso,
    format_moment,
    make_one_line,
    shorten_id,
    shorten_ref,
)
from anninh_core.cli.paging import iter_pages
from anninh_core.cli.passphrases import passphrase_option, read_passphrase
from anninh_core.cli.results import output_each, output_rows, output_sentence, with_json_option
from anninh_core.domain.identity.emergency_model import EmergencyOpening
from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.identity.states import DisclosureState, IdentityField
from anninh_core.kernel.files import require_new_file, write_atomically
from anninh_core.language.catalogue import marked
from anninh_core.usecase.actor import Actor

_ID_LENGTH = 36  # Length of a UUID.
_HOUR = timedelta(hours=1)

_reason = click.option("--reason", required=True, help="Why, in words; kept sealed.")
_json = click.option("--json", "as_json", is_flag=True, help="For programs.")


identity = NounGroup(
    "identity",
    help=marked(
        "Who somebody is: asked for by one officer, granted by another, opened once.\n\n"
        "CASE is `tip:ID` or `inquiry:ID`. Every request, decision and look is in the journal, and refused ones too."
    ),
    own=OWN,
    former=FORMER,
)
add_commands(identity, (DECIDE,))


@identity.command("list")
@click.option("--case", default="", metavar="CASE", help="Of this case only.")
@click.option("--state", type=click.Choice([state.value for state in DisclosureState]), help="In this state only.")
@_json
@as_officer
def list_(app: App, me: Actor, *, case: str, state: str | None, as_json: bool) -> None:
    """List requests, newest first, with their purposes."""
    now = app.internals.context.clock.now()
    only = DisclosureState(state) if state else None
    disclosures = [*iter_pages(lambda after: app.identity.disclosures(me, case=case, state=only, after=after))]
    if as_json:
        echo_json([_build_disclosure_data(disclosure, now) for disclosure in disclosures])
        return
    rows = [
        (
            shorten_id(disclosure.id),
            find_word(_find_state(disclosure, now)),
            shorten_ref(disclosure.case),
            find_word(disclosure.field),
            format_moment(disclosure.ends_at),
            make_one_line(f"{disclosure.purpose} ({disclosure.ground})"),
        )
        for disclosure in disclosures
    ]
    headings = (_("id"), _("state"), _("case"), _("field"), _("until"), _("purpose and ground"))
    TextTable(headings=headings, rows=rows, empty=_("No requests.")).echo()


@identity.command("open", hidden=True)
@click.argument("id")
@with_json_option
@as_officer
def open_(app: App, me: Actor, id: str) -> None:
    """Open, once, a field that was granted to you. A field that only custodians open isn't shown, and stays granted."""
    revealed = app.identity.reveal_identity(me, id)
    address = f"{revealed.address.messenger} {revealed.address.id}" if revealed.address else ""
    _print_values((revealed.name, address, *revealed.numbers), revealed.field)


@identity.command()
@click.argument("id")
@click.option("--key", type=EXISTING_FILE, required=True, help="Your key for the answer: `anninh custodians make-key`.")
@click.option(
    "--custodian", default="", metavar="KEY", help="Id of the key of the custodian who is asked.  [default: any]"
)
@click.option("--out", type=FILE, required=True, help="File to hand to the custodian.")
@with_json_option
@as_officer
def export(app: App, me: Actor, *, id: str, key: Path, custodian: str, out: Path) -> None:
    """Write a file for the custodian who opens the field that was granted to you. This counts as the one opening."""
    require_new_file(out, force=False)
    reader = read_public_key(key).hex()
    write_atomically(out, app.identity.export_identity_request(me, id, reader=reader, custodian=custodian))
    output_sentence(_("{file}: for the custodian only, who answers by `anninh custodians answer`"), file=out)


@identity.command()
@click.argument("file", type=EXISTING_FILE)
@click.option("--key", type=EXISTING_FILE, required=True, help="The key that the request was exported with.")
@passphrase_option
@with_json_option
def read(file: Path, key: Path, passphrase_file: Path | None) -> None:
    """Read a custodian's answer. Needs no folder; remove the FILE and the key afterwards."""
    answer = read_answer(file.read_bytes(), read_key_file(key, read_passphrase(passphrase_file, confirm=False)))
    _print_values(answer.values, answer.field)


@identity.command()
@click.argument("id")
@with_json_option
@as_officer
def history(app: App, me: Actor, id: str) -> None:
    """Show what happened to a request: who asked, decided, looked, or was refused."""
    rows = [
        {
            "line": str(numbered.seq),
            "at": numbered.entry.at,
            "who": numbered.entry.actor,
            "act": numbered.entry.action,
            "outcome": numbered.entry.outcome,
        }
        for numbered in app.identity.disclosure_history(me, _complete_id(app, me, id))
    ]
    headings = {"line": _("line"), "at": _("at"), "who": _("who"), "act": _("act"), "outcome": _("outcome")}
    output_rows(rows, headings, right=("line",), shrinks=("who",), empty=_("Nothing."))


@identity.command()
@click.argument("case")
@_reason
@with_json_option
@as_officer
def emergency(app: App, me: Actor, *, case: str, reason: str) -> None:
    """Open, alone and at once, the address of the person behind a CASE that is an emergency.

    The officers who decide about identities are notified, and one of them reviews it.
    """
    opened = app.identity.open_address_in_emergency(me, case, reason=reason)
    output_sentence(
        "{messenger} {address}", messenger=opened.address.messenger, address=make_one_line(opened.address.id)
    )
    output_sentence(_("It will be reviewed, as {opening}."), err=True, opening=opened.opening)


@identity.command()
@click.option("--all", "whole", is_flag=True, help="Those too that were reviewed.")
@_json
@as_officer
def emergencies(app: App, me: Actor, *, whole: bool, as_json: bool) -> None:
    """List addresses that were opened in an emergency, and for how long they have waited for a review."""
    now = app.internals.context.clock.now()
    openings = [*iter_pages(lambda after: app.identity.emergency_openings(me, pending=not whole, after=after))]
    if as_json:
        echo_json([_build_opening_data(opening, now) for opening in openings])
        return
    overdue = _("overdue")
    rows = [
        (
            shorten_id(opening.id),
            find_word(opening.state) + (f" ({overdue})" if opening.is_overdue(now) else ""),
            shorten_ref(opening.case),
            shorten_id(opening.opened_by),
            _describe_marker(opening),
            f"{opening.age(now) // _HOUR}",
            make_one_line(opening.reason),
        )
        for opening in openings
    ]
    headings = (_("id"), _("state"), _("case"), _("opened by"), _("marked by"), _("hours"), _("reason"))
    empty = _("Nothing waits for a review.")
    TextTable(headings=headings, rows=rows, right=headings[5:6], shrinks=headings[1:2], empty=empty).echo()


@identity.command()
@click.argument("id")
@click.option("--justified/--unjustified", required=True, help="What you found.")
@_reason
@with_json_option
@as_officer
def review(app: App, me: Actor, *, id: str, justified: bool, reason: str) -> None:
    """Record whether another officer's opening in an emergency was justified."""
    if len(id) < _ID_LENGTH:
        openings = iter_pages(lambda after: app.identity.emergency_openings(me, pending=False, after=after))
        id = find_by_end(id.removeprefix("…"), [opening.id for opening in openings])
    reviewed = app.identity.review_emergency_opening(me, id, justified=justified, reason=reason)
    words = _("The opening of {opened_at} is {state}.")
    output_sentence(words, opened_at=reviewed.opened_at, state=reviewed.state, id=reviewed.id)


def _complete_id(app: App, me: Actor, id: str) -> str:
    """Return the whole id of a request; the list shows only its end."""
    if len(id) >= _ID_LENGTH:
        return id
    disclosures = iter_pages(lambda after: app.identity.disclosures(me, after=after))
    return find_by_end(id.removeprefix("…"), [disclosure.id for disclosure in disclosures])


def _print_values(values: Iterable[str], field: IdentityField) -> None:
    lines = [make_one_line(value) for value in values if value]
    output_each("values", [{"value": value} for value in lines], "{value}")
    if not lines:
        output_sentence(_("Unknown: {field}."), err=True, field=field)


def _describe_marker(opening: EmergencyOpening) -> str:
    if opening.marked_by:
        return shorten_id(opening.marked_by)
    reason = _("unknown") if opening.marked_by is None else _("its words")
    return f"({reason})"


def _find_state(disclosure: Disclosure, now: datetime) -> DisclosureState:
    return DisclosureState.LAPSED if disclosure.has_lapsed(now) else disclosure.state


def _build_disclosure_data(disclosure: Disclosure, now: datetime) -> dict[str, object]:
    return {
        "id": disclosure.id,
        "state": _find_state(disclosure, now).value,
        "case": disclosure.case,
        "unit": disclosure.unit,
        "field": disclosure.field.value,
        "purpose": disclosure.purpose,
        "ground": disclosure.ground,
        "requested_by": disclosure.requested_by,
        "requested_at": format_iso(disclosure.requested_at),
        "decided_by": disclosure.decided_by,
        "decided_at": format_iso(disclosure.decided_at),
        "until": format_iso(disclosure.until),
        "opened_at": format_iso(disclosure.opened_at),
    }


def _build_opening_data(opening: EmergencyOpening, now: datetime) -> dict[str, object]:
    return {
        "id": opening.id,
        "state": opening.state.value,
        "case": opening.case,
        "unit": opening.unit,
        "reason": opening.reason,
        "opened_by": opening.opened_by,
        "marked_by": opening.marked_by,
        "opened_at": format_iso(opening.opened_at),
        "due_at": format_iso(opening.due_at),
        "overdue": opening.is_overdue(now),
        "hours": opening.age(now) // _HOUR,
        "reviewed_by": opening.reviewed_by,
        "reviewed_at": format_iso(opening.reviewed_at),
    }
