"""The words of a page in the language of its reader."""

from attrs import frozen

from anninh_core.language.catalogue import LANGUAGES, Language, translate
from anninh_core.language.labels import ACT, field_label, find_label, humanize, name_of_list


@frozen
class PageWords:
    """The words of a page in one language: `words("{count} days left", count=3)`."""

    language: Language

    def __call__(self, message: str, /, **values: object) -> str:
        """Return a message with its values put in.

        Args:
            message: in English, a literal, by which the catalogue has it.
            **values: what its braces name.
        """
        text = translate(message, self.language)
        return text.format(**values) if values else text

    def label(self, value: object, of: str = "", default: str | None = None) -> str:
        """Return what people call a value of a closed list.

        Args:
            value: a member of an enumeration, or its value.
            of: name of the list where the value doesn't tell.
            default: shown for what the catalogue lacks, instead of the value's own name.
        """
        context, name = name_of_list(value, of)
        return find_label(name, context, self.language) or (humanize(name) if default is None else default)

    def act(self, operation: str) -> str:
        """Return the title of an operation, "" for none."""
        return find_label(operation, ACT, self.language)

    def field(self, operation: str, path: str) -> str:
        """Return what a form calls an input: what this act calls it, or else what all acts do."""
        return field_label(operation, path, self.language)


def choose_language(chosen: str) -> Language:
    """Return the language that the reader chose, else Vietnamese: the browser's setting isn't the reader's choice."""
    return next((known for known in LANGUAGES if chosen == known), "vi")
