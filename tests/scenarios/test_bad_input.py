"""Bad input: one clear sentence that names the place and the way out, and nothing is changed."""

import asyncio
import hashlib
import hmac
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import httpx
import pytest

from anninh_core import Settings, load_profile, open_app
from anninh_core.kernel.errors import BadProfile, NewerDatabase, TooLarge
from anninh_core.messaging.inbound.intake import BODY_LIMIT
from anninh_core.testing import MockChat, memory_app
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_core.web import create_asgi


def shipped(folder: Path) -> Path:
    """Copy the shipped profile into a folder, with the roles that it takes over."""
    data = Path(str(files("anninh_core.profile") / "data"))
    target = folder / "ours"
    shutil.copytree(data / "hoa_lu_2021", target)
    roles = (data / "co_so_2025" / "roles.toml").read_text(encoding="utf-8")
    without_list = re.sub(r"^second_factor_roles = \[.*?\]\n", "", roles, flags=re.MULTILINE | re.DOTALL)
    (target / "roles.toml").write_text(without_list, encoding="utf-8")
    return target


def replace(file: str, old: str, new: str) -> Callable[[Path], None]:
    """Return what spoils one file of a profile."""

    def spoil(profile: Path) -> None:
        text = (profile / file).read_text(encoding="utf-8")
        assert old in text
        (profile / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return spoil


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (replace("units.toml", 'name = "huyện Hoa Lư", ', 'name = "huyện Hoa Lư", parent = "ninh-hoa", '), "units"),
        (replace("roles.toml", '"tip.read"', '"tip.raed"'), "roles"),
        (replace("plan.toml", "2021-08-30", "2021-02-30"), "plan.toml"),
    ],
    ids=["a cycle in the tree", "an unknown permission in a role", "a wrong date"],
)
def test_a_spoilt_profile_is_refused_in_one_sentence(tmp_path: Path, spoil: Callable[[Path], None], place: str) -> None:
    """A cycle, an unknown permission or a wrong date is refused with file and place, in one line."""
    profile = shipped(tmp_path)
    spoil(profile)
    with pytest.raises(BadProfile) as refused:
        load_profile(str(profile))

    assert place in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_message_of_a_megabyte_is_refused_and_leaves_nothing() -> None:
    """A webhook body of 1 MB is refused with its size and the limit; nothing is stored."""
    app = memory_app()
    request = WebhookRequest(b"x" * 1_000_000, ())
    with pytest.raises(TooLarge, match=f"1,000,000 bytes: at most {BODY_LIMIT:,} bytes are accepted"):
        app.intake.accept("oa", request)

    assert app.internals.context.storage.queues.depth() == {}


def test_a_signed_webhook_that_is_not_json_is_kept() -> None:
    """A signed body that isn't JSON is answered as any other, and stored until somebody can read it."""
    app = memory_app()
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    body = b"not json at all"
    signature = _signed(messenger.chat, body)

    async def post() -> httpx.Response:
        transport = httpx.ASGITransport(app=create_asgi(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            return await client.post("/hook/oa", content=body, headers=signature)

    answer = asyncio.run(post())
    assert answer.status_code == 200
    assert app.internals.context.storage.queues.depth() == {"inbox.new": 1}


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    """A database that a newer version wrote is refused by name and not touched."""
    settings = Settings().resolve_paths(tmp_path)
    open_app(load_profile("hoa_lu_2021"), settings).close()
    file = tmp_path / "anninh.db"
    with sqlite3.connect(file) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")
    database.close()
    before = file.read_bytes()

    with pytest.raises(NewerDatabase) as refused:
        open_app(load_profile("hoa_lu_2021"), settings)

    assert str(file) in str(refused.value)
    assert "9999_from_the_future" in str(refused.value)
    assert file.read_bytes() == before


def test_a_missing_extra_names_the_line_that_installs_it(tmp_path: Path) -> None:
    """Without the report libraries, rendering a DOCX says which line installs them; the rest works."""
    code = (
        "import sys; sys.modules['docx'] = None\n"
        "from anninh_core.plugins import Plugins\n"
        "from anninh_core.kernel.errors import MissingExtra\n"
        "try:\n"
        "    Plugins(['formatters']).formatter('docx')().render(None)\n"
        "except MissingExtra as missing:\n"
        "    print(missing)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "pip install 'anninh[reports]'" in done.stdout
    assert len(done.stdout.strip().splitlines()) == 1


def _signed(chat: MockChat, body: bytes) -> dict[str, str]:
    digest = hmac.new(chat.secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Mock-Signature": f"sha256={digest}"}
