"""No answer about a case tells a chat, who is kept away, how an answer arrived, or by which name a file lies here."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest
from tests.operations.views import CASES, opens_one, public_verbs, show_model
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
    DOORS = tuple(one for one in doors(_app) if one.name in PUBLIC and one.name not in {*STOPPED, *NO_PERSONS})

ALLOWED = {
    "identity.open_address_in_emergency": "account",
    "identity.reveal_identity": "account",
    "tips.exclusions.list": "excluded",
    "duty.ladder": "excluded",  # from another case: those who may be given this one are named to who may name them
}
"""Use case -> what it alone may tell."""
STOPPED_APART = ("tips.convert_to_inquiry",)
"""What can't be done with a case that somebody may not know of: an inquiry keeps nobody away."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Two communes with one of everything, and a case of which three officers may not know."""
    town = prepare(tmp_path_factory.mktemp("assisted"))
    yield town
    town.app.close()


@pytest.fixture(scope="module")
def secrets(town: Town) -> Mapping[str, str]:
    """Return what leaves with no answer -> what it is."""
    found: dict[str, str] = {}
    for conversation in records(town.app, CONVERSATION):
        found |= {conversation.id: "chat", conversation.address.id: "account"}
        found |= dict.fromkeys((*conversation.name_marks, conversation.details_mark), "keyed mark")
    for message in records(town.app, MESSAGE):
        found |= dict.fromkeys(message.file_names, "file") | {message.platform_id: "platform id"}
        found |= {one.file.sha256: "hash of a file" for one in message.attachments if one.file}
    for finding in records(town.app, LEAK_FINDING):
        found |= dict.fromkeys(finding.pieces, "hash of a name")
    for tip in (*records(town.app, TIP), *records(town.app, INQUIRY)):
        found[tip.answer_proof] = "proof"
    found |= dict.fromkeys(excluded(town.app), "excluded")
    found |= {
        row.id: "outbox row" for row in town.app.internals.context.storage.queues.outbox(tuple(OutboxState), limit=1000)
    }
    return {secret: what for secret, what in found.items() if secret}


def records(app: App, kind: Kind[Any]) -> list[Any]:
    """Return all records of a kind that can be read."""
    return list(app.internals.context.iter_readable(kind, app.internals.context.storage.maintenance.scan(kind.name)))


def excluded(app: App) -> set[str]:
    """Return who may not know of a case."""
    return {mark for kind in (TIP, SUBCASE) for one in records(app, kind) for mark in one.excluded}


def leaves(answer: Any, *, opens_one: bool) -> Any:
    """Return an answer as it leaves; of a file its name."""
    if isinstance(answer, Listing | tuple | list):
        items = answer.items if isinstance(answer, Listing) else answer
        return [leaves(one, opens_one=False) for one in items]
    if isinstance(answer, bytes | Download):
        return answer.name if isinstance(answer, Download) else ""
    shown = answer if is_view(type(answer)) else show_model(answer, opens_one=opens_one)
    return shown if shown is answer else leaves(shown, opens_one=opens_one)


def texts(value: Any) -> Iterator[str]:
    """Yield every text in what JSON holds."""
    match value:
        case str():
            yield value
        case list():
            yield from (text for one in value for text in texts(one))
        case dict():
            yield from (text for one in value.values() for text in texts(one))


def told(secrets: Mapping[str, str], shown: Any) -> set[tuple[str, str]]:
    """Return which secrets something tells as it leaves; short ones are looked for as whole texts alone."""
    said = set(texts(msgspec.json.decode(msgspec.json.encode(shown))))
    return {
        (secret, what)
        for secret, what in secrets.items()
        if secret in said or (len(secret) > 5 and any(secret in one for one in said))
    }


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_no_answer_tells_what_never_leaves(town: Town, secrets: Mapping[str, str], door: Door) -> None:
    """An officer with all rights asks of a commune's things, and of the case that some may not know of."""
    kept_away = town.strangers["excluded"].withheld
    apart = Stranger(town.whole.actor, {**town.whole.theirs, **kept_away}, {})
    for asks in (town.whole, apart):
        outcome = call(town, door, asks)
        if door.name in STOPPED_APART and asks is apart:
            continue
        assert outcome.error is None
        shown = leaves(outcome.answer, opens_one=opens_one(PUBLIC[door.name]))
        found = told(secrets, shown)
        assert {what for _, what in found} <= {ALLOWED.get(door.name)}, found


def test_the_town_has_what_is_looked_for(town: Town, secrets: Mapping[str, str]) -> None:
    """What never leaves is there to be told: the records themselves, as they are, would tell it."""
    of_tips = {what for tip in records(town.app, TIP) for _, what in told(secrets, tip)}
    of_messages = {what for message in records(town.app, MESSAGE) for _, what in told(secrets, message)}
    assert of_tips >= {"chat", "excluded", "proof"}
    assert of_messages >= {"chat", "file", "platform id"}
    assert set(secrets.values()) >= {"account", "outbox row"}
    assert {door.name.partition(".")[0] for door in DOORS} == {*CASES}
