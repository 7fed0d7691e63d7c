import json
from datetime import timedelta
from typing import Any

import pytest
from tests.zalo.sandbox.conftest import Caller, Mailbox

from anninh_core.testing import FixedClock
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount

PNG = b"\x89PNG\r\n\x1a\n"
MEDIA = "media"


def media(**element: Any) -> dict[str, Any]:
    return {"type": "template", "payload": {"template_type": MEDIA, "elements": [element]}}


def upload(caller: Caller, kind: str, name: str, content: bytes) -> Any:
    return caller.client.post(f"/v2.0/oa/upload/{kind}", files={"file": (name, content)}).json()


def test_a_text_arrives_and_its_quota_is_told(caller: Caller, person: Person) -> None:
    """Numbers of quotas come as text, dates as dd/mm/yyyy."""
    person.says("xin chào")
    answer = caller.tell(person, "cảm ơn bác")

    assert [message.text for message in person.heard] == ["cảm ơn bác"]
    assert answer["error"] == 0
    assert answer["data"]["message_id"] == person.heard[0].id
    assert answer["data"]["quota"]["remain"] == "7"
    assert answer["data"]["quota"]["expired_date"] == "03/10/2026"


@pytest.mark.usefixtures("lasting")
def test_the_window_closes_after_seven_days(caller: Caller, person: Person, clock: FixedClock) -> None:
    """Who never spoke, or not for 7 days, can't be written to; speaking opens the window again."""
    never = caller.tell(person, "chào")
    person.says("chào")
    clock.advance(timedelta(days=7))
    still = caller.tell(person, "chào")
    clock.advance(timedelta(seconds=1))
    late = caller.tell(person, "chào")
    person.clicks("#menu")

    assert [never["error"], still["error"], late["error"]] == [-232, 0, -230]
    assert caller.tell(person, "chào")["error"] == 0


def test_free_messages_run_out_and_then_the_package(
    caller: Caller, person: Person, account: SandboxOfficialAccount
) -> None:
    """Eight are free, then the package pays, then nothing goes."""
    account.account.monthly = 1
    person.says("chào")
    answers = [caller.tell(person, f"tin {number}") for number in range(10)]

    assert [answer["error"] for answer in answers] == [0] * 9 + [-211]
    assert answers[8]["data"]["quota"]["quota_type"] == "sub_quota"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"text": "a" * 2001}, -210),
        ({"text": " "}, -201),
        ({"text": "chào", "quote_message_id": "ffff"}, -201),
        ({"attachment": {"type": "image", "payload": {"url": "https://x.invalid/a.png"}}}, -201),
        ({"attachment": media(media_type="image", attachment_id="none")}, -201),
        ({"attachment": {"type": "file", "payload": {"token": "none"}}}, -201),
        ({"attachment": {"type": "template", "payload": {"template_type": "unheard_of"}}}, -233),
    ],
)
def test_bad_messages_are_refused_with_http_200(
    caller: Caller, person: Person, message: dict[str, Any], code: int
) -> None:
    """The code stands in the body only, and nobody hears anything."""
    person.says("chào")
    answer = caller.client.post("/v3.0/oa/message/cs", json={"recipient": {"user_id": person.id}, "message": message})

    assert (answer.status_code, answer.json()["error"]) == (200, code)
    assert person.heard == ()


def test_two_thousand_characters_go(caller: Caller, person: Person) -> None:
    """The longest text that is taken is 2000 characters."""
    person.says("chào")

    assert caller.tell(person, "a" * 2000)["error"] == 0


