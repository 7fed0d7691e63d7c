from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest

from anninh_core.kernel.errors import ConfigurationError, PluginFailed, PluginRefused
from anninh_core.plugins import KINDS, HookKind, Plugins, hookimpl, hookspecs
from anninh_core.plugins.catalogue import KIND_OF_HOOK
from anninh_core.plugins.markers import PROJECT
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.events import CommittedEvent
from anninh_core.vocabulary.messages import InboundMessage
from anninh_core.vocabulary.opinions import Finding, Flag, RoutingOpinion, TriageOpinion
from anninh_core.vocabulary.views import ItemToReview, PostToModerate, TipToRoute

Hear = Callable[[str], InboundMessage]
LINE = CommittedEvent(entry="e-7", action="tips.triage", events=("tip.triaged",), unit="ninh-hoa", touched=("tip:t-1",))


class AdvanceableClock:
    """A clock that a plugin can advance."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def build_plugin(hook: str, answer: object) -> SimpleNamespace:
    """Return a plugin with one hook, which returns `answer`, or raises it if it is an exception."""

    def implementation() -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return SimpleNamespace(implementation=hookimpl(specname=hook)(implementation))


def build_slow_plugin(hook: str, answer: object, watch: AdvanceableClock, seconds: float) -> SimpleNamespace:
    def implementation() -> object:
        watch.seconds += seconds
        return answer

    return SimpleNamespace(implementation=hookimpl(specname=hook)(implementation))


def test_every_hook_has_a_kind() -> None:
    """Each hook has one of the three kinds, and each registration hook has a catalogue entry."""
    assert set(KINDS) == {name for name in vars(hookspecs) if name.startswith(PROJECT)}
    assert {name for name, kind in KINDS.items() if kind is HookKind.REGISTRATION} == set(KIND_OF_HOOK)


def test_opinions_keep_order_and_name_their_plugin(make_message: Hear, district: District) -> None:
    """Opinions come in the order of the settings, and each has the name of its plugin in `by`, whatever the plugin
    wrote in that field.
    """
    plugins = Plugins(
        [],
        extra={
            "first": build_plugin("anninh_triage_opinion", TriageOpinion("tip", by="somebody else")),
            "silent": build_plugin("anninh_triage_opinion", None),
            "second": build_plugin("anninh_triage_opinion", TriageOpinion("question")),
        },
    )

    opinions = plugins.triage(make_message("chào"), district)

    assert [(opinion.kind, opinion.by) for opinion in opinions.values] == [("tip", "first"), ("question", "second")]
    assert opinions.failures == ()


def test_plugin_may_choose_to_be_first_or_last(tip: TipToRoute, district: District) -> None:
    """`tryfirst` and `trylast` move an implementation before and after the others."""
    opinion_for_unit = RoutingOpinion("ninh-hoa", "near")

    def give_last_opinion() -> RoutingOpinion:
        return opinion_for_unit

    hook = "anninh_routing_opinion"
    plugins = Plugins(
        [],
        extra={
            "late": SimpleNamespace(f=hookimpl(specname=hook, trylast=True)(give_last_opinion)),
            "plain": build_plugin(hook, opinion_for_unit),
            "early": SimpleNamespace(f=hookimpl(specname=hook, tryfirst=True)(lambda: opinion_for_unit)),
        },
    )

    assert [opinion.by for opinion in plugins.routing(tip, district).values] == ["early", "plain", "late"]


def test_failing_opinion_does_not_stop_the_others(make_message: Hear, district: District) -> None:
    """A failing plugin stops neither the message nor the other plugins, and its error text stays out of the reason."""
    plugins = Plugins(
        [],
        extra={
            "bad": build_plugin("anninh_triage_opinion", ValueError("secret text")),
            "good": build_plugin("anninh_triage_opinion", TriageOpinion("tip")),
        },
    )

    opinions = plugins.triage(make_message("chào"), district)
    failure = opinions.failures[0]

    assert [opinion.by for opinion in opinions.values] == ["good"]
    assert (failure.plugin, failure.hook, failure.ran) == ("bad", "anninh_triage_opinion", False)
    assert "secret text" not in repr(failure)
    assert isinstance(failure.error, PluginFailed)
    assert isinstance(failure.error.__cause__, ValueError)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("tip", "returned str; TriageOpinion is wanted"),
        ([TriageOpinion("tip")], "returned list"),
        (TriageOpinion("gossip"), "kind 'gossip'"),
        (TriageOpinion("tip", category="weather"), "category 'weather'"),
        (TriageOpinion("tip", category="Bà Mẫu báo tin"), "returned a category that isn't known"),
        (TriageOpinion("tip", confidence=1.5), "confidence 1.5"),
    ],
)
def test_a_wrong_triage_answer_is_a_failure(
    make_message: Hear, district: District, answer: object, reason: str
) -> None:
    """A triage opinion of a wrong type, or with values that the profile doesn't have, counts as a failure and not as an
    opinion.
    """
    opinions = Plugins([], extra={"odd": build_plugin("anninh_triage_opinion", answer)}).triage(
        make_message("chào"), district
    )

    assert opinions.values == ()
    assert reason in opinions.failures[0].reason


def test_routing_to_unknown_unit_is_a_failure(tip: TipToRoute, district: District) -> None:
    """A routing opinion for a unit that the profile doesn't have is a failure."""
    plugins = Plugins([], extra={"odd": build_plugin("anninh_routing_opinion", RoutingOpinion("nowhere", "because"))})

    assert "unit 'nowhere'" in plugins.routing(tip, district).failures[0].reason


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Flag("scam_link", "x"), "returned Flag; a list of Flag is wanted"),
        ([Flag("scam_link", "x"), "scam_link"], "returned str; Flag is wanted"),
        ([Flag("bad_taste", "x")], "charter code 'bad_taste'"),
    ],
)
def test_a_wrong_flag_is_a_failure(post: PostToModerate, district: District, answer: object, reason: str) -> None:
    """A flag that cites no rule of the published charter is a failure."""
    opinions = Plugins([], extra={"odd": build_plugin("anninh_moderation_flags", answer)}).moderation(post, district)

    assert opinions.values == ()
    assert reason in opinions.failures[0].reason


