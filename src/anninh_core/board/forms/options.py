"""From what somebody chooses: officers, units, categories and other words of the profile."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from attrs import frozen

from anninh_core.board.pages.request import PageRequest
from anninh_core.door.choices import list_choices, list_wording
from anninh_core.door.inputs import InputField
from anninh_core.door.operation import Operation
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import AnninhError

_MOST = 200


@frozen
class Option:
    """One thing to choose."""

    value: str
    label: str


Source = Callable[[PageRequest, str], Sequence[Option]]
"""Returns what can be chosen on a page, for the unit of the record that an act is about."""


def options_for(page: PageRequest, source: str, unit: str) -> Sequence[Option]:
    """Return what can be chosen from a source.

    Args:
        source: name of it, one of `SOURCES`.
        unit: of the record that an act is about.
    """
    return SOURCES[source](page, unit)


def source_of(operation: Operation, field: InputField) -> str:
    """Return from what a field is chosen by its name, "" for what is written freely."""
    noun = operation.name.partition(".")[0]
    name = field.path.rpartition(".")[2]
    return _BY_NAME.get(f"{noun}.{name}") or _BY_NAME.get(name, "")


def _units(page: PageRequest, unit: str) -> Sequence[Option]:
    """Return the units of today, and the record's and the officer's own, which may have ended."""
    district = page.desk.app.district
    today = local_date(page.now)
    own = {unit, page.viewer.unit}
    living = [one for one in district.units.values() if one.exists_on(today) or one.id in own]
    options = [(one.level, Option(one.id, page.names.unit(one.id))) for one in living]
    return [option for _, option in sorted(options, key=lambda one: (one[0], one[1].label))]


def own_units(page: PageRequest, _: str = "") -> Sequence[Option]:
    """Return the units of today from those of the viewer's roles down, the widest first, the way one drills."""
    district = page.desk.app.district
    today = local_date(page.now)
    widest = page.viewer.role_units
    reached = {id for unit in widest if unit in district.units for id in district.subtree(unit)}
    living = [Option(id, page.names.unit(id)) for id in reached if district.units[id].exists_on(today)]
    return sorted(living, key=lambda one: (one.value not in widest, one.label))


def writing_unit(page: PageRequest) -> str:
    """Return the unit for which somebody writes if nothing else is said: their own, or that of their widest role."""
    reached = [one.value for one in own_units(page)]
    own = page.viewer.unit
    return own if own in reached or not reached else reached[0]


def publishing_unit(page: PageRequest) -> str:
    """Return the unit that publishes an author's item unless the form names another.

    An agency has no groups to publish for: the unit of the author's widest role, such as the district.
    """
    unit = writing_unit(page)
    district = page.desk.app.district
    counted = district.levels[district.units[district.counting_unit(unit)].level].counts
    widest = next(iter(own_units(page)), None)
    return unit if counted or district.children[unit] or widest is None else widest.value


def _audience(page: PageRequest, unit: str) -> Sequence[Option]:
    """Return the units whose groups an author may write for, with their number of active groups, by the tree."""
    district = page.desk.app.district
    groups = page.once("groups.list") if page.has("groups.list") else ()
    of_unit = Counter(group.unit for group in groups if group.state.value == "active")
    counted = [(one, sum(of_unit[id] for id in district.subtree(one.value))) for one in own_units(page, unit)]
    place = {id: number for number, id in enumerate(district.units)}
    counted.sort(key=lambda pair: (pair[1] == 0, place[pair[0].value]))
    return [
        Option(one.value, page.words("{unit}: {count} groups", unit=one.label, count=count) if count else one.label)
        for one, count in counted
    ]


def _officers(page: PageRequest, unit: str) -> Sequence[Option]:
    """Return the officers around a record: those of its unit, of the viewer's and of the standing body."""
    district = page.desk.app.district
    own = page.viewer.unit
    is_above = bool(unit) and unit in district.units and district.is_within(unit, own)
    return _officers_of(page, unit or own, "" if is_above else own, district.standing_body)


def _all_officers(page: PageRequest, unit: str) -> Sequence[Option]:
    """Return those around a record, then all others: who has a conflict of interest may be at home anywhere."""
    district = page.desk.app.district
    return _officers_of(page, unit, page.viewer.unit, district.standing_body, district.root)


def _officers_of(page: PageRequest, *units: str) -> Sequence[Option]:
    """Return whoever asks, and the officers at home in some units or below, as far as they may be listed."""
    found = {page.viewer.id: Option(page.viewer.id, page.words("You – {name}", name=page.viewer.name))}
    for unit in filter(None, units):
        try:
            officers = page.once("units.officers", unit=unit, limit=_MOST).items
        except AnninhError:
            continue
        for one in officers:
            found.setdefault(one.id, Option(one.id, f"{one.name} – {page.names.unit(one.unit)}"))
    return [*found.values()]


def _messengers(page: PageRequest, _: str) -> Sequence[Option]:
    return [Option(name, name) for name in page.desk.app.messengers]


def _dismissal_reasons(page: PageRequest, unit: str) -> Sequence[Option]:
    of_profile = options_for(page, "false_reasons", unit)
    return [Option("small_talk", page.words.label("small_talk", "DismissalReason")), *of_profile]


def _settling_reasons(page: PageRequest, _: str) -> Sequence[Option]:
    rules = page.desk.app.district.settling.values()
    return _options({code: name for rule in rules for code, name in rule.reasons.items()})


def _formats(_: PageRequest, __: str) -> Sequence[Option]:
    return [Option("docx", "DOCX"), Option("pdf", "PDF")]


def _choices(name: str) -> Source:
    return lambda page, _: _options(list_choices(page.desk.app.district, name))


def _wording(family: str) -> Source:
    return lambda page, _: _options(list_wording(page.desk.app.district, family))


def _options(named: Mapping[str, str]) -> Sequence[Option]:
    return [Option(code, name) for code, name in named.items()]


SOURCES: Mapping[str, Source] = {
    "all_officers": _all_officers,
    "audience": _audience,
    "dismissal_reasons": _dismissal_reasons,
    "false_reasons": _choices("false_reasons"),
    "formats": _formats,
    "gates": _choices("gates"),
    "incoming": _choices("incoming"),
    "key_person_posts": _wording("key_person"),
    "legal_kinds": _wording("legal_kind"),
    "messengers": _messengers,
    "obligations": _choices("obligations"),
    "own_units": own_units,
    "officers": _officers,
    "outgoing": _choices("outgoing"),
    "posts": _wording("board"),
    "rights_categories": _wording("rights.category"),
    "rights_deliveries": _choices("rights_deliveries"),
    "rights_ways": _choices("rights_ways"),
    "roles": _choices("roles"),
    "settling_reasons": _settling_reasons,
    "group_kinds": _wording("group_kind"),
    "units": _units,
    "urgencies": _wording("urgency"),
}
"""By the name that `acts.toml` calls them."""

_BY_NAME = {
    "area": "units",
    "content.unit": "own_units",
    "content.units": "audience",
    "inquiries.unit": "own_units",
    "category": "incoming",
    "content.category": "outgoing",
    "format": "formats",
    "gate": "gates",
    "groups.kind": "group_kinds",
    "groups.post": "posts",
    "legal_kind": "legal_kinds",
    "messenger": "messengers",
    "obligation": "obligations",
    "officer": "officers",
    "officer_id": "officers",
    "officers": "officers",
    "rights.category": "rights_categories",
    "role": "roles",
    "roles": "roles",
    "successor": "officers",
    "unit": "units",
    "units": "units",
    "urgency": "urgencies",
}
