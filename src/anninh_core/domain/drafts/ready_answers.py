"""Ready wordings from the profile that officers may use in their texts."""

from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.arguments import Id
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.rules import ReadyAnswer


@view
class ReadyAnswerView:
    """A ready wording for a step of the work.

    Attributes:
        code: unique code.
        step: operation that it is for, such as `ask_back`; "" for any of its module.
        title: short title for officers.
        text: text of the answer, with "…" at each place to fill in.
    """

    code: str
    step: str
    title: str
    text: str


class ReadyAnswers(Service):
    """Lists the profile's ready wordings. They contain no personal data, so reading them adds no journal entry."""

    action_prefix = "drafts"

    @query(Permission.TIP_READ, public=True)
    def for_tips(self, session: ReadSession, *, step: Id = "") -> tuple[ReadyAnswerView, ...]:
        """Return the profile's ready wordings for the work on tips, in its order; with `step`, those for that step
        only.

        Wordings for any step are included in those for each step.

        Args:
            step: such as `ask_back`, `settle` or `decline_withdrawal`; "" for all.

        Raises:
            BadInput: the profile has no wording for that step; the error lists the steps that have some.
        """
        return self._list_answers(session, "tip", step)

    @query(Permission.INQUIRY_READ, public=True)
    def for_inquiries(self, session: ReadSession, *, step: Id = "") -> tuple[ReadyAnswerView, ...]:
        """Return the profile's ready wordings for the work on inquiries. See `tips.ready_answers`."""
        return self._list_answers(session, "inquiry", step)

    @query(Permission.CONTENT_READ, public=True)
    def for_items(self, session: ReadSession, *, step: Id = "") -> tuple[ReadyAnswerView, ...]:
        """Return the profile's ready wordings for the work on items. See `tips.ready_answers`."""
        return self._list_answers(session, "item", step)

    def _list_answers(self, session: ReadSession, module: str, step: str) -> tuple[ReadyAnswerView, ...]:
        session.permitted_units()
        of_module = [answer for answer in self.context.district.ready_answers if answer.module == module]
        steps = sorted({answer.step for answer in of_module if answer.step})
        if step and step not in steps and not any(not answer.step for answer in of_module):
            raise BadInput(
                "No ready answers exist for {step!r}: choose one of {allowed}.", step=step, allowed=tuple(steps)
            )
        return tuple(_build_answer_view(answer) for answer in of_module if not step or answer.step in ("", step))


def _build_answer_view(answer: ReadyAnswer) -> ReadyAnswerView:
    return make_view(ReadyAnswerView, answer)
