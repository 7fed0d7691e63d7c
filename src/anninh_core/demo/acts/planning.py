"""Actions of the plan in the demo: heads, each commune's own plan, training, a campaign, an inspection, a difficulty
and its answer.
"""

from anninh_core.demo.cast import find_officer, find_unit_officer, list_communes
from anninh_core.demo.stage import DemoStage
from anninh_core.domain.programme.activity import InspectionCheck, PlannedTask
from anninh_core.domain.programme.difficulty import DifficultyState
from anninh_core.kernel.dates import local_date
from anninh_core.usecase.actor import system
from anninh_core.vocabulary.messages import Address, Place


def name_heads(stage: DemoStage) -> None:
    """Name the heads of each commune and of the police unit `cong-an`, reachable by chat."""
    for unit in (*list_communes(stage), "cong-an"):
        name = stage.script["head"]["name"].format(unit=stage.app.district.unit(unit).name)
        phone = Address("oa", Place.PERSON, stage.platform.person(name))
        conversation = stage.app.internals.services.conversations.place(system("router"), phone, unit).id
        actor = find_officer(stage, "standing") if unit == "cong-an" else find_unit_officer(stage, unit, "reporter")
        stage.app.programme.name_head(actor, unit, name=name, conversation=conversation)


def issue_plan(stage: DemoStage, unit: str) -> None:
    """Let a commune issue its own plan (P-IV.1.a)."""
    reporter = find_unit_officer(stage, unit, "reporter")
    if stage.app.programme.plans(reporter, unit=unit).items:
        return
    title = stage.script["plan"]["title"].format(unit=stage.app.district.unit(unit).name)
    day = local_date(stage.clock.now())
    stage.app.programme.issue_plan(reporter, unit, number=stage.script["plan"]["number"], day=day, title=title)


def hold_board_training(stage: DemoStage) -> None:
    """Hold the training of the boards (P-III.1.f)."""
    standing = find_officer(stage, "standing")
    training = stage.script["training"]
    if not stage.app.programme.trainings(standing).items:
        attendance = {unit: 3 + number % 3 for number, unit in enumerate(list_communes(stage))}
        stage.app.programme.hold_training(
            standing, "hoa-lu", topic=training["topic"], day=training["day"], attendance=attendance
        )


def open_campaign(stage: DemoStage) -> None:
    """Open the campaign that publicises the model (P-III.3)."""
    standing = find_officer(stage, "standing")
    campaign = stage.script["campaign"]
    if not stage.app.programme.campaigns(standing).items:
        stage.app.programme.open_campaign(
            standing,
            "hoa-lu",
            name=campaign["name"],
            start=campaign["start"],
            end=campaign["end"],
            partners=campaign["partners"],
            tasks=[PlannedTask(partner, campaign["task"]) for partner in campaign["partners"]],
        )


def close_campaign(stage: DemoStage) -> None:
    """Close the campaign with its results."""
    standing = find_officer(stage, "standing")
    campaign_script = stage.script["campaign"]
    campaign = stage.app.programme.campaigns(standing).items[0]
    if campaign.closed_on is not None:
        return
    for number, task in enumerate(campaign.tasks, start=1):
        if task.done_on is None:
            stage.app.programme.finish_task(standing, campaign.id, number)
    stage.app.programme.close_campaign(
        standing, campaign.id, results=campaign_script["results"], people=campaign_script["people"]
    )


def inspect_commune(stage: DemoStage, number: int) -> None:
    """Inspect a commune (P-III.1.c)."""
    standing = find_officer(stage, "standing")
    inspection = stage.script["inspections"][number]
    if not stage.app.programme.inspections(standing, unit=inspection["unit"]).items:
        check = InspectionCheck(question=inspection["question"], passed=True, note=inspection["note"])
        stage.app.programme.inspect(standing, inspection["unit"], [check])


def raise_difficulty(stage: DemoStage) -> None:
    """Let a commune report a difficulty (P-IV.2.c)."""
    difficulty = stage.script["difficulty"]
    reporter = find_unit_officer(stage, difficulty["unit"], "reporter")
    if not stage.app.programme.difficulties(reporter, unit=difficulty["unit"], limit=200).items:
        stage.app.programme.raise_difficulty(reporter, difficulty["unit"], difficulty["text"])


def answer_difficulty(stage: DemoStage) -> None:
    """Let the committee answer the difficulty."""
    chair = find_officer(stage, "chair")
    difficulty_script = stage.script["difficulty"]
    for difficulty in stage.app.programme.difficulties(chair, state=DifficultyState.RAISED, limit=200).items:
        stage.app.programme.answer_difficulty(chair, difficulty.id, difficulty_script["answer"])


def close_difficulty(stage: DemoStage) -> None:
    """Let the commune close the difficulty."""
    difficulty_script = stage.script["difficulty"]
    reporter = find_unit_officer(stage, difficulty_script["unit"], "reporter")
    for difficulty in stage.app.programme.difficulties(reporter, state=DifficultyState.ANSWERED, limit=200).items:
        stage.app.programme.close_difficulty(reporter, difficulty.id, difficulty_script["closing"])
