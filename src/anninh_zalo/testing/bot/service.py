"""The host bot-api.zaloplatforms.com of the Zalo Bot platform, with calls of the form `/bot<TOKEN>/<method>`."""

from collections.abc import Callable, Mapping
from typing import Any

from anninh_zalo.testing.bot import sending, updates
from anninh_zalo.testing.bot.bot_call import BotCall
from anninh_zalo.testing.state import SandboxBot
from anninh_zalo.testing.wire import HttpAnswer, HttpRequest, SandboxRefusal
from anninh_zalo.testing.world import World

METHODS: Mapping[str, Callable[[BotCall], Any]] = {
    "getMe": sending.get_me,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendSticker": sending.send_sticker,
    "sendVoice": sending.send_voice,
    "sendChatAction": sending.send_chat_action,
    "getUpdates": updates.get_updates,
    "setWebhook": updates.set_webhook,
    "deleteWebhook": updates.delete_webhook,
    "getWebhookInfo": updates.get_webhook_info,
    "testWebhook": updates.probe_webhook,
}


def answer_call(world: World, request: HttpRequest) -> HttpAnswer:
    """Answer a call to this host; a refusal has HTTP status 200, as at Zalo."""
    first, _, method = request.path.removeprefix("/").partition("/")
    bot: SandboxBot | None = world.bots.get(first.removeprefix("bot")) if first.startswith("bot") else None
    if bot is None:
        return build_refusal(401, "Unauthorized")
    if method not in METHODS:
        return build_refusal(404, "Not Found")
    try:
        result = METHODS[method](BotCall(world, bot, _read_params(request)))
    except SandboxRefusal as no:
        return build_refusal(no.code if no.code > 0 else 400, no.text)
    return HttpAnswer.json({"ok": True} if result is None else {"ok": True, "result": result})


def build_refusal(code: int, text: str) -> HttpAnswer:
    """Return a refusal in this host's format."""
    return HttpAnswer.json({"ok": False, "error_code": code, "description": text})


def _read_params(request: HttpRequest) -> Mapping[str, Any]:
    if "json" in request.headers.get("content-type", ""):
        return {**request.query, **request.json()}
    return request.form()
