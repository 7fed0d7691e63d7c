"""Facts about third-party clients, and the reasons for their failing calls."""

from collections.abc import Mapping

from attrs import frozen


@frozen
class ForeignClient:
    """Facts about a third-party client.

    Attributes:
        version: tested version.
        released: month of that version.
        licence: according to its package.
        speaks: Zalo platforms that it supports.
        upkeep: how it is maintained, judged by its releases.
        way: how its calls reach the simulated Zalo.
        source: where it was installed from.
    """

    version: str
    released: str
    licence: str
    speaks: str
    upkeep: str
    way: str = "the proxy, by the environment"
    source: str = "PyPI"


FOREIGN_CLIENTS: Mapping[str, ForeignClient] = {
    "zalo-sdk": ForeignClient(
        "0.3.0", "2026-07", "MIT", "official account, templates", "16 releases; doesn't say that it needs `requests`"
    ),
    "zalopysdk": ForeignClient(
        "0.1.1",
        "2024-11",
        "MIT",
        "login, templates",
        "one release; pins `requests` to 2.32.3",
        way="the proxy, by its own setting `https_proxy`: it ignores the environment's",
    ),
    "PyZALO": ForeignClient("0.1.0", "2026-08", "MIT", "bots", "one release"),
    "python-zalo-bot": ForeignClient("0.1.9", "2026-01", "MIT", "bots", "12 releases"),
    "elizaos-plugin-zalo": ForeignClient(
        "2.0.0a5", "2026-03", "MIT", "official account", "two alpha releases, part of elizaOS"
    ),
    "npm:zalo-sdk": ForeignClient(
        "2.0.4",
        "about 2017",
        "ISC, its page says MIT",
        "login, official account",
        "none for years; stands on `request`, which is given up; speaks to version 1 of the API",
        source="npm",
    ),
    "npm:zalo-api": ForeignClient(
        "0.3.0",
        "about 2021",
        "ISC",
        "login, official account",
        "none for years; pins axios to 0.21",
        way="the proxy, by the environment, without a tunnel",
        source="npm",
    ),
    "npm:@openclaw/zalo": ForeignClient(
        "2026.9.5",
        "2026-09",
        "none in the package, OpenClaw's own is MIT",
        "bots",
        "with the releases of OpenClaw, which it needs beside it (2026.9.6 here); wants Node 24.16 or 26.1",
        way="the proxy, by Node's own `NODE_USE_ENV_PROXY`",
        source="npm",
    ),
}

_OLD_PEOPLE = (
    "The call is of version 2.0, which Zalo has switched off for people; `user/detail` and `user/getlist` replace it."
)
_OLD_MESSAGES = (
    "The call is of version 2.0, which Zalo has switched off for messages; `/v3.0/oa/message/cs` replaces it."
)
_FIRST_VERSION = "The call is of version 1 at `openapi.zaloapp.com`, older than anything that the pretend Zalo plays."
_SOCIAL = "A call for people's own accounts at `graph.zalo.me`, which the pretend Zalo doesn't play."
_OLD_LOGIN = "The call is of version 3 of the login; `/v4/oa/access_token` gives tokens of official accounts."
_TOKEN_IN_QUERY = "The client writes the token into the address, as version 2.0 once had it; Zalo wants it in a header."
_OF_ZALO_API = (
    *("get_info", "text_message", "get_profile", "get_followers", "list_tags", "assign_tag", "delete_tag"),
    "upload_file",
)

REASONS: Mapping[tuple[str, str], str] = {
    ("zalo-sdk", "get_profile"): _OLD_PEOPLE,
    ("zalo-sdk", "get_followers"): _OLD_PEOPLE,
    ("zalopysdk", "send_message"): "The client fails before it sends: it makes a `dict` of what can't become one.",
    (
        "PyZALO",
        "getChatID",
    ): "The client expects a list of updates and `message.chat_id`; Zalo gives one update at a time, "
    "with `message.chat.id`.",
    ("PyZALO", "sendSticker"): "The client calls `sendPhoto`.",
    ("PyZALO", "setWebhook without a secret"): "Zalo wants a secret; the client lets it be left out.",
    ("elizaos-plugin-zalo", "send_message"): _OLD_MESSAGES,
    ("elizaos-plugin-zalo", "send_image"): _OLD_MESSAGES,
    ("elizaos-plugin-zalo", "get_user_profile"): _OLD_PEOPLE,
    ("npm:zalo-sdk", "getAccessTokenByOauthCode"): _OLD_LOGIN,
    ("npm:zalo-sdk", "api me"): _SOCIAL,
    ("npm:zalo-sdk", "api getprofile"): _FIRST_VERSION,
    ("npm:zalo-sdk", "api sendmessage/text"): _FIRST_VERSION,
    ("npm:zalo-api", "Social.access_token"): _OLD_LOGIN,
    ("npm:zalo-api", "Social.profile"): _SOCIAL,
    **{("npm:zalo-api", f"OA.{call}"): _TOKEN_IN_QUERY for call in _OF_ZALO_API},
    (
        "npm:@openclaw/zalo",
        "outbound.sendMedia",
    ): "The client looks up the picture's host before it sends, and this one has no address.",
}
"""(client, call) -> a sentence with the reason why the call fails."""
