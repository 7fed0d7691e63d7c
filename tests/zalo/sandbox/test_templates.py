import hashlib
from typing import Any

import pytest
from tests.zalo.sandbox.conftest import ApiClient, WebhookRecorder

from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount
from anninh_zalo.testing.state import SandboxTemplate

PHONE = "84000000001"


@pytest.fixture
def template(account: SandboxOfficialAccount) -> SandboxTemplate:
    return account.template("receipt", {"code": 10})


def send_template(business: ApiClient, template: SandboxTemplate, phone: str = PHONE, **more: Any) -> Any:
    call = {"phone": phone, "template_id": template.id, "template_data": {"code": "A1"}, "tracking_id": "t1"}
    return business.post("/message/template", **{**call, **more})


@pytest.mark.parametrize("phone", [PHONE, "0000000001", "+84000000001"])
def test_template_is_sent_by_phone(
    *,
    sandbox: Sandbox,
    webhook_recorder: WebhookRecorder,
    template_client: ApiClient,
    person: Person,
    template: SandboxTemplate,
    phone: str,
) -> None:
    """A template that is sent to a telephone number, in any form, arrives, and the other host reports its delivery."""
    answer = send_template(template_client, template, phone)
    sandbox.deliver_due()
    _, headers, _ = webhook_recorder.got[0]

    assert [message.text for message in person.heard] == ["receipt\ncode: A1"]
    assert answer["data"]["quota"] == {"dailyQuota": "500", "remainingQuota": "499"}
    assert headers["x-zevent-server"] == "ZNS"
    assert webhook_recorder.parsed_events[0]["message"]["tracking_id"] == "t1"
    assert template_client.get("/message/status", message_id=answer["data"]["msg_id"])["data"]["status"] == 1


def test_template_is_sent_by_hashed_phone(
    template_client: ApiClient, person: Person, template: SandboxTemplate
) -> None:
    """A template can be sent to the SHA-256 digest of a telephone number."""
    call = {"phone": hashlib.sha256(PHONE.encode()).hexdigest(), "template_id": template.id, "tracking_id": "t1"}
    answer = template_client.post("/message/template/hashphone", **call, template_data={"code": "A1"})

    assert (answer["error"], len(person.heard)) == (0, 1)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"phone": "84999999999"}, -118),
        ({"phone": "no number"}, -108),
        ({"template_id": "0"}, -109),
        ({"template_data": {}}, -1122),
        ({"template_data": {"code": "A" * 11}}, -1121),
        ({"mode": "development"}, -127),
    ],
)
def test_wrong_template_call_has_its_code(
    template_client: ApiClient, person: Person, template: SandboxTemplate, wrong: dict[str, Any], code: int
) -> None:
    """A wrong call of the template host gets that host's error code, and nothing reaches the person."""
    assert send_template(template_client, template, **wrong)["error"] == code
    assert person.heard == ()


def test_templates_have_a_daily_quota(
    template_client: ApiClient, account: SandboxOfficialAccount, person: Person, template: SandboxTemplate
) -> None:
    """After the daily quota is used up, a template is refused."""
    account.account.daily = 1

    assert [send_template(template_client, template)["error"] for _ in range(2)] == [0, -144]
    assert template_client.get("/message/quota")["data"]["remainingQuota"] == "0"


def test_expired_token_has_this_host_s_code(
    sandbox: Sandbox, template_client: ApiClient, template: SandboxTemplate
) -> None:
    """An expired token gets code -124 from the template host, and -216 from the other host."""
    sandbox.fail_next("expired_token")

    assert template_client.get("/message/quota")["error"] == -124


def test_template_is_sent_by_user_id(api_client: ApiClient, account: SandboxOfficialAccount, person: Person) -> None:
    """A template can be sent by user id without an open contact window, unless it is an old template."""
    new, old = account.template("new", {}), account.template("old", {}, by_uid=False)

    def send_by_user_id(template: SandboxTemplate) -> Any:
        call = {"user_id": person.id, "template_id": template.id, "template_data": {}}
        return api_client.post("/v3.0/oa/message/template", **call)["error"]

    assert (send_by_user_id(new), send_by_user_id(old)) == (0, -249)
    assert person.heard[0].kind == "template"


def test_templates_are_listed_with_parameters(
    template_client: ApiClient, account: SandboxOfficialAccount, template: SandboxTemplate
) -> None:
    """Templates can be listed by status, and a template's details have its parameters."""
    account.template("waiting", {}, status=2)
    listed = template_client.get("/template/all", offset=0, limit=100, status=2)["data"]
    info = template_client.get("/template/info/v2", template_id=template.id)["data"]

    assert [entry["templateName"] for entry in listed] == ["waiting"]
    assert [(parameter["name"], parameter["maxLength"]) for parameter in info["listParams"]] == [("code", 10)]
