"""The records of a commune in the access tests: one of each kind, in the states that allow most acts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.trust.account_arguments import add_accounts, add_own_account
from tests.trust.casework import add_case, add_failed_event, fail_row, hear
from tests.trust.district import ROOT, People, store_officer

from anninh_core.app import App
from anninh_core.domain.content import ItemContent
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.values import Urgency
from anninh_core.domain.groups.model import Group
from anninh_core.domain.leaks.check import Outgoing
from anninh_core.domain.moderation.states import ModerationAction
from anninh_core.domain.programme.activity import InspectionCheck, PlannedTask
from anninh_core.domain.programme.duty import REPORT, make_duty_id
from anninh_core.ports.collector import CollectedPiece
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system
from anninh_core.vocabulary.messages import Address, CreatedGroup, Place
from anninh_core.vocabulary.opinions import Finding, Flag

Things = Mapping[str, Any]
"""Kind of record, with its state if there are several -> its name or id."""


def build_content(unit: str, **changes: Any) -> ItemContent:
    """Return the content of an item for a unit."""
    return ItemContent(
        title=changes.pop("title", "Cảnh báo lừa đảo"),
        body="Không chuyển tiền cho người lạ.",
        category=changes.pop("category", "crime_warning"),
        units=(unit,),
        source_name="Công an tỉnh",
        **changes,
    )


def fill_commune(app: App, people: People, unit: str, tag: str) -> Things:
    """Give a commune one record of each kind, and return their names; `tag` distinguishes its chats from another
    commune's.
    """
    things: dict[str, Any] = {"unit": unit, "units": (unit,), "officer": store_officer(app, f"Cán bộ {tag}", unit).id}
    things["officer.idle"] = store_officer(app, f"Cán bộ mới {tag}", unit).id
    things["officer.proposed"] = store_officer(app, f"Cán bộ chờ {tag}", unit, proposed_by=people.second.id).id
    things |= add_accounts(app, people, things["officer"], tag)
    things |= _add_groups(app, people, unit, tag, things["officer"])
    things |= add_case(app, people, unit, tag, group=things["group.address"])
    things |= _add_items(app, people, unit)
    things |= _add_posts(app, people, unit, tag, things)
    things |= _add_duties(app, people, unit)
    things |= _add_reports(app, people, unit)
    things["address"] = Address("oa", Place.PERSON, f"{tag}-event")
    things["event"] = add_failed_event(app, things["address"], unit)
    things["notice"] = fail_row(app, things["group.conversation"])
    about = f"officer:{things['officer']}"
    things["quarantined"] = run_step(
        app.internals.services.quarantine.note, system("delivery"), "page_officers", about, 1, "Damaged"
    ).id
    return things | {
        "person": f"person:{things['officer']}",
        "case.inquiry": f"inquiry:{things['inquiry']}",
        "cause.item": f"item:{things['item.published']}",
        "cause.group": f"group:{things['group']}",
        "cause.post": f"post:{things['post.ruled']}",
        "scope.officer": f"officer:{things['officer']}",
    }


def _add_groups(app: App, people: People, unit: str, tag: str, owner: str) -> Things:
    boss = people.boss

    def plan_group(title: str) -> Group:
        return app.groups.plan(boss, unit, kind="mass_organisation", title=f"{title} {tag}")

    def launch_group(title: str, messenger: str) -> Group:
        group = app.groups.link_group(boss, plan_group(title).id, messenger, platform_id=f"{title}-{tag}")
        app.groups.seat(boss, group.id, "owner", officer=owner, name="Người Thử")
        return app.groups.launch(boss, group.id)

    active = launch_group("chung", "oa")
    other = launch_group("hai", "oa")
    village = launch_group("xom", "zalo")
    idle = launch_group("nghi", "oa")
    founded = app.groups.link_group(boss, plan_group("moi").id, "oa", platform_id=f"moi-{tag}")
    founded = app.groups.seat(boss, founded.id, "owner", officer=owner, name="Người Thử")
    return {
        "group": active.id,
        "group.other": other.id,
        "group.assisted": village.id,
        "group.planned": plan_group("se").id,
        "group.founded": founded.id,
        "group.suspended": app.groups.suspend(boss, idle.id, "holiday").id,
        "group.address": active.address,
        "group.platform_id": f"chung-{tag}",
        "group.conversation": active.conversation,
        "group.made": CreatedGroup(Address("oa", Place.GROUP, f"chung-{tag}"), ""),
    }


def _add_items(app: App, people: People, unit: str) -> Things:
    boss = people.boss
    second = people.second
    content = app.content

    def submit_item(**changes: Any) -> Item:
        return content.submit(second, content.write(second, unit, build_content(unit, **changes)).id)

    def pass_gates() -> Item:
        item = submit_item()
        for gate in app.district.gates:
            item = content.answer_gate(boss, item.id, gate.id, True, "Đã đối chiếu")
        return item

    def publish_item() -> Item:
        return content.publish(boss, content.approve(boss, pass_gates().id).id)

    urgent = submit_item(urgency=Urgency.IMMEDIATE)
    notes = {gate.id: "Đã xem" for gate in app.district.gates}
    alone = content.approve_urgently(second, submit_item(urgency=Urgency.IMMEDIATE).id, "Lũ đang lên", notes)
    article = app.inquiries.articles.write(boss, unit, title="Căn cước", text="Tại huyện.", source="Luật")
    checked = run_step(
        app.internals.services.content.editing.submit, second, content.write(second, unit, build_content(unit)).id
    )
    finding = Finding("permitted", "có số điện thoại", "hold")
    exposure = app.internals.services.leaks.check.find_exposure("Gọi 0912 345 678")
    outgoing = Outgoing(about=f"item:{checked.id}", unit=unit, officer=second.id, exposure=exposure)
    return {
        "item.found": run_step(
            app.internals.services.content.editing.record_findings, system("checks"), checked.id, [finding]
        ).id,
        "finding": run_step(app.internals.services.leaks.hold, boss, outgoing, exposure).id,
        "item": submit_item().id,
        "item.draft": content.write(second, unit, build_content(unit)).id,
        "item.gated": pass_gates().id,
        "item.approved": content.approve(boss, pass_gates().id).id,
        "item.published": publish_item().id,
        "item.urgent": urgent.id,
        "item.alone": alone.id,
        "article": article.id,
        "piece": _collect_piece(app, people, unit, "waiting"),
        "piece.passed_over": content.collected.pass_over(second, _collect_piece(app, people, unit, "passed over")).id,
    }


def _collect_piece(app: App, people: People, unit: str, title: str) -> str:
    """Let a collector find a piece for a unit's editors, and return its id."""
    collection = app.internals.services.content.found
    collected = CollectedPiece(id=f"{unit} {title}", title=title)
    run_step(collection.take_in, system("collector"), unit, "province", "Công an tỉnh", [collected])
    return next(entry.id for entry in collection.found(people.second, unit=unit).items if entry.title == title)


