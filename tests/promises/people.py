"""People of the district who carry the plan out: officers at the board and at a command line, residents in the chat."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from unittest.mock import patch

from attrs import define, field, frozen
from click.testing import CliRunner
from starlette.applications import Starlette
from tests.board.visitor import Form, SentFile, Shown, Visitor
from tests.promises.pages import PageContents, Question, read_page
from tests.support.sign_in import Holder, enrol

from anninh_core.app import App, Settings
from anninh_core.board import create_board
from anninh_core.cli import folder
from anninh_core.cli.root import anninh
from anninh_core.testing import Dialog, FixedClock, MockMessenger, UnsafeLocalUsers, pump
from anninh_core.testing.mock.service import MockChat
from anninh_core.usecase import Actor

_LIST = re.compile(r"/[a-z-]+(/[a-z-]+)?(\?[a-z]+=[a-z_-]+)?")
"""Address of a list or an empty form: no record, no file."""


class NotOffered(AssertionError):
    """An interface lacks what a person needs to carry a clause out: a screen, a form, a sentence."""


class NotBuilt(AssertionError):
    """What a clause in `LATER` lacks was looked for, and isn't there."""


@contextmanager
def not_built() -> Iterator[None]:
    """Mark the part of a clause in `LATER` that can't be carried out; a failure before it is a fault of today."""
    try:
        yield
    except AssertionError as missing:
        raise NotBuilt(str(missing)) from missing


@frozen
class Screen:
    """A page of the board, as an officer sees it."""

    shown: Shown

    @cached_property
    def _contents(self) -> PageContents:
        return _read_main(self.shown)

    @property
    def text(self) -> str:
        """What a person reads on it."""
        return self._contents.text

    @property
    def links(self) -> dict[str, str]:
        """Address -> text of each link on it."""
        return self._contents.links

    def shows(self, *texts: str) -> None:
        """Make sure that the page shows each of the texts.

        Raises:
            NotOffered: it doesn't.
        """
        for text in texts:
            if text not in self.text:
                raise NotOffered(f"{self.shown.path} doesn't show {text!r}: {self.text[:2000]}")

    def hides(self, *texts: str) -> None:
        """Make sure that the page shows none of the texts.

        Raises:
            NotOffered: it shows one.
        """
        for text in texts:
            if text in self.text:
                raise NotOffered(f"{self.shown.path} shows {text!r}: {self.text[:2000]}")

    def link(self, text: str) -> str:
        """Return where the first link leads whose words have the text.

        Raises:
            NotOffered: the page has no such link.
        """
        for address, words in self.links.items():
            if text in words:
                return address
        raise NotOffered(f"{self.shown.path} has no link {text!r}: {self.text[:2000]}")

    def form_ids(self, beginning: str) -> list[str]:
        """Return the ids of the forms that begin so, such as one for each gate."""
        return [form.id for form in self._contents.forms if form.id.startswith(beginning)]

    def form(self, ending: str) -> Form:
        """Return the form whose action ends so, or that of an id, `#` before it.

        Raises:
            NotOffered: the page has none.
        """
        for form in self._contents.forms:
            if f"#{form.id}" == ending or form.action.partition("?")[0].endswith(ending):
                return form
        raise NotOffered(f"{self.shown.path} has no form that ends in {ending!r}")

    def has_no_form(self, ending: str) -> None:
        """Make sure that the page has no form whose action ends so.

        Raises:
            NotOffered: it has one.
        """
        if any(form.action.partition("?")[0].endswith(ending) for form in self._contents.forms):
            raise NotOffered(f"{self.shown.path} has a form that ends in {ending!r}")

    def questions(self, form: Form) -> dict[str, Question]:
        """Return what a form of the page asks, without its hidden fields."""
        return self._contents.questions.get(form.action, {})


