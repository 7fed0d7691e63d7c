"""Functions that build an app and connect its ports with adapters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from anninh_core.app.app import App
from anninh_core.app.bootstrap.clock import choose_clock
from anninh_core.app.bootstrap.collectors import build_collectors
from anninh_core.app.bootstrap.couriers import build_couriers
from anninh_core.app.bootstrap.files import build_inspector
from anninh_core.app.bootstrap.keys import open_keys
from anninh_core.app.bootstrap.services import BuiltServices
from anninh_core.app.bootstrap.sign_in import build_external_sign_ins
from anninh_core.app.bootstrap.unit_settings import require_own_unit
from anninh_core.app.injected_ports import Parts
from anninh_core.app.internals import Internals
from anninh_core.app.listeners import CommitListeners
from anninh_core.app.rate_limits import resolve_rate_limits
from anninh_core.app.settings import HeadSettings, Settings
from anninh_core.app.storage_upgrade import require_newest_schema, require_no_upgrade_pending
from anninh_core.app.verification_files import collect_verification_files
from anninh_core.domain.accounts.credentials.passwords import PasswordHasher
from anninh_core.domain.audit.heads.journal_monitor import HeadSchedule, watch_journal
from anninh_core.domain.content.collected.configured import ConfiguredCollector
from anninh_core.domain.conversations.model import PEOPLE
from anninh_core.domain.index_specs import SPECS
from anninh_core.domain.services import Services
from anninh_core.domain.units.permits import GrantPermits
from anninh_core.kernel.clock import RandomIds
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.plugins import Plugins
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.options import read_options
from anninh_core.ports.storages.storage import Storage
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.files.blobs import EncryptedBlobs
from anninh_core.usecase.journal.read_log import LookFolder
from anninh_core.usecase.named_values.adapter_state import EncryptedState
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.district import District

if TYPE_CHECKING:
    from anninh_core.app.system.overview import SystemOverview
    from anninh_core.messaging.failures.desk import FailureDesk
    from anninh_core.worker.worker import Worker


def build_app(district: District, settings: Settings | None, ports: Parts) -> App:
    """Build an app; ports that `ports` doesn't contain are built from the settings; see `open_app`."""
    settings = settings or Settings()
    plugins = Plugins(settings.plugins, extra=ports.plugins)
    storage = ports.storage or plugins.open_storage(settings.storage)
    try:
        return _build_on_storage(storage, district, settings, ports, plugins)
    except BaseException:
        if ports.storage is None:  # An injected storage belongs to the caller, who closes it.
            storage.close()
        raise


def _build_on_storage(storage: Storage, district: District, settings: Settings, parts: Parts, plugins: Plugins) -> App:
    runner = _build_runner(storage, district, settings, parts, plugins)
    services = BuiltServices(runner, settings.sign_in.to_rules())
    if parts.only_reads:
        _check_ownership(runner, store=False)
    else:
        _claim_storage(runner, parts.filled_by)
    states = {instance: EncryptedState(runner, instance) for instance in settings.messengers}
    handed_in = dict(parts.messengers or {})
    messengers = handed_in | _build_messengers(runner, plugins, settings, states, handed_in)
    # A name of a verification file that can't be served is reported now, not only when the web server starts.
    collect_verification_files(messengers)
    collectors = build_collectors(district, plugins, settings.collectors)
    worker_factory = partial(
        _build_worker,
        runner,
        services,
        plugins,
        messengers,
        limits=resolve_rate_limits(messengers, settings.messengers),
        heads=_build_schedule(plugins, settings.heads),
        collectors=collectors,
    )
    build_desk = partial(_build_failure_desk, runner, services, messengers)

    def build_internals(app: App) -> Internals:
        return Internals(
            runner=runner,
            services=services,
            plugins=plugins,
            messengers=messengers,
            collectors=collectors,
            web_settings=settings.door,
            watch_settings=settings.watch,
            hasher=PasswordHasher(parts.passwords),
            authenticators=parts.authenticators,
            outside=build_external_sign_ins(settings.sign_in, parts.identity_provider, district.name),
            states=[*states.values()],
            build_worker=worker_factory,
            build_failure_desk=build_desk,
            find_noun=partial(getattr, app),
            build_overview=partial(_build_overview, settings, parts, app),
        )

    return App(build_internals)


def _build_runner(
    storage: Storage, district: District, settings: Settings, parts: Parts, plugins: Plugins
) -> UseCaseRunner:
    if parts.only_reads:
        require_newest_schema(storage)
    elif not settings.auto_upgrade:
        require_no_upgrade_pending(storage)
    storage.prepare(SPECS)
    clock = parts.clock or choose_clock(storage, settings)
    context = UseCaseContext(
        district=district,
        storage=storage,
        keys=parts.keys or open_keys(plugins, settings, storage),
        blobs=parts.blobs or plugins.blobs("local")(Path(settings.blobs)),
        clock=clock,
        ids=parts.ids or RandomIds(clock),
        newest_schema=_find_newest_schema,
        account_units=_bind_accounts(district, settings),
        inspector=parts.inspector or build_inspector(settings.files),
        people=PEOPLE,
    )
    listeners = CommitListeners(plugins)
    looks = LookFolder(timedelta(minutes=settings.look_span_minutes))
    return UseCaseRunner(context=context, permits=GrantPermits(context), observers=[listeners], looks=looks)


