"""People of the district who carry out the plan: officers at the board and at a command line, residents in the chat."""

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
from tests.board.visitor import Form, ReceivedPage, SentFile, Visitor
from tests.promises.pages import FormField, PageContents, read_page
from tests.support.sign_in import AccountHolder, enrol

from anninh_core.app import App, Settings
from anninh_core.board import create_board
from anninh_core.cli import folder
from anninh_core.cli.root import anninh
from anninh_core.testing import Dialog, FixedClock, MockMessenger, UnsafeLocalUsers, pump
from anninh_core.testing.mock.service import MockChat
from anninh_core.usecase import Actor

_LIST = re.compile(r"/[a-z-]+(/[a-z-]+)?(\?[a-z]+=[a-z_-]+)?")
"""Addresses of lists and empty forms, as opposed to addresses of a record or a file."""


class NotOffered(AssertionError):
    """An interface lacks a screen, a form or a sentence that a clause needs."""


class NotBuilt(AssertionError):
    """The error that the gap of a clause in `LATER` still exists."""


@contextmanager
def expect_not_built() -> Iterator[None]:
    """Turn a failed assertion inside a `with` into `NotBuilt`; a failure outside it is a fault and not a known gap."""
    try:
        yield
    except AssertionError as missing:
        raise NotBuilt(str(missing)) from missing


@frozen
class Screen:
    """A page of the board that an officer has opened."""

    shown: ReceivedPage

    @cached_property
    def _contents(self) -> PageContents:
        return _read_main(self.shown)

    @property
    def text(self) -> str:
        """The visible text of the page's main part."""
        return self._contents.text

    @property
    def links(self) -> dict[str, str]:
        """Address of each link of the page -> its text."""
        return self._contents.links

    def shows(self, *texts: str) -> None:
        """Assert that the page shows each of the texts.

        Raises:
            NotOffered: a text is missing.
        """
        for text in texts:
            if text not in self.text:
                raise NotOffered(f"{self.shown.path} doesn't show {text!r}: {self.text[:2000]}")

    def assert_hides(self, *texts: str) -> None:
        """Assert that the page shows none of the texts.

        Raises:
            NotOffered: the page shows a text.
        """
        for text in texts:
            if text in self.text:
                raise NotOffered(f"{self.shown.path} shows {text!r}: {self.text[:2000]}")

    def link(self, text: str) -> str:
        """Return the address of the first link with the text.

        Raises:
            NotOffered: no link has the text.
        """
        for address, words in self.links.items():
            if text in words:
                return address
        raise NotOffered(f"{self.shown.path} has no link {text!r}: {self.text[:2000]}")

    def form_ids(self, beginning: str) -> list[str]:
        """Return the ids of the forms with this prefix, for example one form for each gate."""
        return [form.id for form in self._contents.forms if form.id.startswith(beginning)]

    def form(self, ending: str) -> Form:
        """Return the form with an action that has this ending, or with an id, written as `#id`.

        Raises:
            NotOffered: no form fits.
        """
        for form in self._contents.forms:
            if f"#{form.id}" == ending or form.action.partition("?")[0].endswith(ending):
                return form
        raise NotOffered(f"{self.shown.path} has no form that ends in {ending!r}")

    def assert_no_form(self, ending: str) -> None:
        """Assert that no form has an action with this ending.

        Raises:
            NotOffered: a form fits.
        """
        if any(form.action.partition("?")[0].endswith(ending) for form in self._contents.forms):
            raise NotOffered(f"{self.shown.path} has a form that ends in {ending!r}")

    def questions(self, form: Form) -> dict[str, FormField]:
        """Return the visible fields of a form of the page, by name."""
        return self._contents.questions.get(form.action, {})