@define
class Officer:
    """A person with a role, signed in at the board."""

    name: str
    actor: Actor
    _visitor: Visitor = field(repr=False)
    _holder: Holder = field(repr=False)

    def opens(self, path: str) -> Screen:
        """Open a page of the board.

        Raises:
            NotOffered: the officer may not open it, or there is none.
        """
        shown = self._get(path)
        if shown.status != 200:
            raise NotOffered(f"{self.name} can't open {path}: {shown.status} {_read_main(shown).text[:500]}")
        return Screen(shown)

    def _get(self, path: str) -> Shown:
        shown = self._visitor.get(path)
        if shown.path.startswith("/sign-in"):  # the sign-in has run out
            shown = self._visitor.enter(self._holder).get(path)
        return shown

    def may_not_open(self, path: str) -> None:
        """Make sure that the board refuses a page to the officer.

        Raises:
            NotOffered: it opens.
        """
        status = self._get(path).status
        if status not in (403, 404):
            raise NotOffered(f"{self.name} may open {path}: {status}")

    def follows(self, path: str, text: str) -> Screen:
        """Open a page, and from there the first link whose words have the text."""
        return self.opens(self.opens(path).link(text))

    def finds(self, path: str, *texts: str) -> Screen:
        """Look at a page and at the pages it links to for one that shows all of the texts.

        Raises:
            NotOffered: none of them does.
        """
        first = self.opens(path)
        linked = [self._visitor.get(address) for address in first.links if address.startswith("/")]
        for screen in (first, *(Screen(shown) for shown in linked if shown.status == 200)):
            if all(text in screen.text for text in texts):
                return screen
        raise NotOffered(f"neither {path} nor a page it links to shows {texts}")

    def looks_everywhere(self, *texts: str) -> Screen:
        """Look through all sections of the menu and the lists they lead to for a page that shows all of the texts.

        Raises:
            NotOffered: none does.
        """
        waiting = [address for address in read_page(self._get("/").text).links if address.startswith("/")]
        seen = {"/account"}
        while waiting:
            address = waiting.pop(0)
            if address in seen:
                continue
            seen.add(address)
            shown = self._get(address)
            screen = Screen(shown)
            if shown.status == 200 and all(text.casefold() in screen.text.casefold() for text in texts):
                return screen
            waiting += [link for link in screen.links if _LIST.fullmatch(link)]
        raise NotOffered(f"{self.name} sees no page that shows {texts}; there were {sorted(seen)}")

    def sends(self, screen: Screen, ending: str, **filled: str | list[str] | SentFile) -> Screen:
        """Fill in a form of a page and send it; what is chosen may be named by its value or its label.

        Raises:
            NotOffered: the page has no such form, or the form doesn't ask for that, or it was refused.
        """
        form = screen.form(ending)
        questions = screen.questions(form)
        chosen = {name: self._answer(screen, ending, questions, name, given) for name, given in filled.items()}
        files = {name: given for name, given in chosen.items() if isinstance(given, tuple)}
        words = {name: given for name, given in chosen.items() if not isinstance(given, tuple)}
        shown = self._visitor.send_with_files(form, files, **words)
        if shown.status != 200:
            refusal = _read_main(shown)
            raise NotOffered(f"{self.name} can't send {ending}: {shown.status} {refusal.wrong or refusal.text[:500]}")
        return Screen(shown)

    def _answer(
        self,
        screen: Screen,
        ending: str,
        questions: dict[str, Question],
        name: str,
        given: str | list[str] | SentFile,
    ) -> str | list[str] | SentFile:
        if name not in questions:
            raise NotOffered(f"{screen.shown.path}: the form {ending!r} doesn't ask for {name}, but for {[*questions]}")
        if isinstance(given, list):
            return [_choice(screen, name, questions[name], value) for value in given]
        return given if isinstance(given, tuple) else _choice(screen, name, questions[name], given)

    def runs(self, *words: str, at: Path) -> str:
        """Return what a command of `anninh` prints, carried out in a folder on the district of this test.

        Raises:
            NotOffered: there is no such command, or it was refused.
        """
        actor = self._holder.enter()
        app = self._holder.app
        with patch.multiple(
            folder,
            load_settings=lambda _: Settings(),
            open_app=lambda *_: nullcontext(app),
            find_actor=lambda *_, notes_use: actor,
        ):
            done = CliRunner().invoke(anninh, words, env={"ANNINH_AT": str(at), "COLUMNS": "200", "LANGUAGE": "vi"})
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        if done.exit_code:
            raise NotOffered(f"{self.name} can't carry out anninh {' '.join(words)}: {done.output[:2000]}")
        return done.output


class District:
    """The district of the plan in memory, its clock, its officers and its chat."""

    def __init__(self, app: App, clock: FixedClock) -> None:
        self.app = app
        self.clock = clock
        self.talk = Dialog.over(app)
        self._board: Starlette = create_board(app)
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
        return self._sign_in(name, actor, second_factor=second_factor)

    def delegate(self, name: str, home: str, reach: str, *roles: str) -> Officer:
        """Appoint a person of one unit, such as an agency, with roles on another, and sign them in at the board."""
        actor = self._users.appoint(name, home)
        for role in roles:
            self._users.grant(actor, role, reach)
        return self._sign_in(name, actor, second_factor=False)

    def _sign_in(self, name: str, actor: Actor, *, second_factor: bool) -> Officer:
        self._signed_in += 1
        holder = enrol(self.app, actor.id, f"nguoi-{self._signed_in}", by=self._chair, second_factor=second_factor)
        if second_factor:
            self.clock.advance(timedelta(minutes=1))  # a code counts once
        return Officer(name, actor, Visitor(self._board).enter(holder), holder)

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

    def group_files(self, title: str) -> list[str]:
        """Return the media types of the files that the official account sent into the group of a title."""
        (group,) = [id for id, name in self.chat.groups().items() if name == title]
        posts = [message for message in self.chat.conversation(group) if not message.author]
        return [file.file.media_type for post in posts for file in post.attachments if file.file is not None]


def _read_main(shown: Shown) -> PageContents:
    return read_page("<main" + shown.main)


def _choice(screen: Screen, name: str, question: Question, given: str) -> str:
    """Return the value of what is chosen; what is written freely is as it was given."""
    if not question.choices or given in question.choices:
        return given
    for value, label in question.choices.items():
        if given == label or label.startswith(f"{given}: "):  # behind it the board says how many groups that is
            return value
    raise NotOffered(f"{screen.shown.path}: {given!r} isn't among the choices of {name}: {question.choices}")
