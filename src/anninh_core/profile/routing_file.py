"""Loading of routing rules from a separate file, to be tried on past tips before they go into the profile."""

from pathlib import Path

from pydantic import Field

from anninh_core.kernel.errors import BadProfile
from anninh_core.kernel.toml import parse_toml
from anninh_core.profile.build import build_routing
from anninh_core.profile.case_schema import RoutingSchema
from anninh_core.profile.checks.references import KnownNames, check_routing, list_legal_kinds
from anninh_core.profile.checks.shape import check_shape
from anninh_core.profile.shapes import TomlTable
from anninh_core.profile.source import ProfileSource
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.rules import RoutingRule


class _RoutingFile(TomlTable):
    routing: list[RoutingSchema] = Field(min_length=1)


def load_routing(path: Path, district: District) -> tuple[RoutingRule, ...]:
    """Return the routing rules of a TOML file with `[[routing]]` tables, in the form of a profile.

    Raises:
        BadProfile: the file can't be read, or a rule doesn't fit the district; the message names the file and the rule.
    """
    source = ProfileSource(str(path), _read_toml(path))
    rules, faults = check_shape(_RoutingFile, source)
    if rules is not None:
        names = KnownNames(district.units, district.incoming, list_legal_kinds(district.wording))
        faults += check_routing(rules.routing, names, source)
    if faults or rules is None:
        raise faults[0].to_profile_error(len(faults) - 1)
    return build_routing(rules.routing, district.standing_body)


def _read_toml(path: Path) -> dict[str, object]:
    try:
        return parse_toml(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadProfile(
            "{path} can't be read as TOML ({reason}): name a TOML file with [[routing]] tables.",
            path=path,
            reason=error,
        ) from None
