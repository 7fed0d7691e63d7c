"""An official account with its history."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from tests.zalo.conftest import Bench, bench_with

from anninh_core.ports.messengers.messenger import Found
from anninh_core.vocabulary.messages import OutgoingMessage
from anninh_zalo.api.calls import post
from anninh_zalo.history.history import History
from anninh_zalo.official import OfficialAccount
from anninh_zalo.testing import Person, Variants
from anninh_zalo.testing.simulation.parts import SandboxAttachment

MINUTE = timedelta(minutes=1)


class Remembering(OfficialAccount):
    """An official account that searches its history for sent messages and missed events."""

    history: History

    def sent_like(self, message: OutgoingMessage, since: datetime) -> Sequence[Found] | None:
        return self.history.sent_like(message, since)

    def missed_events(self) -> Sequence[bytes]:
        return self.history.missed_events()


def history_of(bench: Bench, **more: object) -> History:
    """Return the history of the bench's account."""
    ids = {"oa_id": bench.account.id, "app_id": bench.app.id}
    return History(bench.messenger.api, bench.services, "oa", **(ids | more))  # type: ignore[arg-type]


@pytest.fixture(params=[False, True], ids=["flat", "nested"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A bench with each form of the lists, and with a high rate limit."""
    new_bench = bench_with(manners=Variants(nested_history=request.param))
    new_bench.account.account.per_minute = 4000
    yield new_bench
    new_bench.messenger.close()


@pytest.fixture
def history(bench: Bench) -> History:
    """The account's history."""
    return history_of(bench)


@pytest.fixture
def looking(bench: Bench) -> History:
    """A history that was checked for missed messages once, an hour ago."""
    checked = history_of(bench)
    assert checked.missed_events() == []
    bench.clock.advance(60 * MINUTE)
    return checked


@pytest.fixture
def group(bench: Bench) -> tuple[str, Person]:
    """A group, and the administrator who is its member."""
    admin = bench.account.person("Lương Văn Thử", admin=True, follows=True)
    asset = bench.account.asset("gmf100")
    body = {"group_name": "Tổ thử", "asset_id": asset.id, "member_user_ids": [admin.id]}
    answer = bench.messenger.api.ask(post("/v3.0/oa/group/creategroupwithoa", body))
    return str(answer["data"]["group_id"]), admin


def talk(bench: Bench, person: Person, lines: int, *parts: SandboxAttachment) -> list[str]:
    """Let a person write `lines` messages, one each second, and return their ids."""
    message_ids = []
    for n in range(lines):
        bench.clock.advance(timedelta(seconds=1))
        message_ids.append(person.says(f"câu {n}", *parts).id)
    return message_ids
