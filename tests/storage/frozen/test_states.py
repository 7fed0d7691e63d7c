"""What adapters and jobs kept is read by their own code of today as what it was."""

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
from anninh_core.worker.jobs.health_monitor import last_health_record
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


class Nobody:
    """Stands for Zalo where nothing may be asked."""

    name_limit = 30

    def ask(self, call: object) -> Any:
        """Refuse."""
        raise AssertionError(f"asked for {call}, which is known")

    def refresh(self, refresh_token: str) -> TokenPair:
        """Refuse."""
        raise AssertionError(f"{refresh_token} was spent")

    def exchange(self, code: str, verifier: str = "") -> TokenPair:
        """Refuse."""
        raise AssertionError(f"{code} was spent, {verifier}")

    def list_groups(self) -> Sequence[GroupInfo]:
        """Show no group."""
        return ()

    def show(self, group_id: str) -> GroupInfo:
        """Show a group that stands."""
        return GroupInfo(id=group_id, name="Nhóm Thử")

    def create(self, *details: object) -> GroupInfo:
        """Refuse."""
        raise AssertionError(f"a second group was asked for: {details}")


def services(app: App, instance: str) -> AdapterServices:
    """Return what an adapter has on the database."""
    runner = app.internals.runner
    state = EncryptedState(runner, instance)
    blobs = EncryptedBlobs(runner, runner.context.blobs)
    return AdapterServices(clock=runner.context.clock, ids=runner.context.ids, state=state, blobs=blobs)


@pytest.fixture
def zalo(own: App) -> AdapterServices:
    """What the Zalo adapter has."""
    return services(own, "zalo")


def moment(text: str) -> datetime:
    """Return a moment that was written down."""
    return datetime.fromisoformat(text)


def test_states_hold_what_they_held(app: App, told: Told) -> None:
    """Each value opens, sealed ones with the adapter's own key, and says on the wire what it said."""
    kept = {
        f"{row.owner} {row.name}": row
        for row in app.internals.context.storage.maintenance.dump()
        if isinstance(row, KeptState)
    }
    assert kept.keys() == told["states"].keys()
    for name, said in told["states"].items():
        row = kept[name]
        sealed = row.owner.startswith("adapter:")
        value = (
            EncryptedState(app.internals.runner, row.owner.partition(":")[2]).get(row.name).value
            if sealed
            else row.body
        )
        assert row.version == said["version"], name
        assert _said(value, said["value"]) == said["value"], name


def _said(value: bytes, like: object) -> object:
    """Return a value as the release wrote it down: as JSON, else as text, else in hex; one is only hinted at."""
    if like == "*":  # the mark of the keys
        return like
    if isinstance(like, dict) and like.keys() == {"hex"}:
        return {"hex": value.hex()}
    return value.decode() if isinstance(like, str) else json.loads(value)


@pytest.mark.parametrize("account", ["oa-made-up", "oa-spending", "oa-refused"])
def test_a_pair_of_tokens(own: App, zalo: AdapterServices, told: Told, account: str) -> None:
    """The pair, the one before it, its moments, and whether it is being spent or was refused."""
    said = told["states"][f"adapter:zalo token:app-made-up:{account}"]["value"]
    refresher = TokenRefresher(zalo, Nobody(), "app-made-up", account)
    tokens = refresher.tokens()
    assert tokens is not None
    names = ("access", "refresh", "before_access", "before_refresh", "refused")
    assert {name: getattr(tokens, name) for name in names} == {name: said[name] for name in names}
    for name in ("access_until", "refresh_until", "since"):
        assert getattr(tokens, name) == moment(said[name])
    assert tokens.spending == (moment(said["spending"]) if said["spending"] else None)
    assert refresher.current() == "access-made-up-2"
    error, words = {
        "oa-made-up": (RetryLater, "just now"),
        "oa-spending": (RetryLater, "got no response: wait before you try again"),
        "oa-refused": (NeedsPerson, "can't be used"),
    }[account]
    with pytest.raises(error, match=words):
        refresher.renew("access-made-up-2")


def test_a_right_taken_away_and_the_last_event(own: App, zalo: AdapterServices, told: Told) -> None:
    """Since when the account's right is gone, that another one's was given back, and when the webhook was heard."""
    at = moment(told["at"])
    assert Revocation(zalo.state).since() == at
    assert Revocation(services(own, "bot").state).since() is None
    assert WebhookHeartbeat(zalo.state).last() == at


def test_how_far_lists_were_read(zalo: AdapterServices, told: Told) -> None:
    """A look that is over, and one that is under way."""
    for place, began in (("person", None), ("group", "began")):
        said = told["states"][f"adapter:zalo history {place}"]["value"]
        mark, version = PositionStore(zalo.state, place).get()
        assert mark is not None
        assert version == 1
        for name in ("since", "read", "due", "done"):
            assert getattr(mark, name) == moment(said[name])
        assert mark.began == (moment(said["began"]) if began else None)


