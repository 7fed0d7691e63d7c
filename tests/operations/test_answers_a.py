"""No answer about a case contains a chat, an exclusion, a proof of delivery or the stored name of a file."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest
from tests.operations.views import CASES, build_view, is_query, iter_public_verbs
from tests.trust.excused import NO_PERSONS, STOPPED
from tests.trust.strangers import PreparedApp, Stranger, prepare_app
from tests.trust.test_stranger import call_use_case
from tests.trust.use_cases import PublicUseCase, iter_use_cases

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
    PUBLIC = dict(iter_public_verbs(_app, CASES))
    DOORS = tuple(
        door for door in iter_use_cases(_app) if door.name in PUBLIC and door.name not in {*STOPPED, *NO_PERSONS}
    )

ALLOWED = {
    "identity.open_address_in_emergency": "account",
    "identity.reveal_identity": "account",
    "tips.exclusions.list": "excluded",
    # This answer names excluded officers of another case: officers who can be given that case are named to its
    # assigners.
    "duty.ladder": "excluded",
}
"""Use case -> kind of secret that only this use case's answer may contain."""
STOPPED_APART = ("tips.convert_to_inquiry",)
"""Operations that are impossible for an officer who is excluded from the case, since inquiries have no exclusions."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PreparedApp]:
    """Two communes with records of every kind, and a case from which three officers are excluded."""
    town = prepare_app(tmp_path_factory.mktemp("assisted"))
    yield town
    town.app.close()


@pytest.fixture(scope="module")
def secrets(town: PreparedApp) -> Mapping[str, str]:
    """Each value that no answer may contain -> description."""
    values: dict[str, str] = {}
    for conversation in read_records(town.app, CONVERSATION):
        values |= {conversation.id: "chat", conversation.address.id: "account"}
        values |= dict.fromkeys((*conversation.name_marks, conversation.details_mark), "keyed mark")
    for message in read_records(town.app, MESSAGE):
        values |= dict.fromkeys(message.file_names, "file") | {message.platform_id: "platform id"}
        values |= {attachment.file.sha256: "hash of a file" for attachment in message.attachments if attachment.file}
    for finding in read_records(town.app, LEAK_FINDING):
        values |= dict.fromkeys(finding.pieces, "hash of a name")
    for tip in (*read_records(town.app, TIP), *read_records(town.app, INQUIRY)):
        values[tip.answer_proof] = "proof"
    values |= dict.fromkeys(find_excluded_marks(town.app), "excluded")
    values |= {
        row.id: "outbox row" for row in town.app.internals.context.storage.queues.outbox(tuple(OutboxState), limit=1000)
    }
    return {secret: what for secret, what in values.items() if secret}


def read_records(app: App, kind: Kind[Any]) -> list[Any]:
    """Return all readable records of a kind."""
    return list(app.internals.context.iter_readable(kind, app.internals.context.storage.maintenance.scan(kind.name)))


def find_excluded_marks(app: App) -> set[str]:
    """Return the marks that records store for excluded officers."""
    return {mark for kind in (TIP, SUBCASE) for record in read_records(app, kind) for mark in record.excluded}


def build_caller_answer(result: Any, *, opens_one: bool) -> Any:
    """Return an answer in the form that external callers get, and for a file its name."""
    if isinstance(result, Listing | tuple | list):
        items = result.items if isinstance(result, Listing) else result
        return [build_caller_answer(item, opens_one=False) for item in items]
    if isinstance(result, bytes | Download):
        return result.name if isinstance(result, Download) else ""
    view = result if is_view(type(result)) else build_view(result, opens_one=opens_one)
    return view if view is result else build_caller_answer(view, opens_one=opens_one)


def iter_strings(value: Any) -> Iterator[str]:
    """Yield every string value in JSON data."""
    match value:
        case str():
            yield value
        case list():
            yield from (text for item in value for text in iter_strings(item))
        case dict():
            yield from (text for item in value.values() for text in iter_strings(item))


def find_secrets(secrets: Mapping[str, str], answer: Any) -> set[tuple[str, str]]:
    """Return the secrets that an answer contains; a short secret counts only as a whole string."""
    answer_texts = set(iter_strings(msgspec.json.decode(msgspec.json.encode(answer))))
    return {
        (secret, what)
        for secret, what in secrets.items()
        if secret in answer_texts or (len(secret) > 5 and any(secret in text for text in answer_texts))
    }


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_no_case_answer_contains_a_secret(town: PreparedApp, secrets: Mapping[str, str], door: PublicUseCase) -> None:
    """No answer to an officer with all permissions contains a secret, neither about a commune's records nor about the
    case with exclusions.
    """
    excluded_ids = town.strangers["excluded"].withheld
    outsider = Stranger(town.whole.actor, {**town.whole.theirs, **excluded_ids}, {})
    for caller in (town.whole, outsider):
        outcome = call_use_case(town, door, caller)
        if door.name in STOPPED_APART and caller is outsider:
            continue
        assert outcome.error is None
        content = build_caller_answer(outcome.answer, opens_one=is_query(PUBLIC[door.name]))
        leaked = find_secrets(secrets, content)
        assert {what for _, what in leaked} <= {ALLOWED.get(door.name)}, leaked


def test_records_contain_the_secrets(town: PreparedApp, secrets: Mapping[str, str]) -> None:
    """The records themselves contain the secrets, so that the search would find them."""
    of_tips = {what for tip in read_records(town.app, TIP) for _, what in find_secrets(secrets, tip)}
    of_messages = {what for message in read_records(town.app, MESSAGE) for _, what in find_secrets(secrets, message)}
    assert of_tips >= {"chat", "excluded", "proof"}
    assert of_messages >= {"chat", "file", "platform id"}
    assert set(secrets.values()) >= {"account", "outbox row"}
    assert {door.name.partition(".")[0] for door in DOORS} == {*CASES}
