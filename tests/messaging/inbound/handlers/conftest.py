"""The app for tests of message handlers, with assisted posting for the ordinary groups."""

from tests.workflows.conftest import admin, anninh_app, app, appoint, chat, clock, handler, launch, village

__all__ = ["admin", "anninh_app", "app", "appoint", "chat", "clock", "handler", "launch", "village"]
