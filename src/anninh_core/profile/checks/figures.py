"""Checks that the figures of reports can be counted: the profile's own indicators, and those that its templates
show.
"""

from collections.abc import Iterator
from string import Formatter

from anninh_core.domain.reports.figures.indicators import BUILT_IN, COUNTERS
from anninh_core.kernel.sentences import Sentence
from anninh_core.profile.faults import ProfileFault
from anninh_core.profile.keys import TEMPLATE_FACTS
from anninh_core.profile.plan_schema import CounterTermSchema, IndicatorSchema, SectionSchema
from anninh_core.profile.schema import ProfileSchema
from anninh_core.profile.source import ProfileSource, suggest_remedy


def check_figures(profile: ProfileSchema, source: ProfileSource) -> Iterator[ProfileFault]:
    """Yield a fault for each indicator that counts nothing or has no name, and for each template that shows an unknown
    indicator.
    """
    for id, indicator in profile.indicators.items():
        yield from _check_indicator(id, indicator, profile, source)
    indicator_ids = {*BUILT_IN, *profile.indicators}
    for id, template in profile.templates.items():
        for number, section in enumerate(template.sections, 1):
            yield from _check_section(f"templates.{id}.sections.{number}", section, indicator_ids, source)


def _check_indicator(
    id: str, indicator: IndicatorSchema, profile: ProfileSchema, source: ProfileSource
) -> Iterator[ProfileFault]:
    place = f"indicators.{id}"
    if id in BUILT_IN:
        yield source.build_fault(
            place, Sentence("{id!r} is the id of a built-in indicator", id=id), "give this indicator another id"
        )
    for part in ("counts", "over"):
        for term in getattr(indicator, part):
            yield from _check_term(f"{place}.{part}", term, profile, source)
    for term in (*indicator.counts, *indicator.over):
        dimensions = COUNTERS.get(term.counter, ())
        if indicator.split and term.counter in COUNTERS and indicator.split not in dimensions:
            problem = Sentence(
                "counter {counter!r} has no dimension {dimension!r}", counter=term.counter, dimension=indicator.split
            )
            yield source.build_fault(f"{place}.split", problem, suggest_remedy(indicator.split, dimensions))
    for key in (f"indicator.{id}", f"indicator.{id}.definition", f"measure.{indicator.measure}"):
        if key not in profile.wording:
            yield source.build_fault(
                place,
                Sentence("the text {key!r} is missing", key=key),
                Sentence("add \"{key}\" = '…' to [wording]", key=key),
            )


def _check_term(
    place: str, term: CounterTermSchema, profile: ProfileSchema, source: ProfileSource
) -> Iterator[ProfileFault]:
    """Check a term of an indicator: an unknown counter, or a condition that nothing meets, would silently be 0."""
    if term.counter not in COUNTERS:
        yield source.build_unknown_name_fault(place, term.counter, "counter", COUNTERS)
        return
    for dimension, value in term.only.items():
        if dimension not in COUNTERS[term.counter]:
            problem = Sentence(
                "counter {counter!r} has no dimension {dimension!r}", counter=term.counter, dimension=dimension
            )
            yield source.build_fault(place, problem, suggest_remedy(dimension, COUNTERS[term.counter]))
        elif dimension == "category":
            categories = profile.outgoing if term.counter == "items_published" else profile.incoming
            if value not in categories:
                yield source.build_unknown_name_fault(place, value, "category", categories)


def _check_section(
    place: str, section: SectionSchema, indicator_ids: set[str], source: ProfileSource
) -> Iterator[ProfileFault]:
    chart = [section.chart] if section.chart else []
    for key, ids in (("indicators", section.indicators), ("by_unit", section.by_unit), ("chart", chart)):
        for id in ids:
            if id not in indicator_ids:
                yield source.build_unknown_name_fault(f"{place}.{key}", id, "indicator", indicator_ids)
    for name in _find_plain_placeholders(section.text):
        if name not in indicator_ids and name not in TEMPLATE_FACTS:
            yield source.build_fault(
                f"{place}.text",
                Sentence("no value fills the placeholder {{{placeholder}}}", placeholder=name),
                suggest_remedy(name, indicator_ids),
            )


def _find_plain_placeholders(text: str) -> list[str]:
    """Return the placeholders of a text that are plain names; another check reports all others."""
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name]
    except ValueError:
        return []
    return [name for name in names if name.isidentifier()]
