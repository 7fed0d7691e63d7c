"""An official account whose history is asked."""

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
    """An official account that recalls and catches up."""

    history: History

    def sent_like(self, message: OutgoingMessage, since: datetime) -> Sequence[Found] | None:
        """Recall."""
        return self.history.sent_like(message, since)

    def missed_events(self) -> Sequence[bytes]:
        """Catch up."""
        return self.history.missed_events()


def history_of(bench: Bench, **more: object) -> History:
    """Return the history of the bench's account."""
    ids = {"oa_id": bench.account.id, "app_id": bench.app.id}
    return History(bench.messenger.api, bench.services, "oa", **(ids | more))  # type: ignore[arg-type]


@pytest.fixture(params=[False, True], ids=["flat", "nested"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A bench in either manner of listing, with room for many calls."""
    made = bench_with(manners=Variants(nested_history=request.param))
    made.account.account.per_minute = 4000
    yield made
    made.messenger.close()


@pytest.fixture
def history(bench: Bench) -> History:
    """The account's history."""
    return history_of(bench)


@pytest.fixture
def looking(bench: Bench) -> History:
    """A history that has looked for missed messages once, an hour ago."""
    made = history_of(bench)
    assert made.missed_events() == []
    bench.clock.advance(60 * MINUTE)
    return made


@pytest.fixture
def group(bench: Bench) -> tuple[str, Person]:
    """A group, and the administrator who is in it."""
    admin = bench.account.person("Lương Văn Thử", admin=True, follows=True)
    asset = bench.account.asset("gmf100")
    wanted = {"group_name": "Tổ thử", "asset_id": asset.id, "member_user_ids": [admin.id]}
    answer = bench.messenger.api.ask(post("/v3.0/oa/group/creategroupwithoa", wanted))
    return str(answer["data"]["group_id"]), admin


def talk(bench: Bench, person: Person, lines: int, *parts: SandboxAttachment) -> list[str]:
    """Let somebody write, a line a second, and return the ids."""
    said = []
    for n in range(lines):
        bench.clock.advance(timedelta(seconds=1))
        said.append(person.says(f"câu {n}", *parts).id)
    return said