def test_parts_that_went_out(zalo: AdapterServices) -> None:
    """A message of three parts goes on with its third; one that is out whole isn't sent again."""
    progress = MultipartProgress(zalo.state)
    assert list(progress.sent_ids("key-made-up-half", 3)) == ["part-1", "part-2"]
    assert progress.all_sent_ids() == {"part-1", "part-2", "part-3", "part-4"}

    def never() -> str:
        raise AssertionError("said twice")

    assert list(progress.send("key-made-up-half", [never, never, lambda: "last"])) == ["part-1", "part-2", "last"]
    assert list(progress.send("key-made-up-whole", [never, never])) == ["part-3", "part-4"]


def test_a_picture_that_was_uploaded(zalo: AdapterServices, told: Told) -> None:
    """It is used again by its name there, and nobody uploads it."""
    names = [digest for digest in told["blobs"] if zalo.blobs.get(digest).startswith(b"\x89PNG")]
    found = Uploader(Nobody(), zalo).upload(Attachment("image", "anh.png", blob=names[0]))
    assert (found.id, found.form) == ("upload-made-up-1", "image")


def test_groups_that_were_being_made(zalo: AdapterServices) -> None:
    """One that stands is returned, one without an answer is waited for; neither is made a second time."""
    founder = GroupCreator(Nobody(), zalo)  # type: ignore[arg-type]  # only what these tries may ask
    assert founder.create("Nhóm Thử", [], "key-made-up-founded").id == "group-made-up-1"
    with pytest.raises(RetryLater, match="An earlier try to create this group got no response"):
        founder.create("Nhóm Thử", [], "key-made-up-silence")


def test_who_the_bot_is(own: App) -> None:
    """Both by its token and by what Zalo calls it."""
    bot = BotIdentity("123:made-up", services(own, "bot").state)
    assert bot.is_own("bot-made-up")
    assert bot.is_own("123")
    assert not bot.is_own("somebody")


def test_pseudonyms_survive_upgrades(own: App, told: Told, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Who was pasted by name is the same person as before: the key of the names is the one that was kept."""
    kept = services(own, "nhom")
    options = {"folder": str(tmp_path_factory.mktemp("sheet"))}
    body = json.dumps({"group": "g-made-up", "text": "[08:00] Thử An: chào", "pasted_by": "o1", "at": told["at"]})
    before = AssistedMessenger("nhom", options, kept).parse(body.encode())
    assert kept.state.get("pseudonyms").version == told["states"]["adapter:nhom pseudonyms"]["version"]
    assert before == AssistedMessenger("nhom", options, services(own, "nhom")).parse(body.encode())


def test_buckets_stay_as_empty(own: App, clock: FixedClock, told: Told) -> None:
    """Whoever got two messages just before has to wait, and all that was taken counts."""
    pace = RateLimit(overall=Rate(per_minute=60, burst=10, reserve=2), recipient=Rate(per_minute=6, burst=2))
    pacer = RateLimiter(own.internals.context.storage.states, {"oa": pace}, own.internals.context.names)
    rows = told["outbox"]["rows"]
    row = own.internals.context.storage.queues.outbox_row(rows["ready, a reply to a message"]["id"])
    assert row is not None
    later = pacer.take("oa", [row], clock.now())
    assert later.keys() == {row.id}
    assert later[row.id] > clock.now()
    assert pacer.available("oa", clock.now()) == 10 - 3


def test_health_that_was_seen(own: App) -> None:
    """What was wrong on that day, and when somebody was told of it."""
    seen = last_health_record(own.internals.context.storage.states, "zalo")
    assert (seen.day, dict(seen.checks)) == (date(2021, 9, 18), {"token": "warning", "webhook": "ok"})
    assert dict(seen.told) == {"token warning": date(2021, 9, 17)}


def test_walks_go_on(own: App, told: Told, boss: Actor) -> None:
    """Today's walks are over, the journal is read on where it was left, and a reindex of other columns begins anew."""
    states = own.internals.context.storage.states
    today = date(2021, 9, 18)
    walks = [("groups", "looked_at"), ("keeper", "tip"), ("keeper", "inquiry"), ("keeper", "post"), ("keeper", "keys")]
    assert [Word.read(states, *walk).position_on(today) for walk in walks] == [None] * len(walks)
    assert Word.read(states, *walks[0]).position_on(today + timedelta(days=1)) == ""
    # Articles have other columns than then, so that a reindex begins anew with the first kind.
    went_on = next(
        reindex(own.internals.runner, boss, [kind for kind in KINDS if kind.name in ("article", "tip")], batch=500)
    )
    assert (went_on.kind, went_on.seen) == ("article", told["kinds"]["article"]["records"])
    own.tips.record_walk_in(boss, "words", unit=own.district.root)  # the cursor moves with a reaction only
    own.worker.drain()
    cursor = states.get("dispatch", "reactions")
    assert cursor is not None
    assert int(cursor.body.split()[0]) > told["states"]["dispatch reactions"]["value"] > 0
