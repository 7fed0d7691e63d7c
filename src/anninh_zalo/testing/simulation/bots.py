"""Bots of the Zalo Bot platform, and their people and groups."""

from collections.abc import Sequence

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_zalo.testing.bot.updates import deliver_update
from anninh_zalo.testing.clock import to_milliseconds
from anninh_zalo.testing.state import SandboxBot, SandboxMessage
from anninh_zalo.testing.wire import Json
from anninh_zalo.testing.world import World


@frozen
class SandboxChat:
    """A person in a chat with a bot, private or in a group."""

    _world: World
    _bot: SandboxBot
    id: str
    name: str
    chat_id: str

    @property
    def heard(self) -> Sequence[SandboxMessage]:
        """The bot's messages in this chat, oldest first."""
        with self._world.lock:
            return (*self._bot.heard.get(self.chat_id, ()),)

    def says(self, text: str) -> str:
        """Write to the bot and return the message's id. In a group the bot receives only messages that mention it by
        `@` and its name.
        """
        return self._send("text", text=text, arrives=not self._is_group or f"@{self._bot.name}" in text)

    def sends_photo(self, url: str, caption: str = "") -> str:
        """Send a picture and return the message's id."""
        return self._send("image", photo=url, caption=caption, arrives=not self._is_group)

    def sends_sticker(self, sticker: str, url: str = "") -> str:
        """Send a sticker and return the message's id."""
        return self._send("sticker", sticker=sticker, url=url, arrives=not self._is_group)

    def sends_voice(self, url: str) -> str:
        """Send a recording and return the message's id."""
        return self._send("voice", voice_url=url, arrives=not self._is_group)

    def sends_hidden(self) -> str:
        """Send content that the platform doesn't show to bots, and return the message's id."""
        return self._send("unsupported", arrives=not self._is_group)

    def _chat_fields(self) -> Json:
        chat_type = "GROUP" if self._is_group else "PRIVATE"
        if self._world.variants.flat_bot_chat:
            return {"chat_id": self.chat_id, "chat_type": chat_type}
        return {"chat": {"id": self.chat_id, "chat_type": chat_type}}

    @property
    def _is_group(self) -> bool:
        return self._bot.chats[self.chat_id][1]

    def _send(self, kind: str, *, arrives: bool, **content: str) -> str:
        with self._world.lock:
            id = self._world.ids.hex("bot message")
            message: Json = {
                "message_id": id,
                "date": to_milliseconds(self._world.now()),
                "from": {"id": self.id, "display_name": self.name, "is_bot": False},
                **self._chat_fields(),
                "message_type": kind.upper(),
                **content,
            }
            if arrives:
                deliver_update(self._world, self._bot, {"event_name": f"message.{kind}.received", "message": message})
            return id


@frozen
class BotAccount:
    """A bot, with the actions of its developer."""

    _world: World
    bot: SandboxBot

    @property
    def token(self) -> str:
        """Token of the bot, `<number>:<secret>`."""
        return self.bot.token

    def person(self, name: str) -> SandboxChat:
        """Add a person who opens a chat with the bot."""
        return self._add_person(self._world.ids.hex("bot user", 16), name, "")

    def find(self, id: str, group_id: str = "") -> SandboxChat:
        """Return the chat of the person with an id, in a group if `group_id` is given.

        Raises:
            BadInput: unknown person or group.
        """
        chat = group_id or id
        if id not in self.bot.people or chat not in self.bot.chats:
            raise BadInput(
                "The bot has no person {person!r} in chat {chat!r}: add the person first.", person=id, chat=chat
            )
        return SandboxChat(self._world, self.bot, id, self.bot.people[id], chat)

    def group(self, name: str) -> str:
        """Put the bot into a new group and return the group's id."""
        with self._world.lock:
            id = self._world.ids.hex("bot group", 16)
            self.bot.chats[id] = (name, True)
            return id

    def member(self, group_id: str, name: str) -> SandboxChat:
        """Add a person to a group with the bot."""
        return self._add_person(self._world.ids.hex("bot user", 16), name, group_id)

    def _add_person(self, id: str, name: str, group_id: str) -> SandboxChat:
        with self._world.lock:
            self.bot.people[id] = name
            if not group_id:
                self.bot.chats[id] = (name, False)
            return SandboxChat(self._world, self.bot, id, name, group_id or id)
