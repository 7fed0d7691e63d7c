"""Typed facade over the hooks of plugins, with a method for each hook; failing plugins are caught and named only
here.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Generic, TypeVar, cast

from attrs import field, frozen
from pluggy import HookImpl

from anninh_core._moved import PAGE
from anninh_core.kernel.errors import BadInput, ConfigurationError, PluginFailed, PluginRefused
from anninh_core.kernel.replacing import evolve
from anninh_core.plugins import checks
from anninh_core.plugins.catalogue import KIND_OF_HOOK, Catalogue
from anninh_core.plugins.hookspecs import KINDS
from anninh_core.plugins.manager import (
    DEFAULT_PLUGINS,
    PluginSource,
    build_manager,
    list_implementations,
    list_installed_plugins,
)
from anninh_core.plugins.members import find_missing_members
from anninh_core.ports.blobs import Blobs
from anninh_core.ports.collector import Collector
from anninh_core.ports.formatter import Formatter
from anninh_core.ports.keys import Keys
from anninh_core.ports.messengers.courier import Courier
from anninh_core.ports.messengers.messenger import MessengerType
from anninh_core.ports.storages.storage import Storage
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.events import CommittedEvent
from anninh_core.vocabulary.messages import InboundMessage
from anninh_core.vocabulary.opinions import Finding, Flag, RoutingOpinion, TriageOpinion
from anninh_core.vocabulary.views import ItemToReview, PostToModerate, TipToRoute

Opinion = TypeVar("Opinion", TriageOpinion, RoutingOpinion, Flag, Finding)


@frozen
class PluginFailure:
    """A failed call of a plugin's hook implementation.

    Attributes:
        plugin, hook: names of the plugin and of the hook.
        reason: one line without content of messages.
        ran: True if it was only too slow; its opinion is used.
        error: `PluginFailed` with the plugin's own error as its cause; must not be logged, because it may quote
            content.
    """

    plugin: str
    hook: str
    reason: str
    ran: bool = False
    error: PluginFailed | None = field(default=None, repr=False, eq=False)


@frozen
class Opinions(Generic[Opinion]):
    """Opinions of the plugins, in the order of the settings, and the plugins that failed."""

    values: tuple[Opinion, ...]
    failures: tuple[PluginFailure, ...] = ()


@frozen(kw_only=True)
class PluginInfo:
    """Information about a plugin for operators.

    Attributes:
        distribution, version: the installed package; "" for a plugin injected by the program.
        loaded: False for a plugin that is installed but isn't in the settings: it was never imported.
        offers: kind -> names it registers.
    """

    name: str
    module: str
    distribution: str
    version: str
    loaded: bool
    hooks: tuple[str, ...] = ()
    offers: Mapping[str, tuple[str, ...]] = field(factory=dict)


class Plugins:
    """The loaded plugins of one app.

    Args:
        names: entry points of the group `anninh` to load, in the order of their calls.
        extra: name -> module or object of plugins injected by the program. They come last.
        budget: time for all opinions on one subject. Plugins after the end of the budget aren't called; a plugin that
            overruns it is used and named.
        monotonic: seconds of a monotonic clock.

    Raises:
        ConfigurationError: a plugin isn't installed, can't be imported, or fails while it registers.
        PluginRefused: a plugin breaks the rules for plugins.
    """

    def __init__(
        self,
        names: Sequence[str] = DEFAULT_PLUGINS,
        *,
        extra: Mapping[str, object] | None = None,
        budget: timedelta = timedelta(milliseconds=500),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._manager, self._sources = build_manager(names, extra or {})
        self._budget = budget
        self._monotonic = monotonic
        self.catalogue: Catalogue = Catalogue(self._iter_registrations())

    def storage(self, name: str) -> Callable[..., Storage]:
        """Return the storage class of this name, or raise `ConfigurationError`."""
        return cast("Callable[..., Storage]", self.catalogue.find("storage", name))

    def open_storage(self, url: str) -> Storage:
        """Open the storage of a URL; the URL's scheme names the class.

        Raises:
            ConfigurationError: it isn't the URL of a storage, or no loaded plugin has a storage with this name.
            PluginRefused: the storage lacks members of its port.
        """
        scheme = url.partition(":")[0]
        if not scheme or scheme == url:
            raise ConfigurationError("{url!r} isn't the URL of a storage: write it as in sqlite:///anninh.db.", url=url)
        storage = self.storage(scheme)(url)
        if missing := find_missing_members(Storage, storage):
            raise PluginRefused(
                "The storage {name!r} lacks {members}, which the port requires: install a version "
                "of its plugin that was made for this version of anninh; {path} lists the changes "
                "for its author.",
                name=scheme,
                members=tuple(missing),
                path=PAGE,
            )
        return storage

    def keys(self, name: str) -> Callable[..., Keys]:
        """Return the keys class of this name, or raise `ConfigurationError`."""
        return cast("Callable[..., Keys]", self.catalogue.find("keys", name))

    def blobs(self, name: str) -> Callable[..., Blobs]:
        """Return the blob store class of this name, or raise `ConfigurationError`."""
        return cast("Callable[..., Blobs]", self.catalogue.find("blobs", name))

    def messenger(self, name: str) -> MessengerType:
        """Return the messenger class of this name, or raise `ConfigurationError`."""
        unloaded = {source.name for source in list_installed_plugins()} - {source.name for source in self._sources}
        if name in unloaded and name not in self.catalogue.names("messenger"):
            raise ConfigurationError(
                "No loaded plugin has a messenger named {name!r}, but a plugin {name!r} is installed: add it "
                "to `plugins` in the settings.",
                name=name,
            )
        return cast("MessengerType", self.catalogue.find("messenger", name))

    def formatter(self, name: str) -> Callable[[], Formatter]:
        """Return the formatter class of this name.

        Raises:
            BadInput: no loaded plugin provides it. The format comes from a user's request, not from the settings.
        """
        if name not in (format_names := self.catalogue.names("formatter")):
            raise BadInput(
                "No loaded plugin has the format {format!r}: choose one of {allowed}.",
                format=name,
                allowed=tuple(format_names),
            )
        return cast("Callable[[], Formatter]", self.catalogue.find("formatter", name))

    def triage(self, message: InboundMessage, district: District) -> Opinions[TriageOpinion]:
        """Collect opinions on the classification of a message."""
        return self._collect_opinions("anninh_triage_opinion", checks.check_triage, district, message=message)

    def routing(self, tip: TipToRoute, district: District) -> Opinions[RoutingOpinion]:
        """Collect opinions on the unit that should handle a tip."""
        return self._collect_opinions("anninh_routing_opinion", checks.check_routing, district, tip=tip)

    def moderation(self, post: PostToModerate, district: District) -> Opinions[Flag]:
        """Collect flags for the moderator of a group post."""
        return self._collect_opinions("anninh_moderation_flags", checks.check_flags, district, post=post)

    def review(self, item: ItemToReview, district: District) -> Opinions[Finding]:
        """Collect findings for the reviewer of an item; a check that failed to run gives a holding finding at each
        gate.
        """
        opinions = self._collect_opinions("anninh_review_findings", checks.check_findings, district, item=item)
        unchecked = (
            Finding(gate.id, failure.reason, severity="hold", ran=False, by=failure.plugin)
            for failure in opinions.failures
            if not failure.ran
            for gate in district.gates
        )
        return Opinions((*opinions.values, *unchecked), opinions.failures)

    def courier(self, name: str) -> Callable[..., Courier]:
        """Return the courier class of this name, or raise `ConfigurationError`."""
        return cast("Callable[..., Courier]", self.catalogue.find("courier", name))

    def collector(self, name: str) -> Callable[..., Collector]:
        """Return the collector class of this name, or raise `ConfigurationError`."""
        return cast("Callable[..., Collector]", self.catalogue.find("collector", name))

    @property
    def has_listeners(self) -> bool:
        """Whether a plugin listens to commits."""
        return bool(list_implementations(self._manager, "anninh_committed"))

    def notify_listeners(self, line: CommittedEvent) -> tuple[PluginFailure, ...]:
        """Call the plugins that listen to commits in order, and return the failures."""
        hook = "anninh_committed"
        results = (
            _call_implementation(hook, impl, {"line": line}) for impl in list_implementations(self._manager, hook)
        )
        return tuple(outcome for outcome in results if isinstance(outcome, PluginFailure))

    def overview(self) -> tuple[PluginInfo, ...]:
        """Return the loaded plugins in their order, then those installed but not loaded, by name."""
        unloaded = [source for source in list_installed_plugins() if source not in self._sources]
        return (
            *map(self._describe_loaded, self._sources),
            *(_build_plugin_info(source, loaded=False) for source in unloaded),
        )

    def _describe_loaded(self, source: PluginSource) -> PluginInfo:
        offers: dict[str, tuple[str, ...]] = {}
        for offer in self.catalogue.offers(source.name):
            offers[offer.kind] = (*offers.get(offer.kind, ()), offer.name)
        plugin = self._manager.get_plugin(source.name)
        hooks = {caller.name for caller in self._manager.get_hookcallers(plugin) or ()}
        return _build_plugin_info(
            source, loaded=True, hooks=tuple(hook for hook in KINDS if hook in hooks), offers=offers
        )

    def _iter_registrations(self) -> Iterator[tuple[str, object, str]]:
        for hook, kind in KIND_OF_HOOK.items():
            for impl in list_implementations(self._manager, hook):
                for make in _list_registrations(impl, hook):
                    yield kind, make, impl.plugin_name

    def _collect_opinions(
        self,
        hook: str,
        check: Callable[[object, District], Sequence[Opinion]],
        district: District,
        **subject: object,
    ) -> Opinions[Opinion]:
        values: list[Opinion] = []
        failures: list[PluginFailure] = []
        start = self._monotonic()
        for impl in list_implementations(self._manager, hook):
            if self._is_over_budget(start):
                failures.append(
                    PluginFailure(impl.plugin_name, hook, "was not asked: the time budget was used up before")
                )
                continue
            outcome = _call_implementation(
                hook, impl, {**subject, "district": district}, lambda result: check(result, district)
            )
            if isinstance(outcome, PluginFailure):
                failures.append(outcome)
                continue
            values.extend(evolve(opinion, by=impl.plugin_name) for opinion in cast("Sequence[Opinion]", outcome))
            if self._is_over_budget(start):
                failures.append(PluginFailure(impl.plugin_name, hook, "overran the time budget", ran=True))
        return Opinions(tuple(values), tuple(failures))

    def _is_over_budget(self, start: float) -> bool:
        return self._monotonic() - start >= self._budget.total_seconds()


def _call_implementation(
    hook: str,
    impl: HookImpl,
    arguments: Mapping[str, object],
    check: Callable[[object], object] = lambda result: result,
) -> object:
    try:
        return check(impl.function(*(arguments[name] for name in impl.argnames)))
    except checks.InvalidAnswer as wrong:
        return PluginFailure(impl.plugin_name, hook, str(wrong))
    except Exception as error:  # noqa: BLE001  a plugin may raise anything, and must not stop the others
        plugin_error = PluginFailed("Plugin {plugin!r} failed in {hook!r}.", plugin=impl.plugin_name, hook=hook)
        plugin_error.__cause__ = error
        return PluginFailure(impl.plugin_name, hook, f"raised {type(error).__name__}", error=plugin_error)


def _list_registrations(impl: HookImpl, hook: str) -> Sequence[object]:
    try:
        registered = impl.function()
    except Exception as error:
        raise ConfigurationError(
            "Plugin {plugin!r} failed in {hook!r} ({reason}): repair it, or remove it from the settings.",
            plugin=impl.plugin_name,
            hook=hook,
            reason=error,
        ) from error
    if not isinstance(registered, list | tuple):
        raise PluginRefused(
            "Plugin {plugin!r} returned {result} from {hook!r}: return a list of classes.",
            plugin=impl.plugin_name,
            result=repr(registered),
            hook=hook,
        )
    return registered


def _build_plugin_info(
    source: PluginSource,
    *,
    loaded: bool,
    hooks: tuple[str, ...] = (),
    offers: Mapping[str, tuple[str, ...]] | None = None,
) -> PluginInfo:
    return PluginInfo(
        name=source.name,
        module=source.module,
        distribution=source.distribution,
        version=source.version,
        loaded=loaded,
        hooks=hooks,
        offers=offers or {},
    )
