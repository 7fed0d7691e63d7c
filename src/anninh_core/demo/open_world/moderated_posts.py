"""Posts waiting for a moderator, and a removed post with an appeal by its author."""

from anninh_core.demo.cast import find_officer
from anninh_core.demo.stage import DemoStage
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.states import ModerationAction, PostState
from anninh_core.kernel.text import nfc
from anninh_core.usecase.actor import system


def remove_post(stage: DemoStage) -> None:
    """Remove the script's post; the other flagged posts stay undecided."""
    moderator = find_officer(stage, "moderator")
    for post in _find_posts(stage, PostState.RAISED):
        rule = min(flag.code for flag in post.flags)
        text = stage.script["moderation"]["text"]
        stage.app.moderation.decide(moderator, post.id, ModerationAction.DELETE, rule=rule, text=text)
    stage.deliver_events()


def appeal_removal(stage: DemoStage) -> None:
    """Let the author of the removed post appeal."""
    objection = stage.script["open_world"]["moderation"]["objection"]
    for post in _find_posts(stage, PostState.DECIDED):
        stage.app.internals.services.moderation.appeals.appeal(system("router"), post.id, post.author, objection)
    stage.deliver_events()


def _find_posts(stage: DemoStage, state: PostState) -> list[Post]:
    """Return the script's post if it is in `state`, else an empty list; of posts with equal texts, the newest
    counts.
    """
    line_id = stage.script["open_world"]["moderation"]["line"]
    text = next(nfc(line.text) for line in stage.lines if line.id == line_id)
    posts = stage.app.moderation.list(find_officer(stage, "moderator"), limit=200).items
    matches = [post for post in posts if post.excerpt and text.startswith(post.excerpt.rstrip("…"))]
    newest = max(matches, key=lambda post: post.id, default=None)
    return [newest] if newest is not None and newest.state is state else []
