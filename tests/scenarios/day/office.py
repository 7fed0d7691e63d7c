"""An office as its operator sets it up, with a folder, a server, and a chat with residents."""

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
class ServedOffice:
    """The folder of an authority with a running server and a chat.

    Attributes:
        setup_code: code that the operator hands to the first officer.
        chat: chat service of the residents.
    """

    folder: Path
    url: str
    setup_code: str
    chat: MockChat

    @property
    def api(self) -> str:
        return f"{self.url}/api/v1"

    def deliver_messages(self) -> None:
        """Deliver residents' messages to the server as the platform does, and let the worker process them."""
        for event in self.chat.webhooks():
            response = httpx.post(f"{self.url}/hook/oa", content=event.body, headers=list(event.headers))
            assert response.status_code == 200
        self.work()

    def work(self) -> None:
        """Let the worker do all due work."""
        run_anninh("work", "--once", at=self.folder)


@contextmanager
def open_office(folder: Path) -> Iterator[ServedOffice]:
    """Set up an office with `anninh init`, and serve it with `anninh serve --api` inside a `with`."""
    at = folder / "office"
    profile_folder = folder / "profile"
    _copy_profile(profile_folder)
    output = run_anninh("init", str(at), "--profile", str(profile_folder), "--officer", FIRST, "--second", SECOND)
    code = re.search(r"^(\S+) sets that officer's sign-in name", output, re.MULTILINE)
    assert code is not None, output
    _add_chat(at / FILE_NAME)
    _add_proxy(at / FILE_NAME)
    with _serve_api(at) as url:
        yield ServedOffice(at, url, code[1], MockChat(SystemClock(), at / "mock-chat.jsonl"))


def run_anninh(*words: str, at: Path | None = None) -> str:
    """Run a command of `anninh`, which must succeed, and return its output."""
    command = [sys.executable, "-m", "anninh_core.cli", *words]
    result = subprocess.run(command, env=_build_environment(at), capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@contextmanager
def _serve_api(at: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "anninh_core.cli", "serve", "--api", "--port", "0"]
    with Popen(command, env=_build_environment(at), stderr=PIPE, encoding="utf-8") as server:
        try:
            assert server.stderr is not None
            output = ""
            for line in server.stderr:
                output += line
                if listening := re.match("listening on ([^;]+);", line):
                    yield listening[1]
                    break
            else:
                raise AssertionError(f"the server doesn't listen: {output}")
            server.send_signal(signal.SIGTERM)
            assert server.wait(60) == 0, server.stderr.read()
        finally:
            server.kill()


def _build_environment(at: Path | None) -> dict[str, str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "error"}
    return environment if at is None else {**environment, "ANNINH_AT": str(at)}


def _copy_profile(folder: Path) -> None:
    """Copy the shipped profile without its quiet hours, since the test may run at any hour."""
    data = Path(profile.__file__).with_name("data")
    shutil.copytree(data / "hoa_lu_2021", folder)
    text = (data / "co_so_2025" / "delivery.toml").read_text(encoding="utf-8")
    assert 'quiet = "22:00-06:00"' in text
    (folder / "delivery.toml").write_text(text.replace('quiet = "22:00-06:00"', 'quiet = ""'), encoding="utf-8")


def _add_chat(settings: Path) -> None:
    """Add the residents' chat to the settings file, as an operator does."""
    text = settings.read_text(encoding="utf-8")
    assert "plugins = [" in text
    settings.write_text(text.replace("plugins = [", 'plugins = ["mock", ') + _CHAT, encoding="utf-8")


def _add_proxy(settings: Path) -> None:
    """Let clients on this machine report their address as a trusted proxy would."""
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'{text}\n[door.api]\nproxies = ["127.0.0.1/32"]\n', encoding="utf-8")