@define
class Officer:
    """A person with a role, signed in at the board."""

    name: str
    actor: Actor
    _visitor: Visitor = field(repr=False)
    _holder: AccountHolder = field(repr=False)

    def open_page(self, path: str) -> Screen:
        """Open a page of the board.

        Raises:
            NotOffered: the page doesn't exist, or the officer may not open it.
        """
        response = self._get(path)
        if response.status != 200:
            raise NotOffered(f"{self.name} can't open {path}: {response.status} {_read_main(response).text[:500]}")
        return Screen(response)

    def _get(self, path: str) -> ReceivedPage:
        response = self._visitor.get(path)
        if response.path.startswith("/sign-in"):  # The session has expired, so that the officer has to sign in again.
            response = self._visitor.enter(self._holder).get(path)
        return response

    def assert_cannot_open(self, path: str) -> None:
        """Assert that the board refuses a page to the officer.

        Raises:
            NotOffered: the page opens.
        """
        status = self._get(path).status
        if status not in (403, 404):
            raise NotOffered(f"{self.name} may open {path}: {status}")

    def follow_link(self, path: str, text: str) -> Screen:
        """Open a page, and from there the first link with the text."""
        return self.open_page(self.open_page(path).link(text))

    def find_page(self, path: str, *texts: str) -> Screen:
        """Return the page, or the first page it links to, that shows all of the texts.

        Raises:
            NotOffered: no page shows them all.
        """
        first = self.open_page(path)
        linked = [self._visitor.get(address) for address in first.links if address.startswith("/")]
        for screen in (first, *(Screen(response) for response in linked if response.status == 200)):
            if all(text in screen.text for text in texts):
                return screen
        raise NotOffered(f"neither {path} nor a page it links to shows {texts}")

    def search_all_pages(self, *texts: str) -> Screen:
        """Return the first page with all of the texts, from the sections of the menu and the lists that they link to.

        Raises:
            NotOffered: no page shows them all.
        """
        waiting = [address for address in read_page(self._get("/").text).links if address.startswith("/")]
        seen = {"/account"}
        while waiting:
            address = waiting.pop(0)
            if address in seen:
                continue
            seen.add(address)
            response = self._get(address)
            screen = Screen(response)
            if response.status == 200 and all(text.casefold() in screen.text.casefold() for text in texts):
                return screen
            waiting += [link for link in screen.links if _LIST.fullmatch(link)]
        raise NotOffered(f"{self.name} sees no page that shows {texts}; there were {sorted(seen)}")

    def sends(self, screen: Screen, ending: str, **filled: str | list[str] | SentFile) -> Screen:
        """Fill in and submit a form of a page, and return the next page; a choice may be named by its value or its
        label.

        Raises:
            NotOffered: the page has no such form, the form has no such field, or the board refused the form.
        """
        form = screen.form(ending)
        questions = screen.questions(form)
        chosen = {name: self._field_value(screen, ending, questions, name, value) for name, value in filled.items()}
        files = {name: value for name, value in chosen.items() if isinstance(value, tuple)}
        words = {name: value for name, value in chosen.items() if not isinstance(value, tuple)}
        response = self._visitor.send_with_files(form, files, **words)
        if response.status != 200:
            refusal = _read_main(response)
            raise NotOffered(
                f"{self.name} can't send {ending}: {response.status} {refusal.wrong or refusal.text[:500]}"
            )
        return Screen(response)

    def _field_value(
        self,
        screen: Screen,
        ending: str,
        questions: dict[str, FormField],
        name: str,
        value: str | list[str] | SentFile,
    ) -> str | list[str] | SentFile:
        if name not in questions:
            raise NotOffered(f"{screen.shown.path}: the form {ending!r} doesn't ask for {name}, but for {[*questions]}")
        if isinstance(value, list):
            return [_find_choice(screen, name, questions[name], item) for item in value]
        return value if isinstance(value, tuple) else _find_choice(screen, name, questions[name], value)

    def run_command(self, *words: str, at: Path) -> str:
        """Run a command of `anninh` on the district of this test and return its output.

        Args:
            words: arguments of the command.
            at: folder in which the command runs.

        Raises:
            NotOffered: the command doesn't exist or failed.
        """
        actor = self._holder.enter()
        app = self._holder.app
        with patch.multiple(
            folder,
            load_settings=lambda _: Settings(),
            open_app=lambda *_: nullcontext(app),
            find_actor=lambda *_, notes_use: actor,
        ):
            result = CliRunner().invoke(anninh, words, env={"ANNINH_AT": str(at), "COLUMNS": "200", "LANGUAGE": "vi"})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        if result.exit_code:
            raise NotOffered(f"{self.name} can't carry out anninh {' '.join(words)}: {result.output[:2000]}")
        return result.output


class District:
    """The district of the plan: an app in memory, with its clock, officers and chat."""

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
        """The mock chat service of residents and groups."""
        return MockMessenger.of(self.app, "oa").chat

    def appoint_officer(
        self, name: str, unit: str, *roles: str, chat: str = "", second_factor: bool = False
    ) -> Officer:
        """Appoint a person with roles on a unit and sign them in at the board.

        Args:
            name: name of the person.
            unit: id of the unit for the roles.
            roles: role ids of the profile.
            chat: conversation for notices to the person, "" for none.
            second_factor: whether the session has a fresh second factor.
        """
        actor = self._users.appoint(name, unit, *roles, conversation=chat)
        return self._sign_in(name, actor, second_factor=second_factor)

    def appoint_from_unit(self, name: str, home: str, reach: str, *roles: str) -> Officer:
        """Appoint a person of one unit, such as an agency, with roles on another, and sign them in at the board."""
        actor = self._users.appoint(name, home)
        for role in roles:
            self._users.grant(actor, role, reach)
        return self._sign_in(name, actor, second_factor=False)

    def _sign_in(self, name: str, actor: Actor, *, second_factor: bool) -> Officer:
        self._signed_in += 1
        holder = enrol(self.app, actor.id, f"nguoi-{self._signed_in}", by=self._chair, second_factor=second_factor)
        if second_factor:
            # A code of the second factor can be used only once, so the next use needs a later time.
            self.clock.advance(timedelta(minutes=1))
        return Officer(name, actor, Visitor(self._board).enter(holder), holder)

    def pass_time(self, time: timedelta) -> None:
        """Advance the clock and run the worker."""
        self.clock.advance(time)
        self.run_worker()

    def run_worker(self) -> None:
        """Run the worker for everything that is due now."""
        self.app.worker.tick()
        pump(self.app, self.chat)

    def find_resident(self, name: str) -> str:
        """Return the chat address of a resident."""
        return self.chat.person(name)

    def group_texts(self, title: str) -> Sequence[str]:
        """Return the texts that the official account posted in the group with a title."""
        (group,) = [id for id, name in self.chat.groups().items() if name == title]
        return self.chat.group_posts(group)

    def group_files(self, title: str) -> list[str]:
        """Return the media types of the files that the official account posted in the group with a title."""
        (group,) = [id for id, name in self.chat.groups().items() if name == title]
        posts = [message for message in self.chat.conversation(group) if not message.author]
        return [file.file.media_type for post in posts for file in post.attachments if file.file is not None]


def _read_main(response: ReceivedPage) -> PageContents:
    return read_page("<main" + response.main)


def _find_choice(screen: Screen, name: str, question: FormField, text: str) -> str:
    """Return the value of a choice that is named by value or label; return free text unchanged."""
    if not question.choices or text in question.choices:
        return text
    for value, label in question.choices.items():
        if text == label or label.startswith(f"{text}: "):  # The board adds the number of groups after the label.
            return value
    raise NotOffered(f"{screen.shown.path}: {text!r} isn't among the choices of {name}: {question.choices}")
