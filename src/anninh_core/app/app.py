"""An app: one district's subjects and use cases, with its messengers and its worker."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define, field, setters

from anninh_core import messaging
from anninh_core.app.api.audit import AuditApi
from anninh_core.app.api.content import ContentApi
from anninh_core.app.api.conversations import ConversationsApi
from anninh_core.app.api.groups import GroupsApi
from anninh_core.app.api.identity import IdentityApi
from anninh_core.app.api.inquiries import InquiriesApi, SearchApi, WorkApi
from anninh_core.app.api.keys import KeysApi, SystemApi
from anninh_core.app.api.moderation import LeaksApi, ModerationApi
from anninh_core.app.api.programme import ProgrammeApi
from anninh_core.app.api.quarantine import QuarantineApi
from anninh_core.app.api.reports import ReportsApi
from anninh_core.app.api.retention import RetentionApi, RightsApi
from anninh_core.app.api.tips import IncidentsApi, TipsApi
from anninh_core.app.api.units import AccountsApi, DraftsApi, DutyApi, UnitsApi
from anninh_core.domain.accounts.credentials.passwords import PasswordHasher
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import StorageError
from anninh_core.plugins import Plugins
from anninh_core.ports.authenticator import Authenticator
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.combining.composition import Composition, compose
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.named_values.adapter_state import EncryptedState
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.district import District
from anninh_core.workflows.accounts.outside import OutsideSignIns
from anninh_core.workflows.provider import Workflows

if TYPE_CHECKING:  # loaded when they are built
    from anninh_core.app.settings import DoorSettings, WatchSettings
    from anninh_core.app.system.overview import SystemOverview
    from anninh_core.domain.content.found.configured import ConfiguredCollector
    from anninh_core.messaging.failures.desk import FailureDesk
    from anninh_core.worker.worker import Worker

_log = logging.getLogger(__name__)
T = TypeVar("T")


@define(kw_only=True, eq=False, on_setattr=setters.frozen)
class App:
    """What a program works with.

    One noun a subject, one verb an act: `app.tips.assign(actor, …)`. `intake` takes events in, `worker` works through
    them, `failures` is what did not go through. All of them are made when they are first asked for.

    Attributes:
        services: the subjects' own use cases and steps, which the nouns, the workflows and the worker are built of.
        collectors: what reads sources outside, by their names in the settings.
        door: what the web door puts up with, if there is one.
        watch: what a watchdog takes for a fault.
    """

    runner: UseCaseRunner
    services: Services
    plugins: Plugins
    messengers: Mapping[str, Messenger]
    collectors: Mapping[str, ConfiguredCollector]
    door: DoorSettings
    watch: WatchSettings
    _hasher: PasswordHasher = field(factory=PasswordHasher, repr=False)
    _authenticators: Sequence[Authenticator] = ()
    _outside: OutsideSignIns = field(factory=OutsideSignIns, repr=False)
    _states: Sequence[EncryptedState] = field(default=(), repr=False)
    _build_worker: Callable[[], Worker] = field(repr=False)
    _build_failure_desk: Callable[[], FailureDesk] = field(repr=False)
    _build_overview: Callable[[App], SystemOverview] = field(repr=False)
    _worker: Worker | None = field(default=None, init=False, repr=False, on_setattr=setters.NO_OP)
    _lock: Lock = field(factory=Lock, init=False, repr=False)
    _closed: bool = field(default=False, init=False, repr=False, on_setattr=setters.NO_OP)

    @cached_property
    def intake(self) -> messaging.Intake:
        """Takes events in."""
        return messaging.Intake(self.runner, self.services.conversations, self.messengers)

    @property
    def worker(self) -> Worker:
        """Works through what has come and what must go; there is one of it, whichever thread asks first."""
        with self._lock:
            if self._worker is None:
                self._worker = self._build_worker()
            return self._worker

    @cached_property
    def failures(self) -> FailureDesk:
        """What was not processed or not delivered, and what a person decides about it."""
        return self._build_failure_desk()

    @property
    def context(self) -> UseCaseContext:
        """Ports, district and encryption."""
        return self.runner.context

    @property
    def district(self) -> District:
        """The profile."""
        return self.runner.context.district

    @cached_property
    def workflows(self) -> Workflows:
        """Acts of several subjects; the nouns' verbs lead to them."""
        return Workflows(
            self.runner,
            self.services,
            self.plugins,
            self.messengers,
            self._hasher,
            self._authenticators,
            self._outside,
        )

    @cached_property
    def accounts(self) -> AccountsApi:
        """By what officers sign in."""
        return AccountsApi(self.services.accounts, self.workflows)

    @cached_property
    def units(self) -> UnitsApi:
        """Officers and their grants."""
        workflows = self.workflows
        chats = self.services.officer_chats
        return UnitsApi(self.services.units, workflows.role_ending, chats, workflows.hand_over, workflows.labels)

    @cached_property
    def conversations(self) -> ConversationsApi:
        """What was said."""
        return ConversationsApi(
            self.services.conversations,
            self.services.message_files,
            self.services.threads,
            self.workflows.message_triage,
            self.workflows.case_threads,
        )

    @cached_property
    def drafts(self) -> DraftsApi:
        """What officers have half written."""
        return DraftsApi(self.services.drafts)

    @cached_property
    def duty(self) -> DutyApi:
        """Who is on duty, and what somebody has to know of."""
        return DutyApi(self.services.duty, self.workflows.alarm_claiming, self.workflows.alarm_ladders)

    @cached_property
    def groups(self) -> GroupsApi:
        """The registry of groups."""
        flows = self.workflows
        return GroupsApi(self.services.groups, flows.group_creation, flows.group_directory, flows.possible_group_steps)

    @cached_property
    def tips(self) -> TipsApi:
        """Tips."""
        flows = self.workflows
        return TipsApi(
            self.services.tips,
            flows.tip_routing,
            flows.case_threads,
            flows.message_triage,
            flows.tip_papers,
            claiming=flows.tip_claiming,
            timelines=self.services.timelines,
            notes=self.services.notes,
            unread=self.services.unread,
            ready_answers=self.services.ready_answers,
            previews=flows.previews,
            possible_steps=flows.possible_tip_steps,
        )

    @cached_property
    def incidents(self) -> IncidentsApi:
        """Tips that report one event."""
        return IncidentsApi(self.services.tips.incidents, self.workflows.incidents)

    @cached_property
    def inquiries(self) -> InquiriesApi:
        """Questions on procedures and the knowledge base."""
        return InquiriesApi(
            self.services.inquiries,
            self.workflows.message_triage,
            timelines=self.services.timelines,
            notes=self.services.notes,
            unread=self.services.unread,
            ready_answers=self.services.ready_answers,
            previews=self.workflows.previews,
            possible_steps=self.workflows.possible_inquiry_steps,
        )

    @cached_property
    def content(self) -> ContentApi:
        """Items, their review and publication."""
        flows = self.workflows
        return ContentApi(
            self.services.content,
            flows.content_publication,
            flows.previews,
            ready_answers=self.services.ready_answers,
            possible_steps=flows.possible_item_steps,
        )

    @cached_property
    def leaks(self) -> LeaksApi:
        """What is held because it leads to somebody."""
        return LeaksApi(self.services.leaks, self.workflows.leak_decision)

    @cached_property
    def moderation(self) -> ModerationApi:
        """Unsuitable posts."""
        flows = self.workflows
        return ModerationApi(self.services.moderation, flows.moderation_decision, flows.possible_post_steps)

    @cached_property
    def programme(self) -> ProgrammeApi:
        """The plan: milestones, duties, urging, difficulties."""
        return ProgrammeApi(self.services.programme, self.workflows.possible_programme_steps)

    @cached_property
    def quarantine(self) -> QuarantineApi:
        """What the program couldn't work on."""
        return QuarantineApi(self.services.quarantine)

    @cached_property
    def reports(self) -> ReportsApi:
        """Reports."""
        flows = self.workflows
        return ReportsApi(self.services.reports, flows.report_submission, flows.possible_report_steps)

    @cached_property
    def audit(self) -> AuditApi:
        """The audit log."""
        return AuditApi(self.services.audit)

    @cached_property
    def identity(self) -> IdentityApi:
        """Who reported something, and its disclosure."""
        return IdentityApi(self.services.identity, self.services.emergency_openings, self.services.custodians)

    @cached_property
    def keys(self) -> KeysApi:
        """Epochs, and what is known of the keys."""
        return KeysApi(self.services.key_management, self.workflows.key_rotation)

    @cached_property
    def retention(self) -> RetentionApi:
        """What is kept, for how long."""
        return RetentionApi(self.services.retention, self.workflows.erasure)

    @cached_property
    def rights(self) -> RightsApi:
        """People who ask about data of theirs."""
        flows = self.workflows
        return RightsApi(self.services.rights, flows.rights, flows.possible_rights_steps)

    @cached_property
    def search(self) -> SearchApi:
        """One search over tips, questions, articles and items."""
        return SearchApi(self.workflows.record_search)

    @cached_property
    def system(self) -> SystemApi:
        """How all of it is doing."""
        return SystemApi(self._build_overview(self))

    @cached_property
    def work(self) -> WorkApi:
        """What waits for whoever asks."""
        return WorkApi(self.workflows.own_work(self.find_verb))

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
        return compose(self.runner, actor, name, body)

    def find_verb(self, operation: str) -> Callable[..., Any]:
        """Return the verb of an operation: `tips.get` is `get` of `tips`."""
        noun, _, verb = operation.partition(".")
        found: Callable[..., Any] = getattr(getattr(self, noun), verb)
        return found

    def close(self) -> None:
        """Stop the worker and release messengers and storage; idempotent."""
        if self._closed:
            return
        self._closed = True
        if self._worker is not None:
            self._worker.stop()
        self._write_looks()
        for messenger in self.messengers.values():
            messenger.close()
        for state in self._states:
            state.give_all_back()
        self.context.storage.close()

    def _write_looks(self) -> None:
        """Write down what was only counted. An app that can't write any more is closed all the same."""
        try:
            self.runner.write_looks(everything=True)
        except StorageError as error:
            _log.warning("how often looks were repeated could not be written down: %s", error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
