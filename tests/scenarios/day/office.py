"""An office as its operator sets it up: a folder, a server of its own, a chat with residents."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

import httpx
from attrs import frozen

from anninh_core import profile
from anninh_core.app import FILE_NAME
from anninh_core.kernel.clock import SystemClock
from anninh_core.testing.mock.service import MockChat

FIRST, SECOND = "Đại tá Mẫu", "Thiếu tá Mẫu"
_CHAT = '\n[messengers.oa]\ntype = "mock"\noptions = { path = "mock-chat.jsonl" }\n'


@frozen
class Office:
    """A folder with a server.

    Attributes:
        setup_code: what the operator hands the first officer.
        chat: of the residents.
    """

    folder: Path
    url: str
    setup_code: str
    chat: MockChat

    @property
    def api(self) -> str:
        return f"{self.url}/api/v1"

    def bring(self) -> None:
        """Bring what residents said to the server as the platform does, and let the worker do its part."""
        for event in self.chat.webhooks():
            taken = httpx.post(f"{self.url}/hook/oa", content=event.body, headers=list(event.headers))
            assert taken.status_code == 200
        self.work()

    def work(self) -> None:
        """Let the worker do what there is to do now."""
        anninh("work", "--once", at=self.folder)


@contextmanager
def open_office(folder: Path) -> Iterator[Office]:
    """Set an office up by `anninh init` and serve it by `anninh serve --api` inside a `with`."""
    at = folder / "office"
    profile_folder = folder / "profile"
    _copy_profile(profile_folder)
    said = anninh("init", str(at), "--profile", str(profile_folder), "--officer", FIRST, "--second", SECOND)
    code = re.search(r"^(\S+) sets that officer's sign-in name", said, re.MULTILINE)
    assert code is not None, said
    _add_chat(at / FILE_NAME)
    _add_proxy(at / FILE_NAME)
    with _serve(at) as url:
        yield Office(at, url, code[1], MockChat(SystemClock(), at / "mock-chat.jsonl"))


def anninh(*words: str, at: Path | None = None) -> str:
    """Run a command and return what it says; it must succeed."""
    command = [sys.executable, "-m", "anninh_core.cli", *words]
    done = subprocess.run(command, env=_environment(at), capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def _serve(at: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "anninh_core.cli", "serve", "--api", "--port", "0"]
    with Popen(command, env=_environment(at), stderr=PIPE, encoding="utf-8") as server:
        try:
            assert server.stderr is not None
            said = ""
            for line in server.stderr:
                said += line
                if found := re.match("listening on ([^;]+);", line):
                    yield found[1]
                    break
            else:
                raise AssertionError(f"the server doesn't listen: {said}")
            server.send_signal(signal.SIGTERM)
            assert server.wait(60) == 0, server.stderr.read()
        finally:
            server.kill()


def _environment(at: Path | None) -> dict[str, str]:
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "error"}
    return found if at is None else {**found, "ANNINH_AT": str(at)}


def _copy_profile(folder: Path) -> None:
    """Take the shipped profile without quiet hours: the day is played at whatever hour it is."""
    data = Path(profile.__file__).with_name("data")
    shutil.copytree(data / "hoa_lu_2021", folder)
    text = (data / "co_so_2025" / "delivery.toml").read_text(encoding="utf-8")
    assert 'quiet = "22:00-06:00"' in text
    (folder / "delivery.toml").write_text(text.replace('quiet = "22:00-06:00"', 'quiet = ""'), encoding="utf-8")


def _add_chat(settings: Path) -> None:
    """Put the residents' chat into the settings, by hand, as a messenger is."""
    text = settings.read_text(encoding="utf-8")
    assert "plugins = [" in text
    settings.write_text(text.replace("plugins = [", 'plugins = ["mock", ') + _CHAT, encoding="utf-8")


def _add_proxy(settings: Path) -> None:
    """Let faces of the day say, as a proxy on this machine would, from where they call."""
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'{text}\n[door.api]\nproxies = ["127.0.0.1/32"]\n', encoding="utf-8")
