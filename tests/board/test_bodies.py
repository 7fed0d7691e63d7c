"""Forms with files: the sender is authenticated before the body is read, and no sender blocks the slots of others."""

from collections.abc import Iterator, Sequence

import anyio
import anyio.lowlevel
import httpx
import pytest
from attrs import define, field
from starlette.applications import Starlette
from starlette.types import Message, Scope
from tests.board.visitor import NOW, URL, Visitor
from tests.support.sign_in import enrol

from anninh_core.app import App, Settings
from anninh_core.app.settings import DoorSettings
from anninh_core.board import create_board
from anninh_core.board.browser.form_tokens import make_form_token
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app

BOUNDARY = "gioi-han"
WRITE = "/content/do/content/write"
PICTURE = b"\xff\xd8\xff" + bytes(20_000)


@pytest.fixture
def app() -> Iterator[App]:
    """An app whose board waits only 0.1 seconds for a stalled body."""
    settings = Settings(door=DoorSettings(body_seconds=0.1))
    with memory_app(clock=FixedClock(NOW), settings=settings) as app:
        yield app


@pytest.fixture
def board(app: App) -> Starlette:
    return create_board(app)


def sign_in_by_role(app: App, board: Starlette, name: str, role: str) -> httpx.Cookies:
    """Return the cookies of a signed-in officer with a role."""
    users = UnsafeLocalUsers(app)
    actor = users.appoint(f"Cán bộ {name}", "hoa-lu", role)
    granter = users.appoint("Trưởng", "hoa-lu", "steering_chair")
    return Visitor(board).enter(enrol(app, actor.id, name, by=granter)).cookies


@pytest.fixture
def editor(app: App, board: Starlette) -> httpx.Cookies:
    """Cookies of an officer who writes content, with files."""
    return sign_in_by_role(app, board, "soan", "editor")


def get_form_token(cookies: httpx.Cookies) -> str:
    return make_form_token(cookies["anninh_board"])


def build_field(name: str, value: str) -> bytes:
    """Return the bytes of a text field in a multipart form."""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def build_file_field(content: bytes) -> bytes:
    """Return the bytes of a file field in a multipart form."""
    disposition = 'Content-Disposition: form-data; name="piece.attachments"; filename="anh.jpg"'
    return f"--{BOUNDARY}\r\n{disposition}\r\nContent-Type: image/jpeg\r\n\r\n".encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


