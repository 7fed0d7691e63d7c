from anninh_core.domain.conversations.held import group_by_sender as group_by_sender
