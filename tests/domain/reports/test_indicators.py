"""The register of indicators."""

import pytest

from anninh_core.domain.reports import BUILT_IN, Count, Indicator, register
from anninh_core.kernel.errors import BadInput
from anninh_core.vocabulary.district import District


def test_ids_are_unique_and_plain() -> None:
    """A plugin can't take a name that is taken, nor one that looks like a group of another."""
    with pytest.raises(BadInput, match="registered twice"):
        register(BUILT_IN.values(), [Indicator(id="urges", measure="time")])
    with pytest.raises(BadInput, match="can't have a point"):
        register([Indicator(id="tips.fire", measure="tip")])


def test_a_count_takes_only_what_fits() -> None:
    """Every dimension asked for must be there, others don't matter."""
    count = Count("tips_resolved", 1, (("in_time", "yes"),))

    assert count.fits({"in_time": "yes", "category": "fire"})
    assert not count.fits({"in_time": "no"})
    assert not count.fits({})


def test_templates_show_only_what_is_registered(district: District) -> None:
    """Whatever a shipped template names can be counted, and has a name, a definition and a unit of measure."""
    for template in district.templates.values():
        for section in template.sections:
            for id in (*section.indicators, *section.by_unit, *([section.chart] if section.chart else ())):
                assert district.say(f"indicator.{id}")
                assert district.say(f"indicator.{id}.definition")
                assert district.say(f"measure.{BUILT_IN[id].measure}")
