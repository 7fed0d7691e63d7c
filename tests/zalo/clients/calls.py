"""Calls of clients that others wrote, made in a process of their own: it has the client installed, and nothing of ours.

    python calls.py CLIENT < told.json

`told.json` says who there is; the environment leads to the proxy. Printed is, for each call, "" or what it failed with.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from importlib import import_module
from typing import Any

Told = Mapping[str, str]
Calls = Mapping[str, Callable[[], Any]]


def zalo_sdk(told: Told) -> Calls:
    """The calls of zalo-sdk, by its two clients."""
    oa = import_module("zalo_sdk.oa")
    zns = import_module("zalo_sdk.zns.Client")
    keys = (told["app_id"], told["secret"], told["access_token"], told["refresh_token"])
    client = oa.Client(*keys)
    templates = zns.Client(*keys)
    fresh = oa.Client(told["app_id"], told["secret"])
    recipient = oa.ZaloRecipient(user_id=told["user_id"])
    return {
        "get_access_token_from_authorization_code": lambda: (
            fresh.get_access_token_from_authorization_code(told["code"], told["verifier"]) or fresh.access_token
        ),
        "send_message": lambda: client.send_message(recipient, oa.ZaloMessageBody(text="dạ")),
        "upload_file": lambda: client.upload_file(b"%PDF", "file", "a.pdf", "application/pdf"),
        "get_user_detail": lambda: client.get_user_detail(told["user_id"]),
        "get_profile": lambda: client.get_profile(told["user_id"]),
        "get_list": lambda: client.get_list({"offset": 0, "count": 10}),
        "get_followers": lambda: client.get_followers({"offset": 0, "count": 10}),
        "get_zalo_user_quotas": lambda: client.get_zalo_user_quotas(told["user_id"]),
        "tag_follower": lambda: client.tag_follower(told["user_id"], "tổ 1"),
        "get_tags_of_oa": client.get_tags_of_oa,
        "rm_follower_from_tag": lambda: client.rm_follower_from_tag(told["user_id"], "tổ 1"),
        "rm_tag": lambda: client.rm_tag("tổ 1"),
        "get_template_list": lambda: templates.get_template_list(0, 10),
        "send_zns_message": lambda: templates.send_zns_message(told["phone"], told["template_id"], {"code": "A"}, "t"),
        "refresh_acccess_token": lambda: client.refresh_acccess_token() or client.access_token,
    }


def zalopysdk(told: Told) -> Calls:
    """The calls of zalopysdk; it reads no proxy from the environment and has a setting for it."""
    sdk = import_module("zalosdk")
    client = sdk.ZaloClient(told["app_id"], told["secret"], told["verifier"], https_proxy=os.environ["HTTPS_PROXY"])
    client.access_token = sdk.AccessToken(told["access_token"], told["refresh_token"], 90000)
    message = sdk.ZNSMessage(told["phone"], told["template_id"], {"code": "A"}, "t")
    return {
        "get_access_token": lambda: client.get_access_token(told["code"]).access_token,
        "get_template_list": lambda: client.get_template_list(sdk.ZNSTplListRequest()),
        "get_template_detail": lambda: client.get_template_detail(told["template_id"]),
        "send_message": lambda: client.send_message(message),
        "refresh_access_token": lambda: client.refresh_access_token(told["refresh_token"]).access_token,
    }


def pyzalo(told: Told) -> Calls:
    """The calls of PyZALO."""
    bot = import_module("pyzalo.main").PyZALO(told["bot_token"])
    chat = told["chat_id"]
    hook = "https://example.invalid/hook"
    return {
        "getMe": bot.getMe,
        "getUpdates": lambda: bot.getUpdates(timeout=0),
        "getChatID": bot.getChatID,
        "sendMessage": lambda: bot.sendMessage(chat, "dạ"),
        "sendPhoto": lambda: bot.sendPhoto(chat, "https://example.invalid/a.jpg", "ảnh"),
        "sendSticker": lambda: bot.sendSticker(chat, "bfe458bf64fa8da4d4eb"),
        "sendVoice": lambda: bot.sendVoice(chat, "https://example.invalid/a.aac"),
        "sendChatAction": lambda: bot.sendChatAction(chat),
        "setWebhook": lambda: bot.setWebhook(hook, "secret-secret"),
        "setWebhook without a secret": lambda: bot.setWebhook(hook),
        "getWebhookInfo": bot.getWebhookInfo,
        "testWebhook": bot.testWebhook,
        "deleteWebhook": bot.deleteWebhook,
    }


def python_zalo_bot(told: Told) -> Calls:
    """The calls of python-zalo-bot; those about the webhook bring a loop of their own."""
    bots = import_module("zalo_bot")
    chat = told["chat_id"]

    def by_bot(method: str, *arguments: Any, **named: Any) -> Callable[[], Any]:
        async def call() -> Any:
            async with bots.Bot(told["bot_token"]) as bot:
                return await getattr(bot, method)(*arguments, **named)

        return lambda: asyncio.run(call())

    return {
        "get_me": by_bot("get_me"),
        "get_update": by_bot("get_update", timeout=1),
        "send_message": by_bot("send_message", chat, "dạ"),
        "send_photo": by_bot("send_photo", chat, "ảnh", "https://example.invalid/a.jpg"),
        "send_sticker": by_bot("send_sticker", chat, "bfe458bf64fa8da4d4eb"),
        "send_chat_action": lambda: by_bot("send_chat_action", chat, "typing")() is None,  # Zalo's answer has no result
        "set_webhook": lambda: bots.Bot(told["bot_token"]).set_webhook("https://example.invalid/hook", "secret-secret"),
        "get_webhook_info": lambda: bots.Bot(told["bot_token"]).get_webhook_info(),
        "delete_webhook": lambda: bots.Bot(told["bot_token"]).delete_webhook(),
    }


def elizaos_plugin_zalo(told: Told) -> Calls:
    """The calls of elizaos-plugin-zalo."""
    module = import_module("elizaos_plugin_zalo.client")
    types = import_module("elizaos_plugin_zalo.types")
    user = told["user_id"]
    picture = "https://example.invalid/a.jpg"

    def by_client(call: Callable[[Any], Coroutine[Any, Any, Any]]) -> Callable[[], Any]:
        return lambda: asyncio.run(call(module.ZaloClient(told["access_token"])))

    return {
        "get_oa_info": by_client(lambda client: client.get_oa_info()),
        "send_message": by_client(
            lambda client: client.send_message(types.ZaloSendMessageParams(user_id=user, text="dạ"))
        ),
        "send_image": by_client(
            lambda client: client.send_image(types.ZaloSendImageParams(user_id=user, image_url=picture, caption="ảnh"))
        ),
        "get_user_profile": by_client(lambda client: client.get_user_profile(user)),
        "refresh_token": by_client(
            lambda client: client.refresh_token(told["app_id"], told["secret"], told["refresh_token"])
        ),
    }


CLIENTS: Mapping[str, Callable[[Told], Calls]] = {
    "zalo-sdk": zalo_sdk,
    "zalopysdk": zalopysdk,
    "PyZALO": pyzalo,
    "python-zalo-bot": python_zalo_bot,
    "elizaos-plugin-zalo": elizaos_plugin_zalo,
}


def attempt(call: Callable[[], Any]) -> str:
    """Make a call, and return "" or what it failed with."""
    try:
        answer = call()
    except Exception as error:  # noqa: BLE001  whatever a foreign client raises is its result
        return f"{type(error).__name__}: {error}".splitlines()[0]
    if isinstance(answer, dict) and (answer.get("error") or answer.get("ok") is False):
        return (
            f"{answer.get('error') or answer.get('error_code')}: {answer.get('message') or answer.get('description')}"
        )
    return "" if answer else "nothing"


def main() -> None:
    """Make the calls of a client."""
    told = json.load(sys.stdin)
    results = {name: attempt(call) for name, call in CLIENTS[sys.argv[1]](told).items()}
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
