"""Functions that load posts after a check of the actor's permission, and find rules of the charter."""

from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.steps import POST_STEPS
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.rules import CharterRule


def get_permitted_post(session: ReadSession, post_id: str) -> Post:
    """Return a post if the actor has the use case's permission in the post's unit; raise as `ReadSession.get_permitted`
    does.
    """
    return session.get_permitted(POST, post_id, "moderation.list")


def get_post_for_step(session: ReadSession, step: str, post_id: str) -> Post:
    """Return a post if the actor can do a step of `POST_STEPS` about it.

    Raises:
        Refused, WrongStep: a precondition of the step isn't met; and as `get_permitted_post`.
    """
    post = get_permitted_post(session, post_id)
    POST_STEPS.require(step, post, session)
    return post


def get_charter_rule(district: District, code: str) -> CharterRule:
    """Return a rule of the charter; raise `BadInput` for an unknown code."""
    rules = {rule.code: rule for rule in district.charter.rules}
    if code not in rules:
        raise BadInput("The charter has no rule {rule!r}: choose one of {allowed}.", rule=code, allowed=tuple(rules))
    return rules[code]
