"""Measures how long it takes until an operator gets the watchdog's mail: `python -m tests.scenarios.watch_times --runs
3`.

It runs real processes and a mail server on loopback. `anninh watch --mail` runs once a minute, as a timer would run it.
"""

import argparse
import os
import random
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from time import monotonic, sleep

from attrs import frozen

from anninh_core.app import App, load_settings, open_app
from anninh_core.domain.duty import Shift
from anninh_core.profile import load_profile
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.vocabulary.messages import Address, Place
from anninh_zalo.oauth.endpoint import TokenPair
from anninh_zalo.official import OfficialAccount
from anninh_zalo.testing import Sandbox
from anninh_zalo.testing.carriers.server import SandboxServer

TIMER = 60.0  # seconds between two runs of the watchdog
_PATIENCE = 600.0  # seconds until a run is given up
_OFFICER = "Cán bộ trực"


class MailServer(socketserver.ThreadingTCPServer):
    """Accepts every message, and keeps its subject and time of arrival."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _MailSession)
        self.mails: list[tuple[float, str]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _MailSession(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._send_line("220 sink")
        for line in self.rfile:
            word = line.split(b" ")[0].strip().upper()
            if word == b"DATA":
                self._send_line("354 go on")
                self._receive_mail()
            elif word == b"QUIT":
                self._send_line("221 bye")
                return
            else:
                self._send_line("250 fine")

    def _receive_mail(self) -> None:
        subject = ""
        for line in self.rfile:
            if line.strip() == b".":
                break
            if line.lower().startswith(b"subject:"):
                subject = line.decode().strip()
        self.server.mails.append((monotonic(), subject))
        self._send_line("250 taken")

    def _send_line(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@frozen
class Site:
    """An authority's folder, its mail server, and a running Zalo sandbox."""

    folder: Path
    mail: MailServer
    zalo: SandboxServer[Sandbox]

    @property
    def sandbox(self) -> Sandbox:
        return self.zalo.sandbox

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "anninh_core.cli", *words, "--at", str(self.folder)]

    def write_settings(self, messenger: str) -> None:
        (self.folder / "anninh.toml").write_text(
            f"""profile = "hoa_lu_2021"
unsafe_local_users = true
plugins = ["embedded", "formatters", "assisted", "opinions", "triage", "mock", "zalo"]
{messenger}
[watch.couriers.operators]
type = "mail"
options = {{ host = "127.0.0.1", port = "{self.mail.port}", security = "none", sender = "office@mail.example", \
recipient = "operators@mail.example" }}
""",
            encoding="utf-8",
        )

    @contextmanager
    def open_site_app(self) -> Iterator[App]:
        settings = load_settings(self.folder)
        with chdir(self.folder), open_app(load_profile(settings.profile), settings) as app:
            yield app


def prepare_mock_authority(site: Site) -> None:
    """Create an authority with a mock messenger, and an officer on duty who has a chat for notices."""
    site.write_settings('[messengers.oa]\ntype = "mock"\noptions = { path = "mock-chat.jsonl" }')
    with site.open_site_app() as app:
        chat = MockMessenger.of(app, "oa").chat
        phone = chat.person(_OFFICER)
        chat.says(phone, "chào")
        for request in chat.webhooks():
            app.intake.accept("oa", request)
        app.worker.drain()
        conversation = app.internals.services.conversations.id_of(Address("oa", Place.PERSON, phone))
        users = UnsafeLocalUsers(app)
        officer = users.appoint(_OFFICER, "hoa-lu", "tip_officer", conversation=conversation)
        chief = users.appoint("Chỉ huy", "hoa-lu", "tip_supervisor")
        app.duty.set_roster(chief, "hoa-lu", shifts=[Shift(officers=(officer.id,))])


def kill_worker(_site: Site, worker: subprocess.Popen[bytes]) -> None:
    """Kill the worker as a crash would."""
    worker.send_signal(signal.SIGKILL)


