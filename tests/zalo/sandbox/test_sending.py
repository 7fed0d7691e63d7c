import json
from datetime import timedelta
from typing import Any

import pytest
from tests.zalo.sandbox.conftest import ApiClient, WebhookRecorder

from anninh_core.testing import FixedClock
from anninh_zalo.testing import Person, Sandbox, SandboxOfficialAccount

PNG = b"\x89PNG\r\n\x1a\n"
MEDIA = "media"


def build_media_body(**element: Any) -> dict[str, Any]:
    return {"type": "template", "payload": {"template_type": MEDIA, "elements": [element]}}


def upload_file(caller: ApiClient, kind: str, name: str, content: bytes) -> Any:
    return caller.client.post(f"/v2.0/oa/upload/{kind}", files={"file": (name, content)}).json()


def test_text_arrives_and_response_has_the_quota(api_client: ApiClient, person: Person) -> None:
    """A text arrives, and the response has the quota, with numbers as text and dates as dd/mm/yyyy."""
    person.says("xin chào")
    answer = api_client.send_text(person, "cảm ơn bác")

    assert [message.text for message in person.heard] == ["cảm ơn bác"]
    assert answer["error"] == 0
    assert answer["data"]["message_id"] == person.heard[0].id
    assert answer["data"]["quota"]["remain"] == "7"
    assert answer["data"]["quota"]["expired_date"] == "03/10/2026"


@pytest.mark.usefixtures("long_token")
def test_contact_window_closes_after_seven_days(api_client: ApiClient, person: Person, clock: FixedClock) -> None:
    """A person who never wrote, or hasn't written for 7 days, can't be written to until they act again."""
    never = api_client.send_text(person, "chào")
    person.says("chào")
    clock.advance(timedelta(days=7))
    in_time = api_client.send_text(person, "chào")
    clock.advance(timedelta(seconds=1))
    late = api_client.send_text(person, "chào")
    person.clicks("#menu")

    assert [never["error"], in_time["error"], late["error"]] == [-232, 0, -230]
    assert api_client.send_text(person, "chào")["error"] == 0


def test_package_pays_after_free_messages(
    api_client: ApiClient, person: Person, account: SandboxOfficialAccount
) -> None:
    """Eight replies are free, then the package pays for messages, and then messages are refused."""
    account.account.monthly = 1
    person.says("chào")
    answers = [api_client.send_text(person, f"tin {number}") for number in range(10)]

    assert [answer["error"] for answer in answers] == [0] * 9 + [-211]
    assert answers[8]["data"]["quota"]["quota_type"] == "sub_quota"


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"text": "a" * 2001}, -210),
        ({"text": " "}, -201),
        ({"text": "chào", "quote_message_id": "ffff"}, -201),
        ({"attachment": {"type": "image", "payload": {"url": "https://x.invalid/a.png"}}}, -201),
        ({"attachment": build_media_body(media_type="image", attachment_id="none")}, -201),
        ({"attachment": {"type": "file", "payload": {"token": "none"}}}, -201),
        ({"attachment": {"type": "template", "payload": {"template_type": "unheard_of"}}}, -233),
    ],
)
def test_bad_messages_are_refused_with_http_200(
    api_client: ApiClient, person: Person, message: dict[str, Any], code: int
) -> None:
    """The error code of a refused message is only in the response body, and the message doesn't reach the person."""
    person.says("chào")
    answer = api_client.client.post(
        "/v3.0/oa/message/cs", json={"recipient": {"user_id": person.id}, "message": message}
    )

    assert (answer.status_code, answer.json()["error"]) == (200, code)
    assert person.heard == ()


def test_longest_text_has_two_thousand_characters(api_client: ApiClient, person: Person) -> None:
    """A text of 2000 characters, the maximal length, is accepted."""
    person.says("chào")

    assert api_client.send_text(person, "a" * 2000)["error"] == 0


