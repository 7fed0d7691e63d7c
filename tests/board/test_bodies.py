"""Forms with files: who sends them is known before they are read, and nobody holds the places of others."""

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
    """An app whose board waits only a moment for a body that doesn't come."""
    settings = Settings(door=DoorSettings(body_seconds=0.1))
    with memory_app(clock=FixedClock(NOW), settings=settings) as app:
        yield app


@pytest.fixture
def board(app: App) -> Starlette:
    return create_board(app)


def enter(app: App, board: Starlette, name: str, role: str) -> httpx.Cookies:
    """Return the cookies of an officer of a role who has signed in."""
    users = UnsafeLocalUsers(app)
    actor = users.appoint(f"Cán bộ {name}", "hoa-lu", role)
    granter = users.appoint("Trưởng", "hoa-lu", "steering_chair")
    return Visitor(board).enter(enrol(app, actor.id, name, by=granter)).cookies


@pytest.fixture
def editor(app: App, board: Starlette) -> httpx.Cookies:
    """Writes content, with files."""
    return enter(app, board, "soan", "editor")


def token_for(cookies: httpx.Cookies) -> str:
    return make_form_token(cookies["anninh_board"])


def part(name: str, value: str) -> bytes:
    """Return a field of a form with files."""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def file_part(content: bytes) -> bytes:
    """Return a file of a form."""
    disposition = 'Content-Disposition: form-data; name="piece.attachments"; filename="anh.jpg"'
    return f"--{BOUNDARY}\r\n{disposition}\r\nContent-Type: image/jpeg\r\n\r\n".encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


@define(eq=False)
class Post:
    """A form with a file, on its way to a board.

    Attributes:
        pieces: of its body; where `drips` pieces with nothing in them follow.
        is_whole: whether the body ends with them; else its sender falls silent.
        asked: how many pieces the board has asked for.
        waits: is set once the board waits for a piece that doesn't come, or has answered.
        status: of the answer, 0 while there is none.
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
        """Hand the next piece on."""
        self.asked += 1
        if self.asked > len(self.pieces):
            self.waits.set()
            if not self.drips:
                await anyio.sleep_forever()
            await anyio.lowlevel.checkpoint()
        piece = self.pieces[self.asked - 1] if self.asked <= len(self.pieces) else b""
        return {"type": "http.request", "body": piece, "more_body": not self.is_whole or self.asked < len(self.pieces)}

    async def send(self, message: Message) -> None:
        """Note the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.location = dict(message["headers"]).get(b"location", b"").decode()

    async def run(self) -> None:
        """Send it, until it is answered."""
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


def run(*posts: Post) -> None:
    """Send forms one after another, each until it is answered."""

    async def send() -> None:
        for post in posts:
            await post.run()

    anyio.run(send)


def run_behind(held: Sequence[Post], last: Post) -> None:
    """Send a form while others are held half sent; the others go once it is answered."""

    async def send() -> None:
        async with anyio.create_task_group() as senders:
            for post in held:
                senders.start_soon(post.run)
            for post in held:
                await post.waits.wait()
            await last.run()
            senders.cancel_scope.cancel()

    anyio.run(send)


def test_nothing_of_a_strangers_form_is_read(board: Starlette) -> None:
    """Without a sign-in, or with one that holds no longer, the form is answered before the first byte of its body."""
    lapsed = httpx.Cookies({"anninh_board": "anninh_s_" + "x" * 43})
    for cookies in (httpx.Cookies(), lapsed):
        post = Post(board, [part("form_token", "x")], cookies)
        run(post)
        assert (post.status, post.location, post.asked) == (303, "/sign-in", 0)


def test_a_form_that_anybody_may_send_has_no_files(board: Starlette) -> None:
    """Signing in takes no file: of a body that says to have some nothing is read."""
    for path in ("/sign-in", "/set-up", "/language", "/sign-out"):
        post = Post(board, [part("name", "mau")], path=path)
        run(post)
        assert (post.status, post.asked) == (400, 0), path


