"""Each of Zalo's error codes has a meaning, in one table for each host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import (
    DeliveryError,
    NeedsPerson,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
    UnknownOutcome,
)
from anninh_zalo.errors.classify import TABLES, Host, build_delivery_error, classify_response
from anninh_zalo.errors.error_row import ErrorKind

# The codes in Zalo's documentation and in published reports.
DOCUMENTED = {
    Host.OPENAPI: """
        0 -32 -100 -200 -201 -202 -204 -205 -207 -208 -209 -210 -211 -212 -213 -214 -215 -216 -217 -218 -219 -220 -221
        -222 -223 -224 -227 -230 -232 -233 -234 -235 -237 -238 -241 -240 -242 -244 -248 -249 -305 -311 -320 -321 -403
        -1340 -1341 401 -401 -124
    """,
    Host.BUSINESS: """
        -100 -124 -106 -107 -108 -109 -1091 -111 -112 -1121 -1122 -1123 -1124 -113 -1131 -116 -121 -122 -123 -128 -129
        -130 -132 -1241 -142 -143 -148 -149 -1491 -150 -151 -152 -153 -158 -159 -161 -162 -110 -114 -118 -119 -139 -140
        -141 -101 -102 -103 -104 -105 -115 -117 -120 -1201 -1202 -125 -126 -127 -131 -135 -1351 -136 -137 -138 -1381
        -145 -146 -133 -144 -1441 -147 -1471 -1472 -160 -134
    """,
    Host.OAUTH: "-14002 -14003 -14004 -14012 -14024 -14014 -14020 -14029 -118",
    Host.BOT: "400 401 403 404 408 429",
}


@pytest.mark.parametrize("host", Host)
def test_every_documented_code_has_a_row(host: Host) -> None:
    """Every documented error code is in its host's table, with a meaning for any text."""
    codes = [int(code) for code in DOCUMENTED[host].split()]

    assert [code for code in codes if code not in TABLES[host]] == []
    assert [code for code in codes if TABLES[host][code][-1].text] == []
    assert TABLES[host].keys() - codes <= {0}


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        (-32, "OA rate limit", ErrorKind.RETRY),
        (-201, "params invalid: text", ErrorKind.REQUEST),
        (-201, "user_id is invalid", ErrorKind.RECIPIENT),
        (-211, "out of quota", ErrorKind.LATER),
        (-211, "Package quota", ErrorKind.PERSON),
        (-213, "not a follower", ErrorKind.RECIPIENT),
        (-213, "invalid attachment", ErrorKind.REQUEST),
        (-214, "article is processing", ErrorKind.RETRY),
        (-214, "Invalid Attachment", ErrorKind.REQUEST),
        (-216, "access token expired", ErrorKind.AUTH),
        (-218, "out of quota receive", ErrorKind.LATER),
        (-222, "user is inactive", ErrorKind.RECIPIENT),
        (-222, "invalid token", ErrorKind.AUTH),
        (-223, "Offical account has not registed", ErrorKind.PERSON),
        (-223, "Article quota exceeded", ErrorKind.LATER),
    ],
)
def test_text_decides_an_ambiguous_code(code: int, text: str, kind: ErrorKind) -> None:
    """If an error code has two meanings, Zalo's text decides between them."""
    assert classify_response(Host.OPENAPI, code, text).kind is kind


def test_code_has_a_meaning_per_host() -> None:
    """Error code -100 is a wrong request on one host and a temporary fault on the other."""
    assert classify_response(Host.OPENAPI, -100).kind is ErrorKind.REQUEST
    assert classify_response(Host.BUSINESS, -100).kind is ErrorKind.RETRY


@pytest.mark.parametrize(("status", "code"), [(500, None), (502, -200), (503, 0), (200, None), (302, None)])
def test_invalid_response_leaves_a_send_unknown(status: int, code: int | None) -> None:
    """After an invalid response a send has an unknown outcome, and any other call may be repeated."""
    assert classify_response(Host.OPENAPI, code, status=status, sends=True).kind is ErrorKind.UNKNOWN
    assert classify_response(Host.OPENAPI, code, status=status).kind is ErrorKind.RETRY


def test_http_status_alone_is_classified() -> None:
    """A response without an error code is classified by its HTTP status."""
    assert classify_response(Host.OPENAPI, None, status=401, sends=True).kind is ErrorKind.AUTH
    assert classify_response(Host.OPENAPI, None, status=404, sends=True).kind is ErrorKind.PERSON
    assert classify_response(Host.OPENAPI, None, status=429, sends=True).kind is ErrorKind.RETRY
    assert classify_response(Host.OPENAPI, 0, status=400).kind is ErrorKind.PERSON
    assert classify_response(Host.BOT, 408).kind is ErrorKind.RETRY
    assert classify_response(Host.BOT, 408, sends=True).kind is ErrorKind.UNKNOWN


def test_unknown_code_needs_a_person() -> None:
    """A call with an undocumented error code is neither repeated nor treated as successful."""
    error = build_delivery_error(Host.OPENAPI, classify_response(Host.OPENAPI, -99999, "new", sends=True))

    assert isinstance(error, NeedsPerson)
    assert "-99999" in str(error)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-32, RetryLater),
        (-234, RetryLater),
        (-230, RecipientUnreachable),
        (-248, RequestRejected),
        (-224, NeedsPerson),
        (-216, NeedsPerson),
        (None, UnknownOutcome),
    ],
)
def test_each_error_kind_has_its_class(code: int | None, kind: type[DeliveryError]) -> None:
    """Each kind of error raises its own class of delivery error, and a rate limit has a waiting time."""
    error = build_delivery_error(Host.OPENAPI, classify_response(Host.OPENAPI, code, sends=True))

    assert type(error) is kind
    assert not isinstance(error, RetryLater) or error.after is not None


@given(
    host=st.sampled_from(Host),
    code=st.none() | st.integers(-1500, 500),
    status=st.integers(100, 599),
    sends=st.booleans(),
)
def test_errors_repeat_no_text_of_zalo(host: Host, code: int | None, status: int, sends: bool) -> None:
    """An error contains no text from Zalo, because the text may quote a message or name a person."""
    error = build_delivery_error(host, classify_response(host, code, "Thử Văn An 84000000001", status, sends=sends))

    assert "Thử" not in str(error)
    assert "84000000001" not in str(error)
