"""Whatever Zalo responds, only the errors of the messenger port are raised, and they contain nothing about people."""

import json
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import cycle
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.zalo.conftest import BEGIN

from anninh_core.kernel.errors import DeliveryError, Unsupported
from anninh_core.testing import FixedClock
from anninh_core.testing.kits.messenger.bench import PICTURE
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.messages import Address, Attachment, OutgoingMessage, Place
from anninh_zalo.cli.account_status import fetch_account_status
from anninh_zalo.groups.calls import GroupUpdate
from anninh_zalo.oauth.endpoint import TokenPair
from anninh_zalo.official import OfficialAccount

pytestmark = pytest.mark.slow

PERSON = "7700000000000000017"
GROUP = "f00dfeed00000017"
TEXT = "Có trộm ở nhà văn hoá"
ACCESS = "acc-nobody-1"
REFRESH = "ref-nobody-1"
APP_SECRET = "app-nobody-1"
SECRETS = (PERSON, TEXT, ACCESS, REFRESH, APP_SECRET)
OPTIONS = {
    "app_id": "11",
    "app_secret": APP_SECRET,
    "oa_id": "12",
    "oa_secret": "s",
    "admins": "13",
    "template.tip": "21",
    "template.tip.noi_dung": "{text}",
}

NAMES = (
    *("error", "message", "data", "quota", "remain", "total", "quota_type", "message_id", "msg_id", "attachment_id"),
    *("token", "group_id", "group_info", "group_setting", "asset_info", "asset_id", "valid_through", "auto_renew"),
    *("status", "used_id", "members", "groups", "assets", "user_id", "name", "link", "last_interaction", "cs_reply"),
    *("time", "from_id", "to_id", "src", "type", "links", "location", "access_token", "refresh_token", "expires_in"),
    *("shared_info", "phone", "listParams", "require", "maxLength", "templateId", "delivery_time", "dailyQuota"),
    *("auto_delete_date", "total_member", "product_type", "package_valid_through_date", "is_verified", "oa_id"),
)
CODES = (-32, -100, -124, -200, -201, -213, -216, -223, -230, -234, -238, -248, -14020, 0, 404)

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False),
    st.sampled_from(("", "0", "1", "ABC", *SECRETS, GROUP, "9" * 5000, "٣", "\ud83d", "31/12/9999", "gmf10", "[]")),
    st.sampled_from((str(1793588400000), 1793588400000, 10**13, "disabled", "available", "text", "unlimited")),
)
NASTY: tuple[Any, ...] = (None, True, -1, 0.5, "9" * 5000, 10**20, "\ud83d", "٣", "31/12/9999", [{}], {"x": 1}, "")
values = st.recursive(
    leaves, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inside, max_size=6)
)
bodies = st.one_of(
    st.dictionaries(st.sampled_from(NAMES), values, max_size=6),
    st.builds(
        lambda data, more: {"error": 0, "data": data} | more,
        values,
        st.dictionaries(st.sampled_from(NAMES), values, max_size=2),
    ),
    st.builds(lambda code, text: {"error": code, "message": text}, st.sampled_from(CODES), values),
)
ASSET = {"asset_id": "a1", "product_type": "gmf10", "valid_through": "31/12/2027", "status": "available", "used_id": ""}
LINE = {"message_id": "m1", "time": 1793588400000, "from_id": "12", "src": 0, "to_id": PERSON, "message": TEXT}
WHOLE = {
    "quota": {"quota_type": "sub_quota", "remain": "7", "total": "500", "expired_date": "31/12/2026"},
    "cs_reply": {"remain": "7", "total": "8"},
    "group_info": {"group_id": GROUP, "name": "Tổ 1", "status": "enabled", "total_member": 3, "auto_delete_date": ""},
    "group_setting": {"lock_send_msg": "true"},
    "asset_info": ASSET,
    "assets": [ASSET],
    "groups": [{"group_id": GROUP, "name": "Tổ 1", "status": "disabled", "total_member": "3"}],
    "members": [{"user_id": PERSON, "name": "A"}],
    "shared_info": {"phone": 84900000001},
    "listParams": [{"name": "noi_dung", "require": True, "maxLength": 200, "minLength": "0", "acceptNull": False}],
    **dict.fromkeys(("message_id", "msg_id", "attachment_id", "token"), "m1"),
    **dict.fromkeys(("last_interaction", "delivery_time"), "1793588400000"),
    **dict.fromkeys(("dailyQuota", "remainingQuota", "total"), 1),
    **dict.fromkeys(("templateId", "oa_id"), 12),
    "status": "ENABLE",
    "package_valid_through_date": "31/12/2026",
}
"""A response that has the data for every call."""


