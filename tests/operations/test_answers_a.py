"""No answer about a case contains a chat, an exclusion, a proof of delivery or the stored name of a file."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest
from tests.operations.views import CASES, opens_one, public_verbs, view_of_model
from tests.trust.excused import NO_PERSONS, STOPPED
from tests.trust.strangers import Stranger, Town, prepare
from tests.trust.test_stranger import call
from tests.trust.use_cases import Door, doors

from anninh_core.app import App
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.leaks.kind import LEAK_FINDING
from anninh_core.domain.tips.handling.subcase import SUBCASE
from anninh_core.domain.tips.kind import TIP
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.testing import memory_app
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.read_session import Listing
from anninh_core.usecase.views import Download, is_view

pytestmark = pytest.mark.slow

with memory_app() as _app:
    PUBLIC = dict(public_verbs(_app, CASES))
    DOORS = tuple(door for door in doors(_app) if door.name in PUBLIC and door.name not in {*STOPPED, *NO_PERSONS})

ALLOWED = {
    "identity.open_address_in_emergency": "account",
    "identity.reveal_identity": "account",
    "tips.exclusions.list": "excluded",
    "duty.ladder": "excluded",  # from another case: officers who can be given that case are named to its assigners
}
"""Use case -> secret that only its answer may contain."""
STOPPED_APART = ("tips.convert_to_inquiry",)
"""Operations that are impossible for an officer excluded from the case, since an inquiry has no exclusions."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Two communes with records of every kind, and a case from which three officers are excluded."""
    town = prepare(tmp_path_factory.mktemp("assisted"))
    yield town
    town.app.close()


@pytest.fixture(scope="module")
def secrets(town: Town) -> Mapping[str, str]:
    """Return the values that no answer may contain -> description."""
    values: dict[str, str] = {}
    for conversation in records(town.app, CONVERSATION):
        values |= {conversation.id: "chat", conversation.address.id: "account"}
        values |= dict.fromkeys((*conversation.name_marks, conversation.details_mark), "keyed mark")
    for message in records(town.app, MESSAGE):
        values |= dict.fromkeys(message.file_names, "file") | {message.platform_id: "platform id"}
        values |= {attachment.file.sha256: "hash of a file" for attachment in message.attachments if attachment.file}
    for finding in records(town.app, LEAK_FINDING):
        values |= dict.fromkeys(finding.pieces, "hash of a name")
    for tip in (*records(town.app, TIP), *records(town.app, INQUIRY)):
        values[tip.answer_proof] = "proof"
    values |= dict.fromkeys(excluded(town.app), "excluded")
    values |= {
        row.id: "outbox row" for row in town.app.internals.context.storage.queues.outbox(tuple(OutboxState), limit=1000)
    }
    return {secret: what for secret, what in values.items() if secret}


def records(app: App, kind: Kind[Any]) -> list[Any]:
    """Return all readable records of a kind."""
    return list(app.internals.context.iter_readable(kind, app.internals.context.storage.maintenance.scan(kind.name)))


def excluded(app: App) -> set[str]:
    """Return the marks of excluded officers."""
    return {mark for kind in (TIP, SUBCASE) for record in records(app, kind) for mark in record.excluded}


def leaves(result: Any, *, opens_one: bool) -> Any:
    """Return an answer in the form that callers get, and for a file its name."""
    if isinstance(result, Listing | tuple | list):
        items = result.items if isinstance(result, Listing) else result
        return [leaves(item, opens_one=False) for item in items]
    if isinstance(result, bytes | Download):
        return result.name if isinstance(result, Download) else ""
    view = result if is_view(type(result)) else view_of_model(result, opens_one=opens_one)
    return view if view is result else leaves(view, opens_one=opens_one)


def texts(value: Any) -> Iterator[str]:
    """Yield every string in JSON data."""
    match value:
        case str():
            yield value
        case list():
            yield from (text for item in value for text in texts(item))
        case dict():
            yield from (text for item in value.values() for text in texts(item))


def told(secrets: Mapping[str, str], answer: Any) -> set[tuple[str, str]]:
    """Return the secrets that an answer contains; a short secret counts only as a whole string."""
    answer_texts = set(texts(msgspec.json.decode(msgspec.json.encode(answer))))
    return {
        (secret, what)
        for secret, what in secrets.items()
        if secret in answer_texts or (len(secret) > 5 and any(secret in text for text in answer_texts))
    }


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_no_case_answer_contains_a_secret(town: Town, secrets: Mapping[str, str], door: Door) -> None:
    """No answer to an officer with all permissions contains a secret, neither about a commune's records nor about the
    case with exclusions.
    """
    excluded_ids = town.strangers["excluded"].withheld
    outsider = Stranger(town.whole.actor, {**town.whole.theirs, **excluded_ids}, {})
    for caller in (town.whole, outsider):
        outcome = call(town, door, caller)
        if door.name in STOPPED_APART and caller is outsider:
            continue
        assert outcome.error is None
        content = leaves(outcome.answer, opens_one=opens_one(PUBLIC[door.name]))
        leaked = told(secrets, content)
        assert {what for _, what in leaked} <= {ALLOWED.get(door.name)}, leaked


def test_records_contain_the_secrets(town: Town, secrets: Mapping[str, str]) -> None:
    """The records themselves contain the secrets, so that the search would find them."""
    of_tips = {what for tip in records(town.app, TIP) for _, what in told(secrets, tip)}
    of_messages = {what for message in records(town.app, MESSAGE) for _, what in told(secrets, message)}
    assert of_tips >= {"chat", "excluded", "proof"}
    assert of_messages >= {"chat", "file", "platform id"}
    assert set(secrets.values()) >= {"account", "outbox row"}
    assert {door.name.partition(".")[0] for door in DOORS} == {*CASES}
