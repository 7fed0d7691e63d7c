"""Messages and conversations; the identity vault."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.conversations.held import HeldMessages, group_by_sender
    from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, Conversation, Message, pseudonym_of
    from anninh_core.domain.conversations.notes.model import CASE_NOTE, CaseNote
    from anninh_core.domain.conversations.service import Conversations

__all__ = [
    "CASE_NOTE",
    "CONVERSATION",
    "MESSAGE",
    "CaseNote",
    "Conversation",
    "Conversations",
    "HeldMessages",
    "Message",
    "group_by_sender",
    "pseudonym_of",
]

lazy(
    __name__,
    {
        "CASE_NOTE": "notes.model",
        "CONVERSATION": "model",
        "CaseNote": "notes.model",
        "Conversation": "model",
        "Conversations": "service",
        "HeldMessages": "held",
        "MESSAGE": "model",
        "Message": "model",
        "group_by_sender": "held",
        "pseudonym_of": "model",
    },
)
