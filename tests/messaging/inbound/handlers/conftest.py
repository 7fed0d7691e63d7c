"""Fixtures for tests of message handlers: an app with assisted posting for the ordinary groups."""

from tests.workflows.conftest import admin, anninh_app, app, appoint, chat, clock, handler, launch, village_group

__all__ = ["admin", "anninh_app", "app", "appoint", "chat", "clock", "handler", "launch", "village_group"]