def build_distorted_strategy(documented_value: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for responses like the documented one, with invalid values in some places."""
    if isinstance(documented_value, dict):
        inside = st.fixed_dictionaries(
            {name: build_distorted_strategy(value) for name, value in documented_value.items()}
        )
        return st.one_of(inside, inside, inside, values)
    if isinstance(documented_value, list):
        return st.lists(build_distorted_strategy(documented_value[0]), max_size=3)
    return st.one_of(*[st.just(documented_value)] * 5, st.sampled_from(NASTY), leaves)


documented = st.one_of(build_distorted_strategy(WHOLE), build_distorted_strategy([LINE | ASSET])).map(
    lambda data: {"error": 0, "data": data}
)
tokens = st.fixed_dictionaries(
    {"access_token": st.just("acc-2"), "refresh_token": st.just("ref-2"), "expires_in": leaves}
)
contents = st.one_of(documented, documented, documented, tokens, bodies).map(
    lambda body: json.dumps(body).encode()
) | st.sampled_from(
    (b"", b"null", b"[", b"[" * 100_000, b"\xff", b'{"error": 0, "data": NaN}', b'{"error": 1' + b"0" * 5000 + b"}")
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "x-ratelimit-limit": st.sampled_from(("100", "", "٣", "9" * 50)),
        "x-ratelimit-remain": st.sampled_from(("0", "99", "x")),
        "date": st.sampled_from(("Mon, 02 Nov 2026 03:00:00 GMT", "heute", "", "Mon, 02 Nov 9999 03:00:00 -2359")),
    },
)
answers = st.builds(
    lambda status, content, headers: (status, content, {k: v.encode() for k, v in headers.items()}),
    st.sampled_from((200,) * 9 + (400, 401, 500)),
    contents,
    headers,
)

ACTS: Mapping[str, Callable[[OfficialAccount, OutgoingMessage], object]] = {
    "send": lambda oa, outgoing: oa.send(outgoing),
    "send by template": lambda oa, outgoing: oa.send_by("template", outgoing),
    "send by telephone": lambda oa, outgoing: oa.send_by("phone", outgoing),
    "reconcile": lambda oa, outgoing: oa.reconcile(outgoing, BEGIN),
    "missed": lambda oa, _: oa.missed_events(),
    "window": lambda oa, outgoing: oa.window(outgoing.to),
    "create": lambda oa, outgoing: oa.create_group("Tổ 1", [outgoing.to]),
    "create once": lambda oa, outgoing: oa.create_group("Tổ 1", [outgoing.to], "k"),
    "look": lambda oa, _: oa.look(_group()),
    "members": lambda oa, _: oa.list_members(_group()),
    "remove": lambda oa, outgoing: oa.remove_member(_group(), outgoing.to),
    "lock": lambda oa, _: oa.lock_posting(_group(), locked=True),
    "pending": lambda oa, _: oa.groups.calls.list_pending(GROUP),
    "update": lambda oa, _: oa.groups.calls.update(GROUP, GroupUpdate(group_name="Tổ 2")),
    "assets": lambda oa, _: oa.groups.calls.assets("gmf10"),
    "templates": lambda oa, _: oa.templates.catalogue.list_templates(),
    "template": lambda oa, _: oa.templates.catalogue.get_template("21"),
    "fate": lambda oa, _: oa.templates.catalogue.get_delivery("m"),
    "quota": lambda oa, _: oa.templates.catalogue.get_quota(),
    "renew": lambda oa, _: oa.tokens.renew(ACCESS),
}
QUICK = ("members", "send", "window")
EACH = [pytest.param(act, marks=[] if act in QUICK else [pytest.mark.slow]) for act in ACTS]


def _group() -> Address:
    return Address("oa", Place.GROUP, GROUP)


def build_account(responses: Sequence[tuple[int, bytes, Mapping[str, bytes]]]) -> tuple[OfficialAccount, FixedClock]:
    """Build an account whose calls get the given responses in turn; return it with its clock."""
    next_responses = cycle(responses)

    def answer(_: httpx.Request) -> httpx.Response:
        status, content, raw_headers = next(next_responses)
        return httpx.Response(
            status, content=content, headers=[(name.encode(), value) for name, value in raw_headers.items()]
        )

    clock = FixedClock(BEGIN)
    messenger = OfficialAccount("oa", OPTIONS, memory_services(clock), lambda: httpx.MockTransport(answer))
    messenger.tokens.adopt(TokenPair(ACCESS, REFRESH))
    return messenger, clock


def build_message(oa: OfficialAccount, shape: str) -> OutgoingMessage:
    """Build a message of the given shape; each shape is sent in a different way."""
    to = _group() if shape == "group" else Address("oa", Place.PERSON, PERSON)
    more: dict[str, Any] = {"reply_to": "m-0"} if shape == "quote" else {}
    if shape == "picture":
        more["attachments"] = (Attachment("image", blob=oa.services.blobs.put(PICTURE)),)
    text = (TEXT + ". ") * 150 if shape == "long" else TEXT
    return OutgoingMessage(key="k-1", to=to, text=text, purpose="tip.answer", **more)


def find_secrets(error: BaseException) -> list[str]:
    """Return the secrets that an error or its causes contain."""
    formatted = "".join(traceback.format_exception(error))
    return [secret for secret in SECRETS if secret in formatted]


@pytest.mark.parametrize("act", EACH)
@given(st.lists(answers, min_size=1, max_size=4), st.sampled_from(("text", "long", "quote", "group", "picture")))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_only_port_errors_are_raised(act: str, given: list[tuple[int, bytes, Mapping[str, bytes]]], shape: str) -> None:
    """Any responses lead to a result or to an error of the port without secrets, also in three attempts eleven minutes
    apart, which find the notes of earlier attempts.
    """
    oa, clock = build_account(given)
    outgoing = build_message(oa, shape)
    raised: list[BaseException] = []
    for _ in range(3):
        try:
            ACTS[act](oa, outgoing)
        except (DeliveryError, Unsupported) as error:
            raised.append(error)
        clock.advance(timedelta(minutes=11))
    oa.close()
    assert [find_secrets(error) for error in raised] == [[]] * len(raised)


def test_id_in_place_of_a_code_is_not_shown() -> None:
    """If Zalo responds with an id in place of an error code, the error doesn't contain it."""
    oa, _ = build_account([(200, json.dumps({"error": PERSON}).encode(), {})])
    with pytest.raises(DeliveryError, match="doesn't know this error") as refused:
        oa.look(_group())
    oa.close()
    assert find_secrets(refused.value) == []


def iter_distorted_responses(valid: Any) -> Iterator[Any]:
    """Yield copies of the response `valid` in which one value is invalid, for each position and each invalid value."""
    yield from NASTY
    inside = valid.items() if isinstance(valid, dict) else enumerate(valid) if isinstance(valid, list) else ()
    for position, value in inside:
        for replaced in iter_distorted_responses(value):
            yield {**valid, position: replaced} if isinstance(valid, dict) else [replaced]


@pytest.mark.parametrize("act", EACH)
def test_one_invalid_value_raises_only_port_errors(act: str) -> None:
    """A documented response with one invalid value anywhere leads to a result or an error of the port."""
    for data in [*iter_distorted_responses(WHOLE), *iter_distorted_responses([LINE | ASSET])]:
        oa, _ = build_account([(200, json.dumps({"error": 0, "data": data}).encode(), {})])
        try:
            result = ACTS[act](oa, build_message(oa, "text"))
            assert "\ud83d" not in repr(result)
        except (DeliveryError, Unsupported):
            continue
        finally:
            oa.close()


@given(st.lists(answers, min_size=1, max_size=4))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_health_and_status_never_raise(given: list[tuple[int, bytes, Mapping[str, bytes]]]) -> None:
    """Health and status report failures as checks without raising, and contain nothing about people."""
    oa, clock = build_account(given)
    checks = [*oa.health(), *fetch_account_status(oa.api, clock.now()).checks]
    assert [secret for secret in SECRETS if secret in repr(checks)] == []
    oa.close()
