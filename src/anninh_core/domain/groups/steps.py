"""The preconditions of the steps on a group, by the names of their use cases."""

from anninh_core.domain.groups.model import Group
from anninh_core.domain.groups.states import GroupState
from anninh_core.kernel.errors import WrongStep
from anninh_core.usecase.preconditions.steps import Check, StepChecks, build_transition_check
from anninh_core.usecase.read_session import ReadSession

S = GroupState


def _require_state(state: GroupState) -> Check[Group]:
    def check_state(group: Group, _: ReadSession) -> None:
        if group.state is not state:
            raise WrongStep(
                "Group {title!r} is {state}: this step requires a group that is {needed_state}.",
                title=group.title,
                state=group.state,
                needed_state=state,
            )

    return check_state


def _require_open(group: Group, _: ReadSession) -> None:
    group.require_open()


def _require_seats(group: Group, _: ReadSession) -> None:
    if not group.seats:
        raise WrongStep(
            "The management board of group {title!r} is empty: appoint an officer first with {act:groups.seat}.",
            title=group.title,
        )


GROUP_STEPS: StepChecks[Group] = StepChecks(
    {
        "create": (build_transition_check(S.FORMING),),
        "link_group": (build_transition_check(S.FORMING),),
        "seat": (_require_open,),
        "vacate": (_require_seats,),
        "name_key_people": (),
        "launch": (lambda group, session: group.require_launchable(session.today),),
        "relink": (),
        "rename": (_require_open,),
        "send_charter": (_require_state(S.ACTIVE),),
        "welcome": (),
        "acknowledge": (lambda group, _: group.require_charter(),),
        "note_post": (),
        "remind": (_require_state(S.ACTIVE),),
        "measure": (lambda group, session: group.require_measurable(session.today),),
        "suspend": (build_transition_check(S.SUSPENDED),),
        "resume": (_require_state(S.SUSPENDED),),
        "merge": (build_transition_check(S.CLOSED),),
        "close": (build_transition_check(S.CLOSED),),
    }
)
"""The steps that can be done with a group, each with its preconditions, in the order in which the board offers them."""
