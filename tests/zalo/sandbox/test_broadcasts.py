from datetime import datetime
from typing import Any, Literal

import httpx
import pytest
from tests.zalo.sandbox.conftest import ApiClient

from anninh_core.testing import FixedClock
from anninh_zalo.sending.articles import broadcast_body
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount, Variants

ARTICLE = {
    "type": "normal",
    "title": "t",
    "author": "a",
    "description": "d",
    "body": [{"type": "text", "content": "c"}],
}


def set_time_of_day(clock: FixedClock, hour: int, minute: int = 0) -> None:
    """Set the clock to a time of day in Vietnam."""
    clock.set(datetime.fromisoformat(f"2026-10-01T{hour:02}:{minute:02}:00+07:00"))


@pytest.fixture
def article(api_client: ApiClient) -> str:
    """An article that is published."""
    token = api_client.post("/v2.0/article/create", **ARTICLE)["data"]["token"]
    api_client.post("/v2.0/article/verify", token=token)
    return str(api_client.post("/v2.0/article/verify", token=token)["data"]["id"])


def broadcast_article(caller: ApiClient, article: str, **target: str) -> Any:
    """Send the article to followers, with the request body that the adapter uses."""
    return caller.post("/v2.0/oa/message", **broadcast_body(article, target))


def test_article_reaches_followers_of_the_target(
    api_client: ApiClient, account: SandboxOfficialAccount, article: str, person: Person
) -> None:
    """An article reaches only followers, and with a target only followers with one of its codes."""
    women = account.person("Thử Thị Bình", follows=True, traits={"gender": "2"})
    unknown = account.person("Thử Văn Cao", follows=True)
    to_all = broadcast_article(api_client, article)
    narrowed = broadcast_article(api_client, article, gender="1,2")

    assert (to_all["error"], narrowed["error"]) == (0, 0)
    assert [message.id for message in women.heard] == [to_all["data"]["message_id"], narrowed["data"]["message_id"]]
    assert [message.kind for message in unknown.heard] == ["article"]
    assert person.heard == ()


def test_unknown_article_or_target_is_refused(
    api_client: ApiClient, account: SandboxOfficialAccount, article: str
) -> None:
    """A broadcast with an unknown article, an article that is still being created, or an unknown target is refused."""
    api_client.post("/v2.0/article/create", **ARTICLE)
    unfinished = [*account.account.articles][-1]

    assert broadcast_article(api_client, "nothing")["error"] == -201
    assert broadcast_article(api_client, unfinished)["error"] == -214
    assert broadcast_article(api_client, article, colour="red")["error"] == -201


def test_monthly_broadcasts_are_limited(api_client: ApiClient, account: SandboxOfficialAccount, article: str) -> None:
    """A broadcast above the monthly limit is refused with a text about articles, because the error code has another
    meaning too.
    """
    account.account.broadcasts = 1
    first, second = broadcast_article(api_client, article), broadcast_article(api_client, article)

    assert (first["error"], second["error"]) == (0, -223)
    assert "article" in second["message"]


@pytest.mark.parametrize(("hour", "minute", "code"), [(21, 59, 0), (22, 0, -234), (5, 59, -234), (6, 0, 0)], ids=str)
@pytest.mark.usefixtures("long_token")
def test_promotions_are_refused_at_night(
    *, api_client: ApiClient, template_client: ApiClient, account: SandboxOfficialAccount, article: str, person: Person,
    clock: FixedClock,
    hour: int, minute: int, code: int,
) -> None:  # fmt: skip
    """From 22 to 6 o'clock in Vietnam articles and promotional templates are refused, and replies are accepted."""
    template = account.template("offer", {}, promotes=True)
    set_time_of_day(clock, hour, minute)
    person.says("chào")
    fields = {"template_id": template.id, "template_data": {}}
    by_uid = api_client.post("/v3.0/oa/message/template", user_id=person.id, **fields)
    by_phone = template_client.post("/message/template", phone=person.profile.phone, tracking_id="t1", **fields)

    assert (broadcast_article(api_client, article)["error"], by_uid["error"]) == (code, code)
    assert by_phone["error"] == (-133 if code else 0)
    assert api_client.send_text(person, "dạ")["error"] == 0


@pytest.mark.parametrize(("night", "code"), [("promotion", 0), ("all", -234), ("none", 0)])
def test_night_rule_has_variants(clock: FixedClock, night: Literal["promotion", "all", "none"], code: int) -> None:
    """The sandbox can refuse every message at night, as the authors of one client report, or none."""
    sandbox = Sandbox(clock, manners=Variants(night=night))
    account = sandbox.account("Xã Thử")
    pair = sandbox.grant(sandbox.app(), account)
    person = account.person("Thử Văn An")
    set_time_of_day(clock, 23)
    pair.access_until = clock.now().replace(year=2027)
    person.says("chào")
    base = "https://openapi.zalo.me"
    headers = {"access_token": pair.access}
    with httpx.Client(transport=sandbox.transport(), base_url=base, headers=headers) as client:
        assert ApiClient(client).send_text(person, "dạ")["error"] == code
