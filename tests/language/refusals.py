"""Refusals that officers can get, each provoked through Python, HTTP, the command line and the board."""

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
from tests.web.api.conftest import build_api_caller, serve

from anninh_core.app import App
from anninh_core.cli.root import anninh
from anninh_core.kernel.errors import AnninhError
from anninh_core.operations import OperationGateway
from anninh_core.usecase import Actor

COLUMNS = 80
_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
_TAGS = re.compile(r"<[^>]+>")
_MARKED = re.compile(r'<(?:p|div) class="wrong"[^>]*>(.*?)</(?:p|div)>', re.DOTALL)


@frozen
class Refusal:
    """A call of an operation that is refused.

    Attributes:
        operation: name of the operation.
        place: path of the board's form, below which acts are sent.
        subject: name of the argument and id of the record that the operation is about, both "" for none.
        given: the other arguments, as in a form.
        has_command: whether officers have a separate command for the operation, apart from `anninh call`.
    """

    operation: str
    place: str
    subject: tuple[str, str] = ("", "")
    given: Mapping[str, Any] = {}
    has_command: bool = False

    @property
    def arguments(self) -> dict[str, Any]:
        """All arguments of the operation, as for JSON."""
        name, id = self.subject
        arguments: dict[str, Any] = {name: id} if name else {}
        for path, value in self.given.items():
            target, _, last = path.rpartition(".")
            (arguments.setdefault(target, {}) if target else arguments)[last] = True if value == "yes" else value
        return arguments


@frozen
class RefusalTexts:
    """The texts that each interface shows for one refusal.

    Attributes:
        python: `str()` of the error.
        code: code of the problem document.
        english: detail of the problem document.
        vietnamese: detail of the problem document in Vietnamese.
        command: standard error of `anninh --lang vi call`, in lines of at most 80 characters.
        board: sentences that the screen marks as wrong.
    """

    python: str
    code: str
    english: str
    vietnamese: str
    command: str
    board: tuple[str, ...]


@frozen
class Interfaces:
    """An app in which refusals are provoked through each interface; a refused operation changes nothing."""

    app: App
    actor: Actor
    folder: Path
    visitor: Visitor

    def provoke(self, refusal: Refusal) -> RefusalTexts:
        """Return the texts that each interface shows for a refusal."""
        english = self._provoke_over_http(refusal, "en")
        return RefusalTexts(
            python=self._provoke_in_python(refusal),
            code=english["code"],
            english=english.get("detail", ""),
            vietnamese=self._provoke_over_http(refusal, "vi").get("detail", ""),
            command=self._provoke_by_command(refusal),
            board=self._provoke_on_board(refusal),
        )

    def _provoke_in_python(self, refusal: Refusal) -> str:
        gateway = OperationGateway(self.app)
        try:
            gateway.call(
                self.actor, refusal.operation, gateway.decode(refusal.operation, msgspec.json.encode(refusal.arguments))
            )
        except AnninhError as error:
            return str(error)
        raise AssertionError(f"{refusal.operation} was carried out")

    def _provoke_over_http(self, refusal: Refusal, language: str) -> Any:
        response: httpx.Response = build_api_caller(serve(self.app))(
            refusal.operation,
            self.actor,
            refusal.arguments,
            fresh=True,
            headers={"Accept-Language": language},
        )
        return response.json()

    def _provoke_by_command(self, refusal: Refusal) -> str:
        noun, _, verb = refusal.operation.partition(".")
        own_command = (noun, verb.replace("_", "-"), refusal.subject[1], *_format_options(refusal.given), "--no-input")
        call_command = ("call", refusal.operation, "--json", json.dumps(refusal.arguments))
        output = self._run_command(own_command) if refusal.has_command else self._run_command(call_command)
        assert "Usage" not in output, output
        return output

    def _run_command(self, words: tuple[str, ...]) -> str:
        environment = {"COLUMNS": str(COLUMNS), "XDG_CONFIG_HOME": str(self.folder)}
        result = CliRunner().invoke(anninh, ("--lang", "vi", *words, "--at", str(self.folder)), env=environment)
        assert result.exit_code != 0, result.output
        return result.stderr

    def _provoke_on_board(self, refusal: Refusal) -> tuple[str, ...]:
        token = _TOKEN.search(self.visitor.get("/account").text)
        assert token is not None
        fields = {name: [*value] if isinstance(value, list) else [str(value)] for name, value in refusal.given.items()}
        form_fields = {"form_token": [token[1]], "confirmed": ["yes"], **fields}
        action = f"{refusal.place}/do/{refusal.operation.replace('.', '/')}"
        screen = self.visitor.send(Form(action, "post", fields=form_fields))
        assert screen.status >= 400, (refusal, screen.status, screen.path)
        return tuple(" ".join(unescape(_TAGS.sub(" ", text)).split()) for text in _MARKED.findall(screen.text))


def _format_options(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """Return arguments as command-line options."""
    pairs = ((f"--{name.replace('_', '-')}", value) for name, value in arguments.items())
    return tuple(word for name, value in pairs for word in (name, str(value)))
