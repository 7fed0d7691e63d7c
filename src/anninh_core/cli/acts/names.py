"""What the command of an operation is called."""

from collections.abc import Mapping

GROUPS: Mapping[str, str] = {
    "content": "content",
    "groups": "groups",
    "identity": "identity",
    "identity.custodians": "custodians",
    "incidents": "incidents",
    "inquiries": "inquiries",
    "inquiries.articles": "kb",
    "moderation": "posts",
    "reports": "reports",
    "rights": "people",
    "tips": "tips",
}
"""Noun whose commands are derived -> their group. Others in these are below theirs."""
_SHOWN_AS = {"get": "show"}
"""Verb -> its command, where that isn't the verb with dashes."""


def group_words(noun: str) -> str:
    """Return the words of the group of a noun, without `anninh`; "" where its commands aren't derived."""
    if noun in GROUPS:
        return GROUPS[noun]
    outer, _, inner = noun.rpartition(".")
    words = group_words(outer) if outer else ""
    return f"{words} {inner.replace('_', '-')}" if words else ""


def command_name(operation: str) -> str:
    """Return what the derived command of an operation is called below its group: `tips.ask_back` is `ask-back`."""
    noun, _, verb = operation.rpartition(".")
    short = verb.removesuffix(f"_{noun}")
    return _SHOWN_AS.get(short, short.replace("_", "-"))
