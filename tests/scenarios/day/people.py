"""Officers with accounts, each of whom signs in with a password and a second factor."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import define, field
from tests.scenarios.day.faces import ApiClient
from tests.support.sign_in import compute_code


@define
class Employee:
    """An officer with a separate client program.

    Attributes:
        id: id of the officer.
        secret: secret of the authenticator app.
        recovery: recovery codes that replace the second factor.
    """

    face: ApiClient
    name: str
    password: str
    id: str = ""
    token: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    recovery: list[str] = field(factory=list, repr=False)

    def call(self, operation: str, **arguments: Any) -> Any:
        """Call an operation, which must succeed, and return its result."""
        reply = self.face.call(self.token, operation, arguments)
        assert reply.status == 200, (self.name, operation, reply)
        return reply.body

    def call_with(self, headers: Mapping[str, str], operation: str, **arguments: Any) -> Any:
        """Call an operation with headers, and return the status and the body of its response."""
        reply = self.face.call(self.token, operation, arguments, headers)
        return reply.status, reply.body

    def refused(self, operation: str, **arguments: Any) -> tuple[int, str]:
        """Call an operation, which must be refused, and return the status and the code of the problem."""
        reply = self.face.call(self.token, operation, arguments)
        assert reply.status >= 400, (self.name, operation, reply)
        return reply.status, reply.body["code"]

    def download(self, operation: str, **arguments: Any) -> Any:
        """Download the file of an operation, which must succeed, and return it."""
        reply = self.face.download(self.token, operation, arguments)
        assert reply.status == 200, (self.name, operation, reply)
        return reply.body

    def upload(self, name: str, data: bytes) -> str:
        """Send a file and return its id."""
        reply = self.face.upload(self.token, name, data)
        assert reply.status == 200, (self.name, name, reply)
        id: str = reply.body["id"]
        return id

    def enrol(self, setup_code: str) -> None:
        """Set up the account, add an authenticator app, and sign in again by both factors."""
        arguments = {"code": setup_code, "name": self.name, "password": self.password}
        self.id = self._call_without_session("set-up", arguments)["officer"]
        self.token = self._call_without_session("sign-in", {"name": self.name, "password": self.password})["token"]
        self.secret = self.call("accounts.begin_totp", password=self.password)["secret"]
        app = compute_code(self.secret, datetime.now(UTC))
        self.recovery = self.call("accounts.confirm_totp", code=app)["codes"]
        self.call("accounts.sign_out")
        assert self.face.call_without_session("sign-in", {"name": self.name, "password": self.password}).status == 401
        credentials = {"name": self.name, "password": self.password, "code": self._next_code()}
        self.token = self._call_without_session("sign-in", credentials)["token"]

    def step_up(self) -> None:
        """Confirm the second factor again."""
        self.call("accounts.step_up", code=self._next_code())

    def _next_code(self) -> str:
        """Return a recovery code, since each code of the app counts once and the next one comes only half a minute
        later.
        """
        return self.recovery.pop()

    def _call_without_session(self, path: str, arguments: Mapping[str, str]) -> Any:
        reply = self.face.call_without_session(path, arguments)
        assert reply.status == 200, (self.name, path, reply)
        return reply.body
