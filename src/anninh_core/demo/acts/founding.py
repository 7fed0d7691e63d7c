"""Founding: the board of the district, the pilot, then every commune and two of its residential areas."""

from anninh_core.demo.cast import of_unit, officer
from anninh_core.demo.stage import Stage
from anninh_core.rooms.groups.model import Group, GroupState, KeyPerson, Measure
from anninh_core.work.actor import Actor

_MEMBERS = {"district_board": 25, "commune": 640, "residential_area": 180}


def found_board(stage: Stage) -> None:
    """Found the group of the district's board."""
    _found(stage, officer(stage, "admin"), "hoa-lu", "district_board")


def found_commune(stage: Stage, unit: str) -> None:
    """Found a commune's group and those of its residential areas, and note the milestone."""
    admin = of_unit(stage, unit)
    _found(stage, admin, unit, "commune")
    for area in stage.app.district.children[unit]:
        _found(stage, admin, area, "residential_area")
    _reach(stage, unit)


def group_of(stage: Stage, unit: str) -> Group:
    """Return the group of a unit."""
    admin = officer(stage, "admin")
    return next(group for group in stage.app.groups.list(admin, unit=unit) if group.unit == unit)


def measure_groups(stage: Stage) -> None:
    """Write down how many members each group has by now."""
    admin, today = officer(stage, "admin"), stage.clock.now().date()
    for number, group in enumerate(stage.app.groups.list(admin, state=GroupState.ACTIVE)):
        months = (today.year - 2021) * 12 + today.month - 8
        members = _MEMBERS[group.kind] + 7 * months + number % 13
        measure = Measure(day=today, members=members, posts=3 * months, interactions=11 * months + number)
        if group.address is not None and group.address.messenger == "oa":
            stage.platform.shows(group.address.id, members, group.link)
        stage.app.groups.measure(admin, group.id, measure)


def _found(stage: Stage, actor: Actor, unit: str, kind: str) -> None:
    district, groups = stage.app.district, stage.app.groups
    group = next((g for g in groups.list(actor, unit=unit) if g.unit == unit), None)
    if group is None:
        node = district.unit(unit)
        parent = district.unit(node.parent).name if node.parent else ""
        title = stage.script["chat_group_titles"][kind].format(unit=node.name, parent=parent)
        people = [KeyPerson(one["kind"], one["name"]) for one in stage.script["key_people"]]
        models = list(district.local_models)[:1] if kind == "residential_area" else []
        group = groups.plan(
            actor, unit, kind=kind, title=title, hours=stage.script["hours"], key_people=people, local_models=models
        )
    if group.state is GroupState.PLANNED:
        group = _created(stage, actor, group)
    if group.state is GroupState.FORMING:
        _launched(stage, actor, group)


def _created(stage: Stage, actor: Actor, group: Group) -> Group:
    link = stage.script["board_link"].format(id=group.unit.replace("/", "-"))
    if group.kind == "residential_area":
        return stage.app.groups.link_group(actor, group.id, "nhom", platform_id=group.unit, link=link)
    made = next((id for id, title in stage.platform.groups().items() if title == group.title), None)
    if made is not None:  # created on the platform just before the play was stopped
        stage.platform.shows(made, link=link)
        return stage.app.groups.link_group(actor, group.id, "oa", platform_id=made, link=link)
    address = stage.app.groups.create(actor, group.id, "oa").address
    assert address is not None
    stage.platform.shows(address.id, link=link)
    return stage.app.services.groups.lifecycle.relink(actor, group.id, link)


def _launched(stage: Stage, actor: Actor, group: Group) -> None:
    if not group.owner:
        deputy = of_unit(stage, group.unit, "reporter") if group.kind != "district_board" else officer(stage, "tips")
        for post, holder in (("owner", actor), ("deputy", deputy)):
            name = stage.app.units.officer(officer(stage, "standing"), holder.id).name
            stage.app.groups.seat(actor, group.id, post, officer=holder.id, name=name)
    stage.app.groups.launch(actor, group.id)


def _reach(stage: Stage, unit: str) -> None:
    reporter = of_unit(stage, unit, "reporter")
    milestone = next(one.id for one in stage.app.district.milestones if unit in one.units)
    duties = stage.app.programme.duties(reporter, unit=unit, source=milestone)
    if any(duty.state.value == "open" for duty in duties):
        stage.app.programme.reach_milestone(reporter, milestone, unit, evidence=stage.script["plan"]["evidence"])
