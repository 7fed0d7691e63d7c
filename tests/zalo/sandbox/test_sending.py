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


def test_text_arrives_and_response_has_the_quota(caller: Caller, person: Person) -> None:
    """A text arrives, and the response has the quota with numbers as text and dates as dd/mm/yyyy."""
    person.says("xin chào")
    answer = caller.tell(person, "cảm ơn bác")

    assert [message.text for message in person.heard] == ["cảm ơn bác"]
    assert answer["error"] == 0
    assert answer["data"]["message_id"] == person.heard[0].id
    assert answer["data"]["quota"]["remain"] == "7"
    assert answer["data"]["quota"]["expired_date"] == "03/10/2026"


@pytest.mark.usefixtures("lasting")
def test_contact_window_closes_after_seven_days(caller: Caller, person: Person, clock: FixedClock) -> None:
    """A person who never wrote, or not for 7 days, can't be written to until they act again."""
    never = caller.tell(person, "chào")
    person.says("chào")
    clock.advance(timedelta(days=7))
    in_time = caller.tell(person, "chào")
    clock.advance(timedelta(seconds=1))
    late = caller.tell(person, "chào")
    person.clicks("#menu")

    assert [never["error"], in_time["error"], late["error"]] == [-232, 0, -230]
    assert caller.tell(person, "chào")["error"] == 0


def test_package_pays_after_free_messages(caller: Caller, person: Person, account: SandboxOfficialAccount) -> None:
    """Eight replies are free, then the package pays, and then messages are refused."""
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
    """A refused message has its code only in the body, and doesn't reach the person."""
    person.says("chào")
    answer = caller.client.post("/v3.0/oa/message/cs", json={"recipient": {"user_id": person.id}, "message": message})

    assert (answer.status_code, answer.json()["error"]) == (200, code)
    assert person.heard == ()


def test_longest_text_has_two_thousand_characters(caller: Caller, person: Person) -> None:
    """A text of 2000 characters, the maximal length, is accepted."""
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
def test_other_kinds_arrive_and_are_echoed(
    *, sandbox: Sandbox, mailbox: Mailbox, caller: Caller, person: Person, attachment: dict[str, Any], kind: str
) -> None:
    """Each kind of message arrives, and is echoed under its name."""
    person.says("chào")
    answer = caller.tell(person, "xem", attachment=attachment)
    sandbox.deliver_due()

    assert answer["error"] == 0
    assert person.heard[0].kind == kind
    assert f"oa_send_{kind}" in mailbox.names


def test_person_s_message_can_be_quoted(caller: Caller, person: Person) -> None:
    """A message arrives with its quote of the person's message."""
    incoming = person.says("hỏi")
    caller.tell(person, "đáp", quote_message_id=incoming.id)

    assert person.heard[0].quote == incoming.id


@pytest.mark.usefixtures("lasting")
def test_upload_is_valid_for_seven_days(caller: Caller, person: Person, clock: FixedClock) -> None:
    """An upload arrives unchanged, and can be used for 7 days."""
    content = PNG + b"\r\n--\r\n\x00\xff"
    id = upload(caller, "image", "a.png", content)["data"]["attachment_id"]
    person.says("chào")
    first = caller.tell(person, "", attachment=media(media_type="image", attachment_id=id))
    downloaded = caller.client.get(person.heard[0].attachments[0]["payload"]["url"]).content
    clock.advance(timedelta(days=7))

    assert (first["error"], downloaded) == (0, content)
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
def test_unacceptable_upload_is_refused(caller: Caller, kind: str, name: str, content: bytes, code: int) -> None:
    """An upload that is too large or of a wrong type is refused."""
    assert upload(caller, kind, name, content)["error"] == code


def test_reaction_reaches_the_person(sandbox: Sandbox, mailbox: Mailbox, caller: Caller, person: Person) -> None:
    """A reaction to a person's message reaches the person, and is echoed."""
    incoming = person.says("chào")
    action = {"react_icon": "/-strong", "react_message_id": incoming.id}
    answer = caller.post("/v2.0/oa/message", recipient={"user_id": person.id}, sender_action=action)
    sandbox.deliver_due()

    assert (answer["error"], person.reactions) == (0, ((incoming.id, "/-strong"),))
    assert mailbox.names[-1] == "oa_reacted_message"


