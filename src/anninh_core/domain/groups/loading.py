"""What several parts of the module read."""

from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.groups.model import Group
from anninh_core.domain.groups.steps import GROUP_STEPS
from anninh_core.usecase.read_session import ReadSession


def load_group(session: ReadSession, group_id: str) -> Group:
    """Return a group on whose unit the marked permission holds; raises as `ReadSession.held` does."""
    return session.get_permitted(GROUP, group_id, "groups.list")


def load_group_for(session: ReadSession, step: str, group_id: str) -> Group:
    """Return a group with which the actor can do a step of `GROUP_STEPS`.

    Raises:
        Refused, WrongStep: what the step takes for granted doesn't hold; and as `load_group`.
    """
    group = load_group(session, group_id)
    GROUP_STEPS.require(step, group, session)
    return group
