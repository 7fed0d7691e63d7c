"""The profile's rules and plugins suggest a unit for a tip."""

from anninh_core.plugins import hookimpl
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import system
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.opinions import RoutingOpinion
from anninh_core.vocabulary.views import TipToRoute


class FirePlugin:
    """A plugin that suggests the unit `cong-an` for fires."""

    @hookimpl
    def anninh_routing_opinion(self, tip: TipToRoute, district: District) -> RoutingOpinion | None:
        return RoutingOpinion("cong-an", "cháy thì báo ngay") if tip.category == "fire" else None


class FailingPlugin:
    """A plugin that always fails."""

    @hookimpl
    def anninh_routing_opinion(self, tip: TipToRoute, district: District) -> RoutingOpinion | None:
        raise RuntimeError("hỏng")


def test_suggestions_list_rules_plugins_and_failures(clock: FixedClock) -> None:
    """An officer sees the suggestions of the rules first, then those of plugins, and which plugin failed."""
    with memory_app(clock=clock, plugins={"fire": FirePlugin(), "broken": FailingPlugin()}) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
        tip = run_step(
            app.internals.services.tips.intake.receive,
            system("router"),
            "Cháy!",
            unit="ninh-hoa",
            origin="entry",
            category="fire",
        )
        rules, plugin, failure = app.tips.routing.suggest_handlers(officer, tip.id)

    assert rules.by == "profile"
    assert (plugin.unit, plugin.by) == ("cong-an", "fire")
    assert (failure.unit, failure.by) == ("", "broken")
    assert "did not run" in failure.reason
