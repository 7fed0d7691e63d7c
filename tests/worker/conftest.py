"""Fixtures with an app in memory, its officers, and a launched group."""

from tests.messaging.conftest import admin, app, appoint, chat, clock, handler, launch

__all__ = ["admin", "app", "appoint", "chat", "clock", "handler", "launch"]
