"""A small test platform: numbered messages in each chat, waiting updates, calls that fail like a network."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from attrs import define, field

from anninh_core.testing import FixedClock

Json = dict[str, Any]

TOKEN = "4711:token-of-the-bot"
SECRET = "secret-of-the-webhook"
SIGNATURE = "X-Signature"
# As on some real platforms, only the sign distinguishes a group from a person.
BOT = 4711
PERSON = 8420000001
OTHER = 8420000002
GROUP = -8420000001
DELAY = timedelta(seconds=45)
MAX_TEXT = 3000

_REFUSALS: Mapping[str, int] = {"expired_token": 401, "recipient_gone": 403, "rejected": 400}
_PAGES: Mapping[str, int] = {"not_json": 200, "server_error": 502}


def sign(body: bytes, secret: str = SECRET) -> str:
    """Return the signature header of a genuine webhook."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@define(kw_only=True)
class Sent:
    """A message of the bot on the platform."""

    chat: int
    text: str
    reply_to: int


@define
class Platform:
    """One bot, its chats, and its waiting updates."""

    clock: FixedClock
    sent: list[Sent] = field(factory=list)
    updates: list[Json] = field(factory=list)
    failures: list[tuple[int, str]] = field(factory=list)
    _numbers: dict[int, int] = field(factory=dict)
    _update_id: int = 500

    def write(self, text: str, *, sender: int = PERSON, chat: int | None = None, **more: Any) -> Json:
        """Let `sender` write in `chat`, by default in their private chat."""
        place = sender if chat is None else chat
        message = {
            "number": self._next_number(place),
            "chat": {"id": place, "group": place < 0},
            "from": {"id": sender, "name": "Thử Văn An", "bot": sender == BOT},
            "date": round(self.clock.now().timestamp() * 1000),
            "text": text,
            **more,
        }
        return self.happen("message", message)

    def happen(self, kind: str, message: Json) -> Json:
        """Add a waiting update."""
        self._update_id += 1
        update = {"update_id": self._update_id, "kind": kind, "message": message}
        self.updates.append(update)
        return update

    def call(self, method: str, token: str, params: Json) -> tuple[int, Mapping[str, str], bytes]:
        """Return an HTTP response to a call: status, headers, body.

        Raises:
            OSError: no connection or a broken one; its text contains the address, as with real clients.
        """
        url = f"https://bot.invalid/bot{token}/{method}"
        name = self._next_failure()
        if name == "refused":
            raise ConnectionRefusedError(f"[Errno 111] can't connect to {url}")
        if name == "lost_before":
            raise ConnectionResetError(f"[Errno 104] reset while talking to {url}")
        if name in _PAGES:
            return _PAGES[name], {}, b"<html><body>Something went wrong</body></html>"
        if name == "rate_limit":
            return 429, {}, _encode({"ok": False, "retry_after": DELAY.total_seconds()})
        if name in _REFUSALS:
            return _REFUSALS[name], {}, _encode({"ok": False})
        status, answer = self._act(method, params)
        if name == "lost_answer":
            raise ConnectionResetError(f"[Errno 104] reset while talking to {url}")
        return status, {}, answer[: len(answer) // 2] if name == "cut_off" else answer

    def _act(self, method: str, params: Json) -> tuple[int, bytes]:
        acts: Mapping[str, Callable[[Json], Json | None]] = {"getUpdates": self._get_updates, "sendMessage": self._send}
        answer = acts[method](params)
        return (400, _encode({"ok": False})) if answer is None else (200, _encode({"ok": True, **answer}))

    def _send(self, params: Json) -> Json | None:
        if params["chat"] not in (PERSON, OTHER, GROUP) or not 0 < len(params["text"]) <= MAX_TEXT:
            return None
        self.sent.append(Sent(chat=params["chat"], text=params["text"], reply_to=params.get("reply_to") or 0))
        return {"number": self._next_number(params["chat"])}

    def _get_updates(self, params: Json) -> Json:
        """Return all updates from an offset on; earlier ones count as confirmed and are dropped."""
        self.updates = [update for update in self.updates if update["update_id"] >= params["offset"]]
        return {"updates": self.updates}

    def _next_number(self, chat: int) -> int:
        self._numbers[chat] = self._numbers.get(chat, 0) + 1
        return self._numbers[chat]

    def _next_failure(self) -> str:
        if not self.failures:
            return ""
        calls, name = self.failures.pop(0)
        if calls:
            self.failures.insert(0, (calls - 1, name))
            return ""
        return name


def webhook_body(updates: Sequence[Json], attempt: int = 1) -> bytes:
    """Return the body of a webhook, which contains the delivery attempt."""
    return _encode({"updates": [*updates], "attempt": attempt})


def _encode(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