def test_disabled_and_unknown_calls_are_refused(caller: Caller, person: Person) -> None:
    """A call that Zalo has disabled gets -240, an unknown one HTTP status 404."""
    disabled = ["/v3.0/oa/message/transaction", "/v3.0/oa/message/promotion", "/v2.0/oa/message"]
    answers = [
        caller.post(path, recipient={"user_id": person.id}, message={"text": "chào"})["error"] for path in disabled
    ]
    unknown = caller.client.post("/v3.0/oa/message", json={})

    assert answers == [-240] * 3
    assert (unknown.status_code, unknown.json()["message"]) == (404, "empty or invalid API")


def test_calls_are_limited_a_minute(caller: Caller, account: SandboxOfficialAccount, clock: FixedClock) -> None:
    """Calls are limited per minute, and headers have the remaining number."""
    account.account.per_minute = 2
    answers = [caller.client.get("/v2.0/oa/getoa") for _ in range(3)]
    clock.advance(timedelta(minutes=1))

    assert [answer.headers["X-RateLimit-Remain"] for answer in answers] == ["1", "0", "0"]
    assert [answer.json()["error"] for answer in answers] == [0, 0, -32]
    assert caller.data("/v2.0/oa/getoa")["error"] == 0


def test_get_parameters_are_read_from_data(caller: Caller, person: Person) -> None:
    """A GET call reads its parameters from JSON in `data`, and ignores plain ones."""
    path = "/v3.0/oa/user/detail"
    detail = caller.data(path, user_id=person.id)["data"]

    assert detail["display_name"] == "Thử Văn An"
    assert caller.get(path, user_id=person.id)["error"] == -201


def test_history_is_newest_first_in_tens(caller: Caller, person: Person) -> None:
    """The history has both sides' messages, newest first, and at most ten in a page."""
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
    """Lists of people are filtered by tag, following and last interaction."""
    other = account.person("Thử Thị Bình", follows=True)
    person.says("chào")
    caller.post("/v2.0/oa/tag/tagfollower", user_id=person.id, tag_name="to-1")

    def listed(**filters: Any) -> list[str]:
        users = caller.data("/v3.0/oa/user/getlist", offset=0, count=50, **filters)["data"]["users"]
        return [user["user_id"] for user in users]

    assert listed(tag_name="to-1") == listed(last_interaction_period="L7D") == [person.id]
    assert listed(is_follower="true") == [other.id]
    assert caller.data("/v2.0/oa/tag/gettagsofoa")["data"] == ["to-1"]


def test_quotas_of_person_and_package(caller: Caller, person: Person) -> None:
    """The quotas of a person and of the package can be queried, with numbers as text."""
    person.says("chào")
    caller.tell(person, "chào")
    of_person = caller.post("/v3.0/oa/quota/message", user_id=person.id)["data"]
    of_package = caller.post("/v3.0/oa/quota/message", quota_owner="OA", product_type="cs")["data"]

    assert of_person["cs_reply"] == {"remain": "7", "total": "8"}
    assert of_person["last_interaction"].isdecimal()
    assert of_package[0]["remain"] == "500"


def test_article_is_processed_before_it_has_an_id(caller: Caller) -> None:
    """The first verification of an article reports that it is being processed, and the next one has its id."""
    fields = {"title": "t", "author": "a", "description": "d", "body": [{"type": "text", "content": "c"}]}
    token = caller.post("/v2.0/article/create", type="normal", **fields)["data"]["token"]
    first, second = (caller.post("/v2.0/article/verify", token=token) for _ in range(2))
    page = caller.get("/v2.0/article/getslice", offset=0, limit=10, type="normal")["data"]

    assert first["error"] == -214
    assert [media["id"] for media in page["medias"]] == [second["data"]["id"]]


def test_calls_end_with_the_package(caller: Caller, account: SandboxOfficialAccount, clock: FixedClock) -> None:
    """After the package's end calls get -224."""
    account.account.package_until = clock.now()

    assert caller.data("/v2.0/oa/getoa")["error"] == -224


def test_ids_exceed_the_precision_of_a_float(person: Person, account: SandboxOfficialAccount) -> None:
    """Ids of people and accounts are decimal strings above 2^53."""
    assert min(int(person.id), int(account.id)) > 2**53
    assert json.loads(json.dumps(person.id)) == person.id