def _add_posts(app: App, people: People, unit: str, tag: str, things: Things) -> Things:
    address = things["group.address"]
    author = Address("oa", Place.PERSON, f"author-{tag}")

    def flag_post(number: int) -> str:
        message = hear(app, author, "Thanh lý giá sốc", to=address, kind="group_post")
        return run_step(
            app.internals.services.moderation.flagging.flag,
            people.second,
            message.id,
            message.text,
            unit=unit,
            group=things["group"],
            conversation=things["group.conversation"],
            author=message.sender,
            flags=[Flag("advertising", f"gia soc {number}")],
        ).id

    def delete_post(id: str) -> str:
        app.moderation.decide(people.second, id, ModerationAction.DELETE, rule="advertising", text="Quảng cáo")
        return id

    def request_manual_deletion(id: str) -> str:
        delete_post(id)
        return run_step(app.internals.services.moderation.rulings.request_manual_action, people.second, id).id

    def appeal_post(id: str) -> str:
        author_id = app.internals.services.conversations.id_of(author)
        app.internals.services.moderation.appeals.appeal(people.second, delete_post(id), author_id, "Tôi không đồng ý")
        return id

    raw = hear(app, author, "Rao vặt", to=address, kind="group_post")
    return {
        "post": flag_post(1),
        "post.manual": request_manual_deletion(flag_post(2)),
        "post.ruled": delete_post(flag_post(3)),
        "post.appealed": appeal_post(flag_post(4)),
        "post.raw": raw.id,
        "author": raw.sender,
    }


