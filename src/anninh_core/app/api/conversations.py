from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.conversations.message_files import MessageFiles
from anninh_core.domain.conversations.service import Conversations
from anninh_core.domain.conversations.threads import MessageThreads
from anninh_core.workflows.case_threads import CaseThreads
from anninh_core.workflows.message_triage import MessageTriage

_conversations = part(lambda internals: internals.services.conversations)
_message_files = part(lambda internals: internals.services.message_files)
_message_triage = part(lambda internals: internals.workflows.message_triage)
_threads = part(lambda internals: internals.services.threads)
_case_threads = part(lambda internals: internals.workflows.case_threads)


class ConversationsApi(Noun):
    """Messages of residents' conversations, and which case each belongs to. Every verb takes the actor first."""

    history = verb(_conversations, Conversations.history)
    attachment = verb(_message_files, MessageFiles.attachment)
    open_original = verb(_message_files, MessageFiles.open_original)
    custody = verb(_message_files, MessageFiles.custody)
    suggested_messages = verb(_message_triage, MessageTriage.suggested)
    create_tip = verb(_message_triage, MessageTriage.to_tip)
    create_inquiry = verb(_message_triage, MessageTriage.to_inquiry)
    import_pasted = verb(_message_triage, MessageTriage.import_pasted)
    unassigned = verb(_threads, MessageThreads.unassigned)
    candidate_messages = verb(_threads, MessageThreads.unassigned_beside)
    assign_message = verb(_case_threads, CaseThreads.assign_message)
    assign_messages = verb(_case_threads, CaseThreads.assign_messages)
    open_tip = verb(_case_threads, CaseThreads.open_tip)
    dismiss_message = verb(_case_threads, CaseThreads.dismiss_message)
    dismiss_messages = verb(_case_threads, CaseThreads.dismiss_messages)
    dismiss_locked_message = verb(_case_threads, CaseThreads.dismiss_locked_message)
    pass_on_locked_message = verb(_case_threads, CaseThreads.pass_on_locked_message)
    dismissed = verb(_case_threads, CaseThreads.dismissed)