def block_all_chats(site: Site, _worker: subprocess.Popen[bytes]) -> None:
    """Make everyone block the account, and then let a resident report a fire."""
    with site.open_site_app() as app:
        chat = MockMessenger.of(app, "oa").chat
        for _ in range(50):
            chat.fail_next("recipient_gone")
        chat.says(chat.person("Bà Thử"), "Cháy nhà ở xóm 3 các anh ơi, đến ngay")
        for request in chat.webhooks():
            app.intake.accept("oa", request)


def prepare_zalo_authority(site: Site) -> None:
    """Create an authority with an official account on the Zalo sandbox."""
    application = site.sandbox.app(id="1001", secret="made-up", oa_secret="made-up")
    account = site.sandbox.account("Thử", id="2002")
    bases = "".join(f', "base.{host}" = "{site.zalo.base(host)}"' for host in ("oauth", "openapi", "business"))
    site.write_settings(
        f'[messengers.oa]\ntype = "zalo"\noptions = {{ app_id = "1001", app_secret = "made-up", oa_id = "2002", '
        f'oa_secret = "made-up", redirect_uri = "https://anninh.invalid/back"{bases} }}'
    )
    with site.open_site_app() as app:
        messenger = app.internals.messengers["oa"]
        assert isinstance(messenger, OfficialAccount)
        pair = site.sandbox.grant(application, account)
        messenger.tokens.adopt(TokenPair(pair.access, pair.refresh))


def revoke_token(site: Site, _worker: subprocess.Popen[bytes]) -> None:
    """Revoke the application's grant for the account."""
    for (application, _account), grant in site.sandbox.world.grants.items():
        assert application == "1001"
        grant.revoked = True


Prepare = Callable[[Site], None]
Break = Callable[[Site, subprocess.Popen[bytes]], None]
CASES: dict[str, tuple[Prepare, Break]] = {
    "worker killed": (prepare_mock_authority, kill_worker),
    "token revoked": (prepare_zalo_authority, revoke_token),
    "duty chats gone": (prepare_mock_authority, block_all_chats),
}


def measure_case(case: str, folder: Path) -> str:
    """Run one case of failure; return the time until the mail arrived, and its subject."""
    with Sandbox().serve(delivers=False) as zalo:
        return _measure_at_site(case, Site(folder, MailServer(), zalo))


def _measure_at_site(case: str, site: Site) -> str:
    prepare, break_it = CASES[case]
    prepare(site)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(site.command("work"), env=environment, stderr=subprocess.DEVNULL) as worker:
        stop = threading.Event()
        timer = threading.Thread(target=_run_timer, args=(site, environment, stop))
        try:
            sleep(90)  # This is long enough for the notices of the first minute.
            timer.start()
            sleep(TIMER + random.uniform(0, TIMER))
            quiet = len(site.mail.mails)
            broken_at = monotonic()
            break_it(site, worker)
            while len(site.mail.mails) == quiet and monotonic() < broken_at + _PATIENCE:
                sleep(0.1)
            arrived = site.mail.mails[quiet:]
        finally:
            stop.set()
            worker.kill()
    before = f" (before: {', '.join(subject for _, subject in site.mail.mails[:quiet])})" if quiet else ""
    return (
        f"{arrived[0][0] - broken_at:5.0f} s  {arrived[0][1]}{before}" if arrived else f"nobody learned of it{before}"
    )


def _run_timer(site: Site, environment: dict[str, str], stop: threading.Event) -> None:
    while not stop.is_set():
        subprocess.run(site.command("watch", "--mail"), env=environment, stdout=subprocess.DEVNULL, check=False)
        stop.wait(TIMER)


def main() -> None:
    """Run each case of failure `--runs` times, one run after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--case", choices=[*CASES], action="append")
    arguments = parser.parse_args()
    for case in arguments.case or CASES:
        for _ in range(arguments.runs):
            with tempfile.TemporaryDirectory() as folder:
                sys.stdout.write(f"{case:16} {measure_case(case, Path(folder))}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
