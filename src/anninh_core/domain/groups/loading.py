"""Functions that load groups and check permissions and preconditions."""

from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.groups.model import Group
from anninh_core.domain.groups.steps import GROUP_STEPS
from anninh_core.usecase.read_session import ReadSession


def load_group(session: ReadSession, group_id: str) -> Group:
    """Return a group if the actor has the use case's permission in the group's unit; raise as
    `ReadSession.get_permitted` does.
    """
    return session.get_permitted(GROUP, group_id, "groups.list")


def load_group_for_step(session: ReadSession, step: str, group_id: str) -> Group:
    """Return a group if the actor can do a step of `GROUP_STEPS` with it.

    Raises:
        Refused, WrongStep: a precondition of the step isn't met; and as `load_group`.
    """
    group = load_group(session, group_id)
    GROUP_STEPS.require(step, group, session)
    return group
