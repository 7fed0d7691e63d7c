"""Refusals that officers meet, each provoked through Python, HTTP, the command line and the board."""

import json
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import msgspec
from attrs import frozen
from click.testing import CliRunner
from tests.board.visitor import Form, Visitor
from tests.web.api.conftest import caller, serve

from anninh_core.app import App
from anninh_core.cli.root import anninh
from anninh_core.kernel.errors import AnninhError
from anninh_core.operations import Door
from anninh_core.usecase import Actor

COLUMNS = 80
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
_TAGS = re.compile(r"<[^>]+>")
_MARKED = re.compile(r'<(?:p|div) class="wrong"[^>]*>(.*?)</(?:p|div)>', re.DOTALL)


@frozen
class Refusal:
    """An operation that is refused.

    Attributes:
        operation: its name.
        place: of the board's form, below which acts are sent.
        subject: argument and id of the record that it is about, both "" for none.
        given: the other arguments, as a form has them.
        has_command: whether officers have a command of their own for it, beside `anninh call`.
    """

    operation: str
    place: str
    subject: tuple[str, str] = ("", "")
    given: Mapping[str, Any] = {}
    has_command: bool = False

    @property
    def arguments(self) -> dict[str, Any]:
        """All arguments as JSON has them."""
        name, id = self.subject
        made: dict[str, Any] = {name: id} if name else {}
        for path, value in self.given.items():
            target, _, last = path.rpartition(".")
            (made.setdefault(target, {}) if target else made)[last] = True if value == "yes" else value
        return made


@frozen
class Told:
    """What each interface shows of one refusal.

    Attributes:
        python: `str()` of the error.
        code: of the problem document.
        english: detail of the problem document.
        vietnamese: the same, asked for in Vietnamese.
        command: standard error of `anninh --lang vi call`, in lines of at most 80 characters.
        board: sentences that the page marks as wrong.
    """

    python: str
    code: str
    english: str
    vietnamese: str
    command: str
    board: tuple[str, ...]


@frozen
class Interfaces:
    """One app through which refusals are provoked; nothing that is refused changes it."""

    app: App
    actor: Actor
    folder: Path
    visitor: Visitor

    def provoke(self, refusal: Refusal) -> Told:
        """Return what each interface shows."""
        english = self._post(refusal, "en")
        return Told(
            python=self._python(refusal),
            code=english["code"],
            english=english.get("detail", ""),
            vietnamese=self._post(refusal, "vi").get("detail", ""),
            command=self._command(refusal),
            board=self._board(refusal),
        )

    def _python(self, refusal: Refusal) -> str:
        door = Door(self.app)
        try:
            door.call(
                self.actor, refusal.operation, door.decode(refusal.operation, msgspec.json.encode(refusal.arguments))
            )
        except AnninhError as error:
            return str(error)
        raise AssertionError(f"{refusal.operation} was carried out")

    def _post(self, refusal: Refusal, language: str) -> Any:
        answer: httpx.Response = caller(serve(self.app))(
            refusal.operation,
            self.actor,
            refusal.arguments,
            fresh=True,
            headers={"Accept-Language": language},
        )
        return answer.json()

    def _command(self, refusal: Refusal) -> str:
        noun, _, verb = refusal.operation.partition(".")
        own = (noun, verb.replace("_", "-"), refusal.subject[1], *_options(refusal.given), "--no-input")
        called = ("call", refusal.operation, "--json", json.dumps(refusal.arguments))
        shown = self._run(own) if refusal.has_command else self._run(called)
        assert "Usage" not in shown, shown
        return shown

    def _run(self, words: tuple[str, ...]) -> str:
        environment = {"COLUMNS": str(COLUMNS), "XDG_CONFIG_HOME": str(self.folder)}
        done = CliRunner().invoke(anninh, ("--lang", "vi", *words, "--at", str(self.folder)), env=environment)
        assert done.exit_code != 0, done.output
        return done.stderr

    def _board(self, refusal: Refusal) -> tuple[str, ...]:
        token = _TOKEN.search(self.visitor.get("/account").text)
        assert token is not None
        fields = {name: [*value] if isinstance(value, list) else [str(value)] for name, value in refusal.given.items()}
        sent = {"form_token": [token[1]], "confirmed": ["yes"], **fields}
        action = f"{refusal.place}/do/{refusal.operation.replace('.', '/')}"
        shown = self.visitor.send(Form(action, "post", fields=sent))
        assert shown.status >= 400, (refusal, shown.status, shown.path)
        return tuple(" ".join(unescape(_TAGS.sub(" ", text)).split()) for text in _MARKED.findall(shown.text))


def _options(given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return arguments as options of a command."""
    pairs = ((f"--{name.replace('_', '-')}", value) for name, value in given.items())
    return tuple(word for name, value in pairs for word in (name, str(value)))