def test_flags_may_be_none_or_many(post: PostToModerate, district: District) -> None:
    """A plugin may return None or any number of flags, as a list or a tuple."""
    flags = (Flag("scam_link", "a"), Flag("secrets", "b"))
    plugins = Plugins(
        [],
        extra={
            "silent": build_plugin("anninh_moderation_flags", None),
            "many": build_plugin("anninh_moderation_flags", flags),
        },
    )

    opinions = plugins.moderation(post, district)

    assert [flag.code for flag in opinions.values] == ["scam_link", "secrets"]
    assert opinions.failures == ()


@pytest.mark.parametrize(
    "answer",
    [RuntimeError("no"), "fine", [Finding("taste", "?")], [Finding("true", "?", severity="loud")]],
)
def test_a_check_that_failed_holds_every_gate(item: ItemToReview, district: District, answer: object) -> None:
    """A check that failed holds every gate, so that nothing is published past it unless the reviewer answers for it."""
    note = Finding("true", "look here")
    plugins = Plugins(
        [],
        extra={
            "bad": build_plugin("anninh_review_findings", answer),
            "good": build_plugin("anninh_review_findings", [note]),
        },
    )

    findings = plugins.review(item, district).values
    missing = [finding for finding in findings if not finding.ran]

    assert [finding.by for finding in findings if finding.ran] == ["good"]
    assert {finding.gate for finding in missing} == {gate.id for gate in district.gates}
    assert {(finding.by, finding.severity) for finding in missing} == {("bad", "hold")}


def test_late_plugin_ends_the_review(item: ItemToReview, district: District) -> None:
    """A plugin that exceeds the time budget is named and its opinion is used; a check that wasn't reached holds the
    gates.
    """
    watch = AdvanceableClock()
    hook = "anninh_review_findings"
    plugins = Plugins(
        [],
        extra={
            "quick": build_slow_plugin(hook, [Finding("true", "quick")], watch, 0.4),
            "late": build_slow_plugin(hook, [Finding("true", "late")], watch, 0.4),
            "never": build_slow_plugin(hook, [Finding("true", "never")], watch, 0.4),
        },
        budget=timedelta(seconds=0.5),
        monotonic=watch,
    )

    review = plugins.review(item, district)

    assert [finding.by for finding in review.values if finding.ran] == ["quick", "late"]
    assert [(failure.plugin, failure.ran) for failure in review.failures] == [("late", True), ("never", False)]
    assert {finding.by for finding in review.values if not finding.ran} == {"never"}