@pytest.mark.parametrize(
    ("attachment", "kind"),
    [
        (media(media_type="image", url="https://x.invalid/a.png"), "image"),
        (media(media_type="sticker", attachment_id="bfe458bf64fa8da4d4eb"), "sticker"),
        (
            {
                "type": "template",
                "payload": {
                    "template_type": "request_user_info",
                    "elements": [{"title": "t", "subtitle": "s", "image_url": "https://x.invalid/a.png"}],
                },
            },
            "template",
        ),
        (
            {
                "type": "template",
                "payload": {
                    "template_type": "list",
                    "elements": [{"title": "t"}],
                    "buttons": [{"title": "b", "type": "oa.query.show", "payload": "#b"}],
                },
            },
            "list",
        ),
    ],
)
def test_other_kinds_go_and_come_back_as_echoes(
    *, sandbox: Sandbox, mailbox: Mailbox, caller: Caller, person: Person, attachment: dict[str, Any], kind: str
) -> None:
    """Each kind is heard, and echoed under its name."""
    person.says("chào")
    answer = caller.tell(person, "xem", attachment=attachment)
    sandbox.deliver_due()

    assert answer["error"] == 0
    assert person.heard[0].kind == kind
    assert f"oa_send_{kind}" in mailbox.names


def test_a_message_of_the_person_can_be_quoted(caller: Caller, person: Person) -> None:
    """The quote arrives with the message."""
    said = person.says("hỏi")
    caller.tell(person, "đáp", quote_message_id=said.id)

    assert person.heard[0].quote == said.id


@pytest.mark.usefixtures("lasting")
def test_uploads_live_seven_days(caller: Caller, person: Person, clock: FixedClock) -> None:
    """Content comes through whole and can be used until the 7 days are over."""
    content = PNG + b"\r\n--\r\n\x00\xff"
    id = upload(caller, "image", "a.png", content)["data"]["attachment_id"]
    person.says("chào")
    first = caller.tell(person, "", attachment=media(media_type="image", attachment_id=id))
    fetched = caller.client.get(person.heard[0].attachments[0]["payload"]["url"]).content
    clock.advance(timedelta(days=7))

    assert (first["error"], fetched) == (0, content)
    assert caller.tell(person, "", attachment=media(media_type="image", attachment_id=id))["error"] == -100


@pytest.mark.parametrize(
    ("kind", "name", "content", "code"),
    [
        ("image", "a.png", b"no picture", -201),
        ("image", "a.png", PNG + b"0" * 1024 * 1024, -210),
        ("gif", "a.gif", PNG, -201),
        ("gif", "a.gif", b"GIF89a", 0),
        ("file", "a.exe", b"MZ", -201),
        ("file", "a.pdf", b"%PDF", 0),
    ],
)
def test_uploads_are_looked_at(caller: Caller, kind: str, name: str, content: bytes, code: int) -> None:
    """What is too large or of another kind is refused."""
    assert upload(caller, kind, name, content)["error"] == code


def test_reactions_reach_the_person(sandbox: Sandbox, mailbox: Mailbox, caller: Caller, person: Person) -> None:
    """A reaction to a message of theirs is seen by them and echoed."""
    said = person.says("chào")
    action = {"react_icon": "/-strong", "react_message_id": said.id}
    answer = caller.post("/v2.0/oa/message", recipient={"user_id": person.id}, sender_action=action)
    sandbox.deliver_due()

    assert (answer["error"], person.reactions) == (0, ((said.id, "/-strong"),))
    assert mailbox.names[-1] == "oa_reacted_message"


def test_what_was_shut_down_says_so(caller: Caller, person: Person) -> None:
    """Old calls get -240, unknown ones HTTP 404."""
    old = ["/v3.0/oa/message/transaction", "/v3.0/oa/message/promotion", "/v2.0/oa/message"]
    answers = [caller.post(path, recipient={"user_id": person.id}, message={"text": "chào"})["error"] for path in old]
    unknown = caller.client.post("/v3.0/oa/message", json={})

    assert answers == [-240] * 3
    assert (unknown.status_code, unknown.json()["message"]) == (404, "empty or invalid API")


def test_calls_are_limited_a_minute(caller: Caller, account: SandboxOfficialAccount, clock: FixedClock) -> None:
    """Headers tell what is left; the minute after, calls go again."""
    account.account.per_minute = 2
    answers = [caller.client.get("/v2.0/oa/getoa") for _ in range(3)]
    clock.advance(timedelta(minutes=1))

    assert [answer.headers["X-RateLimit-Remain"] for answer in answers] == ["1", "0", "0"]
    assert [answer.json()["error"] for answer in answers] == [0, 0, -32]
    assert caller.data("/v2.0/oa/getoa")["error"] == 0


