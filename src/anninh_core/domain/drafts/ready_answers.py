"""Wordings of the profile that officers may put into what they write."""

from anninh_core.kernel.errors import BadInput
from anninh_core.usecase.arguments import Id
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.rules import ReadyAnswer


@view
class ReadyAnswerView:
    """A wording for a step of the work.

    Attributes:
        code: what tells it from others.
        step: the operation whose words it may be, such as `ask_back`; "" for any of its module.
        title: what officers find it by.
        text: what is put in; "…" stands where they fill something in.
    """

    code: str
    step: str
    title: str
    text: str


class ReadyAnswers(Service):
    """Lists what the profile has. Nothing of anybody stands in it, so that asking leaves no entry."""

    action_prefix = "drafts"

    @query(Permission.TIP_READ, public=True)
    def for_tips(self, session: ReadSession, *, step: Id = "") -> tuple[ReadyAnswerView, ...]:
        """Return the profile's wordings for the work on tips, in its order; of one step alone if it is named.

        Those that are for any step are among those of each.

        Args:
            step: such as `ask_back`, `settle` or `decline_withdrawal`; "" for all.

        Raises:
            BadInput: the profile has none for such a step, and says for which it has.
        """
        return self._list(session, "tip", step)

    @query(Permission.INQUIRY_READ, public=True)
    def for_inquiries(self, session: ReadSession, *, step: Id = "") -> tuple[ReadyAnswerView, ...]:
        """Return the profile's wordings for the work on questions. See `tips.ready_answers`."""
        return self._list(session, "inquiry", step)

    @query(Permission.CONTENT_READ, public=True)
    def for_items(self, session: ReadSession, *, step: Id = "") -> tuple[ReadyAnswerView, ...]:
        """Return the profile's wordings for the work on items. See `tips.ready_answers`."""
        return self._list(session, "item", step)

    def _list(self, session: ReadSession, module: str, step: str) -> tuple[ReadyAnswerView, ...]:
        session.permitted_units()
        of_module = [one for one in self.context.district.ready_answers if one.module == module]
        steps = sorted({one.step for one in of_module if one.step})
        if step and step not in steps and not any(not one.step for one in of_module):
            raise BadInput(
                "No ready answers exist for {step!r}: choose one of {allowed}.", step=step, allowed=tuple(steps)
            )
        return tuple(_show(one) for one in of_module if not step or one.step in ("", step))


def _show(answer: ReadyAnswer) -> ReadyAnswerView:
    return make_view(ReadyAnswerView, answer)
