"""People of the district who carry the plan out: officers at the board, residents in the chat."""

from collections.abc import Sequence
from datetime import timedelta
from html.parser import HTMLParser

from attrs import define, field, frozen
from tests.board.visitor import Form, Shown, Visitor
from tests.support.sign_in import enrol

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.testing import Dialog, FixedClock, MockMessenger, UnsafeLocalUsers, pump
from anninh_core.testing.mock import MockChat
from anninh_core.usecase import Actor


class NotOffered(AssertionError):
    """An interface lacks what a person needs to carry a clause out: a screen, a form, a sentence."""


class _Text(HTMLParser):
    """Collects what a person reads, without tags."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def visible_text(html: str) -> str:
    """Return what a person reads of a page, with single spaces."""
    parser = _Text()
    parser.feed(html)
    return " ".join(" ".join(parser.parts).split())


@frozen
class Screen:
    """A page of the board, as an officer sees it."""

    shown: Shown

    @property
    def text(self) -> str:
        """What a person reads on it."""
        return visible_text(self.shown.main.partition(">")[2])  # `main` begins within the opening tag

    def shows(self, *texts: str) -> None:
        """Make sure that the page shows each of the texts.

        Raises:
            NotOffered: it doesn't.
        """
        for text in texts:
            if text not in self.text:
                raise NotOffered(f"{self.shown.path} doesn't show {text!r}: {self.text[:2000]}")

    def form(self, ending: str) -> Form:
        """Return the form whose action ends so.

        Raises:
            NotOffered: the page has none.
        """
        if not self.shown.has_form(ending):
            raise NotOffered(f"{self.shown.path} has no form that ends in {ending!r}")
        return self.shown.form(ending)


@define
class Officer:
    """A person with a role, signed in at the board."""

    name: str
    actor: Actor
    _visitor: Visitor = field(repr=False)

    def opens(self, path: str) -> Screen:
        """Open a page of the board.

        Raises:
            NotOffered: the officer may not open it, or there is none.
        """
        shown = self._visitor.get(path)
        if shown.status != 200:
            raise NotOffered(f"{self.name} can't open {path}: {shown.status} {visible_text(shown.main)[:500]}")
        return Screen(shown)

    def sends(self, screen: Screen, ending: str, **filled: str | list[str]) -> Screen:
        """Fill in a form of a page and send it.

        Raises:
            NotOffered: the page has no such form, or it was refused.
        """
        shown = self._visitor.send(screen.form(ending), **filled)
        if shown.status != 200:
            raise NotOffered(f"{self.name} can't send {ending}: {shown.status} {visible_text(shown.main)[:500]}")
        return Screen(shown)


class District:
    """The district of the plan in memory, its clock, its officers and its chat."""

    def __init__(self, app: App, clock: FixedClock) -> None:
        self.app = app
        self.clock = clock
        self.talk = Dialog.over(app)
        self._users = UnsafeLocalUsers(app)
        self._chair = self._users.appoint("Trưởng ban", "hoa-lu", "steering_chair")
        self._signed_in = 0

    @property
    def chat(self) -> MockChat:
        """The chat service in which residents and groups talk."""
        return MockMessenger.of(self.app, "oa").chat

    def officer(self, name: str, unit: str, *roles: str, chat: str = "", second_factor: bool = False) -> Officer:
        """Appoint a person with roles on a unit and sign them in at the board.

        Args:
            name: of the person.
            unit: on which the roles are granted.
            roles: by their ids in the profile.
            chat: conversation in which the person is notified, "" for none.
            second_factor: whether the person has just shown a second factor.
        """
        actor = self._users.appoint(name, unit, *roles, conversation=chat)
        self._signed_in += 1
        holder = enrol(self.app, actor.id, f"nguoi-{self._signed_in}", by=self._chair, second_factor=second_factor)
        if second_factor:
            self.clock.advance(timedelta(minutes=1))  # a code counts once
        return Officer(name, actor, Visitor(create_board(self.app)).enter(holder))

    def passes(self, time: timedelta) -> None:
        """Let time pass, and the worker do what falls due."""
        self.clock.advance(time)
        self.works()

    def works(self) -> None:
        """Let the worker do what is due now."""
        self.app.worker.tick()
        pump(self.app, self.chat)

    def resident(self, name: str) -> str:
        """Return the chat address of a resident."""
        return self.chat.person(name)

    def group_texts(self, title: str) -> Sequence[str]:
        """Return what the official account wrote in the group of a title."""
        (group,) = [id for id, name in self.chat.groups().items() if name == title]
        return self.chat.group_posts(group)
