"""Functions that write parts of the pages about Zalo from the code."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import get_type_hints

import attrs
from pydantic.fields import FieldInfo
from tests.zalo.clients.notes import FOREIGN_CLIENTS, REASONS
from tests.zalo.clients.runs import read_results
from tests.zalo.webhook.samples import SAMPLES
from tools.reference.markdown import get_first_sentence, read_attribute_meanings, write_table

from anninh_core.ports import ABILITIES
from anninh_core.ports.options import FILE_SUFFIX
from anninh_core.testing import memory_services
from anninh_core.vocabulary.capability import Ability
from anninh_core.vocabulary.messages import DeliveryReport, Echo, InboundMessage, Withdrawal
from anninh_zalo.api.http import BASES
from anninh_zalo.bot.messenger import ZaloBot
from anninh_zalo.errors.classify import TABLES, Host, build_delivery_error
from anninh_zalo.errors.error_row import ErrorKind, ErrorRow
from anninh_zalo.official import ABILITIES as OFFICIAL
from anninh_zalo.options import ACCEPTED, AccountOptions
from anninh_zalo.testing import CALL_FAILURES, Variants, control, failures, switches
from anninh_zalo.testing.bot.service import METHODS
from anninh_zalo.testing.bot_actions import BOT_ACTIONS
from anninh_zalo.testing.business import service as business
from anninh_zalo.testing.oauth import service as oauth
from anninh_zalo.testing.openapi import service as openapi
from anninh_zalo.webhook.event import ZaloEvent
from anninh_zalo.webhook.parser import EVENT_TYPES, read_event
from anninh_zalo.webhook.translate import translate_event


def zalo_options() -> str:
    """Return a table of the options of an official account's instance, from the docstring of their class."""
    descriptions = read_attribute_meanings(AccountOptions.__doc__)
    assert descriptions.keys() == AccountOptions.model_fields.keys()
    rows = [_format_option_row(name, field, descriptions[name]) for name, field in AccountOptions.model_fields.items()]
    return write_table(("Option", "If not given", "Meaning"), rows)


def _format_option_row(name: str, field: FieldInfo, meaning: str) -> tuple[str, str, str]:
    spelling = f"`{name}`" + (f" or `{name}{FILE_SUFFIX}`" if name in ACCEPTED.all_secrets else "")
    return f"`{name}.…`" if f"{name}." in ACCEPTED.families else spelling, _format_default(field), meaning


def _format_default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    match field.get_default(call_default_factory=True):
        case bool(value):
            return "`yes`" if value else "`no`"
        case "" | () | {}:
            return "empty"
        case value:
            return f"`{value}`"


BOT = ZaloBot(
    "bot", {"token": "1:x", "mode": "webhook", "secret": "x" * 8, "groups": "yes"}, memory_services()
).capabilities.abilities
CAPABILITIES: tuple[tuple[str, Mapping[str, Ability]], ...] = (("`zalo`", OFFICIAL), ("`zalo_bot`", BOT))
"""The two messengers of Zalo, each with its title and its abilities; those of the bot are for webhook mode with
groups.
"""


def zalo_capabilities() -> str:
    """Return a table of the abilities of Zalo's messengers."""
    rows = ((f"`{name}`", *(_format_ability(answers[name]) for _, answers in CAPABILITIES)) for name in ABILITIES)
    return write_table(("Ability", *(title for title, _ in CAPABILITIES)), rows)


def _format_ability(ability: Ability) -> str:
    return f"{ability.support.value}{f': {ability.note}' if ability.note else ''}"


def zalo_errors() -> str:
    """Return tables of all known error codes of Zalo's hosts: meaning, exception, and remedy."""
    parts = []
    for host, codes in TABLES.items():
        error_rows = [row for of_code in codes.values() for row in of_code if row.kind is not ErrorKind.OK]
        head = ("Codes", "Meaning", "Becomes", "What to do")
        parts.append(
            f"### `{BASES[host].removeprefix('https://')}`\n\n{write_table(head, _iter_error_rows(error_rows))}"
        )
    return "\n\n".join(parts)


def _iter_error_rows(error_rows: list[ErrorRow]) -> Iterator[tuple[str, ...]]:
    """Yield a table row for all error codes with the same meaning, codes nearest to zero first."""
    same: dict[tuple[str, str, str], list[str]] = {}
    for row in sorted(error_rows, key=lambda row: (abs(row.code), row.text)):
        code = f"`{row.code}`" + (f" with “{row.text.strip()}” in its text" if row.text else "")
        waits = f", after {_format_duration(row.wait.total_seconds())}" if row.wait else ""
        cells = (row.meaning, _describe_exception(row) + waits, row.todo or _TODO.get(row.kind, ""))
        same.setdefault(cells, []).append(code)
    yield from ((", ".join(codes), *cells) for cells, codes in same.items())


_TODO: Mapping[ErrorKind, str] = {
    ErrorKind.RETRY: "it is tried again",
    ErrorKind.LATER: "it is tried again",
    ErrorKind.REQUEST: "look at the failure desk",
    ErrorKind.RECIPIENT: "reach them another way",
}


def _describe_exception(row: ErrorRow) -> str:
    name = f"`{type(build_delivery_error(Host.OPENAPI, row)).__name__}`"
    if row.kind is ErrorKind.AUTH:
        return f"one refresh and one more try, then {name}"
    return f"{name}; `UnknownOutcome` for a send" if row.sending is ErrorKind.UNKNOWN else name


def _format_duration(seconds: float) -> str:
    return f"{seconds / 3600:g} h" if seconds >= 3600 else f"{seconds / 60:g} min"


