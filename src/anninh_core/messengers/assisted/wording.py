"""The texts of a task sheet."""

from collections.abc import Mapping

from attrs import fields_dict, frozen

from anninh_core.kernel.errors import ConfigurationError


@frozen(kw_only=True)
class Wording:
    """Texts of a task sheet; the settings `wording.<name>` replace the English defaults.

    Attributes:
        language: tag of the language, for screen readers and hyphenation.
        title: heading of the sheet, before the day.
        intro: instructions for the sheet.
        nothing: text for a day without tasks.
        group, person: label before the name of a recipient.
        copy, copied: label of the button before and after it was pressed.
        answers: label before the id of the message to quote.
        attachments: heading over pictures and files.
        above: note for a file that an earlier card shows.
        posted, link: labels of the checkbox and of the line for the link.
        task: label before the number that confirms a task.
        confirmed: label before the name of the confirming person.
    """

    language: str = "en"
    title: str = "Texts to post,"
    intro: str = "Copy each text into its group as it is, tick the box, and confirm the task by its number."
    nothing: str = "Nothing to post."
    group: str = "Group"
    person: str = "To"
    copy: str = "Copy"
    copied: str = "Copied"
    answers: str = "Answers message"
    attachments: str = "Goes along"
    above: str = "shown above"
    posted: str = "Posted"
    link: str = "Link"
    task: str = "Task"
    confirmed: str = "Confirmed by"

    @classmethod
    def of(cls, words: Mapping[str, str]) -> "Wording":
        """Build the texts of a task sheet from those in the settings.

        Raises:
            ConfigurationError: a text that the sheet doesn't use.
        """
        if unknown := sorted(words.keys() - fields_dict(cls).keys()):
            raise ConfigurationError(
                "The task sheet doesn't use the option `wording.{name}`: choose one of {allowed} for the "
                "name after `wording.`.",
                name=unknown[0],
                allowed=sorted(fields_dict(cls)),
            )
        return cls(**words)
