"""A function that builds the couriers that the settings name."""

from collections.abc import Mapping

from anninh_core.app.settings import CourierSettings
from anninh_core.plugins import Plugins
from anninh_core.ports.messengers.courier import Courier
from anninh_core.ports.options import read_options


def build_couriers(plugins: Plugins, settings: Mapping[str, CourierSettings]) -> dict[str, Courier]:
    """Return the couriers of the settings, by their names.

    Raises:
        ConfigurationError: an option is wrong; the message names the courier.
        NotFound: no plugin provides the type.
    """
    couriers: dict[str, Courier] = {}
    for name, courier_settings in settings.items():
        courier_type = plugins.courier(courier_settings.type)
        couriers[name] = courier_type(read_options(courier_type, f"courier {name!r}", courier_settings.options))
    return couriers
