"""Makes calls of third-party clients, in a process of its own in which the client but not this project is installed.

        python calls.py CLIENT < inputs.json

`inputs.json` has the sandbox's ids and secrets; the environment names the proxy. The output has "" or the error for
each call.
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


def zalo_sdk(inputs: Told) -> Calls:
    """Return the calls of zalo-sdk, which has two clients."""
    oa = import_module("zalo_sdk.oa")
    zns = import_module("zalo_sdk.zns.Client")
    credentials = (inputs["app_id"], inputs["secret"], inputs["access_token"], inputs["refresh_token"])
    client = oa.Client(*credentials)
    templates = zns.Client(*credentials)
    fresh = oa.Client(inputs["app_id"], inputs["secret"])
    recipient = oa.ZaloRecipient(user_id=inputs["user_id"])
    return {
        "get_access_token_from_authorization_code": lambda: (
            fresh.get_access_token_from_authorization_code(inputs["code"], inputs["verifier"]) or fresh.access_token
        ),
        "send_message": lambda: client.send_message(recipient, oa.ZaloMessageBody(text="dạ")),
        "upload_file": lambda: client.upload_file(b"%PDF", "file", "a.pdf", "application/pdf"),
        "get_user_detail": lambda: client.get_user_detail(inputs["user_id"]),
        "get_profile": lambda: client.get_profile(inputs["user_id"]),
        "get_list": lambda: client.get_list({"offset": 0, "count": 10}),
        "get_followers": lambda: client.get_followers({"offset": 0, "count": 10}),
        "get_zalo_user_quotas": lambda: client.get_zalo_user_quotas(inputs["user_id"]),
        "tag_follower": lambda: client.tag_follower(inputs["user_id"], "tổ 1"),
        "get_tags_of_oa": client.get_tags_of_oa,
        "rm_follower_from_tag": lambda: client.rm_follower_from_tag(inputs["user_id"], "tổ 1"),
        "rm_tag": lambda: client.rm_tag("tổ 1"),
        "get_template_list": lambda: templates.get_template_list(0, 10),
        "send_zns_message": lambda: templates.send_zns_message(
            inputs["phone"], inputs["template_id"], {"code": "A"}, "t"
        ),
        "refresh_acccess_token": lambda: client.refresh_acccess_token() or client.access_token,
    }


def zalopysdk(inputs: Told) -> Calls:
    """Return the calls of zalopysdk, which ignores the environment's proxy and has a setting for it."""
    sdk = import_module("zalosdk")
    client = sdk.ZaloClient(
        inputs["app_id"], inputs["secret"], inputs["verifier"], https_proxy=os.environ["HTTPS_PROXY"]
    )
    client.access_token = sdk.AccessToken(inputs["access_token"], inputs["refresh_token"], 90000)
    message = sdk.ZNSMessage(inputs["phone"], inputs["template_id"], {"code": "A"}, "t")
    return {
        "get_access_token": lambda: client.get_access_token(inputs["code"]).access_token,
        "get_template_list": lambda: client.get_template_list(sdk.ZNSTplListRequest()),
        "get_template_detail": lambda: client.get_template_detail(inputs["template_id"]),
        "send_message": lambda: client.send_message(message),
        "refresh_access_token": lambda: client.refresh_access_token(inputs["refresh_token"]).access_token,
    }


def pyzalo(inputs: Told) -> Calls:
    """Return the calls of PyZALO."""
    bot = import_module("pyzalo.main").PyZALO(inputs["bot_token"])
    chat = inputs["chat_id"]
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


def python_zalo_bot(inputs: Told) -> Calls:
    """Return the calls of python-zalo-bot; those about the webhook run their own event loop."""
    bots = import_module("zalo_bot")
    chat = inputs["chat_id"]

    def build_bot_call(method: str, *arguments: Any, **named: Any) -> Callable[[], Any]:
        async def call_with_new_bot() -> Any:
            async with bots.Bot(inputs["bot_token"]) as bot:
                return await getattr(bot, method)(*arguments, **named)

        return lambda: asyncio.run(call_with_new_bot())

    return {
        "get_me": build_bot_call("get_me"),
        "get_update": build_bot_call("get_update", timeout=1),
        "send_message": build_bot_call("send_message", chat, "dạ"),
        "send_photo": build_bot_call("send_photo", chat, "ảnh", "https://example.invalid/a.jpg"),
        "send_sticker": build_bot_call("send_sticker", chat, "bfe458bf64fa8da4d4eb"),
        # Zalo's response to this call has no result.
        "send_chat_action": lambda: build_bot_call("send_chat_action", chat, "typing")() is None,
        "set_webhook": lambda: bots.Bot(inputs["bot_token"]).set_webhook(
            "https://example.invalid/hook", "secret-secret"
        ),
        "get_webhook_info": lambda: bots.Bot(inputs["bot_token"]).get_webhook_info(),
        "delete_webhook": lambda: bots.Bot(inputs["bot_token"]).delete_webhook(),
    }


def elizaos_plugin_zalo(inputs: Told) -> Calls:
    """Return the calls of elizaos-plugin-zalo."""
    module = import_module("elizaos_plugin_zalo.client")
    types = import_module("elizaos_plugin_zalo.types")
    user = inputs["user_id"]
    picture = "https://example.invalid/a.jpg"

    def build_client_call(call: Callable[[Any], Coroutine[Any, Any, Any]]) -> Callable[[], Any]:
        return lambda: asyncio.run(call(module.ZaloClient(inputs["access_token"])))

    return {
        "get_oa_info": build_client_call(lambda client: client.get_oa_info()),
        "send_message": build_client_call(
            lambda client: client.send_message(types.ZaloSendMessageParams(user_id=user, text="dạ"))
        ),
        "send_image": build_client_call(
            lambda client: client.send_image(types.ZaloSendImageParams(user_id=user, image_url=picture, caption="ảnh"))
        ),
        "get_user_profile": build_client_call(lambda client: client.get_user_profile(user)),
        "refresh_token": build_client_call(
            lambda client: client.refresh_token(inputs["app_id"], inputs["secret"], inputs["refresh_token"])
        ),
    }


CLIENTS: Mapping[str, Callable[[Told], Calls]] = {
    "zalo-sdk": zalo_sdk,
    "zalopysdk": zalopysdk,
    "PyZALO": pyzalo,
    "python-zalo-bot": python_zalo_bot,
    "elizaos-plugin-zalo": elizaos_plugin_zalo,
}


def make_call(call: Callable[[], Any]) -> str:
    """Make a call, and return "" if it succeeds, else its error."""
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
    """Make the calls of the client that the first argument names, and print the results as JSON."""
    inputs = json.load(sys.stdin)
    results = {name: make_call(call) for name, call in CLIENTS[sys.argv[1]](inputs).items()}
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