def _bind_accounts(district: District, settings: Settings) -> dict[str, str]:
    """Return the units that the settings bind accounts to, by the accounts' names."""
    return {
        name: require_own_unit(district, messenger.unit, f"messengers.{name}.unit")
        for name, messenger in settings.messengers.items()
        if messenger.unit
    }


def _find_newest_schema(kind: str) -> int | None:
    from anninh_core.domain.registry import KINDS  # noqa: PLC0415  every model: asked for only where a body doesn't open

    return next((record_kind.schema for record_kind in KINDS if record_kind.name == kind), None)


def _claim_storage(runner: UseCaseRunner, filled_by: str) -> None:
    storage = runner.context.storage
    _check_ownership(runner, store=True)
    watch_journal(runner, filled_by)
    storage.counters.gather(runner.context.district.unit_sets())


def _build_worker(
    runner: UseCaseRunner,
    services: Services,
    plugins: Plugins,
    messengers: Mapping[str, Messenger],
    *,
    limits: Mapping[str, RateLimit],
    heads: HeadSchedule,
    collectors: Mapping[str, ConfiguredCollector],
) -> Worker:
    from anninh_core.app.bootstrap.worker import build_worker  # noqa: PLC0415  many programs never ask for the worker

    return build_worker(runner, services, plugins, messengers, limits=limits, heads=heads, collectors=collectors)


def _build_failure_desk(runner: UseCaseRunner, services: Services, messengers: Mapping[str, Messenger]) -> FailureDesk:
    from anninh_core.app.bootstrap.messaging import build_failure_desk  # noqa: PLC0415  many programs never ask for it

    return build_failure_desk(runner, services, messengers)


def _build_overview(settings: Settings, parts: Parts, app: App) -> SystemOverview:
    from anninh_core.app.doctor.file_checks import DataPaths  # noqa: PLC0415  many programs never ask for it
    from anninh_core.app.doctor.system_checks import check_system  # noqa: PLC0415
    from anninh_core.app.system.overview import SystemOverview  # noqa: PLC0415

    is_on_disk = parts.storage is None and parts.keys is None
    places = DataPaths.of(settings) if is_on_disk else None
    return SystemOverview(app.internals.runner, partial(check_system, app, places), app.internals.messengers)


def _build_messengers(
    runner: UseCaseRunner,
    plugins: Plugins,
    settings: Settings,
    states: Mapping[str, EncryptedState],
    handed_in: Mapping[str, Messenger],
) -> dict[str, Messenger]:
    instances: dict[str, Messenger] = {}
    for instance, messenger_settings in settings.messengers.items():
        if "." in instance or not instance:
            raise ConfigurationError(
                "The name {messenger!r} of a messenger in the settings is invalid: use at least one letter, "
                "and no dots.",
                messenger=instance,
            )
        if instance in handed_in:
            continue
        services = AdapterServices(
            clock=runner.context.clock,
            ids=runner.context.ids,
            state=states[instance],
            blobs=EncryptedBlobs(runner, runner.context.blobs),
        )
        messenger_type = plugins.messenger(messenger_settings.type)
        options = _select_wording_options(runner.context.district, messenger_settings.type) | dict(
            messenger_settings.options
        )
        options = read_options(messenger_type, f"messenger {instance!r}", options)
        instances[instance] = messenger_type(instance, options, services)
    return instances


def _build_schedule(plugins: Plugins, heads: HeadSettings) -> HeadSchedule:
    return HeadSchedule(heads.every_hours, heads.every_entries, build_couriers(plugins, heads.couriers))


def _select_wording_options(district: District, type_name: str) -> dict[str, str]:
    """Return the profile's texts for a type of messenger (`<type>.<name>`) as its options `wording.<name>`."""
    prefix = f"{type_name}."
    texts = {key.removeprefix(prefix): text for key, text in district.wording.items() if key.startswith(prefix)}
    return {f"wording.{name}": text for name, text in texts.items()}


def _check_ownership(runner: UseCaseRunner, *, store: bool) -> None:
    """Raise `ConfigurationError` unless the storage was created for this authority and with these keys.

    Other keys couldn't decrypt anything in it, and would treat every known resident as new.

    Args:
        store: whether a new storage is marked as this authority's.
    """
    root = runner.context.district.root
    fingerprint = runner.context.keys.blind("app", "keys")
    if (owner := _get_or_store(runner, "authority", root, store=store)) != root:
        raise ConfigurationError(
            "This storage belongs to authority {authority!r}, but the profile is for {root!r}: open it with "
            "its own profile.",
            authority=owner,
            root=root,
        )
    if _get_or_store(runner, "keys", fingerprint, store=store) != fingerprint:
        raise ConfigurationError(
            "This storage was made with other keys: put its key file back, or name that file in the setting `keys`."
        )


def _get_or_store(runner: UseCaseRunner, name: str, value: str, *, store: bool) -> str:
    """Return the value that the storage has stored under `name`, or `value` if it has none; with `store`, `value` is
    then stored.
    """
    states = runner.context.storage.states
    if (stored := states.get("app", name)) is not None:
        return stored.body.decode()
    if not store or states.put("app", name, value.encode(), 0):
        return value
    return _get_or_store(runner, name, value, store=store)  # Another process stored a value first.
