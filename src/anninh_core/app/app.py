"""The app: all use cases of one district, its messengers and its worker."""

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

if TYPE_CHECKING:  # These classes are imported at run time only when their objects are first built.
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
"""Former attributes of an app, and their names in `internals`."""


class App:
    """One district's system.

    It has one noun per subject and one verb per use case: `app.tips.assign(actor, …)`. `intake` accepts events,
    `worker` processes them, `failures` lists what failed. Each is built on first use.

    Args:
        build_internals: builds the services behind the nouns; see `open_app`.
    """

    def __init__(self, build_internals: Callable[[App], Internals]) -> None:
        self.internals = build_internals(self)
        self._worker: Worker | None = None
        self._lock = Lock()
        self._is_closed = False

    @cached_property
    def intake(self) -> messaging.Intake:
        """Accepts messengers' events."""
        internals = self.internals
        return messaging.Intake(internals.runner, internals.services.conversations, internals.messengers)

    @property
    def worker(self) -> Worker:
        """Processes accepted events and sends due messages; all threads share one worker."""
        with self._lock:
            if self._worker is None:
                self._worker = self.internals.build_worker()
            return self._worker

    @cached_property
    def failures(self) -> FailureDesk:
        """Failed events and deliveries, and the operators' decisions on them."""
        return self.internals.build_failure_desk()

    @property
    def district(self) -> District:
        """The district's profile."""
        return self.internals.context.district

    @property
    def now(self) -> datetime:
        """The current time of the app's clock, in Vietnam's time zone."""
        return self.internals.context.clock.now().astimezone(VIETNAM)

    @property
    def today(self) -> date:
        """The current date of the app's clock, in Vietnam's time zone."""
        return self.now.date()

    @cached_property
    def accounts(self) -> api.AccountsApi:
        """Accounts, sessions and API tokens."""
        return api.AccountsApi(self.internals, "accounts")

    @cached_property
    def units(self) -> api.UnitsApi:
        """Officers and their grants."""
        return api.UnitsApi(self.internals, "units")

    @cached_property
    def conversations(self) -> api.ConversationsApi:
        """Messages of residents' conversations."""
        return api.ConversationsApi(self.internals, "conversations")

    @cached_property
    def drafts(self) -> api.DraftsApi:
        """Officers' unfinished drafts."""
        return api.DraftsApi(self.internals, "drafts")

    @cached_property
    def duty(self) -> api.DutyApi:
        """Rosters of officers on duty, and alarms."""
        return api.DutyApi(self.internals, "duty")

    @cached_property
    def groups(self) -> api.GroupsApi:
        """The registry of groups."""
        return api.GroupsApi(self.internals, "groups")

    @cached_property
    def tips(self) -> api.TipsApi:
        """Use cases about tips."""
        return api.TipsApi(self.internals, "tips")

    @cached_property
    def incidents(self) -> api.IncidentsApi:
        """Incidents: groups of tips about the same event."""
        return api.IncidentsApi(self.internals, "incidents")

    @cached_property
    def inquiries(self) -> api.InquiriesApi:
        """Questions on procedures and the knowledge base."""
        return api.InquiriesApi(self.internals, "inquiries")

    @cached_property
    def content(self) -> api.ContentApi:
        """Items to publish, their review and publication."""
        return api.ContentApi(self.internals, "content")

    @cached_property
    def leaks(self) -> api.LeaksApi:
        """Texts held because they may identify a person."""
        return api.LeaksApi(self.internals, "leaks")

    @cached_property
    def moderation(self) -> api.ModerationApi:
        """Unsuitable posts, and the decisions on them."""
        return api.ModerationApi(self.internals, "moderation")

    @cached_property
    def programme(self) -> api.ProgrammeApi:
        """The plan: milestones, duties, reminders, difficulties."""
        return api.ProgrammeApi(self.internals, "programme")

    @cached_property
    def quarantine(self) -> api.QuarantineApi:
        """Data that the program couldn't process."""
        return api.QuarantineApi(self.internals, "quarantine")

    @cached_property
    def reports(self) -> api.ReportsApi:
        """Reports and their signatures."""
        return api.ReportsApi(self.internals, "reports")

    @cached_property
    def audit(self) -> api.AuditApi:
        """The audit log and its verification."""
        return api.AuditApi(self.internals, "audit")

    @cached_property
    def identity(self) -> api.IdentityApi:
        """Disclosure of a reporter's identity."""
        return api.IdentityApi(self.internals, "identity")

    @cached_property
    def keys(self) -> api.KeysApi:
        """Encryption keys and key epochs."""
        return api.KeysApi(self.internals, "keys")

    @cached_property
    def retention(self) -> api.RetentionApi:
        """Legal holds, purges and erasures."""
        return api.RetentionApi(self.internals, "retention")

    @cached_property
    def rights(self) -> api.RightsApi:
        """People's requests about their own personal data."""
        return api.RightsApi(self.internals, "rights")

    @cached_property
    def search(self) -> api.SearchApi:
        """One search over tips, questions, articles and items."""
        return api.SearchApi(self.internals, "search")

    @cached_property
    def system(self) -> api.SystemApi:
        """Health of the system."""
        return api.SystemApi(self.internals, "system")

    @cached_property
    def work(self) -> api.WorkApi:
        """The actor's open work."""
        return api.WorkApi(self.internals, "work")

    def compose(self, actor: Actor, name: str, body: Callable[[Composition], T]) -> T:
        """Carry out several commands of one actor in one commit: all of them or none.

        The audit log gets one entry, `composed.<name>`, with the commands among its facts. The actor's request key and
        the versions that the actor saw apply to the whole composition. After a conflict with another commit, `body` is
        called again: it must do nothing except include commands, and must call no verb itself, because a verb commits
        separately.

        Args:
            actor: who acts, in all of the commands.
            name: name of the composition in the audit log: lower-case letters, digits and _.
            body: includes the commands; its result is returned.

        Raises:
            AlreadyDone: the composition was carried out before under the actor's request key.
            Stale: a record has changed since the actor saw it.
            Conflict: other commits were faster in every attempt.
            TypeError, BadInput: a command can't be composed; see `Composition.include`. Errors of a command or of
            `body` are raised too. In all these cases nothing was committed.
        """
        return compose(self.internals.runner, actor, name, body)

    def close(self) -> None:
        """Stop the worker and release messengers and storage; idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._worker is not None:
            self._worker.stop()
        self._store_read_counts()
        for messenger in self.internals.messengers.values():
            messenger.close()
        for state in self.internals.states:
            state.release_leases()
        self.internals.context.storage.close()

    def _store_read_counts(self) -> None:
        """Store the counts of repeated reads. A failure to write doesn't prevent closing the app."""
        try:
            self.internals.runner.flush_read_log(everything=True)
        except StorageError as error:
            _log.warning("how often looks were repeated could not be written down: %s", error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    if not TYPE_CHECKING:  # Type checkers don't see `__getattr__`, so they reject former and misspelt names.

        def __getattr__(self, name: str) -> Any:
            if name not in _INTERNAL:
                raise AttributeError(f"an app has no {name!r}; dir(app) lists its nouns")
            warnings.warn(
                f"app.{name} is app.internals.{_INTERNAL[name]} now; the former name goes with 1.0",
                DeprecationWarning,
                stacklevel=2,
            )
            return getattr(self.internals, _INTERNAL[name])
