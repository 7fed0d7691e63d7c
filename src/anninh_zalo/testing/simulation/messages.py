"""Messages in the format of the sandbox's own API."""

from anninh_zalo.testing.clock import to_milliseconds
from anninh_zalo.testing.state import SandboxMessage
from anninh_zalo.testing.wire import Json


def message_json(message: SandboxMessage) -> Json:
    """Return a message as JSON for the sandbox's own API."""
    return {
        "message_id": message.id,
        "time": to_milliseconds(message.at),
        "kind": message.kind,
        "text": message.text,
        "attachments": list(message.attachments),
        "quote_message_id": message.quote,
        "group_id": message.conversation if message.group else "",
        "from_id": message.author,
    }