def zalo_events() -> str:
    """Return a table of Zalo's events by name: the shape and the effect of each."""
    rows: dict[tuple[type[ZaloEvent], str], list[str]] = {}
    for name, shape in EVENT_TYPES.items():
        rows.setdefault((shape, _describe_outcome(name)), []).append(name)
    return write_table(
        ("Events", "Shape", "What it tells", "What becomes of it"),
        (
            (
                ", ".join(f"`{name}`" for name in names),
                f"`{shape.__name__}`",
                get_first_sentence(shape.__doc__),
                outcome,
            )
            for (shape, outcome), names in rows.items()
        ),
    )


def _describe_outcome(name: str) -> str:
    events = translate_event(read_event(json.dumps(SAMPLES[name]).encode()), "oa")
    if name == "permission_revoked":
        return "noted: `health` tells it until somebody consents again"
    if not events:
        return "kept, nothing more"
    event = events[0]
    match event:
        case InboundMessage():
            return f"a message in the {event.conversation.place.value}'s conversation"
        case DeliveryReport():
            return f"a report: {event.news.value}"
        case Echo():
            return "an echo: a send of unknown outcome is settled by it, what a person wrote by hand is written down"
        case Withdrawal():
            return "a wish to be erased, about which an officer decides"
        case _:
            return f"`{type(event).__name__}`"


def sandbox_manners() -> str:
    """Return a table of the assumptions about Zalo's behaviour that the simulated Zalo can play."""
    descriptions = read_attribute_meanings(Variants.__doc__)
    types = get_type_hints(Variants)
    assert descriptions.keys() == types.keys()
    rows = ((f"`{field.name}`", f"`{field.default!r}`", descriptions[field.name]) for field in attrs.fields(Variants))
    return write_table(("Reading", "Default", "What it says"), rows)


def sandbox_control() -> str:
    """Return tables of the calls of the simulated Zalo's control API, with the acts and limits that they take."""
    rows = (
        (f"`{method} /sandbox{path}`", get_first_sentence(call.__doc__), _find_parameters(call.__doc__ or ""))
        for (method, path), call in control.CALLS.items()
    )
    acts = {"A person": control.ACTS, "A visitor": control.VISITOR_ACTS, "Whoever talks with a bot": BOT_ACTIONS}
    limits = {f"`{owner}`": [*switches.OWNERS[owner].types] for owner in switches.OWNERS}
    return "\n\n".join(
        (
            write_table(("Call", "What it does", "Takes"), rows),
            write_table(("Who", "Acts"), ((who, _join_names(names)) for who, names in acts.items())),
            write_table(("Whose", "Limits"), ((whose, _join_names(names)) for whose, names in limits.items())),
        )
    )


def _find_parameters(doc: str) -> str:
    match = re.search(r"Takes (.+)\.$", doc, re.MULTILINE)
    return match[1] if match else ""


def _join_names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def sandbox_failures() -> str:
    """Return a table of the failures that the simulated Zalo can play, by name."""
    hosts = ("openapi", "business", "oauth", "bot-api")
    rows = ((f"`{name}`", *_format_failure_cells(name, hosts)) for name in CALL_FAILURES)
    return write_table(("Name", "Is the call carried out", *(f"`/{host}`" for host in hosts)), rows)


def _format_failure_cells(name: str, hosts: tuple[str, ...]) -> tuple[str, ...]:
    if name in failures.AFTER:
        return "yes", *[failures.AFTER[name].value] * len(hosts)
    if name == failures.CUT_OFF:
        return "yes", *["the answer ends in the middle"] * len(hosts)
    if name in failures.BEFORE:
        return "no", *[failures.BEFORE[name].value] * len(hosts)
    if name in failures.ANSWERS:
        return "no", *[f"HTTP {failures.ANSWERS[name].status} with a page"] * len(hosts)
    return "no", *(f"`{failures.CODES[host][name]}`" for host in hosts)


def sandbox_calls() -> str:
    """Return a table of the calls of Zalo's API that the simulated Zalo answers."""
    hosts = {"oauth": [*oauth.ROUTES], "openapi": [*openapi.ROUTES], "business": [*business.ROUTES]}
    bots = [("POST", f"/bot<TOKEN>/{name}") for name in METHODS]
    rows = (
        (f"`/{name}`", ", ".join(f"`{method} {path}`" for method, path in routes))
        for name, routes in (hosts | {"bot-api": bots}).items()
    )
    return write_table(("Host", "Calls"), rows)


def zalo_clients() -> str:
    """Return a table of other projects' clients that were run against the simulated Zalo."""
    head = ("Client", "Version", "Released", "Licence", "Speaks to", "Upkeep", "Its way here", "From")
    return write_table(head, ((f"`{name}`", *attrs.astuple(client)) for name, client in FOREIGN_CLIENTS.items()))


def zalo_client_calls() -> str:
    """Return a table of the calls that other projects' clients made to the simulated Zalo, and their results."""
    rows = (
        (f"`{client}`", f"`{call}`", f"fails: `{result}`" if result else "works", REASONS.get((client, call), ""))
        for client, calls in read_results().items()
        for call, result in calls.items()
    )
    return write_table(("Client", "Call", "Result", "Reason"), rows)


ZALO_PARTS: dict[str, Callable[[], str]] = {
    function.__name__: function
    for function in (
        zalo_options,
        zalo_capabilities,
        zalo_errors,
        zalo_events,
        sandbox_manners,
        sandbox_control,
        sandbox_failures,
        sandbox_calls,
        zalo_clients,
        zalo_client_calls,
    )
}
