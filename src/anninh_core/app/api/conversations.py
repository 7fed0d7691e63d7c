"""What was said, with whom."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain.conversations.message_files import MessageFiles
    from anninh_core.domain.conversations.service import Conversations
    from anninh_core.domain.conversations.threads import MessageThreads
    from anninh_core.workflows import CaseThreads, MessageTriage


class ConversationsApi:
    """What was said, with whom. Every verb takes the actor first."""

    def __init__(
        self,
        conversations: "Conversations",
        files: "MessageFiles",
        threads: "MessageThreads",
        triage: "MessageTriage",
        case_threads: "CaseThreads",
    ) -> None:
        self.history = conversations.history
        self.attachment = files.attachment
        self.open_original = files.open_original
        self.custody = files.custody
        self.suggested_messages = triage.suggested
        self.create_tip = triage.to_tip
        self.create_inquiry = triage.to_inquiry
        self.import_pasted = triage.import_pasted
        self.unassigned = threads.unassigned
        self.unassigned_beside = threads.unassigned_beside
        self.assign_message = case_threads.assign_message
        self.assign_messages = case_threads.assign_messages
        self.open_tip = case_threads.open_tip
        self.dismiss_message = case_threads.dismiss_message
        self.dismiss_messages = case_threads.dismiss_messages
        self.dismiss_locked_message = case_threads.dismiss_locked_message
        self.pass_on_locked_message = case_threads.pass_on_locked_message
        self.dismissed = case_threads.dismissed
