"""Sample events: an invented one for every name that Zalo documents, with every possible field."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from anninh_zalo.webhook.groups import GROUP_EVENT_KINDS

APP = "4318657068771012646"
OA = "388613280878808645"
USER = "8756287263669629130"
GROUP = "f8a4b1c2d3e4f5061728"
STAMP = "1630458000123"

Sample = dict[str, Any]

_FRAME: Sample = {"app_id": APP, "user_id_by_app": "552177279717587730", "timestamp": STAMP}
_LINKED = {"url": "http://f6.photo.invalid/1", "thumbnail": "http://f6.photo.invalid/t"}
_CARD = json.dumps({"phone": "84000000001", "qrCodeUrl": "http://qr.invalid/1"})
PARTS: Mapping[str, Sample] = {
    "image": {"type": "image", "payload": _LINKED},
    "gif": {"type": "gif", "payload": _LINKED},
    "link": {"type": "link", "payload": _LINKED | {"description": "Tin", "title": "Tin"}},
    "audio": {"type": "audio", "payload": {"url": "http://voice.invalid/1.amr"}},
    "video": {"type": "video", "payload": _LINKED | {"description": "Phim"}},
    "sticker": {"type": "sticker", "payload": {"id": "123", "url": "http://sticker.invalid/1"}},
    "location": {"type": "location", "payload": {"coordinates": {"latitude": "20.2506", "longitude": "105.97"}}},
    "business_card": {"type": "link", "payload": _LINKED | {"description": _CARD}},
    "file": {
        "type": "file",
        "payload": {"url": "http://f.invalid/1", "name": "a.pdf", "size": "12", "checksum": "0" * 32, "type": "pdf"},
    },
    "list": {"type": "template", "payload": {"zinstant_id": "1", "text": "Tin", "link_url": "http://l.invalid"}},
    "template": {"type": "template", "payload": {"zinstant_id": "1", "text": "Tin", "checksum": "0" * 32}},
}


def build_message(kind: str) -> Sample:
    parts = [PARTS[kind]] if kind in PARTS else []
    return {"text": "Có trộm", "msg_id": "96d3cdf3af150460909", "quote_msg_id": "95", "attachments": parts}


def _iter_private_events() -> Iterator[Sample]:
    kinds = ("text", "image", "gif", "link", "audio", "video", "sticker", "location", "business_card", "file")
    user = {"id": USER}
    oa = {"id": OA}
    for kind in kinds:
        yield {"event_name": f"user_send_{kind}", "sender": user, "recipient": oa, "message": build_message(kind)}
    for kind in ("text", "image", "gif", "list", "file", "sticker", "template"):
        echo = {"sender": oa | {"admin_id": "7"}, "recipient": user, "message": build_message(kind)}
        yield {"event_name": f"oa_send_{kind}"} | echo
    for kind in ("text", "image", "file", "sticker"):
        visit = {"message": build_message(kind) | {"conversation_id": "c1"}}
        yield {"event_name": f"anonymous_send_{kind}", "sender": {"id": "a1"}, "recipient": oa} | visit
        yield {"event_name": f"oa_send_anonymous_{kind}", "sender": oa, "recipient": {"id": "a1"}} | visit
    reports = {
        "user_seen_message": {"msg_ids": ["8", "9"]},
        "user_received_message": {"msg_id": "9", "delivery_time": STAMP, "tracking_id": "t"},
        "user_reacted_message": {"msg_id": "9", "react_icon": "/-strong"},
        "oa_reacted_message": {"msg_id": "9", "react_icon": "/-heart"},
    }
    for name, message in reports.items():
        yield {"event_name": name, "sender": user, "recipient": oa, "message": message}


def _iter_group_events() -> Iterator[Sample]:
    for kind in ("text", "image", "link", "audio", "video", "business_card", "sticker", "gif", "file", "location"):
        frame = {"oa_id": OA, "recipient": {"id": GROUP}, "message": build_message(kind)}
        yield {"event_name": f"user_send_group_{kind}", "sender": {"id": USER}} | frame
        yield {"event_name": f"oa_send_group_{kind}", "sender": {"id": OA, "admin_id": "7"}} | frame
    for name in GROUP_EVENT_KINDS:
        yield {"event_name": name, "oa_id": OA, "group_id": GROUP, "users": [{"id": USER}, {"id": "2"}]}


def _iter_people_events() -> Iterator[Sample]:
    person = {"oa_id": OA, "user_id": USER}
    for name in ("follow", "unfollow"):
        yield {"event_name": name, "oa_id": OA, "follower": {"id": USER}, "source": "oa_profile"}
    for name in ("user_click_chatnow", "user_withdraw", "permission_revoked"):
        yield {"event_name": name} | person
    address = {"user_city": "Ninh Bình", "user_ward": "Hoa Lư", "user_address": "1"}
    info = {"name": "Thử Văn An", "phone": "84000000001", "user_dob": "1", "gender": "1", "full_address": address}
    older = {"address": "1", "city": "Ninh Bình", "district": "Hoa Lư", "ward": "1"}
    frame = {"sender": {"id": USER}, "recipient": {"id": OA}}
    yield {"event_name": "user_submit_info", "info": info | older} | frame
    for name in ("add_user_to_tag", "remove_user_from_tag", "remove_tag"):
        yield {"event_name": name, "oa_id": OA, "tag": {"name": "Tổ 1", "user_ids": [USER]}}
    data = {
        "method": "dynamic_url",
        "user_id": USER,
        "user_external_id": "1",
        "url": "http://w.invalid",
        "message": "1",
    }
    for name in ("update_user_info", "widget_interaction_accepted", "widget_failed_to_sync_user_external_id"):
        yield {"event_name": name, "oa_id": OA, "data": data}
    yield {"event_name": "extension_purchased", "oa_id": OA, "extension_id": "1", "extension_sub_info": {"a": "1"}}
    times = {"create_time": STAMP, "confirmed_time": STAMP, "expired_time": STAMP}
    yield {"event_name": "oa_send_consent", "oa_id": OA, "phone": "84000000001", "request_type": "SENT"} | times
    yield {"event_name": "user_reply_consent", "oa_id": OA, "user_consent": "ALLOW"} | times
    lengths = dict.fromkeys(("init_time", "call_duration", "waiting_time", "talk_time", "status_code"), "3")
    for name in ("user_call_oa", "oa_call_user"):
        yield {"event_name": name, "phone": "84000000001", "call_id": "1", "call_type": "audio"} | lengths | person


def _iter_template_events() -> Iterator[Sample]:
    change = {"prev_value": "1", "new_value": "2"}
    for name in ("change_oa_daily_quota", "change_oa_template_tags", "change_template_quota"):
        yield {"event_name": name, "oaId": OA, "template_id": "1", "quota": change}
    yield {"event_name": "change_template_quality", "oa_id": OA, "template_id": "1", "quality": change}
    status = {"prev_status": "ENABLE", "new_status": "REJECT"}
    yield {"event_name": "change_template_status", "oa_id": OA, "template_id": "1", "status": status, "reason": "1"}
    rating = {"note": "Tốt", "rate": "5", "submit_time": STAMP, "msg_id": "9", "feedbacks": ["a"], "tracking_id": "t"}
    yield {"event_name": "user_feedback", "oa_id": OA, "message": rating}
    yield {"event_name": "user_click_response_button", "oa_id": OA, "message": {"msg_id": "9"}}
    for name in ("event_journey_acknowledged", "event_journey_time_out"):
        yield {"event_name": name, "oa_id": OA}


SAMPLES: Mapping[str, Sample] = {
    sample["event_name"]: _FRAME | sample
    for sample in (*_iter_private_events(), *_iter_group_events(), *_iter_people_events(), *_iter_template_events())
}
