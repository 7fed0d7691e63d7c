"""Names of derived commands and their groups."""

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
"""Command groups, by noun with derived commands. Nouns within these nouns have subgroups."""
_SHOWN_AS = {"get": "show"}
"""Names of commands by verb, if the name isn't the verb with dashes."""


def find_command_group(noun: str) -> str:
    """Return the command group of a noun, without `anninh`; "" if its commands aren't derived."""
    if noun in GROUPS:
        return GROUPS[noun]
    outer, _, inner = noun.rpartition(".")
    words = find_command_group(outer) if outer else ""
    return f"{words} {inner.replace('_', '-')}" if words else ""


def find_command_name(operation: str) -> str:
    """Return the name of an operation's derived command within its group: `ask-back` for `tips.ask_back`."""
    noun, _, verb = operation.rpartition(".")
    short = verb.removesuffix(f"_{noun}")
    return _SHOWN_AS.get(short, short.replace("_", "-"))
