"""The preconditions of the steps on a post, by the names of their use cases."""

from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.states import PostState
from anninh_core.kernel.errors import WrongStep
from anninh_core.usecase.preconditions.steps import StepChecks, build_transition_check
from anninh_core.usecase.read_session import ReadSession

S = PostState


def _require_appeal(post: Post, _: ReadSession) -> None:
    """Check that an appeal is pending; the error names the recorded state."""
    if post.state is not S.APPEALED:
        raise WrongStep(
            "Post {post} is {state}: no appeal about it is waiting for a decision.", post=post.id, state=post.state
        )


def _require_open_task(post: Post, _: ReadSession) -> None:
    post.require_open_task()


def _require_other_than_ruling_officer(post: Post, session: ReadSession) -> None:
    post.require_appeal_judge(session.actor)


POST_STEPS: StepChecks[Post] = StepChecks(
    {
        "decide": (build_transition_check(S.DECIDED),),
        "confirm_done": (_require_open_task,),
        "decide_appeal": (_require_appeal, _require_other_than_ruling_officer),
    }
)
"""The steps that can be done with a post, each with its preconditions, in the order in which the board offers them."""