def test_the_form_token_is_checked_before_the_file_is_read(board: Starlette, editor: httpx.Cookies) -> None:
    """A form with another sign-in's token, or that begins with something else, is refused by its beginning."""
    beginning = file_part(PICTURE)[:200]
    rest = [bytes(4096)] * 9
    another = [part("form_token", make_form_token("another")) + beginning, *rest]
    late = [part("request_key", "x") + part("form_token", token_for(editor)), *rest]
    endless = [part("form_token", "x")[:-2], *rest]
    file_first = [file_part(b"\xff\xd8\xff") + part("form_token", token_for(editor)), *rest]
    for pieces, most in ((another, 1), (late, 1), (endless, 3), (file_first, 1)):
        post = Post(board, pieces, editor)
        run(post)
        assert post.status == 403
        assert post.asked <= most


def test_a_large_text_is_read_no_further_than_its_token(board: Starlette, editor: httpx.Cookies) -> None:
    """A form without files, too, begins with its token, where more than a small body comes."""
    text = "x" * 50_000
    good = {"form_token": token_for(editor), "piece.title": text}
    for fields, status in ((good, 422), ({"piece.title": text, "form_token": token_for(editor)}, 403)):
        visitor = Visitor(board)
        visitor.cookies = editor
        own = {"Origin": URL, "Sec-Fetch-Site": "same-origin"}
        shown = visitor.ask("POST", WRITE, own, {name: [value] for name, value in fields.items()})
        assert shown.status == status


def test_permission_is_checked_before_the_file_is_read(app: App, board: Starlette) -> None:
    """Of somebody who may do the act nowhere nothing is read."""
    moderator = enter(app, board, "khac", "moderator")
    post = Post(board, [part("form_token", token_for(moderator)), file_part(PICTURE)], moderator)
    run(post)
    assert (post.status, post.asked) == (403, 0)


def test_a_form_that_stalls_or_drips_loses_its_place(board: Starlette, editor: httpx.Cookies) -> None:
    """Whether nothing comes any more or only empty pieces, it is answered, and its place is free again."""
    beginning = part("form_token", token_for(editor)) + file_part(PICTURE)[:-2]
    for drips in (False, True):
        held = [Post(board, [beginning, b"x"], editor, drips=drips) for _ in range(5)]
        run(*held)
        assert [post.status for post in held] == [408] * 5


def test_one_person_leaves_places_to_the_others(app: App, board: Starlette, editor: httpx.Cookies) -> None:
    """Of one sign-in two forms with files come in at a time, a third is sent away; another officer's comes in."""
    beginning = part("form_token", token_for(editor)) + file_part(PICTURE)[:-2]
    colleague = enter(app, board, "hai", "editor")
    whole = [part("form_token", token_for(colleague)), part("unit", "hoa-lu"), file_part(PICTURE), END]
    third = Post(board, [beginning], editor)
    run_behind([Post(board, [beginning], editor) for _ in range(2)], third)
    assert third.status == 503
    theirs = Post(board, whole, colleague, is_whole=True)
    run_behind([Post(board, [beginning], editor) for _ in range(2)], theirs)
    assert theirs.status == 422  # the file was read, and is none that goes out


def test_strangers_take_no_place_of_officers(board: Starlette, editor: httpx.Cookies) -> None:
    """However many strangers send half a body to a page that anybody may send to, an officer's file comes in."""
    whole = [part("form_token", token_for(editor)), part("unit", "hoa-lu"), file_part(PICTURE), END]
    strangers = [
        Post(board, [b"name=" + b"x" * size], path="/sign-in", media_type="application/x-www-form-urlencoded")
        for size in (10, 9000) * 15
    ]
    officer = Post(board, whole, editor, is_whole=True)
    run_behind(strangers, officer)
    assert officer.status == 422
