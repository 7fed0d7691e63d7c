"""Internals of an app that the library's own programs need in addition to the nouns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from anninh_core.domain.accounts.credentials.passwords import PasswordHasher
from anninh_core.domain.services import Services
from anninh_core.plugins import Plugins
from anninh_core.ports.authenticator import Authenticator
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.named_values.adapter_state import EncryptedState
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.workflows.accounts.outside import OutsideSignIns
from anninh_core.workflows.provider import Workflows

if TYPE_CHECKING:  # These classes are imported at run time only when their objects are first built.
    from anninh_core.app.settings import DoorSettings, WatchSettings
    from anninh_core.app.system.overview import SystemOverview
    from anninh_core.domain.content.collected.configured import ConfiguredCollector
    from anninh_core.messaging.failures.desk import FailureDesk
    from anninh_core.worker.worker import Worker


@frozen(eq=False, slots=False, kw_only=True)
class Internals:
    """Internals of an app, for programs of this library and tests of adapters. They may change in any release.

    Attributes:
        services: use cases and steps of the domain modules; nouns, workflows and the worker are built from them.
        collectors: readers of external sources, by their names in the settings.
        web_settings: limits of the web server.
        watch_settings: what the watchdog reports as a fault.
    """

    runner: UseCaseRunner
    services: Services
    plugins: Plugins
    messengers: Mapping[str, Messenger]
    collectors: Mapping[str, ConfiguredCollector]
    web_settings: DoorSettings
    watch_settings: WatchSettings
    states: Sequence[EncryptedState] = field(default=(), repr=False)
    build_worker: Callable[[], Worker] = field(repr=False)
    build_failure_desk: Callable[[], FailureDesk] = field(repr=False)
    _find_noun: Callable[[str], object] = field(repr=False)
    _build_overview: Callable[[], SystemOverview] = field(repr=False)
    _hasher: PasswordHasher = field(factory=PasswordHasher, repr=False)
    _authenticators: Sequence[Authenticator] = field(default=(), repr=False)
    _outside: OutsideSignIns = field(factory=OutsideSignIns, repr=False)

    @property
    def context(self) -> UseCaseContext:
        """Context of the use cases: the ports, the district's profile and the encryption."""
        return self.runner.context

    @cached_property
    def workflows(self) -> Workflows:
        """Use cases over several domain modules, called by verbs of the nouns."""
        return Workflows(
            self.runner,
            self.services,
            self.plugins,
            self.messengers,
            self.find_verb,
            self._hasher,
            self._authenticators,
            self._outside,
        )

    @cached_property
    def overview(self) -> SystemOverview:
        """Health of the system and its backups."""
        return self._build_overview()

    def find_verb(self, operation: str) -> Callable[..., Any]:
        """Return the verb with the name `operation`: `tips.get` is the verb `get` of the noun `tips`."""
        noun, _, path = operation.partition(".")
        verb: Callable[..., Any] = attrgetter(path)(self._find_noun(noun))
        return verb
