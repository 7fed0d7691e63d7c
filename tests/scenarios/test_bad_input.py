"""Bad input is refused in one clear sentence that names the place and a remedy, and nothing is changed."""

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


def copy_shipped_profile(folder: Path) -> Path:
    """Copy the shipped profile into a folder, with the roles that it inherits, and return the profile's folder."""
    data = Path(str(files("anninh_core.profile") / "data"))
    target = folder / "ours"
    shutil.copytree(data / "hoa_lu_2021", target)
    roles = (data / "co_so_2025" / "roles.toml").read_text(encoding="utf-8")
    without_list = re.sub(r"^second_factor_roles = \[.*?\]\n", "", roles, flags=re.MULTILINE | re.DOTALL)
    (target / "roles.toml").write_text(without_list, encoding="utf-8")
    return target


def build_replacement(file: str, old: str, new: str) -> Callable[[Path], None]:
    """Return a function that replaces `old` with `new` in one file of a profile."""

    def apply_replacement(profile: Path) -> None:
        text = (profile / file).read_text(encoding="utf-8")
        assert old in text
        (profile / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return apply_replacement


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (
            build_replacement("units.toml", 'name = "huyện Hoa Lư", ', 'name = "huyện Hoa Lư", parent = "ninh-hoa", '),
            "units",
        ),
        (build_replacement("roles.toml", '"tip.read"', '"tip.raed"'), "roles"),
        (build_replacement("plan.toml", "2021-08-30", "2021-02-30"), "plan.toml"),
    ],
    ids=["a cycle in the tree", "an unknown permission in a role", "a wrong date"],
)
def test_bad_profile_is_refused_in_one_line(tmp_path: Path, spoil: Callable[[Path], None], place: str) -> None:
    """A cycle, an unknown permission or a wrong date in a profile is refused in one line with file and place."""
    profile = copy_shipped_profile(tmp_path)
    spoil(profile)
    with pytest.raises(BadProfile) as refused:
        load_profile(str(profile))

    assert place in str(refused.value)
    assert "\n" not in str(refused.value)


def test_oversized_webhook_is_refused() -> None:
    """A webhook body of 1 MB is refused with its size and the limit; nothing is stored."""
    app = memory_app()
    request = WebhookRequest(b"x" * 1_000_000, ())
    with pytest.raises(TooLarge, match=f"1,000,000 bytes: at most {BODY_LIMIT:,} bytes are accepted"):
        app.intake.accept("oa", request)

    assert app.internals.context.storage.queues.depth() == {}


def test_signed_webhook_without_json_is_stored() -> None:
    """A signed body that isn't JSON gets the usual response, and is stored until a version can parse it."""
    app = memory_app()
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    body = b"not json at all"
    signature = _build_signature(messenger.chat, body)

    async def post_body() -> httpx.Response:
        transport = httpx.ASGITransport(app=create_asgi(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            return await client.post("/hook/oa", content=body, headers=signature)

    response = asyncio.run(post_body())
    assert response.status_code == 200
    assert app.internals.context.storage.queues.depth() == {"inbox.new": 1}


def test_newer_database_is_not_touched(tmp_path: Path) -> None:
    """A database that a newer version wrote is refused with its name and not touched."""
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


def test_missing_extra_names_install_command(tmp_path: Path) -> None:
    """Without the report libraries, rendering a DOCX names the command that installs them, and the program still
    starts.
    """
    code = (
        "import sys; sys.modules['docx'] = None\n"
        "from anninh_core.plugins import Plugins\n"
        "from anninh_core.kernel.errors import MissingExtra\n"
        "try:\n"
        "    Plugins(['formatters']).formatter('docx')().render(None)\n"
        "except MissingExtra as missing:\n"
        "    print(missing)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "pip install 'anninh[reports]'" in result.stdout
    assert len(result.stdout.strip().splitlines()) == 1


def _build_signature(chat: MockChat, body: bytes) -> dict[str, str]:
    digest = hmac.new(chat.secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Mock-Signature": f"sha256={digest}"}
