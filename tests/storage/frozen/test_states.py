"""Today's code reads the stored states of adapters and jobs unchanged."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.storage.frozen.conftest import Told

from anninh_core.app import App
from anninh_core.domain.registry import KINDS
from anninh_core.kernel.errors import NeedsPerson, RetryLater
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.messaging.outbound.rate_limits import RateLimiter
from anninh_core.messaging.stream_position import StreamPosition as Word
from anninh_core.messengers.assisted.messenger import AssistedMessenger
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.storages.dumping import KeptState
from anninh_core.testing import FixedClock
from anninh_core.usecase import Actor
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.usecase.indexing.reindex import reindex
from anninh_core.usecase.named_values.adapter_state import EncryptedState
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.rates import Rate
from anninh_core.worker.jobs.health_monitor import read_health_record
from anninh_zalo.bot.identity import BotIdentity
from anninh_zalo.groups.group_creator import GroupCreator
from anninh_zalo.groups.values import GroupInfo
from anninh_zalo.history.position_store import PositionStore
from anninh_zalo.oauth.endpoint import TokenPair
from anninh_zalo.oauth.refresher import TokenRefresher
from anninh_zalo.oauth.revocation import Revocation
from anninh_zalo.sending.progress import MultipartProgress
from anninh_zalo.sending.uploads import Uploader
from anninh_zalo.webhook.heartbeat import WebhookHeartbeat

pytestmark = pytest.mark.slow


class UncallableZaloClient:
    """A Zalo client that no test may call."""

    name_limit = 30

    def ask(self, call: object) -> Any:
        """Raise `AssertionError`."""
        raise AssertionError(f"asked for {call}, which is known")

    def refresh(self, refresh_token: str) -> TokenPair:
        """Raise `AssertionError`."""
        raise AssertionError(f"{refresh_token} was spent")

    def exchange(self, code: str, verifier: str = "") -> TokenPair:
        """Raise `AssertionError`."""
        raise AssertionError(f"{code} was spent, {verifier}")

    def list_groups(self) -> Sequence[GroupInfo]:
        """Return no group."""
        return ()

    def show(self, group_id: str) -> GroupInfo:
        """Return a group with the given id, as if it existed at Zalo."""
        return GroupInfo(id=group_id, name="Nhóm Thử")

    def create(self, *details: object) -> GroupInfo:
        """Raise `AssertionError`."""
        raise AssertionError(f"a second group was asked for: {details}")


def build_adapter_services(app: App, instance: str) -> AdapterServices:
    runner = app.internals.runner
    state = EncryptedState(runner, instance)
    blobs = EncryptedBlobs(runner, runner.context.blobs)
    return AdapterServices(clock=runner.context.clock, ids=runner.context.ids, state=state, blobs=blobs)


@pytest.fixture
def zalo_services(own_app: App) -> AdapterServices:
    """The services of the Zalo adapter."""
    return build_adapter_services(own_app, "zalo")


def parse_moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_states_are_unchanged(app: App, release_description: Told) -> None:
    """Each stored state keeps its version and value, and encrypted ones decrypt with the adapter's own key."""
    kept = {
        f"{row.owner} {row.name}": row
        for row in app.internals.context.storage.maintenance.dump()
        if isinstance(row, KeptState)
    }
    assert kept.keys() == release_description["states"].keys()
    for name, described in release_description["states"].items():
        row = kept[name]
        sealed = row.owner.startswith("adapter:")
        value = (
            EncryptedState(app.internals.runner, row.owner.partition(":")[2]).get(row.name).value
            if sealed
            else row.body
        )
        assert row.version == described["version"], name
        assert _in_described_form(value, described["value"]) == described["value"], name


def _in_described_form(value: bytes, like: object) -> object:
    """Return a stored value in the notation of the release's description: JSON, text or hex, as in `like`; `*` is
    returned unchanged, as it replaces the secret mark of the keys.
    """
    if like == "*":  # In the description `*` replaces the mark of the keys.
        return like
    if isinstance(like, dict) and like.keys() == {"hex"}:
        return {"hex": value.hex()}
    return value.decode() if isinstance(like, str) else json.loads(value)


