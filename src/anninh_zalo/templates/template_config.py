"""Read from the options the template for each purpose of a message, and the texts of the template's parameters."""

import re
from collections.abc import Iterator, Mapping
from string import Formatter

from attrs import field, frozen

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.vocabulary.messages import OutgoingMessage

PLACEHOLDERS = ("receipt", "unit", "district", "text")
"""Placeholders that the texts in the options may contain: the facts of a message, and its text."""

_ID = re.compile(r"[0-9]{1,32}")
TextPiece = tuple[str, str]
"""A piece of a text: some words, and the placeholder after them, or "" if none follows."""


@frozen(kw_only=True)
class TemplateConfig:
    """The template for messages of one purpose.

    Attributes:
        option: name of the option in the settings.
        id: id of the approved template.
        fields: parameter -> pieces of its text.
    """

    option: str
    id: str
    fields: Mapping[str, tuple[TextPiece, ...]] = field(factory=dict)

    def fill_fields(self, message: OutgoingMessage) -> Mapping[str, str]:
        """Return the template's parameters with their values for a message; "" for facts that the message doesn't
        have.
        """
        facts = {**dict.fromkeys(PLACEHOLDERS, ""), **message.facts, "text": message.text}
        return {
            name: "".join(words + (facts[placeholder] if placeholder else "") for words, placeholder in pieces)
            for name, pieces in self.fields.items()
        }

    def compute_min_length(self, name: str) -> int:
        """Return the minimum length of a parameter's value, for any message."""
        return sum(len(words) for words, _ in self.fields[name])


def read_templates(family: str, options: Mapping[str, str], instance: str) -> Mapping[str, TemplateConfig]:
    """Return the templates by purpose, or by the part of a purpose before a dot.

    If an option's name without its last part is an option too, it is a parameter of that template.

    Args:
        family: first part of the options' names in the settings, such as `template`.
        options: `<purpose>` -> id of a template, `<purpose>.<parameter>` -> text with placeholders.
        instance: name of the messenger, for errors.

    Raises:
        ConfigurationError: an invalid id, an unknown placeholder, or unpaired braces.
    """
    option = f"messenger {instance!r}: option {family}"
    fields: dict[str, dict[str, tuple[TextPiece, ...]]] = {}
    for name in sorted(options):  # The names are sorted, so that a purpose comes before its parameters.
        purpose, _, parameter = name.rpartition(".")
        if purpose in fields:
            fields[purpose][parameter] = tuple(_parse_pieces(f"{option}.{name}", options[name]))
        elif _ID.fullmatch(options[name]):
            fields[name] = {}
        else:
            raise ConfigurationError(
                "The option {option} of messenger {messenger!r} isn't the id of a template, which has only "
                "digits: if it is a parameter, set the option {template_option} too.",
                option=f"{family}.{name}",
                messenger=instance,
                template_option=f"{family}.{purpose or '…'}",
            )
    return {
        purpose: TemplateConfig(option=f"{family}.{purpose}", id=options[purpose], fields=texts)
        for purpose, texts in fields.items()
    }


def find_config(templates: Mapping[str, TemplateConfig], purpose: str) -> TemplateConfig | None:
    """Return the template of a purpose, else the one of its longest prefix before a dot, or None."""
    prefix = purpose
    while prefix and prefix not in templates:
        prefix = prefix.rpartition(".")[0]
    return templates.get(prefix)


def _parse_pieces(option: str, text: str) -> Iterator[TextPiece]:
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise ConfigurationError(
            "The braces in a template's text don't pair up ({option}): write {{{{ and }}}} for literal braces.",
            option=option,
        ) from None
    for words, name, spec, conversion in parts:
        if spec or conversion or name not in (None, *PLACEHOLDERS):
            placeholders = ", ".join(f"{{{placeholder}}}" for placeholder in PLACEHOLDERS)
            raise ConfigurationError(
                "A placeholder in a template's text is unknown ({option}): use only {allowed}.",
                option=option,
                allowed=placeholders,
            )
        yield words, name or ""
