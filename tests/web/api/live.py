"""A real server on a free port of this machine, with an app and an officer's account."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from attrs import frozen
from tests.support.sign_in import PASSWORD, AccountHolder, enrol

from anninh_core.app import App, Settings
from anninh_core.app.settings import ApiSettings, DoorSettings, RateSettings
from anninh_core.testing import UnsafeLocalUsers, memory_app
from anninh_core.web import WebServer

ROLES = ("tip_officer", "tip_supervisor", "editor", "report_officer")
UNHURRIED = RateSettings(per_minute=100_000, burst=10_000)


@frozen
class LiveServer:
    """A running API server.

    Attributes:
        holder: an officer with an account.
    """

    app: App
    server: WebServer
    holder: AccountHolder

    @property
    def url(self) -> str:
        return self.server.url

    def stop(self) -> None:
        self.server.stop()

    @property
    def new_token(self) -> str:
        """Return the token of a new session of the officer."""
        return self.app.accounts.sign_in(self.holder.name, PASSWORD).token


@contextmanager
def live_api(*roles: str) -> Iterator[LiveServer]:
    """Serve the API of an in-memory app with one officer, who has the roles `roles`, by default some roles of daily
    work.
    """
    api = ApiSettings(account_pace=UNHURRIED, address_pace=UNHURRIED)
    with memory_app(settings=Settings(door=DoorSettings(api=api))) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", *(roles or ROLES))
        holder = enrol(app, officer.id, "lan")
        server = WebServer(app, port=0, api=True)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield LiveServer(app, server, holder)
        finally:
            server.stop()
            thread.join()