@pytest.mark.parametrize("account", ["oa-made-up", "oa-spending", "oa-refused"])
def test_token_pair_is_kept(
    own_app: App, zalo_services: AdapterServices, release_description: Told, account: str
) -> None:
    """A stored pair of tokens keeps the previous pair, its times, and whether it is being spent or was refused."""
    described = release_description["states"][f"adapter:zalo token:app-made-up:{account}"]["value"]
    refresher = TokenRefresher(zalo_services, UncallableZaloClient(), "app-made-up", account)
    tokens = refresher.tokens()
    assert tokens is not None
    names = ("access", "refresh", "before_access", "before_refresh", "refused")
    assert {name: getattr(tokens, name) for name in names} == {name: described[name] for name in names}
    for name in ("access_until", "refresh_until", "since"):
        assert getattr(tokens, name) == parse_moment(described[name])
    assert tokens.spending == (parse_moment(described["spending"]) if described["spending"] else None)
    assert refresher.current() == "access-made-up-2"
    error, words = {
        "oa-made-up": (RetryLater, "just now"),
        "oa-spending": (RetryLater, "got no response: wait before you try again"),
        "oa-refused": (NeedsPerson, "can't be used"),
    }[account]
    with pytest.raises(error, match=words):
        refresher.renew("access-made-up-2")


def test_revocation_and_heartbeat_are_kept(
    own_app: App, zalo_services: AdapterServices, release_description: Told
) -> None:
    """A revoked grant, a restored one, and the webhook's last event keep their times."""
    at = parse_moment(release_description["at"])
    assert Revocation(zalo_services.state).since() == at
    assert Revocation(build_adapter_services(own_app, "bot").state).since() is None
    assert WebhookHeartbeat(zalo_services.state).last() == at


def test_history_positions_are_kept(zalo_services: AdapterServices, release_description: Told) -> None:
    """Both a finished and an unfinished read of the history keep their positions."""
    for place, began in (("person", None), ("group", "began")):
        described = release_description["states"][f"adapter:zalo history {place}"]["value"]
        mark, version = PositionStore(zalo_services.state, place).get()
        assert mark is not None
        assert version == 1
        for name in ("since", "read", "due", "done"):
            assert getattr(mark, name) == parse_moment(described[name])
        assert mark.began == (parse_moment(described["began"]) if began else None)


def test_sent_parts_are_not_repeated(zalo_services: AdapterServices) -> None:
    """A message of three parts resumes with its third; a completely sent one isn't sent again."""
    progress = MultipartProgress(zalo_services.state)
    assert list(progress.sent_ids("key-made-up-half", 3)) == ["part-1", "part-2"]
    assert progress.all_sent_ids() == {"part-1", "part-2", "part-3", "part-4"}

    def fail_if_sent() -> str:
        raise AssertionError("said twice")

    assert list(progress.send("key-made-up-half", [fail_if_sent, fail_if_sent, lambda: "last"])) == [
        "part-1",
        "part-2",
        "last",
    ]
    assert list(progress.send("key-made-up-whole", [fail_if_sent, fail_if_sent])) == ["part-3", "part-4"]


def test_uploaded_picture_is_used_again(zalo_services: AdapterServices, release_description: Told) -> None:
    """An uploaded picture is used again by its id, without another upload."""
    names = [
        digest for digest in release_description["blobs"] if zalo_services.blobs.get(digest).startswith(b"\x89PNG")
    ]
    uploaded = Uploader(UncallableZaloClient(), zalo_services).upload(Attachment("image", "anh.png", blob=names[0]))
    assert (uploaded.id, uploaded.form) == ("upload-made-up-1", "image")


def test_group_is_not_created_twice(zalo_services: AdapterServices) -> None:
    """An existing group is returned, a creation without a response is waited for, and neither is repeated."""
    founder = GroupCreator(UncallableZaloClient(), zalo_services)  # type: ignore[arg-type]  # only what these tries may ask
    assert founder.create("Nhóm Thử", [], "key-made-up-founded").id == "group-made-up-1"
    with pytest.raises(RetryLater, match="An earlier try to create this group got no response"):
        founder.create("Nhóm Thử", [], "key-made-up-silence")


