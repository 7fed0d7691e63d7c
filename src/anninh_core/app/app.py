"""An app: one district's subjects and use cases, with its messengers and its worker."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from anninh_core import messaging
from anninh_core.app import api
from anninh_core.app.internals import Internals
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import StorageError
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.composition.command_composition import Composition, compose
from anninh_core.vocabulary.district import District

if TYPE_CHECKING:  # loaded when they are built
    from anninh_core.messaging.failures.desk import FailureDesk
    from anninh_core.worker.worker import Worker

_log = logging.getLogger(__name__)
T = TypeVar("T")
_INTERNAL = {
    "collectors": "collectors",
    "context": "context",
    "door": "web_settings",
    "find_verb": "find_verb",
    "messengers": "messengers",
    "plugins": "plugins",
    "runner": "runner",
    "services": "services",
    "watch": "watch_settings",
    "workflows": "workflows",
}
"""Former attribute of an app -> its name in `internals`."""


class App:
    """One district's work.

    One noun for each subject, one verb for each act: `app.tips.assign(actor, …)`. `intake` accepts events, `worker`
    processes them, `failures` lists what failed. Each is built when it is first used.

    Args:
        build_internals: builds what is behind the nouns; see `open_app`.
    """

    def __init__(self, build_internals: Callable[[App], Internals]) -> None:
        self.internals = build_internals(self)
        self._worker: Worker | None = None
        self._lock = Lock()
        self._is_closed = False

    @cached_property
    def intake(self) -> messaging.Intake:
        """Accepts events of messengers."""
        inside = self.internals
        return messaging.Intake(inside.runner, inside.services.conversations, inside.messengers)

    @property
    def worker(self) -> Worker:
        """Processes what was accepted and sends what is due; there is one, whichever thread asks first."""
        with self._lock:
            if self._worker is None:
                self._worker = self.internals.build_worker()
            return self._worker

    @cached_property
    def failures(self) -> FailureDesk:
        """What wasn't processed or delivered, and what a person decides about it."""
        return self.internals.build_failure_desk()

    @property
    def district(self) -> District:
        """The profile."""
        return self.internals.context.district

    @property
    def now(self) -> datetime:
        """The moment by the app's clock, in Vietnam's time zone."""
        return self.internals.context.clock.now().astimezone(VIETNAM)

    @property
    def today(self) -> date:
        """The day in Vietnam by the app's clock."""
        return self.now.date()

    @cached_property
    def accounts(self) -> api.AccountsApi:
        """By what officers sign in."""
        return api.AccountsApi(self.internals, "accounts")

    @cached_property
    def units(self) -> api.UnitsApi:
        """Officers and their grants."""
        return api.UnitsApi(self.internals, "units")

    @cached_property
    def conversations(self) -> api.ConversationsApi:
        """What was said."""
        return api.ConversationsApi(self.internals, "conversations")

    @cached_property
    def drafts(self) -> api.DraftsApi:
        """What officers have half written."""
        return api.DraftsApi(self.internals, "drafts")

    @cached_property
    def duty(self) -> api.DutyApi:
        """Who is on duty, and what somebody has to know of."""
        return api.DutyApi(self.internals, "duty")

    @cached_property
    def groups(self) -> api.GroupsApi:
        """The registry of groups."""
        return api.GroupsApi(self.internals, "groups")

    @cached_property
    def tips(self) -> api.TipsApi:
        """Tips."""
        return api.TipsApi(self.internals, "tips")

    @cached_property
    def incidents(self) -> api.IncidentsApi:
        """Tips that report one event."""
        return api.IncidentsApi(self.internals, "incidents")

    @cached_property
    def inquiries(self) -> api.InquiriesApi:
        """Questions on procedures and the knowledge base."""
        return api.InquiriesApi(self.internals, "inquiries")

    @cached_property
    def content(self) -> api.ContentApi:
        """Items, their review and publication."""
        return api.ContentApi(self.internals, "content")

    @cached_property
    def leaks(self) -> api.LeaksApi:
        """What is held because it leads to somebody."""
        return api.LeaksApi(self.internals, "leaks")

    @cached_property
    def moderation(self) -> api.ModerationApi:
        """Unsuitable posts."""
        return api.ModerationApi(self.internals, "moderation")

    @cached_property
    def programme(self) -> api.ProgrammeApi:
        """The plan: milestones, duties, urging, difficulties."""
        return api.ProgrammeApi(self.internals, "programme")

    @cached_property
    def quarantine(self) -> api.QuarantineApi:
        """What the program couldn't work on."""
        return api.QuarantineApi(self.internals, "quarantine")

    @cached_property
    def reports(self) -> api.ReportsApi:
        """Reports."""
        return api.ReportsApi(self.internals, "reports")

    @cached_property
    def audit(self) -> api.AuditApi:
        """The audit log."""
        return api.AuditApi(self.internals, "audit")

    @cached_property
    def identity(self) -> api.IdentityApi:
        """Who reported something, and its disclosure."""
        return api.IdentityApi(self.internals, "identity")

    @cached_property
    def keys(self) -> api.KeysApi:
        """Epochs, and what is known of the keys."""
        return api.KeysApi(self.internals, "keys")

    @cached_property
    def retention(self) -> api.RetentionApi:
        """What is kept, for how long."""
        return api.RetentionApi(self.internals, "retention")

    @cached_property
    def rights(self) -> api.RightsApi:
        """People who ask about data of theirs."""
        return api.RightsApi(self.internals, "rights")

    @cached_property
    def search(self) -> api.SearchApi:
        """One search over tips, questions, articles and items."""
        return api.SearchApi(self.internals, "search")

    @cached_property
    def system(self) -> api.SystemApi:
        """How all of it is doing."""
        return api.SystemApi(self.internals, "system")

    @cached_property
    def work(self) -> api.WorkApi:
        """What waits for whoever asks."""
        return api.WorkApi(self.internals, "work")

    def compose(self, actor: Actor, name: str, body: Callable[[Composition], T]) -> T:
        """Carry out several commands of one actor in one commit: all of them, or none.

        The journal has one entry of it, `composed.<name>`, with the commands among its facts; the request key of the
        actor and what they saw count for the whole. Where somebody else was faster, the function is called again: it
        must do nothing beside including commands, and call no verb itself, which would be a commit of its own.

        Args:
            actor: who acts, in all of the commands.
            name: what the whole is called in the journal: small letters, digits and _.
            body: your function; it includes the commands, and what it returns is returned.

        Raises:
            AlreadyDone: it was carried out before under the actor's request key.
            Stale: a record isn't any more as the actor saw it.
            Conflict: somebody else was faster again and again.
            TypeError, BadInput: something can't be composed; see `Composition.include`. And whatever a command, or
                the function, raises. Nothing was done then.
        """
        return compose(self.internals.runner, actor, name, body)

    def close(self) -> None:
        """Stop the worker and release messengers and storage; idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._worker is not None:
            self._worker.stop()
        self._write_looks()
        for messenger in self.internals.messengers.values():
            messenger.close()
        for state in self.internals.states:
            state.give_all_back()
        self.internals.context.storage.close()

    def _write_looks(self) -> None:
        """Write down repeated looks, which were only counted. An app that can't write is closed all the same."""
        try:
            self.internals.runner.write_looks(everything=True)
        except StorageError as error:
            _log.warning("how often looks were repeated could not be written down: %s", error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    if not TYPE_CHECKING:  # type checkers refuse the former names, and misspelt ones

        def __getattr__(self, name: str) -> Any:
            if name not in _INTERNAL:
                raise AttributeError(f"an app has no {name!r}; dir(app) lists its nouns")
            warnings.warn(
                f"app.{name} is app.internals.{_INTERNAL[name]} now; the former name goes with 1.0",
                DeprecationWarning,
                stacklevel=2,
            )
            return getattr(self.internals, _INTERNAL[name])
