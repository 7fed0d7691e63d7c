"""What the command of an operation is called."""

from collections.abc import Mapping

GROUPS: Mapping[str, str] = {
    "content": "content",
    "groups": "groups",
    "identity": "identity",
    "incidents": "incidents",
    "inquiries": "inquiries",
    "moderation": "posts",
    "reports": "reports",
    "rights": "people",
    "tips": "tips",
}
"""Noun whose commands are derived -> their group."""
_SHOWN_AS = {"get": "show"}
"""Verb -> its command, where that isn't the verb with dashes."""


def command_name(operation: str) -> str:
    """Return what the derived command of an operation is called below its group: `tips.ask_back` is `ask-back`."""
    noun, _, verb = operation.rpartition(".")
    short = verb.removesuffix(f"_{noun}")
    return _SHOWN_AS.get(short, short.replace("_", "-"))
