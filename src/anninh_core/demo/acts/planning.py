"""The plan itself: heads, each commune's own plan, training, a campaign, an inspection, a difficulty and its answer."""

from anninh_core.demo.cast import communes, of_unit, officer
from anninh_core.demo.stage import Stage
from anninh_core.kernel.dates import local_date
from anninh_core.rooms.programme.activity import Check
from anninh_core.rooms.programme.difficulty import DifficultyState
from anninh_core.vocabulary.messages import Address, Place
from anninh_core.work.actor import system


def name_heads(stage: Stage) -> None:
    """Name who answers for each commune and for the standing body, reachable by chat."""
    for unit in (*communes(stage), "cong-an"):
        name = stage.script["head"]["name"].format(unit=stage.app.district.unit(unit).name)
        phone = Address("oa", Place.PERSON, stage.platform.person(name))
        conversation = stage.app.services.conversations.place(system("router"), phone, unit).id
        actor = officer(stage, "standing") if unit == "cong-an" else of_unit(stage, unit, "reporter")
        stage.app.programme.name_head(actor, unit, name=name, conversation=conversation)


def issue_plan(stage: Stage, unit: str) -> None:
    """Let a commune issue its own plan (P-IV.1.a)."""
    reporter = of_unit(stage, unit, "reporter")
    if stage.app.programme.plans(reporter, unit=unit):
        return
    title = stage.script["plan"]["title"].format(unit=stage.app.district.unit(unit).name)
    day = local_date(stage.clock.now())
    stage.app.programme.issue_plan(reporter, unit, number=stage.script["plan"]["number"], day=day, title=title)


def train(stage: Stage) -> None:
    """Hold the training of the boards (P-III.1.f)."""
    standing, wanted = officer(stage, "standing"), stage.script["training"]
    if not stage.app.programme.trainings(standing):
        attendance = {unit: 3 + number % 3 for number, unit in enumerate(communes(stage))}
        stage.app.programme.hold_training(
            standing, "hoa-lu", topic=wanted["topic"], day=wanted["day"], attendance=attendance
        )


def open_campaign(stage: Stage) -> None:
    """Begin the campaign that makes the model known (P-III.3)."""
    standing, wanted = officer(stage, "standing"), stage.script["campaign"]
    if not stage.app.programme.campaigns(standing):
        stage.app.programme.open_campaign(
            standing,
            "hoa-lu",
            name=wanted["name"],
            start=wanted["start"],
            end=wanted["end"],
            partners=wanted["partners"],
            tasks=[(partner, wanted["task"]) for partner in wanted["partners"]],
        )


def close_campaign(stage: Stage) -> None:
    """End the campaign with its results."""
    standing, wanted = officer(stage, "standing"), stage.script["campaign"]
    campaign = stage.app.programme.campaigns(standing)[0]
    if campaign.closed_on is not None:
        return
    for number, task in enumerate(campaign.tasks, start=1):
        if task.done_on is None:
            stage.app.programme.finish_task(standing, campaign.id, number)
    stage.app.programme.close_campaign(standing, campaign.id, results=wanted["results"], people=wanted["people"])


def inspect(stage: Stage, number: int) -> None:
    """Inspect a commune (P-III.1.c)."""
    standing, wanted = officer(stage, "standing"), stage.script["inspections"][number]
    if not stage.app.programme.inspections(standing, unit=wanted["unit"]):
        check = Check(question=wanted["question"], passed=True, note=wanted["note"])
        stage.app.programme.inspect(standing, wanted["unit"], [check])


def raise_difficulty(stage: Stage) -> None:
    """Let a commune report what hinders it (P-IV.2.c)."""
    wanted = stage.script["difficulty"]
    reporter = of_unit(stage, wanted["unit"], "reporter")
    if not stage.app.programme.difficulties(reporter, unit=wanted["unit"]):
        stage.app.programme.raise_difficulty(reporter, wanted["unit"], wanted["text"])


def answer_difficulty(stage: Stage) -> None:
    """Let the committee answer."""
    chair, wanted = officer(stage, "chair"), stage.script["difficulty"]
    for difficulty in stage.app.programme.difficulties(chair, state=DifficultyState.RAISED):
        stage.app.programme.answer_difficulty(chair, difficulty.id, wanted["answer"])


def close_difficulty(stage: Stage) -> None:
    """Follow the difficulty to its end."""
    wanted = stage.script["difficulty"]
    reporter = of_unit(stage, wanted["unit"], "reporter")
    for difficulty in stage.app.programme.difficulties(reporter, state=DifficultyState.ANSWERED):
        stage.app.programme.close_difficulty(reporter, difficulty.id, wanted["closing"])
