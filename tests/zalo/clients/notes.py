"""What is known of the clients, and why some of their calls fail."""

from collections.abc import Mapping

from attrs import frozen


@frozen
class ForeignClient:
    """A client that others wrote.

    Attributes:
        version: the one that ran.
        released: month of that version.
        licence: as its package says.
        speaks: to which of Zalo's platforms.
        upkeep: how it is looked after, by its releases.
        way: how it comes to the pretend Zalo.
    """

    version: str
    released: str
    licence: str
    speaks: str
    upkeep: str
    way: str = "the proxy, by the environment"


FOREIGN_CLIENTS: Mapping[str, ForeignClient] = {
    "zalo-sdk": ForeignClient(
        "0.3.0", "2026-07", "MIT", "official account, templates", "16 releases; doesn't say that it needs `requests`"
    ),
    "zalopysdk": ForeignClient(
        *("0.1.1", "2024-11", "MIT", "login, templates", "one release; pins `requests` to 2.32.3"),
        way="the proxy, by its own setting `https_proxy`: it ignores the environment's",
    ),
    "PyZALO": ForeignClient("0.1.0", "2026-08", "MIT", "bots", "one release"),
    "python-zalo-bot": ForeignClient("0.1.9", "2026-01", "MIT", "bots", "12 releases"),
    "elizaos-plugin-zalo": ForeignClient(
        "2.0.0a5", "2026-03", "MIT", "official account", "two alpha releases, part of elizaOS"
    ),
}

_OLD_PEOPLE = (
    "The call is of version 2.0, which Zalo has switched off for people; `user/detail` and `user/getlist` replace it."
)
_OLD_MESSAGES = (
    "The call is of version 2.0, which Zalo has switched off for messages; `/v3.0/oa/message/cs` replaces it."
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
}
"""Why a call fails: (client, call) -> a sentence."""
