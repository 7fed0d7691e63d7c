"""All checks of a profile, in the order in which their faults are reported."""

from collections.abc import Iterator

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.sentences import Sentence
from anninh_core.profile.checks.figures import check_figures
from anninh_core.profile.checks.inherited import check_inherited
from anninh_core.profile.checks.references import check_references
from anninh_core.profile.checks.shape import check_shape
from anninh_core.profile.checks.texts import check_texts
from anninh_core.profile.checks.tree import check_dates, check_tree
from anninh_core.profile.faults import ProfileFault
from anninh_core.profile.schema import ProfileSchema
from anninh_core.profile.source import ProfileSource
from anninh_core.profile.timing import TIMING


def check_source(source: ProfileSource) -> tuple[ProfileSchema | None, list[ProfileFault]]:
    """Return the tables of a profile and all its faults.

    Without faults the tables exist, and a district can be built from them.
    """
    profile, faults = check_shape(ProfileSchema, source)
    if profile is None:
        return None, faults
    shape_places = {fault.place for fault in faults}
    return profile, [
        *faults,
        *(fault for fault in _check_across_tables(profile, source) if not _is_consequence(fault, shape_places)),
    ]


def _check_across_tables(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    yield from check_inherited(profile, source)
    tree_faults = [*check_tree(profile, source)]
    yield from tree_faults or check_dates(profile, source)
    yield from check_references(profile, source)
    yield from check_texts(profile, source)
    yield from check_figures(profile, source)
    for place, (build, way_out) in TIMING.items():
        try:
            build(profile)
        except BadInput as wrong:
            yield source.build_fault(
                place, Sentence("these values aren't valid ({reason})", reason=wrong.sentence), way_out
            )


def _is_consequence(fault: ProfileFault, shape_places: set[str]) -> bool:
    """Return whether a fault only follows from a fault of shape, because keys of a wrong shape were removed before this
    check.
    """
    return any(fault.place == place or fault.place.startswith(f"{place}.") for place in shape_places)
