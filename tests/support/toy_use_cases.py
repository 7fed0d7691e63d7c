"""Use cases and a view that no interface has, as a developer would write them to add a capability to posts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from unittest.mock import patch

from anninh_core.app import api
from anninh_core.app.api.noun import Verb, part, verb
from anninh_core.cli.daily.posts import posts
from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.loading import get_permitted_post
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.steps import POST_STEPS
from anninh_core.usecase.arguments import PostId, WithinUnit, Words
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import view
from anninh_core.vocabulary.permissions import Permission


@view(listed=("post", "mood"))
class MoodView:
    """The public's reaction to a post."""

    post: str
    shares: int
    mood: str


class Calls(Service):
    """Calls about posts."""

    action_prefix = "moderation"

    @command(Permission.POST_MODERATE, public=True)
    def note_call(self, uow: UnitOfWork, post_id: PostId, *, words: Words, day: date, urgent: bool = False) -> Post:
        """Note a call about a post.

        Args:
            words: what the caller reported.
            day: the day of the call.
            urgent: whether an officer calls back.
        """
        post = get_permitted_post(uow, post_id)
        uow.decide(f"post:{post.id}", rule="call", reason="urgent" if urgent else "call", text=f"{day}: {words}")
        return uow.save(POST, post)

    @query(Permission.POST_READ, public=True)
    def moods(self, session: ReadSession, *, unit: WithinUnit = "") -> tuple[MoodView, ...]:
        """Return the reactions to the posts of a unit."""
        page = session.list_permitted(POST, "newest", unit, where={}, after="", limit=50)
        return tuple(MoodView(post=post.id, shares=7, mood="calm") for post in page.items)


_calls = part(lambda inside: Calls(inside.runner))


@contextmanager
def add_toy_use_cases() -> Iterator[None]:
    """Add the verbs `note_call` and `moods` to `app.moderation` inside a `with`, and `note_call` to the steps of
    posts.
    """
    more: dict[str, Verb[Calls, ..., object]] = {
        "note_call": verb(_calls, Calls.note_call),
        "moods": verb(_calls, Calls.moods),
    }
    offered = POST_STEPS.with_check("note_call", lambda _post, _session: None)
    with (
        patch.object(api.ModerationApi, "note_call", more["note_call"], create=True),
        patch.object(api.ModerationApi, "moods", more["moods"], create=True),
        patch("anninh_core.workflows.allowed_actions.posts.POST_STEPS", offered),
        patch.dict(vars(posts)),
    ):
        for name, made in more.items():
            made.__set_name__(api.ModerationApi, name)
        for made_once in ("derived", "operations"):
            vars(posts).pop(made_once, None)
        yield
