"""Calls of the sandbox's own API for bots: they add bots, people and groups, and perform people's actions."""

from collections.abc import Callable, Mapping

from anninh_core.kernel.errors import BadInput
from anninh_zalo.testing import console
from anninh_zalo.testing.simulation.bots import BotAccount, SandboxChat
from anninh_zalo.testing.simulation.messages import message_json
from anninh_zalo.testing.wire import Json
from anninh_zalo.testing.world import World

_ACTIONS: Mapping[str, Callable[..., str]] = {
    "says": SandboxChat.says,
    "sends_hidden": SandboxChat.sends_hidden,
    "sends_photo": SandboxChat.sends_photo,
    "sends_sticker": SandboxChat.sends_sticker,
    "sends_voice": SandboxChat.sends_voice,
}
BOT_ACTIONS = (*_ACTIONS,)
"""Actions of people towards a bot, by the names of `SandboxChat`'s methods."""


def add_bot(world: World, params: Json) -> Json:
    """Create a bot.

    Takes `name`, perhaps `token`.
    """
    return {"token": console.create_bot(world, **params).token}


def add_group(world: World, params: Json) -> Json:
    """Put a bot into a group.

    Takes `token`, `name`.
    """
    return {"chat_id": _find_bot(world, params).group(**params)}


def add_person(world: World, params: Json) -> Json:
    """Add a person to a bot's private chats, or to a group with the bot.

    Takes `token`, `name`, perhaps `chat_id` of a group.
    """
    bot = _find_bot(world, params)
    group = params.pop("chat_id", "")
    if group and group not in bot.bot.chats:
        raise BadInput("The bot isn't in group {group!r}: put it into a group first.", group=group)
    chat = bot.member(group, **params) if group else bot.person(**params)
    return {"user_id": chat.id, "chat_id": chat.chat_id}


def perform_action(world: World, params: Json) -> Json:
    """Perform an action of a person in a chat with a bot.

    Takes `token`, `user_id`, perhaps `chat_id`, `act`, and the act's own, such as `text`, `url`.
    """
    chat = _find_bot(world, params).find(params.pop("user_id"), params.pop("chat_id", ""))
    name = params.pop("act")
    if name not in _ACTIONS:
        raise BadInput(
            "{action!r} isn't a possible action: choose one of {allowed}.", action=name, allowed=tuple(BOT_ACTIONS)
        )
    return {"message_id": _ACTIONS[name](chat, **params)}


def list_bot_messages(world: World, params: Json) -> Json:
    """Return a bot's messages in a chat, oldest first.

    Takes `token`, `chat_id`.
    """
    bot = _find_bot(world, params)
    with world.lock:
        return {"heard": [message_json(message) for message in bot.bot.heard.get(params["chat_id"], ())]}


def _find_bot(world: World, params: Json) -> BotAccount:
    return BotAccount(world, world.bots[params.pop("token")])
