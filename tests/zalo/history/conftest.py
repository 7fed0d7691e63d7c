"""Fixtures with an official account and the history of its conversations at Zalo."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from tests.zalo.conftest import Bench, build_bench

from anninh_core.ports.messengers.messenger import Found
from anninh_core.vocabulary.messages import OutgoingMessage
from anninh_zalo.api.calls import build_post_call
from anninh_zalo.history.history import History
from anninh_zalo.official import OfficialAccount
from anninh_zalo.testing import Person, Variants
from anninh_zalo.testing.simulation.parts import SandboxAttachment

MINUTE = timedelta(minutes=1)


class AccountWithHistory(OfficialAccount):
    """An official account that finds sent messages and missed events in its history."""

    history: History

    def sent_like(self, message: OutgoingMessage, since: datetime) -> Sequence[Found] | None:
        return self.history.sent_like(message, since)

    def missed_events(self) -> Sequence[bytes]:
        return self.history.missed_events()


def build_history(bench: Bench, **more: object) -> History:
    """Build the history of the bench's account; `more` has further arguments of `History`."""
    ids = {"oa_id": bench.account.id, "app_id": bench.app.id}
    return History(bench.messenger.api, bench.services, "oa", **(ids | more))  # type: ignore[arg-type]


@pytest.fixture(params=[False, True], ids=["flat", "nested"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A bench for each form in which Zalo returns lists, with a high rate limit."""
    new_bench = build_bench(manners=Variants(nested_history=request.param))
    new_bench.account.account.per_minute = 4000
    yield new_bench
    new_bench.messenger.close()


@pytest.fixture
def history(bench: Bench) -> History:
    """The history of the account's conversations at Zalo."""
    return build_history(bench)


@pytest.fixture
def checked_history(bench: Bench) -> History:
    """A history that was checked for missed messages once, an hour ago."""
    checked = build_history(bench)
    assert checked.missed_events() == []
    bench.clock.advance(60 * MINUTE)
    return checked


@pytest.fixture
def group_with_admin(bench: Bench) -> tuple[str, Person]:
    """A group, and the administrator who is its member."""
    admin = bench.account.person("Lương Văn Thử", admin=True, follows=True)
    asset = bench.account.asset("gmf100")
    body = {"group_name": "Tổ thử", "asset_id": asset.id, "member_user_ids": [admin.id]}
    answer = bench.messenger.api.ask(build_post_call("/v3.0/oa/group/creategroupwithoa", body))
    return str(answer["data"]["group_id"]), admin


def write_lines(bench: Bench, person: Person, lines: int, *parts: SandboxAttachment) -> list[str]:
    """Let a person write `lines` messages, one each second, and return their ids."""
    message_ids = []
    for n in range(lines):
        bench.clock.advance(timedelta(seconds=1))
        message_ids.append(person.says(f"câu {n}", *parts).id)
    return message_ids
