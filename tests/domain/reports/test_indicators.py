import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import anninh_core.domain
from anninh_core.domain.reports.figures.indicators import BUILT_IN, COUNTERS, build_register
from anninh_core.kernel.errors import BadInput
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.plan import CounterTerm, Indicator


def test_ids_are_unique_and_plain() -> None:
    """An indicator of a profile can't take the id of another indicator, nor an id that looks like a group of another
    indicator.
    """
    with pytest.raises(BadInput, match="registered twice"):
        build_register(BUILT_IN.values(), [Indicator(id="urges", measure="time")])
    with pytest.raises(BadInput, match=r"indicator 'tips\.fire' contains a point: use _ instead"):
        build_register([Indicator(id="tips.fire", measure="tip")])


def test_count_needs_all_dimensions() -> None:
    """A fact fits a count only if it has every required dimension; other dimensions don't matter."""
    count = CounterTerm("tips_resolved", 1, (("in_time", "yes"),))

    assert count.fits({"in_time": "yes", "category": "fire"})
    assert not count.fits({"in_time": "no"})
    assert not count.fits({})


def test_templates_show_only_what_is_registered(district: District) -> None:
    """Every indicator in a shipped template is registered and has a name, a definition and a unit of measure."""
    for template in district.templates.values():
        for section in template.sections:
            for id in (*section.indicators, *section.by_unit, *([section.chart] if section.chart else ())):
                assert district.say(f"indicator.{id}")
                assert district.say(f"indicator.{id}.definition")
                assert district.say(f"measure.{BUILT_IN[id].measure}")


INTERNAL = {"leak_hits"}
"""Names of counters that the domain writes and that no report shows."""


def test_listed_counters_match_the_counted_facts() -> None:
    """The listed counters and dimensions are exactly those of the domain's facts."""
    counted: dict[str, set[str]] = {}
    for name, dimensions in facts_in_source():
        counted.setdefault(name, set()).update(dimensions)

    assert {name: {*dimensions} for name, dimensions in COUNTERS.items()} == {
        name: dimensions for name, dimensions in counted.items() if name not in INTERNAL
    }
    assert {name for indicator in BUILT_IN.values() for name in indicator.counters} <= {*COUNTERS}


def facts_in_source() -> Iterator[tuple[str, set[str]]]:
    """Yield the constant counter names of all `Fact(…)` calls in the domain, each with the names of its dimensions."""
    for file in sorted(Path(*anninh_core.domain.__path__).rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        kept = {
            ast.unparse(node.targets[0]): find_dimension_names(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if ast.unparse(call.func) == "Fact":
                dims = set[str]().union(
                    *(find_dimension_names(value) | kept.get(ast.unparse(value), set()) for value in call.args)
                )
                names = (node.value for node in ast.walk(call.args[0]) if isinstance(node, ast.Constant))
                yield from ((name, dims) for name in names if isinstance(name, str))


def find_dimension_names(value: ast.expr) -> set[str]:
    """Return the keyword names of a `format_dims(…)` call, none for other expressions."""
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "format_dims":
        return {keyword.arg for keyword in value.keywords if keyword.arg}
    return set()
