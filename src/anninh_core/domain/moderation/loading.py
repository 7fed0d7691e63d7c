"""Loading a post under a permission, and the rule of the charter that it is judged by."""

from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.steps import POST_STEPS
from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.rules import CharterRule


def get_permitted_post(session: ReadSession, post_id: str) -> Post:
    """Return a post on whose unit the actor has the marked permission; see `ReadSession.held`."""
    return session.get_permitted(POST, post_id, "moderation.list")


def get_post_for(session: ReadSession, step: str, post_id: str) -> Post:
    """Return a post about which the actor can do a step of `POST_STEPS`.

    Raises:
        Refused, WrongStep: what the step takes for granted doesn't hold; and as `get_permitted_post`.
    """
    post = get_permitted_post(session, post_id)
    POST_STEPS.require(step, post, session)
    return post


def charter_rule(district: District, code: str) -> CharterRule:
    """Return a rule of the charter; `BadInput` for a code that it doesn't have."""
    rules = {rule.code: rule for rule in district.charter.rules}
    if code not in rules:
        raise BadInput("The charter has no rule {rule!r}: choose one of {allowed}.", rule=code, allowed=tuple(rules))
    return rules[code]