@define(eq=False)
class SentForm:
    """A form with a file that a browser sends to a board piece by piece.

    Attributes:
        pieces: pieces of the body; if `drips`, endless empty pieces follow.
        is_whole: whether the body ends with `pieces`; otherwise the sender falls silent.
        asked: number of pieces that the board has read or waits for.
        waits: set once the board waits for a missing piece, or has answered.
        status: status of the response, 0 before it.
    """

    board: Starlette
    pieces: Sequence[bytes]
    cookies: httpx.Cookies = field(factory=httpx.Cookies)
    path: str = WRITE
    media_type: str = f"multipart/form-data; boundary={BOUNDARY}"
    is_whole: bool = False
    drips: bool = False
    asked: int = 0
    waits: anyio.Event = field(factory=anyio.Event)
    status: int = 0
    location: str = ""

    async def receive(self) -> Message:
        """Return the next piece of the body to the board."""
        self.asked += 1
        if self.asked > len(self.pieces):
            self.waits.set()
            if not self.drips:
                await anyio.sleep_forever()
            await anyio.lowlevel.checkpoint()
        piece = self.pieces[self.asked - 1] if self.asked <= len(self.pieces) else b""
        return {"type": "http.request", "body": piece, "more_body": not self.is_whole or self.asked < len(self.pieces)}

    async def send(self, message: Message) -> None:
        """Store the status and the location header of the response."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.location = dict(message["headers"]).get(b"location", b"").decode()

    async def run(self) -> None:
        """Send the form, and wait for the response."""
        headers = {
            "host": "127.0.0.1",
            "origin": URL,
            "content-type": self.media_type,
            "content-length": str(sum(map(len, self.pieces))) if self.is_whole else "20000000",
            "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        scope: Scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": self.path,
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("192.0.2.9", 1),
            "server": ("127.0.0.1", 80),
        }
        await self.board(scope, self.receive, self.send)
        self.waits.set()


def send_forms(*posts: SentForm) -> None:
    """Send forms one after another, each after the response to the previous one."""

    async def send() -> None:
        for post in posts:
            await post.run()

    anyio.run(send)


def send_behind(half_sent: Sequence[SentForm], last: SentForm) -> None:
    """Send the form `last` while the forms `half_sent` are half sent, and cancel those after its response."""

    async def send() -> None:
        async with anyio.create_task_group() as senders:
            for post in half_sent:
                senders.start_soon(post.run)
            for post in half_sent:
                await post.waits.wait()
            await last.run()
            senders.cancel_scope.cancel()

    anyio.run(send)


def test_unauthenticated_form_is_not_read(board: Starlette) -> None:
    """Without a session, or with an expired one, the form is refused before the first byte of its body is read."""
    expired = httpx.Cookies({"anninh_board": "anninh_s_" + "x" * 43})
    for cookies in (httpx.Cookies(), expired):
        post = SentForm(board, [build_field("form_token", "x")], cookies)
        send_forms(post)
        assert (post.status, post.location, post.asked) == (303, "/sign-in", 0)


def test_public_forms_accept_no_files(board: Starlette) -> None:
    """A multipart body is refused unread on pages that need no sign-in."""
    for path in ("/sign-in", "/set-up", "/language", "/sign-out"):
        post = SentForm(board, [build_field("name", "mau")], path=path)
        send_forms(post)
        assert (post.status, post.asked) == (400, 0), path


def test_form_token_is_checked_before_file(board: Starlette, editor: httpx.Cookies) -> None:
    """A form is refused after its first pieces if it begins with the form token of another session, or with any other
    part.
    """
    beginning = build_file_field(PICTURE)[:200]
    rest = [bytes(4096)] * 9
    another = [build_field("form_token", make_form_token("another")) + beginning, *rest]
    late = [build_field("request_key", "x") + build_field("form_token", get_form_token(editor)), *rest]
    endless = [build_field("form_token", "x")[:-2], *rest]
    file_first = [build_file_field(b"\xff\xd8\xff") + build_field("form_token", get_form_token(editor)), *rest]
    for pieces, max_pieces in ((another, 1), (late, 1), (endless, 3), (file_first, 1)):
        post = SentForm(board, pieces, editor)
        send_forms(post)
        assert post.status == 403
        assert post.asked <= max_pieces


def test_large_text_form_begins_with_token(board: Starlette, editor: httpx.Cookies) -> None:
    """A large form without files must begin with its form token too."""
    text = "x" * 50_000
    token_first = {"form_token": get_form_token(editor), "piece.title": text}
    for fields, status in ((token_first, 422), ({"piece.title": text, "form_token": get_form_token(editor)}, 403)):
        visitor = Visitor(board)
        visitor.cookies = editor
        headers = {"Origin": URL, "Sec-Fetch-Site": "same-origin"}
        screen = visitor.ask("POST", WRITE, headers, {name: [value] for name, value in fields.items()})
        assert screen.status == status


def test_permission_is_checked_before_the_file_is_read(app: App, board: Starlette) -> None:
    """No file is read from an officer who has the permission in no unit."""
    moderator = sign_in_by_role(app, board, "khac", "moderator")
    post = SentForm(board, [build_field("form_token", get_form_token(moderator)), build_file_field(PICTURE)], moderator)
    send_forms(post)
    assert (post.status, post.asked) == (403, 0)


def test_stalled_form_loses_its_slot(board: Starlette, editor: httpx.Cookies) -> None:
    """A form that stalls or sends only empty pieces is refused with 408, and its slot is free again."""
    beginning = build_field("form_token", get_form_token(editor)) + build_file_field(PICTURE)[:-2]
    for drips in (False, True):
        stalled = [SentForm(board, [beginning, b"x"], editor, drips=drips) for _ in range(5)]
        send_forms(*stalled)
        assert [post.status for post in stalled] == [408] * 5


def test_one_session_uses_two_slots(app: App, board: Starlette, editor: httpx.Cookies) -> None:
    """A session may send two forms with files at a time: a third is refused, but another officer's form is accepted."""
    beginning = build_field("form_token", get_form_token(editor)) + build_file_field(PICTURE)[:-2]
    colleague = sign_in_by_role(app, board, "hai", "editor")
    whole = [
        build_field("form_token", get_form_token(colleague)),
        build_field("unit", "hoa-lu"),
        build_file_field(PICTURE),
        END,
    ]
    third = SentForm(board, [beginning], editor)
    send_behind([SentForm(board, [beginning], editor) for _ in range(2)], third)
    assert third.status == 503
    colleague_post = SentForm(board, whole, colleague, is_whole=True)
    send_behind([SentForm(board, [beginning], editor) for _ in range(2)], colleague_post)
    assert colleague_post.status == 422  # the file was read; the form is refused because the picture is invalid


def test_anonymous_bodies_take_no_officer_slot(board: Starlette, editor: httpx.Cookies) -> None:
    """An officer's file is accepted although many visitors without a session have sent half a body to a public page."""
    whole = [
        build_field("form_token", get_form_token(editor)),
        build_field("unit", "hoa-lu"),
        build_file_field(PICTURE),
        END,
    ]
    strangers = [
        SentForm(board, [b"name=" + b"x" * size], path="/sign-in", media_type="application/x-www-form-urlencoded")
        for size in (10, 9000) * 15
    ]
    officer = SentForm(board, whole, editor, is_whole=True)
    send_behind(strangers, officer)
    assert officer.status == 422
