"""The words on a task sheet."""

from collections.abc import Mapping

from attrs import fields_dict, frozen

from anninh_core.kernel.errors import ConfigurationError


@frozen(kw_only=True)
class Wording:
    """English fallbacks for what the settings word as `wording.<name>`.

    Attributes:
        language: tag of the language, for screen readers and hyphenation.
        title: heading of the sheet, before the day.
        intro: what to do with the sheet.
        nothing: what stands there while the day has no tasks.
        group, person: what the name of a recipient is preceded by.
        copy, copied: the button before and after it was pressed.
        answers: precedes the id of the message to quote.
        attachments: heading over pictures and files.
        above: stands where a file was shown on an earlier card.
        posted, link: the box to tick and the line to write the link on.
        task: precedes the number by which a task is confirmed.
        confirmed: precedes the name of who confirmed.
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
        """Build from the words of the settings.

        Raises:
            ConfigurationError: a word the sheet doesn't use.
        """
        if unknown := sorted(words.keys() - fields_dict(cls).keys()):
            raise ConfigurationError(
                "The task sheet doesn't use the option `wording.{name}`: choose one of {allowed} for the "
                "name after `wording.`.",
                name=unknown[0],
                allowed=sorted(fields_dict(cls)),
            )
        return cls(**words)
