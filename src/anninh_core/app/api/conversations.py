"""What was said, with whom."""

from anninh_core.rooms import Conversations
from anninh_core.workflows import MessageTriage


class ConversationsApi:
    """What was said, with whom. Every verb takes the actor first."""

    def __init__(self, conversations: Conversations, triage: MessageTriage) -> None:
        self.history = conversations.history
        self.attachment = conversations.attachment
        self.suggested_messages = triage.suggested
