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


class Watch:
    """A clock that a plugin can push forward."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def says(hook: str, answer: object) -> SimpleNamespace:
    """A plugin whose one hook returns `answer`, or raises it."""

    def implementation() -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return SimpleNamespace(implementation=hookimpl(specname=hook)(implementation))


def slow(hook: str, answer: object, watch: Watch, seconds: float) -> SimpleNamespace:
    def implementation() -> object:
        watch.seconds += seconds
        return answer

    return SimpleNamespace(implementation=hookimpl(specname=hook)(implementation))


def test_every_hook_has_a_kind_and_every_registration_a_catalogue_entry() -> None:
    """The three kinds are told apart in code, and none of the specifications is left out."""
    assert set(KINDS) == {name for name in vars(hookspecs) if name.startswith(PROJECT)}
    assert {name for name, kind in KINDS.items() if kind is HookKind.REGISTRATION} == set(KIND_OF_HOOK)


def test_opinions_come_in_the_order_of_the_settings_with_their_owners(hear: Hear, district: District) -> None:
    """Each opinion carries the name of the plugin that gave it, whatever the plugin wrote there."""
    plugins = Plugins(
        [],
        extra={
            "first": says("anninh_triage_opinion", TriageOpinion("tip", by="somebody else")),
            "silent": says("anninh_triage_opinion", None),
            "second": says("anninh_triage_opinion", TriageOpinion("question")),
        },
    )

    opinions = plugins.triage(hear("chào"), district)

    assert [(opinion.kind, opinion.by) for opinion in opinions.values] == [("tip", "first"), ("question", "second")]
    assert opinions.failures == ()


def test_a_plugin_may_ask_to_be_first_or_last(tip: TipToRoute, district: District) -> None:
    """`tryfirst` and `trylast` move an implementation before and behind the others."""
    unit = RoutingOpinion("ninh-hoa", "near")

    def last() -> RoutingOpinion:
        return unit

    hook = "anninh_routing_opinion"
    plugins = Plugins(
        [],
        extra={
            "late": SimpleNamespace(f=hookimpl(specname=hook, trylast=True)(last)),
            "plain": says(hook, unit),
            "early": SimpleNamespace(f=hookimpl(specname=hook, tryfirst=True)(lambda: unit)),
        },
    )

    assert [opinion.by for opinion in plugins.routing(tip, district).values] == ["early", "plain", "late"]


def test_a_failing_opinion_is_named_and_the_others_are_heard(hear: Hear, district: District) -> None:
    """One bad plugin neither stops the message nor the other plugins; its words stay out of the reason."""
    plugins = Plugins(
        [],
        extra={
            "bad": says("anninh_triage_opinion", ValueError("secret text")),
            "good": says("anninh_triage_opinion", TriageOpinion("tip")),
        },
    )

    opinions = plugins.triage(hear("chào"), district)
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
def test_a_wrong_triage_answer_is_a_failure(hear: Hear, district: District, answer: object, reason: str) -> None:
    """What names something the profile doesn't have isn't passed on."""
    opinions = Plugins([], extra={"odd": says("anninh_triage_opinion", answer)}).triage(hear("chào"), district)

    assert opinions.values == ()
    assert reason in opinions.failures[0].reason


def test_a_unit_that_does_not_exist_is_a_failure(tip: TipToRoute, district: District) -> None:
    """A tip is never sent to a unit that the profile doesn't have."""
    plugins = Plugins([], extra={"odd": says("anninh_routing_opinion", RoutingOpinion("nowhere", "because"))})

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
    """A flag cites a rule of the published charter, or it isn't one."""
    opinions = Plugins([], extra={"odd": says("anninh_moderation_flags", answer)}).moderation(post, district)

    assert opinions.values == ()
    assert reason in opinions.failures[0].reason


def test_flags_may_be_none_or_many(post: PostToModerate, district: District) -> None:
    """A function without a return statement has nothing to say; a tuple is as good as a list."""
    flags = (Flag("scam_link", "a"), Flag("secrets", "b"))
    plugins = Plugins(
        [],
        extra={"silent": says("anninh_moderation_flags", None), "many": says("anninh_moderation_flags", flags)},
    )

    opinions = plugins.moderation(post, district)

    assert [flag.code for flag in opinions.values] == ["scam_link", "secrets"]
    assert opinions.failures == ()


@pytest.mark.parametrize(
    "answer",
    [RuntimeError("no"), "fine", [Finding("taste", "?")], [Finding("true", "?", severity="loud")]],
)
def test_a_check_that_failed_holds_every_gate(item: ItemToReview, district: District, answer: object) -> None:
    """Nothing is published past a check that did not run, unless the reviewer answers for it."""
    note = Finding("true", "look here")
    plugins = Plugins(
        [],
        extra={"bad": says("anninh_review_findings", answer), "good": says("anninh_review_findings", [note])},
    )

    findings = plugins.review(item, district).values
    missing = [finding for finding in findings if not finding.ran]

    assert [finding.by for finding in findings if finding.ran] == ["good"]
    assert {finding.gate for finding in missing} == {gate.id for gate in district.gates}
    assert {(finding.by, finding.severity) for finding in missing} == {("bad", "hold")}


