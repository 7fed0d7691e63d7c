"""The player of the pretend chat, with which a person at a keyboard acts as a resident."""

from gettext import gettext as _
from textwrap import indent

from anninh_core.app import App
from anninh_core.cli.language.phrasing import translate_error
from anninh_core.cli.output import echo, make_printable
from anninh_core.kernel.errors import AnninhError
from anninh_core.kernel.text import words
from anninh_core.language.catalogue import marked
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.vocabulary.messages import Attachment

_HELP_TEXT = marked("""\
Type a message and press Enter. A line that starts with / is an order:
  /group          shows the groups; /group WORDS goes into the one with these words
  /private        goes back to writing to the official account alone
  /photo [WORDS]  sends a picture, with words if you like
  /name NAME      makes you somebody else
  /quit           ends\
""")
_PHOTO = Attachment(kind="image", name="photo.jpg", url="https://mock.invalid/photo.jpg")


class Player:
    """Sends typed lines as messages, lets the app process them, and prints its answers.

    Args:
        app: app with the mock messenger among its messengers.
        name: name of the first person.
    """

    def __init__(self, app: App, messenger: MockMessenger, name: str) -> None:
        self._app = app
        self._instance = messenger.instance
        self._chat = messenger.chat
        self._group: str | None = None
        self._read_counts: dict[str, int] = {}
        self._switch_person(name)

    @property
    def prompt(self) -> str:
        """Name of the person, and of the group that they write in."""
        if self._group is None:
            return self._name
        return _("{name} in {group}").format(name=self._name, group=self._chat.groups()[self._group])

    def run_line(self, line: str) -> bool:
        """Carry out one typed line; return False if it was the last."""
        command, _space, argument = line.partition(" ")
        argument = argument.strip()
        match command:
            case "":
                pass
            case "/quit":
                return False
            case "/group":
                self._enter_group(argument)
            case "/private":
                self._group = None
            case "/photo":
                self._send_message(argument, photo=True)
            case "/name":
                self._switch_person(argument)
            case _ if command.startswith("/"):
                echo(_(_HELP_TEXT))
            case _:
                self._send_message(line)
        return True

    def _switch_person(self, name: str) -> None:
        if not name:
            echo(_("Say who: /name NAME"))
            return
        self._name = name
        self._person = self._chat.person(name)
        self._chat.hears(self._person)

    def _enter_group(self, title_words: str) -> None:
        groups = self._chat.groups()
        matching_ids = [id for id, title in groups.items() if set(words(title_words)) <= set(words(title))]
        if title_words and len(matching_ids) == 1:
            self._group = matching_ids[0]
            self._print_answers()
            return
        for id in matching_ids or groups:
            echo(f"  {groups[id]}")
        problem = _("{count} groups have these words").format(count=len(matching_ids))
        echo(problem if title_words else _("/group WORDS goes into one of them"))

    def _send_message(self, text: str, *, photo: bool = False) -> None:
        try:
            self._chat.says(self._person, text, self._group, [_PHOTO] if photo else [])
            for request in self._chat.webhooks():
                self._app.intake.accept(self._instance, request)
            self._app.worker.drain()
        except AnninhError as error:
            echo(f"anninh: {translate_error(error)}", err=True)
        self._print_answers()

    def _print_answers(self) -> None:
        """Print the official account's new messages to the person, and the new messages in the group that the person is
        in.
        """
        messages = self._chat.hears(self._person)
        if self._group is not None:
            posts = self._chat.group_posts(self._group)
            messages = [*posts[self._read_counts.get(self._group, 0) :], *messages]
            self._read_counts[self._group] = len(posts)
        for text in messages:
            echo()
            echo(indent(make_printable(text), "  | ", lambda _line: True))
        silence = _("no answer")
        echo("" if messages or self._group else f"  ({silence})")
