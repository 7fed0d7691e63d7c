import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_zalo import signature_fits
from anninh_zalo.webhook.signature import find_matching_secret

APP = "4318657068771012646"
SECRET = "made-up-secret"
STAMP = "1630458000123"
# A strategy for any content of an event, in any JSON form.
VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.none())
EVENTS = st.dictionaries(st.text(), VALUES, max_size=5)
STAMPS = st.integers(0, 10**19).map(str)
KNOWN = "3d34a14b8d115d442b73698d4afd6907544758a520410ed2261035398b6f6f82"
SPELLINGS = ("{}", "mac={}", "mac = {}", "MAC={}", " mac={} ")


def compute_signature(body: bytes, stamp: str = STAMP, secret: str = SECRET, app_id: str = APP) -> str:
    return hashlib.sha256(app_id.encode() + body + stamp.encode() + secret.encode()).hexdigest()


def test_signature_of_a_known_value() -> None:
    """The signature is the SHA-256 digest of application, body, time and secret, in this order."""
    body = b'{"event_name":"follow","timestamp":"1"}'
    assert signature_fits(body, f"mac={KNOWN}", "7", ["s"])


@given(
    event=EVENTS,
    stamp=STAMPS,
    number=st.booleans(),
    indent=st.none() | st.integers(0, 3),
    spelling=st.sampled_from(SPELLINGS),
)
def test_correct_signature_is_accepted(
    event: dict[str, object], stamp: str, number: bool, indent: int | None, spelling: str
) -> None:
    """The correct signature of any event in any JSON form is accepted, with the time as number or text."""
    body = json.dumps(event | {"timestamp": int(stamp) if number else stamp}, indent=indent).encode()

    assert signature_fits(body, spelling.format(compute_signature(body, stamp)), APP, [SECRET])
    assert signature_fits(body, spelling.format(compute_signature(body, stamp).upper()), APP, [SECRET])


@given(event=EVENTS, at=st.integers(0), flip=st.integers(1, 255))
def test_altered_body_is_refused(event: dict[str, object], at: int, flip: int) -> None:
    """A body with one changed byte is refused."""
    body = json.dumps(event | {"timestamp": STAMP}).encode()
    altered = bytearray(body)
    altered[at % len(body)] ^= flip

    assert not signature_fits(bytes(altered), f"mac={compute_signature(body)}", APP, [SECRET], STAMP)


@given(body=st.binary(), header=st.text(), app_id=st.text(), secrets=st.lists(st.text()), stamp=st.text())
def test_any_invalid_input_is_refused(body: bytes, header: str, app_id: str, secrets: list[str], stamp: str) -> None:
    """A signature check with any invalid input refuses the request, without raising an error."""
    assert signature_fits(body, header, app_id, secrets, stamp) is False


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b"\xff\xfe", b"", b"null", b"12", b'{"timestamp":[]}', b'{"timestamp":"-1"}']
)
@pytest.mark.parametrize("header", ["\x00\udc80", "mac=" + "f" * 64, "sha256=" + "f" * 10_000])
def test_extreme_input_is_refused(body: bytes, header: str) -> None:
    """Deep nesting, undecodable bytes and half surrogate pairs make the signature check refuse the request, without
    raising an error.
    """
    assert signature_fits(body, header, APP + "\udc80", [SECRET, "\udc80"], "\udc80") is False


def test_both_secrets_are_valid_during_a_change() -> None:
    """While the secrets are being changed both are accepted, and an empty or foreign secret is refused."""
    body = json.dumps({"timestamp": STAMP}).encode()
    header = f"mac={compute_signature(body)}"

    assert signature_fits(body, header, APP, ["new", SECRET])
    assert not signature_fits(body, header, APP, ["new", ""])
    assert not signature_fits(body, header, APP, [])
    assert not signature_fits(body, f"mac={compute_signature(body, secret='')}", APP, [""])


def test_matching_secret_is_found() -> None:
    """The signature check returns the index of the secret that matches, so that an operator can find out which secret
    the platform uses.
    """
    body = json.dumps({"timestamp": STAMP}).encode()

    assert find_matching_secret(body, compute_signature(body), APP, ["app secret", "", SECRET]) == 2
    assert find_matching_secret(body, compute_signature(body), APP, [SECRET, SECRET]) == 0
    assert find_matching_secret(body, compute_signature(body), APP, ["app secret"]) is None


@given(words=st.text() | st.text(alphabet=st.characters(categories=["Cs"])), stamp=STAMPS)
def test_any_text_can_be_signed(words: str, stamp: str) -> None:
    """The correct signature of any text is accepted, escaped or not, even with half surrogate pairs."""
    body = json.dumps({"message": words, "timestamp": stamp}).encode()

    assert signature_fits(body, compute_signature(body, stamp), APP, [SECRET])


def test_other_application_is_refused() -> None:
    """The signature is computed with the configured application's id, so that another application's event is
    refused.
    """
    body = json.dumps({"timestamp": STAMP, "app_id": "999"}).encode()

    assert not signature_fits(body, f"mac={compute_signature(body, app_id='999')}", APP, [SECRET])
    assert not signature_fits(body, f"mac={compute_signature(body, app_id='')}", "", [SECRET])


def test_header_time_is_used_without_body_time() -> None:
    """The time in the header is used only if the body has no time."""
    bare = b'{"event_name":"x"}'
    timed = json.dumps({"timestamp": STAMP}).encode()

    assert signature_fits(bare, compute_signature(bare), APP, [SECRET], STAMP)
    assert not signature_fits(bare, compute_signature(bare, ""), APP, [SECRET])
    assert signature_fits(timed, compute_signature(timed), APP, [SECRET], "1")
    assert not signature_fits(timed, compute_signature(timed, "1"), APP, [SECRET], "1")


@given(event=EVENTS, moved=st.integers(1, len(STAMP)))
def test_bytes_cannot_be_moved_between_body_and_time(event: dict[str, object], moved: int) -> None:
    """A digest over the same bytes, divided differently into body and time, is refused."""
    body = json.dumps(event | {"timestamp": STAMP}).encode()
    longer = body + STAMP[:moved].encode()
    rest = STAMP[moved:]
    shorter = body[:-moved]
    more = body[-moved:].decode() + STAMP

    assert compute_signature(longer, rest) == compute_signature(shorter, more) == compute_signature(body)
    assert not signature_fits(longer, compute_signature(body), APP, [SECRET], rest)
    assert not signature_fits(shorter, compute_signature(body), APP, [SECRET], more)