def test_bot_recognises_itself(own_app: App) -> None:
    """The bot recognises itself by its token's id and by Zalo's id for it."""
    bot = BotIdentity("123:made-up", build_adapter_services(own_app, "bot").state)
    assert bot.is_own_id("bot-made-up")
    assert bot.is_own_id("123")
    assert not bot.is_own_id("somebody")


def test_pseudonyms_survive_upgrades(
    own_app: App, release_description: Told, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A sender known only by a pasted name keeps their pseudonym, as the stored key of the names is used."""
    kept = build_adapter_services(own_app, "nhom")
    options = {"folder": str(tmp_path_factory.mktemp("sheet"))}
    body = json.dumps(
        {"group": "g-made-up", "text": "[08:00] Thử An: chào", "pasted_by": "o1", "at": release_description["at"]}
    )
    before = AssistedMessenger("nhom", options, kept).parse(body.encode())
    assert kept.state.get("pseudonyms").version == release_description["states"]["adapter:nhom pseudonyms"]["version"]
    assert before == AssistedMessenger("nhom", options, build_adapter_services(own_app, "nhom")).parse(body.encode())


def test_rate_limit_buckets_are_kept(own_app: App, clock: FixedClock, release_description: Told) -> None:
    """A recipient of two recent messages has to wait, and all used capacity of the rate limits still counts."""
    pace = RateLimit(overall=Rate(per_minute=60, burst=10, reserve=2), recipient=Rate(per_minute=6, burst=2))
    pacer = RateLimiter(own_app.internals.context.storage.states, {"oa": pace}, own_app.internals.context.names)
    rows = release_description["outbox"]["rows"]
    row = own_app.internals.context.storage.queues.outbox_row(rows["ready, a reply to a message"]["id"])
    assert row is not None
    later = pacer.take("oa", [row], clock.now())
    assert later.keys() == {row.id}
    assert later[row.id] > clock.now()
    assert pacer.available("oa", clock.now()) == 10 - 3


def test_health_record_is_kept(own_app: App) -> None:
    """The results of the day's health checks and the day of their notice are kept."""
    seen = read_health_record(own_app.internals.context.storage.states, "zalo")
    assert (seen.day, dict(seen.checks)) == (date(2021, 9, 18), {"token": "warning", "webhook": "ok"})
    assert dict(seen.told) == {"token warning": date(2021, 9, 17)}


def test_job_positions_are_kept(own_app: App, release_description: Told, all_roles_officer: Actor) -> None:
    """A job's walk that was finished on a day isn't repeated on that day, the journal is read from its cursor, and a
    reindex starts over if the columns have changed.
    """
    states = own_app.internals.context.storage.states
    today = date(2021, 9, 18)
    walks = [("groups", "looked_at"), ("keeper", "tip"), ("keeper", "inquiry"), ("keeper", "post"), ("keeper", "keys")]
    assert [Word.read(states, *walk).find_position_on(today) for walk in walks] == [None] * len(walks)
    assert Word.read(states, *walks[0]).find_position_on(today + timedelta(days=1)) == ""
    # Articles have other columns today than in the release, so a reindex starts over with the first kind.
    progress = next(
        reindex(
            own_app.internals.runner,
            all_roles_officer,
            [kind for kind in KINDS if kind.name in ("article", "tip")],
            batch=500,
        )
    )
    assert (progress.kind, progress.seen) == ("article", release_description["kinds"]["article"]["records"])
    # The cursor moves only if there is something to react to, so a tip is recorded.
    own_app.tips.record_walk_in(all_roles_officer, "words", unit=own_app.district.root)
    own_app.worker.drain()
    cursor = states.get("dispatch", "reactions")
    assert cursor is not None
    assert int(cursor.body.split()[0]) > release_description["states"]["dispatch reactions"]["value"] > 0
