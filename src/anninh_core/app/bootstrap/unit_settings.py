"""A check of the units that settings name."""

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.vocabulary.district import District


def require_own_unit(district: District, unit: str, setting: str) -> str:
    """Return `unit` if it is a unit of the authority that the profile belongs to.

    Args:
        setting: name of the setting, for the error.

    Raises:
        ConfigurationError: the profile has no such unit, or the unit isn't the authority's own.
    """
    if unit not in district.units or not district.is_within(unit, district.root):
        raise ConfigurationError(
            "The setting `{setting}` names {unit!r}, which isn't a unit of {root!r} in profile {profile!r}: "
            "`anninh units` lists the units.",
            setting=setting,
            unit=unit,
            root=district.root,
            profile=district.id,
        )
    return unit