@pytest.mark.parametrize(
    ("attachment", "kind"),
    [
        (build_media_body(media_type="image", url="https://x.invalid/a.png"), "image"),
        (build_media_body(media_type="sticker", attachment_id="bfe458bf64fa8da4d4eb"), "sticker"),
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
    *,
    sandbox: Sandbox,
    webhook_recorder: WebhookRecorder,
    api_client: ApiClient,
    person: Person,
    attachment: dict[str, Any],
    kind: str,
) -> None:
    """Each kind of message arrives, and its echo has the name of the kind."""
    person.says("chào")
    answer = api_client.send_text(person, "xem", attachment=attachment)
    sandbox.deliver_due()

    assert answer["error"] == 0
    assert person.heard[0].kind == kind
    assert f"oa_send_{kind}" in webhook_recorder.event_names


def test_person_s_message_can_be_quoted(api_client: ApiClient, person: Person) -> None:
    """A message arrives with its quote of the person's message."""
    incoming = person.says("hỏi")
    api_client.send_text(person, "đáp", quote_message_id=incoming.id)

    assert person.heard[0].quote == incoming.id


@pytest.mark.usefixtures("long_token")
def test_upload_is_valid_for_seven_days(api_client: ApiClient, person: Person, clock: FixedClock) -> None:
    """An uploaded file arrives unchanged, and can be used for 7 days."""
    content = PNG + b"\r\n--\r\n\x00\xff"
    id = upload_file(api_client, "image", "a.png", content)["data"]["attachment_id"]
    person.says("chào")
    first = api_client.send_text(person, "", attachment=build_media_body(media_type="image", attachment_id=id))
    downloaded = api_client.client.get(person.heard[0].attachments[0]["payload"]["url"]).content
    clock.advance(timedelta(days=7))

    assert (first["error"], downloaded) == (0, content)
    assert (
        api_client.send_text(person, "", attachment=build_media_body(media_type="image", attachment_id=id))["error"]
        == -100
    )


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
def test_unacceptable_upload_is_refused(api_client: ApiClient, kind: str, name: str, content: bytes, code: int) -> None:
    """An upload is refused if it is too large or of a wrong type."""
    assert upload_file(api_client, kind, name, content)["error"] == code


def test_reaction_reaches_the_person(
    sandbox: Sandbox, webhook_recorder: WebhookRecorder, api_client: ApiClient, person: Person
) -> None:
    """The account's reaction to a person's message reaches the person, and is echoed."""
    incoming = person.says("chào")
    action = {"react_icon": "/-strong", "react_message_id": incoming.id}
    answer = api_client.post("/v2.0/oa/message", recipient={"user_id": person.id}, sender_action=action)
    sandbox.deliver_due()

    assert (answer["error"], person.reactions) == (0, ((incoming.id, "/-strong"),))
    assert webhook_recorder.event_names[-1] == "oa_reacted_message"


def test_disabled_and_unknown_calls_are_refused(api_client: ApiClient, person: Person) -> None:
    """A call that Zalo has disabled gets code -240, and an unknown call gets HTTP status 404."""
    disabled = ["/v3.0/oa/message/transaction", "/v3.0/oa/message/promotion", "/v2.0/oa/message"]
    answers = [
        api_client.post(path, recipient={"user_id": person.id}, message={"text": "chào"})["error"] for path in disabled
    ]
    unknown = api_client.client.post("/v3.0/oa/message", json={})

    assert answers == [-240] * 3
    assert (unknown.status_code, unknown.json()["message"]) == (404, "empty or invalid API")


def test_calls_are_limited_a_minute(api_client: ApiClient, account: SandboxOfficialAccount, clock: FixedClock) -> None:
    """API calls are limited per minute, and response headers have the number that remains."""
    account.account.per_minute = 2
    answers = [api_client.client.get("/v2.0/oa/getoa") for _ in range(3)]
    clock.advance(timedelta(minutes=1))

    assert [answer.headers["X-RateLimit-Remain"] for answer in answers] == ["1", "0", "0"]
    assert [answer.json()["error"] for answer in answers] == [0, 0, -32]
    assert api_client.get_with_data("/v2.0/oa/getoa")["error"] == 0


def test_get_parameters_are_read_from_data(api_client: ApiClient, person: Person) -> None:
    """A GET call reads its parameters from JSON in `data`, and ignores plain ones."""
    path = "/v3.0/oa/user/detail"
    detail = api_client.get_with_data(path, user_id=person.id)["data"]

    assert detail["display_name"] == "Thử Văn An"
    assert api_client.get(path, user_id=person.id)["error"] == -201


def test_history_is_newest_first_in_tens(api_client: ApiClient, person: Person) -> None:
    """The history of a conversation has the messages of both sides, newest first, and at most ten in a page."""
    for number in range(11):
        person.says(f"tin {number}")
    api_client.send_text(person, "đáp")
    page = api_client.get_with_data("/v2.0/oa/conversation", user_id=person.id, offset=0, count=10)["data"]
    rest = api_client.get_with_data("/v2.0/oa/conversation", user_id=person.id, offset=10, count=10)["data"]

    assert [entry["src"] for entry in page[:2]] == [0, 1]
    assert [entry["message"] for entry in page[:2] + rest] == ["đáp", "tin 10", "tin 1", "tin 0"]
    assert api_client.get_with_data("/v2.0/oa/conversation", user_id=person.id, count=11)["error"] == -210
    assert [
        entry["message"] for entry in api_client.get_with_data("/v2.0/oa/listrecentchat", offset=0, count=5)["data"]
    ] == ["đáp"]


def test_people_can_be_listed_and_tagged(
    api_client: ApiClient, account: SandboxOfficialAccount, person: Person
) -> None:
    """People can be listed by tag, by whether they follow the account, and by their last interaction."""
    other = account.person("Thử Thị Bình", follows=True)
    person.says("chào")
    api_client.post("/v2.0/oa/tag/tagfollower", user_id=person.id, tag_name="to-1")

    def list_people(**filters: Any) -> list[str]:
        users = api_client.get_with_data("/v3.0/oa/user/getlist", offset=0, count=50, **filters)["data"]["users"]
        return [user["user_id"] for user in users]

    assert list_people(tag_name="to-1") == list_people(last_interaction_period="L7D") == [person.id]
    assert list_people(is_follower="true") == [other.id]
    assert api_client.get_with_data("/v2.0/oa/tag/gettagsofoa")["data"] == ["to-1"]


def test_quotas_of_person_and_package(api_client: ApiClient, person: Person) -> None:
    """The quotas of a person and of the package can be queried, with numbers as text."""
    person.says("chào")
    api_client.send_text(person, "chào")
    of_person = api_client.post("/v3.0/oa/quota/message", user_id=person.id)["data"]
    of_package = api_client.post("/v3.0/oa/quota/message", quota_owner="OA", product_type="cs")["data"]

    assert of_person["cs_reply"] == {"remain": "7", "total": "8"}
    assert of_person["last_interaction"].isdecimal()
    assert of_package[0]["remain"] == "500"


def test_article_is_processed_before_it_has_an_id(api_client: ApiClient) -> None:
    """The first verification of an article reports that it is being processed, and the next one has its id."""
    fields = {"title": "t", "author": "a", "description": "d", "body": [{"type": "text", "content": "c"}]}
    token = api_client.post("/v2.0/article/create", type="normal", **fields)["data"]["token"]
    first, second = (api_client.post("/v2.0/article/verify", token=token) for _ in range(2))
    page = api_client.get("/v2.0/article/getslice", offset=0, limit=10, type="normal")["data"]

    assert first["error"] == -214
    assert [media["id"] for media in page["medias"]] == [second["data"]["id"]]


def test_calls_end_with_the_package(api_client: ApiClient, account: SandboxOfficialAccount, clock: FixedClock) -> None:
    """After the end of the package API calls get code -224."""
    account.account.package_until = clock.now()

    assert api_client.get_with_data("/v2.0/oa/getoa")["error"] == -224


def test_ids_exceed_the_precision_of_a_float(person: Person, account: SandboxOfficialAccount) -> None:
    """Ids of people and accounts are decimal strings above 2^53, which a float can't represent exactly."""
    assert min(int(person.id), int(account.id)) > 2**53
    assert json.loads(json.dumps(person.id)) == person.id