def _add_duties(app: App, people: People, unit: str) -> Things:
    boss = people.boss
    plan = app.programme
    today = date(2021, 9, 18)
    duties = app.internals.services.programme.duties
    duties.open_duties(boss, "roll-out", 2021)
    for milestone in ("pilot", "rollout"):
        duties.open_milestone(boss, milestone)
    duties.open_duties(boss, "annual", 2021)
    duty, still_open = (make_duty_id(REPORT, obligation, 2021, unit) for obligation in ("roll-out", "annual"))
    plan.urge(boss, still_open)
    plan.name_head(boss, unit, name="Trưởng Thử")
    plan.urge(boss, duty)
    failing = [InspectionCheck("Nội quy", False, "chưa ghim")]
    answered = plan.raise_difficulty(boss, unit, "Thiếu máy ảnh")
    return {
        "duty": duty,
        "duty.open": still_open,
        "milestone": "pilot" if unit == "ninh-hoa" else "rollout",
        "difficulty": plan.raise_difficulty(boss, unit, "Thiếu máy tính").id,
        "difficulty.answered": plan.answer_difficulty(boss, answered.id, "Sẽ cấp").id,
        "inspection": plan.inspect(boss, unit, failing).id,
        "campaign": plan.open_campaign(
            boss,
            unit,
            name="Ra quân",
            start=today,
            end=today,
            partners=["mat-tran"],
            tasks=[PlannedTask("mat-tran", "Tờ rơi")],
        ).id,
    }


def _add_reports(app: App, people: People, unit: str) -> Things:
    return {
        "report": _begin_report(app, people, unit, "annual"),
        "report.signed": _sign_report(app, people, unit),
    }


def _begin_report(app: App, people: People, unit: str, obligation: str) -> str:
    report = app.reports.begin(people.second, unit, obligation, 2021)
    template = app.district.templates[app.district.obligation(obligation).template]
    for key in [section.key for section in template.sections if section.key]:
        report = app.reports.write(people.second, report.id, key, "Lời của đơn vị")
    return report.id


def _sign_report(app: App, people: People, unit: str) -> str:
    draft = _begin_report(app, people, unit, "roll-out")
    return app.reports.submit(people.second, draft, number=5, issued_on=date(2021, 9, 18), signer="Người Ký").id


def add_district_records(app: App, people: People) -> Things:
    """Create a registered source and the district's own report, and return the records that belong to no commune."""
    app.reports.accept(people.boss, _sign_report(app, people, "ninh-an"))
    app.reports.consolidate(people.second, "roll-out", 2021)
    app.content.sources.register(people.second, "hoalu.gov.vn", "Trang huyện", "UBND huyện")
    return {
        "seq": app.audit.checkpoint(people.boss).seq,
        "root": ROOT,
        "unit.police": "cong-an",
        **_enrol_custodians(app, people),
        **add_own_account(app, people),
    }


def _enrol_custodians(app: App, people: People) -> Things:
    """Enrol a recovery key and two custodian keys, and propose another custodian key; the keys are made up."""

    def propose_key(digits: str, officer_id: str = people.second.id) -> str:
        return app.identity.custodians.propose(people.second, digits * 32, officer_id=officer_id).id

    for id in (propose_key("22", ""), propose_key("33"), custodian_key := propose_key("44")):
        app.identity.custodians.confirm(people.boss, id)
    return {"custodian": custodian_key, "custodian.proposed": propose_key("55")}
