"""`anninh people`: people's requests about their data, wishes to be erased, and officers' decisions about both."""

from collections.abc import Iterator
from datetime import timedelta
from gettext import gettext as _

import click

from anninh_core.app import App
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.folder import as_officer
from anninh_core.cli.identity.request_acts import COMMANDS
from anninh_core.cli.identity.requests import link, requests, show_request, to_check
from anninh_core.cli.identity.requests_own import FORMER, OWN
from anninh_core.cli.language.speaking import find_word
from anninh_core.cli.output import TextTable, echo_json, format_iso, format_moment
from anninh_core.cli.paging import iter_pages
from anninh_core.cli.results import output_sentence, with_json_option
from anninh_core.domain.conversations.model import make_pseudonym
from anninh_core.domain.retention.model import Erasure
from anninh_core.kernel.errors import BadInput
from anninh_core.language.catalogue import marked
from anninh_core.usecase.actor import Actor

_SHORT_ID_LENGTH = 12  # Number of characters in the random part of an id.
_DAY = timedelta(days=1)

_rule = click.option("--rule", required=True, help="The rule cited, such as the article of a law.")
_reason = click.option("--reason", required=True, help="Why, in words; kept sealed with the decision.")


people = NounGroup(
    "rights",
    help=marked(
        "People who ask about data of theirs, or want nothing to be kept. Officers decide; nothing is done by itself."
        "\n\nWhat somebody asks has a NUMBER (`requests`, `to-check`); a wish to be erased has the ID of `list`, or "
        "the whole one\nas --json has it."
    ),
    own=OWN,
    former=FORMER,
)
for _command in (requests, to_check, link, show_request, *COMMANDS):
    people.add_command(_command)


@people.command("list")
@click.option("--all", "whole", is_flag=True, help="Those too about which nothing is left to do.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@as_officer
def list_(app: App, me: Actor, *, whole: bool, as_json: bool) -> None:
    """List wishes to be erased, by pseudonym, the longest waiting first."""
    listed_erasures = [*_iter_erasures(app, me, pending=not whole)]
    now = app.internals.context.clock.now()
    if as_json:
        echo_json([_build_erasure_data(erasure, erasure.age(now)) for erasure in listed_erasures])
        return
    rows = [
        (
            item.id[-_SHORT_ID_LENGTH:],
            _label_person(item),
            item.unit,
            find_word(item.state),
            format_moment(item.received_at),
            f"{item.age(now) // _DAY}",
        )
        for item in listed_erasures
    ]
    headings = (_("id"), _("person"), _("unit"), _("state"), _("received"), _("days"))
    empty = _("No erasures wait.")
    TextTable(headings=headings, rows=rows, right=headings[-1:], shrinks=headings[1:4], empty=empty).echo()


@people.command()
@click.argument("id")
@_rule
@_reason
@with_json_option
@as_officer
def erase(app: App, me: Actor, id: str, rule: str, reason: str) -> None:
    """Decide to erase a person: their identity and their words. Some days later that is done for good."""
    erasure = app.retention.erase(me, _complete_id(app, me, id), rule=rule, reason=reason)
    if erasure.is_pending:
        words = _("{person} will be erased by the worker within days, unless a hold is set.")
    else:
        words = _("{person} is erased.")
    output_sentence(words, person=_label_person(erasure), id=erasure.id, state=erasure.state)
    output_sentence(_("Cases that are over stay, without their reporter, until their time ends."))


@people.command()
@click.argument("id")
@_rule
@_reason
@with_json_option
@as_officer
def refuse(app: App, me: Actor, id: str, rule: str, reason: str) -> None:
    """Turn a wish down, such as where a law wants everything kept."""
    erasure = app.retention.refuse_erasure(me, _complete_id(app, me, id), rule=rule, reason=reason)
    output_sentence(
        _("The wish of {person} is refused."), person=_label_person(erasure), id=erasure.id, state=erasure.state
    )


def _label_person(erasure: Erasure) -> str:
    return make_pseudonym(erasure.conversation) if erasure.conversation else _("unknown")


def _complete_id(app: App, me: Actor, id: str) -> str:
    if len(id) > _SHORT_ID_LENGTH:
        return id
    ids = [erasure.id for erasure in _iter_erasures(app, me, pending=True) if erasure.id.endswith(id)]
    if len(ids) != 1:
        raise BadInput(
            "{count} erasures that wait for a decision have an id that ends with {end!r}, but there must be "
            "exactly one: {act:retention.erasures} lists the erasures.",
            count=len(ids),
            end=id,
        )
    return ids[0]


def _iter_erasures(app: App, me: Actor, *, pending: bool) -> Iterator[Erasure]:
    return iter_pages(lambda after: app.retention.erasures(me, pending=pending, after=after))


def _build_erasure_data(erasure: Erasure, age: timedelta) -> dict[str, object]:
    return {
        "id": erasure.id,
        "person": _label_person(erasure),
        "conversation": erasure.conversation,
        "alias": erasure.alias,
        "unit": erasure.unit,
        "state": erasure.state.value,
        "asked_at": format_iso(erasure.asked_at),
        "received_at": format_iso(erasure.received_at),
        "days": age // _DAY,
        "decided_by": erasure.decided_by,
        "decided_at": format_iso(erasure.decided_at),
        "done_at": format_iso(erasure.done_at),
    }
