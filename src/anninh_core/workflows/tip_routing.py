"""Suggestions for the handler of a tip: by the profile's rules and by the routing plugins. A person decides."""

from anninh_core.domain.services import Services
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.sorting.views import HandlerSuggestion
from anninh_core.plugins import Plugins
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.arguments import TipId
from anninh_core.usecase.marks import workflow
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.views import TipToRoute
from anninh_core.workflows.base import Workflow


class TipRouting(Workflow):
    """Suggests handlers for tips by the profile's rules and the routing plugins."""

    action_prefix = "advising"

    def __init__(self, runner: UseCaseRunner, services: Services, plugins: Plugins) -> None:
        super().__init__(runner, services)
        self._plugins = plugins

    @workflow(Permission.TIP_READ, public=True)
    def suggest_handlers(self, actor: Actor, tip_id: TipId) -> tuple[HandlerSuggestion, ...]:
        """Return who might handle a tip and why: first what the profile's rules say, then each plugin.

        A plugin that failed is named, with the unit left empty.
        """
        tip = self.services.tips.queries.get(actor, tip_id)
        by_rules = self.services.tips.queries.suggest_handler(actor, tip_id)
        opinions = self._plugins.routing(_build_tip_to_route(tip), self.context.district)
        failures = (
            HandlerSuggestion(unit="", reason=f"did not run: {failure.reason}", by=failure.plugin)
            for failure in opinions.failures
        )
        return (by_rules, *(make_view(HandlerSuggestion, opinion) for opinion in opinions.values), *failures)


def _build_tip_to_route(tip: Tip) -> TipToRoute:
    return TipToRoute(
        id=tip.id,
        unit=tip.unit,
        category=tip.category,
        urgency=tip.urgency,
        text=tip.text,
        received_at=tip.received_at,
    )
