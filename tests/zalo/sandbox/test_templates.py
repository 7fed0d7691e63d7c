import hashlib
from typing import Any

import pytest
from tests.zalo.sandbox.conftest import Caller, Mailbox

from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount
from anninh_zalo.testing.state import SandboxTemplate

PHONE = "84000000001"


@pytest.fixture
def template(account: SandboxOfficialAccount) -> SandboxTemplate:
    return account.template("receipt", {"code": 10})


def send(business: Caller, template: SandboxTemplate, phone: str = PHONE, **more: Any) -> Any:
    call = {"phone": phone, "template_id": template.id, "template_data": {"code": "A1"}, "tracking_id": "t1"}
    return business.post("/message/template", **{**call, **more})


@pytest.mark.parametrize("phone", [PHONE, "0000000001", "+84000000001"])
def test_a_template_goes_by_phone(
    *, sandbox: Sandbox, mailbox: Mailbox, business: Caller, person: Person, template: SandboxTemplate, phone: str
) -> None:
    """However the number is written, the message arrives and its delivery is reported by the other server."""
    answer = send(business, template, phone)
    sandbox.deliver_due()
    _, headers, _ = mailbox.got[0]

    assert [message.text for message in person.heard] == ["receipt\ncode: A1"]
    assert answer["data"]["quota"] == {"dailyQuota": "500", "remainingQuota": "499"}
    assert headers["x-zevent-server"] == "ZNS"
    assert mailbox.events[0]["message"]["tracking_id"] == "t1"
    assert business.get("/message/status", message_id=answer["data"]["msg_id"])["data"]["status"] == 1


def test_a_template_goes_by_hash(business: Caller, person: Person, template: SandboxTemplate) -> None:
    """The number can be given as its SHA-256."""
    call = {"phone": hashlib.sha256(PHONE.encode()).hexdigest(), "template_id": template.id, "tracking_id": "t1"}
    answer = business.post("/message/template/hashphone", **call, template_data={"code": "A1"})

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
def test_what_is_wrong_has_a_number(
    business: Caller, person: Person, template: SandboxTemplate, wrong: dict[str, Any], code: int
) -> None:
    """Codes are those of this host, and nobody hears anything."""
    assert send(business, template, **wrong)["error"] == code
    assert person.heard == ()


def test_a_day_has_its_quota(
    business: Caller, account: SandboxOfficialAccount, person: Person, template: SandboxTemplate
) -> None:
    """After the last message of the day, the code for the quota comes."""
    account.account.daily = 1

    assert [send(business, template)["error"] for _ in range(2)] == [0, -144]
    assert business.get("/message/quota")["data"]["remainingQuota"] == "0"


def test_a_dead_token_has_its_number_here(sandbox: Sandbox, business: Caller, template: SandboxTemplate) -> None:
    """This host says -124 where the other one says -216."""
    sandbox.fail_next("expired_token")

    assert business.get("/message/quota")["error"] == -124


def test_a_template_goes_by_user_id(caller: Caller, account: SandboxOfficialAccount, person: Person) -> None:
    """No window is needed; old templates can't."""
    new, old = account.template("new", {}), account.template("old", {}, by_uid=False)

    def sent(template: SandboxTemplate) -> Any:
        call = {"user_id": person.id, "template_id": template.id, "template_data": {}}
        return caller.post("/v3.0/oa/message/template", **call)["error"]

    assert (sent(new), sent(old)) == (0, -249)
    assert person.heard[0].kind == "template"


def test_templates_can_be_looked_up(
    business: Caller, account: SandboxOfficialAccount, template: SandboxTemplate
) -> None:
    """Lists narrow down by status; one template tells its parameters."""
    account.template("waiting", {}, status=2)
    listed = business.get("/template/all", offset=0, limit=100, status=2)["data"]
    info = business.get("/template/info/v2", template_id=template.id)["data"]

    assert [one["templateName"] for one in listed] == ["waiting"]
    assert [(one["name"], one["maxLength"]) for one in info["listParams"]] == [("code", 10)]