def test_failing_listener_does_not_stop_the_others() -> None:
    """A listener that raises stops neither the other listeners nor the caller, and what a listener returns is
    ignored.
    """
    received: list[CommittedEvent] = []

    @hookimpl
    def anninh_committed(line: CommittedEvent) -> str:
        received.append(line)
        return "ignored"

    plugins = Plugins(
        [],
        extra={
            "bad": build_plugin("anninh_committed", KeyError("no")),
            "good": SimpleNamespace(anninh_committed=anninh_committed),
        },
    )

    failures = plugins.notify_listeners(LINE)

    assert received == [LINE]
    assert [failure.plugin for failure in failures] == ["bad"]


@pytest.mark.parametrize("hook", KIND_OF_HOOK)
def test_a_registration_that_raises_is_fatal(hook: str) -> None:
    """A registration hook that raises is fatal, as a configured part of the system would be missing."""
    with pytest.raises(ConfigurationError, match=rf"Plugin 'bad' failed in '{hook}' \(broken\): repair it") as caught:
        Plugins([], extra={"bad": build_plugin(hook, RuntimeError("broken"))})

    assert isinstance(caught.value.__cause__, RuntimeError)


def test_a_registration_that_returns_no_list_is_refused() -> None:
    """A registration hook that returns a single class instead of a list is refused."""
    with pytest.raises(PluginRefused, match="return a list of classes"):
        Plugins([], extra={"odd": build_plugin("anninh_storages", AdvanceableClock)})


def test_each_kind_has_its_typed_method() -> None:
    """Adapters of each kind are found by name through a method of `Plugins`."""
    adapters = {kind: type(kind, (), {"name": f"my-{kind}"}) for kind in KIND_OF_HOOK.values()}
    plugins = Plugins([], extra={kind: build_plugin(hook, [adapters[kind]]) for hook, kind in KIND_OF_HOOK.items()})

    finders: dict[str, Callable[[str], object]] = {
        "storage": plugins.storage,
        "keys": plugins.keys,
        "blobs": plugins.blobs,
        "messenger": plugins.messenger,
        "formatter": plugins.formatter,
        "courier": plugins.courier,
        "collector": plugins.collector,
    }

    assert {kind: find(f"my-{kind}") for kind, find in finders.items()} == adapters


def test_overview_lists_loaded_and_installed_plugins(install: Callable[..., None]) -> None:
    """The overview lists each plugin with its package, version, hooks and names, and also the installed plugins that
    aren't loaded.
    """
    install(
        "smoke",
        """
        from anninh_core.plugins import hookimpl

        class Smoke:
            name = "smoke"

        @hookimpl
        def anninh_formatters():
            return [Smoke]

        @hookimpl
        def anninh_committed(line):
            pass
        """,
        version="3.1",
    )
    plugins = Plugins(["smoke"], extra={"own": build_plugin("anninh_triage_opinion", None)})

    smoke, own, *not_loaded = plugins.overview()

    assert (smoke.name, smoke.module, smoke.distribution, smoke.version) == (
        "smoke",
        "foreign_smoke",
        "anninh-smoke",
        "3.1",
    )
    assert smoke.hooks == ("anninh_formatters", "anninh_committed")
    assert smoke.offers == {"formatter": ("smoke",)}
    assert (own.name, own.distribution, own.loaded) == ("own", "", True)
    assert {info.name for info in not_loaded} >= {"embedded", "mock"}
    assert not any(info.loaded or info.hooks for info in not_loaded)


def test_error_names_plugin_missing_in_settings() -> None:
    """The error about a missing messenger says if its plugin is installed but not named; otherwise it lists the
    available names.
    """
    with pytest.raises(
        ConfigurationError, match="a messenger named 'mock', but a plugin 'mock' is installed: add it to `plugins`"
    ):
        Plugins(["assisted"]).messenger("mock")
    with pytest.raises(
        ConfigurationError, match=r"a messenger named 'pigeon'\. Available names: assisted\. Correct the name"
    ):
        Plugins(["assisted"]).messenger("pigeon")
