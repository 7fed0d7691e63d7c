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
# Whatever stands in an event, in whatever way it is written down.
VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.none())
EVENTS = st.dictionaries(st.text(), VALUES, max_size=5)
STAMPS = st.integers(0, 10**19).map(str)
KNOWN = "3d34a14b8d115d442b73698d4afd6907544758a520410ed2261035398b6f6f82"
SPELLINGS = ("{}", "mac={}", "mac = {}", "MAC={}", " mac={} ")


def mac(body: bytes, stamp: str = STAMP, secret: str = SECRET, app_id: str = APP) -> str:
    return hashlib.sha256(app_id.encode() + body + stamp.encode() + secret.encode()).hexdigest()


def test_a_known_value() -> None:
    """The digest is what `sha256sum` says of application, body, time and secret in this order."""
    body = b'{"event_name":"follow","timestamp":"1"}'
    assert signature_fits(body, f"mac={KNOWN}", "7", ["s"])


@given(
    event=EVENTS,
    stamp=STAMPS,
    number=st.booleans(),
    indent=st.none() | st.integers(0, 3),
    spelling=st.sampled_from(SPELLINGS),
)
def test_what_was_signed_fits(
    event: dict[str, object], stamp: str, number: bool, indent: int | None, spelling: str
) -> None:
    """Whatever an event holds and however it is written, its signature fits; the time may be a number or text."""
    body = json.dumps(event | {"timestamp": int(stamp) if number else stamp}, indent=indent).encode()

    assert signature_fits(body, spelling.format(mac(body, stamp)), APP, [SECRET])
    assert signature_fits(body, spelling.format(mac(body, stamp).upper()), APP, [SECRET])


@given(event=EVENTS, at=st.integers(0), flip=st.integers(1, 255))
def test_an_altered_body_does_not_fit(event: dict[str, object], at: int, flip: int) -> None:
    """One changed byte anywhere is enough."""
    body = json.dumps(event | {"timestamp": STAMP}).encode()
    altered = bytearray(body)
    altered[at % len(body)] ^= flip

    assert not signature_fits(bytes(altered), f"mac={mac(body)}", APP, [SECRET], STAMP)


@given(body=st.binary(), header=st.text(), app_id=st.text(), secrets=st.lists(st.text()), stamp=st.text())
def test_garbage_says_no(body: bytes, header: str, app_id: str, secrets: list[str], stamp: str) -> None:
    """No input raises, and none fits by chance."""
    assert signature_fits(body, header, app_id, secrets, stamp) is False


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b"\xff\xfe", b"", b"null", b"12", b'{"timestamp":[]}', b'{"timestamp":"-1"}']
)
@pytest.mark.parametrize("header", ["\x00\udc80", "mac=" + "f" * 64, "sha256=" + "f" * 10_000])
def test_hard_garbage_says_no(body: bytes, header: str) -> None:
    """Neither nesting without end nor bytes that are no text nor half characters raise."""
    assert signature_fits(body, header, APP + "\udc80", [SECRET, "\udc80"], "\udc80") is False


def test_both_secrets_fit_while_rotating() -> None:
    """While one key replaces another both fit; an empty or a foreign one fits nothing."""
    body = json.dumps({"timestamp": STAMP}).encode()
    header = f"mac={mac(body)}"

    assert signature_fits(body, header, APP, ["new", SECRET])
    assert not signature_fits(body, header, APP, ["new", ""])
    assert not signature_fits(body, header, APP, [])
    assert not signature_fits(body, f"mac={mac(body, secret='')}", APP, [""])


def test_which_secret_fitted() -> None:
    """An operator who isn't sure which key the platform signs with learns it."""
    body = json.dumps({"timestamp": STAMP}).encode()

    assert find_matching_secret(body, mac(body), APP, ["app secret", "", SECRET]) == 2
    assert find_matching_secret(body, mac(body), APP, [SECRET, SECRET]) == 0
    assert find_matching_secret(body, mac(body), APP, ["app secret"]) is None


@given(words=st.text() | st.text(alphabet=st.characters(categories=["Cs"])), stamp=STAMPS)
def test_any_text_can_be_signed(words: str, stamp: str) -> None:
    """Half characters and every other text, escaped or not: what the platform signed fits."""
    body = json.dumps({"message": words, "timestamp": stamp}).encode()

    assert signature_fits(body, mac(body, stamp), APP, [SECRET])


def test_other_application_does_not_fit() -> None:
    """The application is the configured one, so that the body of another one doesn't fit."""
    body = json.dumps({"timestamp": STAMP, "app_id": "999"}).encode()

    assert not signature_fits(body, f"mac={mac(body, app_id='999')}", APP, [SECRET])
    assert not signature_fits(body, f"mac={mac(body, app_id='')}", "", [SECRET])


def test_time_in_the_header() -> None:
    """The header's time counts only for a body that has none."""
    bare = b'{"event_name":"x"}'
    timed = json.dumps({"timestamp": STAMP}).encode()

    assert signature_fits(bare, mac(bare), APP, [SECRET], STAMP)
    assert not signature_fits(bare, mac(bare, ""), APP, [SECRET])
    assert signature_fits(timed, mac(timed), APP, [SECRET], "1")
    assert not signature_fits(timed, mac(timed, "1"), APP, [SECRET], "1")


@given(event=EVENTS, moved=st.integers(1, len(STAMP)))
def test_bytes_cannot_be_moved_between_body_and_time(event: dict[str, object], moved: int) -> None:
    """The same digest over a body cut elsewhere isn't taken, though its parts put together are the same bytes."""
    body = json.dumps(event | {"timestamp": STAMP}).encode()
    longer = body + STAMP[:moved].encode()
    rest = STAMP[moved:]
    shorter = body[:-moved]
    more = body[-moved:].decode() + STAMP

    assert mac(longer, rest) == mac(shorter, more) == mac(body)
    assert not signature_fits(longer, mac(body), APP, [SECRET], rest)
    assert not signature_fits(shorter, mac(body), APP, [SECRET], more)
