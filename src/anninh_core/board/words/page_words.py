"""The words of a page in the language of its reader."""

from attrs import frozen

from anninh_core.language.catalogue import LANGUAGES, Language, translate
from anninh_core.language.labels import ACT, find_label, get_field_label, humanize_name, identify_list_value
from anninh_core.operations import get_current_name


@frozen
class PageWords:
    """The words of a page in one language: `words("{count} days left", count=3)`."""

    language: Language

    def __call__(self, message: str, /, **values: object) -> str:
        """Return a message with its values put in.

        Args:
            message: English text as a literal, which is its key in the catalogue.
            **values: values of the placeholders.
        """
        text = translate(message, self.language)
        return text.format(**values) if values else text

    def label(self, value: object, of: str = "", default: str | None = None) -> str:
        """Return the label of a value of a closed list.

        Args:
            value: a member of an enumeration, or its value.
            of: name of the list, if `value` is no enumeration member.
            default: label if the catalogue has none; the value's own name if not given.
        """
        context, name = identify_list_value(value, of)
        return find_label(name, context, self.language) or (humanize_name(name) if default is None else default)

    def act(self, operation: str) -> str:
        """Return the title of an operation, by its present or its former name, or ""."""
        return find_label(get_current_name(operation), ACT, self.language)

    def field(self, operation: str, path: str) -> str:
        """Return the label of a form's input: the one for this act, or else the one for all acts."""
        return get_field_label(operation, path, self.language)


def choose_language(chosen: str) -> Language:
    """Return the language that the reader chose, or Vietnamese: the browser's setting isn't the reader's choice."""
    return next((language for language in LANGUAGES if chosen == language), "vi")
