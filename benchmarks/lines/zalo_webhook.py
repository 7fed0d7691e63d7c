"""Verifying and parsing a webhook of Zalo, without web server and storage.

Ours: the signature is checked with one secret, and the event is parsed into the core's types.
Floor: `json.loads` and `hashlib.sha256` of the same bytes. Ours does both too: the digest covers the body, and the
signed time is in it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

from anninh_zalo import parse_event, signature_fits
from benchmarks.measure import (
    CannotRun,
    Effort,
    Goal,
    Result,
    build_comparison,
    build_milliseconds_round,
    measure_pairs,
)

TITLE = "signature and parse of a Zalo event, against json.loads and sha256 of the same bytes"
EVENTS = 2000
"""Number of events in a round."""
GOAL = Goal(most=6)

APP = "4318657068771012646"
OA = "388613280878808645"
SECRET = "made-up-secret"  # noqa: S105  it protects nothing
_WORDS = "Có người lạ mặt đi xe máy không biển số quanh khu nhà văn hóa từ 21 giờ, nhờ tổ bảo vệ để ý giúp bà con."
_PHOTO = {"type": "image", "payload": {"url": "https://photo.invalid/1", "thumbnail": "https://photo.invalid/t"}}


def _build_body(name: str, message: Mapping[str, object], **changes: object) -> bytes:
    event = {
        "app_id": APP,
        "user_id_by_app": "552177279717587730",
        "sender": {"id": "8756287263669629130"},
        "recipient": {"id": OA},
        "event_name": name,
        "message": {"msg_id": "96d3cdf3af150460909", **message},
        "timestamp": "1630458000123",
        **changes,
    }
    return json.dumps(event, ensure_ascii=False).encode()


_BODIES: Mapping[str, bytes] = {
    "text": _build_body("user_send_text", {"text": _WORDS}),
    "text in a group": _build_body("user_send_group_text", {"text": _WORDS}, recipient={"id": "f8a4b1c2d3"}, oa_id=OA),
    "ten pictures": _build_body("user_send_image", {"text": _WORDS, "attachments": [_PHOTO] * 10}),
    "long text": _build_body("user_send_text", {"text": _WORDS * 19}),
    "seen": _build_body("user_seen_message", {"msg_ids": ["8", "9"]}),
}


def measure(effort: Effort) -> Sequence[Result]:
    """Measure the verifying and parsing of each kind of event."""
    rounds = effort.choose(11, 41)
    return [_compare(case, body, rounds) for case, body in _BODIES.items()]


def _compare(case: str, body: bytes, rounds: int) -> Result:
    header = "mac=" + hashlib.sha256(APP.encode() + body + b"1630458000123" + SECRET.encode()).hexdigest()
    if not signature_fits(body, header, APP, [SECRET]) or not parse_event(body, "oa", OA):
        raise CannotRun(f"the event {case!r} isn't understood")

    def run_ours() -> None:
        for _ in range(EVENTS):
            signature_fits(body, header, APP, [SECRET])
            parse_event(body, "oa", OA)

    def run_floor() -> None:
        for _ in range(EVENTS):
            json.loads(body)
            hashlib.sha256(body).hexdigest()

    pairs = measure_pairs(build_milliseconds_round(run_ours), build_milliseconds_round(run_floor), rounds)
    return build_comparison(f"{EVENTS:,} events, {case}", "ms", pairs, goal=GOAL)
