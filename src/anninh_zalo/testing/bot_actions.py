"""Bots in the sandbox's own API: people and groups that talk with them."""

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
"""What people can be made to do with a bot, by the names of the methods of a chat."""


def add_bot(world: World, asked: Json) -> Json:
    """Make a bot.

    Takes `name`, perhaps `token`.
    """
    return {"token": console.make_bot(world, **asked).token}


def add_group(world: World, asked: Json) -> Json:
    """Let a bot be put into a group.

    Takes `token`, `name`.
    """
    return {"chat_id": _bot(world, asked).group(**asked)}


def add_person(world: World, asked: Json) -> Json:
    """Let somebody open a chat with a bot, or be in a group with it.

    Takes `token`, `name`, perhaps `chat_id` of a group.
    """
    bot = _bot(world, asked)
    group = asked.pop("chat_id", "")
    if group and group not in bot.bot.chats:
        raise BadInput("The bot isn't in group {group!r}: put it into a group first.", group=group)
    chat = bot.member(group, **asked) if group else bot.person(**asked)
    return {"user_id": chat.id, "chat_id": chat.chat_id}


def act(world: World, asked: Json) -> Json:
    """Let somebody do something.

    Takes `token`, `user_id`, perhaps `chat_id`, `act`, and the act's own, such as `text`, `url`.
    """
    chat = _bot(world, asked).find(asked.pop("user_id"), asked.pop("chat_id", ""))
    name = asked.pop("act")
    if name not in _ACTIONS:
        raise BadInput(
            "{action!r} isn't a possible action: choose one of {allowed}.", action=name, allowed=tuple(BOT_ACTIONS)
        )
    return {"message_id": _ACTIONS[name](chat, **asked)}


def list_heard(world: World, asked: Json) -> Json:
    """Return what a bot said in a chat, oldest first.

    Takes `token`, `chat_id`.
    """
    bot = _bot(world, asked)
    with world.lock:
        return {"heard": [message_json(message) for message in bot.bot.heard.get(asked["chat_id"], ())]}


def _bot(world: World, asked: Json) -> BotAccount:
    return BotAccount(world, world.bots[asked.pop("token")])
