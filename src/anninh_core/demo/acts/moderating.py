"""Moderation in the demo: an officer decides about flagged posts; one author appeals, and another officer decides the
appeal.
"""

from anninh_core.demo.cast import find_officer
from anninh_core.demo.corpus import Line
from anninh_core.demo.stage import DemoStage
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.states import ModerationAction, PostState
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.text import nfc
from anninh_core.usecase.actor import system


def moderate_posts(stage: DemoStage) -> None:
    """Decide about every flagged post: posts against the charter are acted on, the others stay."""
    moderator = find_officer(stage, "moderator")
    words = stage.script["moderation"]
    for post in stage.app.moderation.list(moderator, state=PostState.RAISED, limit=200).items:
        is_unsuitable = _is_unsuitable(stage, post)
        action = _choose_action(post) if is_unsuitable else ModerationAction.NONE
        rule = min(flag.code for flag in post.flags)
        text = words["text"] if is_unsuitable else words["none"]
        stage.app.moderation.decide(moderator, post.id, action, rule=rule, text=text)
    stage.deliver_events()


def appeal_first_removal(stage: DemoStage) -> None:
    """Let the first author of a removed post appeal, and let another officer decide."""
    moderation = stage.app.moderation
    words = stage.script["moderation"]
    standing = find_officer(stage, "standing")
    decided = moderation.list(standing, state=PostState.DECIDED, limit=200).items
    removed = [post for post in decided if post.required_ruling.action is ModerationAction.DELETE and post.author]
    appealed = moderation.list(standing, state=PostState.APPEALED, limit=10).items
    if removed and not appealed and not _was_appealed(stage):
        stage.app.internals.services.moderation.appeals.appeal(
            system("router"), removed[0].id, removed[0].author, words["appeal"]
        )
        appealed = moderation.list(standing, state=PostState.APPEALED, limit=10).items
    for post in appealed:
        stage.app.moderation.decide_appeal(standing, post.id, True, words["appeal_answer"])


def _was_appealed(stage: DemoStage) -> bool:
    """Return whether an appeal was counted; the post itself may have been purged since."""
    district = stage.app.district
    today = local_date(stage.app.internals.context.clock.now())
    counters = stage.app.internals.context.storage.counters
    return bool(counters.total(("appeals",), tuple(district.units), district.valid_from, today))


def _is_unsuitable(stage: DemoStage, post: Post) -> bool:
    matching_line = next((line for line in stage.lines if _is_same_text(line, post)), None)
    return matching_line is not None and matching_line.kind == "unsuitable"


def _is_same_text(line: Line, post: Post) -> bool:
    return bool(line.group) and nfc(line.text).startswith(post.excerpt.rstrip("…"))


def _choose_action(post: Post) -> ModerationAction:
    codes = {flag.code for flag in post.flags}
    return ModerationAction.DELETE if codes & {"advertising", "scam_link", "personal_data"} else ModerationAction.REMIND