def test_parameters_of_a_get_stand_in_data(caller: Caller, person: Person) -> None:
    """Plain parameters are passed over where the platform wants JSON in one parameter."""
    path = "/v3.0/oa/user/detail"
    detail = caller.data(path, user_id=person.id)["data"]

    assert detail["display_name"] == "Thử Văn An"
    assert caller.get(path, user_id=person.id)["error"] == -201


def test_history_comes_newest_first_ten_at_most(caller: Caller, person: Person) -> None:
    """Both sides stand there, with who spoke and when; more than ten at once are refused."""
    for number in range(11):
        person.says(f"tin {number}")
    caller.tell(person, "đáp")
    page = caller.data("/v2.0/oa/conversation", user_id=person.id, offset=0, count=10)["data"]
    rest = caller.data("/v2.0/oa/conversation", user_id=person.id, offset=10, count=10)["data"]

    assert [entry["src"] for entry in page[:2]] == [0, 1]
    assert [entry["message"] for entry in page[:2] + rest] == ["đáp", "tin 10", "tin 1", "tin 0"]
    assert caller.data("/v2.0/oa/conversation", user_id=person.id, count=11)["error"] == -210
    assert [entry["message"] for entry in caller.data("/v2.0/oa/listrecentchat", offset=0, count=5)["data"]] == ["đáp"]


def test_people_can_be_listed_and_tagged(caller: Caller, account: SandboxOfficialAccount, person: Person) -> None:
    """Lists narrow down by tag, following and the last days."""
    other = account.person("Thử Thị Bình", follows=True)
    person.says("chào")
    caller.post("/v2.0/oa/tag/tagfollower", user_id=person.id, tag_name="to-1")

    def listed(**wanted: Any) -> list[str]:
        found = caller.data("/v3.0/oa/user/getlist", offset=0, count=50, **wanted)["data"]["users"]
        return [user["user_id"] for user in found]

    assert listed(tag_name="to-1") == listed(last_interaction_period="L7D") == [person.id]
    assert listed(is_follower="true") == [other.id]
    assert caller.data("/v2.0/oa/tag/gettagsofoa")["data"] == ["to-1"]


def test_quotas_can_be_asked_for(caller: Caller, person: Person) -> None:
    """A person's and the package's quota, numbers as text."""
    person.says("chào")
    caller.tell(person, "chào")
    of_person = caller.post("/v3.0/oa/quota/message", user_id=person.id)["data"]
    of_package = caller.post("/v3.0/oa/quota/message", quota_owner="OA", product_type="cs")["data"]

    assert of_person["cs_reply"] == {"remain": "7", "total": "8"}
    assert of_person["last_interaction"].isdecimal()
    assert of_package[0]["remain"] == "500"


def test_an_article_takes_a_while(caller: Caller) -> None:
    """The first look says it is being processed, the next one gives its id."""
    fields = {"title": "t", "author": "a", "description": "d", "body": [{"type": "text", "content": "c"}]}
    token = caller.post("/v2.0/article/create", type="normal", **fields)["data"]["token"]
    first, second = (caller.post("/v2.0/article/verify", token=token) for _ in range(2))
    page = caller.get("/v2.0/article/getslice", offset=0, limit=10, type="normal")["data"]

    assert first["error"] == -214
    assert [one["id"] for one in page["medias"]] == [second["data"]["id"]]


def test_ended_packages_end_the_api(caller: Caller, account: SandboxOfficialAccount, clock: FixedClock) -> None:
    """When the package is over, calls get -224."""
    account.account.package_until = clock.now()

    assert caller.data("/v2.0/oa/getoa")["error"] == -224


def test_ids_go_beyond_what_a_float_holds(person: Person, account: SandboxOfficialAccount) -> None:
    """People and accounts have decimal strings over 2^53."""
    assert min(int(person.id), int(account.id)) > 2**53
    assert json.loads(json.dumps(person.id)) == person.id
