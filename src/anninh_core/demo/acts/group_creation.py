"""Creation of the demo's groups: of the district's board, then of the pilot, then of every commune and two of its
residential areas.
"""

from anninh_core.demo.cast import find_officer, find_unit_officer
from anninh_core.demo.stage import DemoStage
from anninh_core.domain.groups.model import Group, KeyPerson, Measure
from anninh_core.domain.groups.states import GroupState
from anninh_core.usecase.actor import Actor

_INITIAL_MEMBERS = {"district_board": 25, "commune": 640, "residential_area": 180}


def create_board_group(stage: DemoStage) -> None:
    """Create the group of the district's board."""
    _create_group(stage, find_officer(stage, "admin"), "hoa-lu", "district_board")


def create_commune_groups(stage: DemoStage, unit: str) -> None:
    """Create a commune's group and those of its residential areas, and record the milestone."""
    admin = find_unit_officer(stage, unit)
    _create_group(stage, admin, unit, "commune")
    for area in stage.app.district.children[unit]:
        _create_group(stage, admin, area, "residential_area")
    _reach_milestone(stage, unit)


def find_group(stage: DemoStage, unit: str) -> Group:
    """Return the group of a unit."""
    admin = find_officer(stage, "admin")
    return next(group for group in stage.app.groups.list(admin, unit=unit) if group.unit == unit)


def measure_groups(stage: DemoStage) -> None:
    """Record the present number of members of each group."""
    admin = find_officer(stage, "admin")
    today = stage.clock.now().date()
    for number, group in enumerate(stage.app.groups.list(admin, state=GroupState.ACTIVE)):
        months = (today.year - 2021) * 12 + today.month - 8
        members = _INITIAL_MEMBERS[group.kind] + 7 * months + number % 13
        measure = Measure(day=today, members=members, posts=3 * months, interactions=11 * months + number)
        if group.address is not None and group.address.messenger == "oa":
            stage.platform.shows(group.address.id, members, group.link)
        stage.app.groups.measure(admin, group.id, measure)


def _create_group(stage: DemoStage, actor: Actor, unit: str, kind: str) -> None:
    district = stage.app.district
    groups = stage.app.groups
    group = next((g for g in groups.list(actor, unit=unit) if g.unit == unit), None)
    if group is None:
        unit_node = district.unit(unit)
        parent = district.unit(unit_node.parent).name if unit_node.parent else ""
        title = stage.script["chat_group_titles"][kind].format(unit=unit_node.name, parent=parent)
        people = [KeyPerson(person["kind"], person["name"]) for person in stage.script["key_people"]]
        models = list(district.local_models)[:1] if kind == "residential_area" else []
        group = groups.plan(
            actor, unit, kind=kind, title=title, hours=stage.script["hours"], key_people=people, local_models=models
        )
    if group.state is GroupState.PLANNED:
        group = _register_group(stage, actor, group)
    if group.state is GroupState.FORMING:
        _launch_group(stage, actor, group)


def _register_group(stage: DemoStage, actor: Actor, group: Group) -> Group:
    link = stage.script["board_link"].format(id=group.unit.replace("/", "-"))
    if group.kind == "residential_area":
        return stage.app.groups.link_group(actor, group.id, "nhom", platform_id=group.unit, link=link)
    platform_id = next((id for id, title in stage.platform.groups().items() if title == group.title), None)
    if platform_id is not None:  # The group was created on the platform just before the demo was stopped.
        stage.platform.shows(platform_id, link=link)
        return stage.app.groups.link_group(actor, group.id, "oa", platform_id=platform_id, link=link)
    address = stage.app.groups.create(actor, group.id, "oa").address
    assert address is not None
    stage.platform.shows(address.id, link=link)
    return stage.app.groups.relink(actor, group.id, link)


def _launch_group(stage: DemoStage, actor: Actor, group: Group) -> None:
    if not group.owner:
        deputy = (
            find_unit_officer(stage, group.unit, "reporter")
            if group.kind != "district_board"
            else find_officer(stage, "tips")
        )
        for post, holder in (("owner", actor), ("deputy", deputy)):
            name = stage.app.units.officer(find_officer(stage, "standing"), holder.id).name
            stage.app.groups.seat(actor, group.id, post, officer=holder.id, name=name)
    stage.app.groups.launch(actor, group.id)


def _reach_milestone(stage: DemoStage, unit: str) -> None:
    reporter = find_unit_officer(stage, unit, "reporter")
    milestone = next(
        plan_milestone.id for plan_milestone in stage.app.district.milestones if unit in plan_milestone.units
    )
    duties = stage.app.programme.duties(reporter, unit=unit, source=milestone, limit=200).items
    if any(duty.state.value == "open" for duty in duties):
        stage.app.programme.reach_milestone(reporter, milestone, unit, evidence=stage.script["plan"]["evidence"])