def test_who_overruns_the_budget_is_heard_and_named_and_the_rest_is_not_asked(
    item: ItemToReview, district: District
) -> None:
    """A late answer is used; a check that wasn't reached holds the gates."""
    watch = Watch()
    hook = "anninh_review_findings"
    plugins = Plugins(
        [],
        extra={
            "quick": slow(hook, [Finding("true", "quick")], watch, 0.4),
            "late": slow(hook, [Finding("true", "late")], watch, 0.4),
            "never": slow(hook, [Finding("true", "never")], watch, 0.4),
        },
        budget=timedelta(seconds=0.5),
        monotonic=watch,
    )

    review = plugins.review(item, district)

    assert [finding.by for finding in review.values if finding.ran] == ["quick", "late"]
    assert [(failure.plugin, failure.ran) for failure in review.failures] == [("late", True), ("never", False)]
    assert {finding.by for finding in review.values if not finding.ran} == {"never"}


def test_listeners_are_told_one_after_the_other_and_failures_returned() -> None:
    """A listener that raises stops neither the others nor the caller; what it returns is ignored."""
    heard: list[CommittedEvent] = []

    @hookimpl
    def anninh_committed(line: CommittedEvent) -> str:
        heard.append(line)
        return "ignored"

    plugins = Plugins(
        [],
        extra={
            "bad": says("anninh_committed", KeyError("no")),
            "good": SimpleNamespace(anninh_committed=anninh_committed),
        },
    )

    failures = plugins.notify_listeners(LINE)

    assert heard == [LINE]
    assert [failure.plugin for failure in failures] == ["bad"]


@pytest.mark.parametrize("hook", KIND_OF_HOOK)
def test_a_registration_that_raises_is_fatal(hook: str) -> None:
    """A configured part of the system would be missing."""
    with pytest.raises(ConfigurationError, match=rf"Plugin 'bad' failed in '{hook}' \(broken\): repair it") as caught:
        Plugins([], extra={"bad": says(hook, RuntimeError("broken"))})

    assert isinstance(caught.value.__cause__, RuntimeError)


def test_a_registration_that_returns_no_list_is_refused() -> None:
    """A single class instead of a list is a usual slip."""
    with pytest.raises(PluginRefused, match="return a list of classes"):
        Plugins([], extra={"odd": says("anninh_storages", Watch)})


def test_each_kind_has_its_typed_door() -> None:
    """Storages, keys, blobs, messengers and formatters are found by name."""
    made = {kind: type(kind, (), {"name": f"my-{kind}"}) for kind in KIND_OF_HOOK.values()}
    plugins = Plugins([], extra={kind: says(hook, [made[kind]]) for hook, kind in KIND_OF_HOOK.items()})

    doors: dict[str, Callable[[str], object]] = {
        "storage": plugins.storage,
        "keys": plugins.keys,
        "blobs": plugins.blobs,
        "messenger": plugins.messenger,
        "formatter": plugins.formatter,
        "courier": plugins.courier,
        "collector": plugins.collector,
    }

    assert {kind: door(f"my-{kind}") for kind, door in doors.items()} == made


def test_the_overview_tells_what_is_loaded_from_where_and_what_it_can(install: Callable[..., None]) -> None:
    """An operator sees each plugin with its package, version, hooks and names; installed ones that rest as well."""
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
    plugins = Plugins(["smoke"], extra={"own": says("anninh_triage_opinion", None)})

    smoke, own, *resting = plugins.overview()

    assert (smoke.name, smoke.module, smoke.distribution, smoke.version) == (
        "smoke",
        "foreign_smoke",
        "anninh-smoke",
        "3.1",
    )
    assert smoke.hooks == ("anninh_formatters", "anninh_committed")
    assert smoke.offers == {"formatter": ("smoke",)}
    assert (own.name, own.distribution, own.loaded) == ("own", "", True)
    assert {info.name for info in resting} >= {"embedded", "mock"}
    assert not any(info.loaded or info.hooks for info in resting)


def test_a_messenger_whose_plugin_is_not_named_says_so() -> None:
    """It is installed, and one line of the settings is missing; of what isn't installed the known names are told."""
    with pytest.raises(
        ConfigurationError, match="a messenger named 'mock', but a plugin 'mock' is installed: add it to `plugins`"
    ):
        Plugins(["assisted"]).messenger("mock")
    with pytest.raises(
        ConfigurationError, match=r"a messenger named 'pigeon'\. Available names: assisted\. Correct the name"
    ):
        Plugins(["assisted"]).messenger("pigeon")
