"""Functions that build the collectors of the settings, without a request to their sources."""

from collections.abc import Mapping
from datetime import timedelta

from anninh_core.app.bootstrap.unit_settings import require_own_unit
from anninh_core.app.collector_settings import CollectorSettings
from anninh_core.domain.content.collected.configured import ConfiguredCollector
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.plugins import Plugins
from anninh_core.ports.options import read_options
from anninh_core.vocabulary.district import District


def build_collectors(
    district: District, plugins: Plugins, settings: Mapping[str, CollectorSettings]
) -> Mapping[str, ConfiguredCollector]:
    """Return the collectors by their names in the settings.

    Raises:
        ConfigurationError: a name contains a dot, a unit doesn't exist, no plugin provides the type, or the type
            refuses an option.
    """
    return {name: _build_collector(district, plugins, name, collector) for name, collector in settings.items()}


def _build_collector(
    district: District, plugins: Plugins, name: str, settings: CollectorSettings
) -> ConfiguredCollector:
    if not name or "." in name:
        raise ConfigurationError(
            "The name {collector!r} of a collector in the settings is invalid: use at least one letter, and no dots.",
            collector=name,
        )
    unit = require_own_unit(district, settings.unit or district.root, f"collectors.{name}.unit")
    collector_type = plugins.collector(settings.type)
    options = read_options(collector_type, f"collector {name!r}", settings.options)
    return ConfiguredCollector(
        collector=collector_type(options),
        unit=unit,
        source_name=settings.source_name,
        every=timedelta(minutes=settings.every_minutes),
    )
