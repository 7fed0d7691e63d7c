"""A person at a keyboard as a resident in the pretend chat."""

from textwrap import indent

import click

from anninh_core.app import App
from anninh_core.cli.output import printable
from anninh_core.kernel.errors import AnninhError
from anninh_core.kernel.text import words
from anninh_core.testing.mock import MockMessenger
from anninh_core.vocabulary.messages import Attachment

_HELP = """\
Type a message and press Enter. A line that starts with / is an order:
  /group          shows the groups; /group WORDS goes into the one with these words
  /private        goes back to writing to the official account alone
  /photo [WORDS]  sends a picture, with words if you like
  /name NAME      makes you somebody else
  /quit           ends\
"""
_PHOTO = Attachment(kind="image", name="photo.jpg", url="https://mock.invalid/photo.jpg")


class Player:
    """Says what is typed, lets the app work, and prints what comes back.

    Args:
        app: with the mock messenger among its messengers.
        messenger: the mock messenger.
        name: who the person is at first.
    """

    def __init__(self, app: App, messenger: MockMessenger, name: str) -> None:
        self._app = app
        self._instance = messenger.instance
        self._chat = messenger.chat
        self._group: str | None = None
        self._read: dict[str, int] = {}
        self._become(name)

    @property
    def prompt(self) -> str:
        """Who writes where."""
        return self._name if self._group is None else f"{self._name} in {self._chat.groups()[self._group]}"

    def take(self, line: str) -> bool:
        """Carry out one line; False once it was the last."""
        order, _, rest = line.partition(" ")
        rest = rest.strip()
        match order:
            case "":
                pass
            case "/quit":
                return False
            case "/group":
                self._enter(rest)
            case "/private":
                self._group = None
            case "/photo":
                self._say(rest, photo=True)
            case "/name":
                self._become(rest)
            case _ if order.startswith("/"):
                click.echo(_HELP)
            case _:
                self._say(line)
        return True

    def _become(self, name: str) -> None:
        if not name:
            click.echo("Say who: /name NAME")
            return
        self._name = name
        self._person = self._chat.person(name)
        self._chat.hears(self._person)

    def _enter(self, wanted: str) -> None:
        groups = self._chat.groups()
        found = [id for id, title in groups.items() if set(words(wanted)) <= set(words(title))]
        if wanted and len(found) == 1:
            self._group = found[0]
            self._hear()
            return
        for id in found or groups:
            click.echo(f"  {groups[id]}")
        click.echo(f"{len(found)} groups have these words" if wanted else "/group WORDS goes into one of them")

    def _say(self, text: str, *, photo: bool = False) -> None:
        try:
            self._chat.says(self._person, text, self._group, [_PHOTO] if photo else [])
            for request in self._chat.webhooks():
                self._app.intake.accept(self._instance, request)
            self._app.worker.drain()
        except AnninhError as error:
            click.echo(f"anninh: {error}", err=True)
        self._hear()

    def _hear(self) -> None:
        """Print what the official account has written since, to the person and in the group they are in."""
        heard = self._chat.hears(self._person)
        if self._group is not None:
            posts = self._chat.group_posts(self._group)
            heard = [*posts[self._read.get(self._group, 0) :], *heard]
            self._read[self._group] = len(posts)
        for text in heard:
            click.echo()
            click.echo(indent(printable(text), "  | ", lambda _: True))
        click.echo("" if heard or self._group else "  (no answer)")
