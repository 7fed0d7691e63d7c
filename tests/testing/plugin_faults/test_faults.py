"""Every fault that is planted into a format or a plugin is found by the rule that is there for it."""

from collections.abc import Mapping, Sequence

import pytest
from tests.testing.plugin_faults import formats, opinions, whole

from anninh_core.testing.kits import run_source
from anninh_core.testing.kits.formatter.conformance import FormatterConformance
from anninh_core.testing.kits.guard import ConformanceKit, kit_rules
from anninh_core.testing.kits.plugin.conformance import PluginConformance
from anninh_core.testing.kits.plugin.opinions import OpinionsConformance
from anninh_core.testing.kits.running import Choice, RuleOutcome, RuleResult

Fault = tuple[type[ConformanceKit], str, str]
"""The kit, what makes the faulty thing, and the rule that has to find it."""

FAULTS: Mapping[str, Fault] = {
    **{
        made.__name__: (FormatterConformance, f"formats.{made.__name__}()", rule)
        for made, rule in formats.FAULTS.items()
    },
    **{
        made.__name__: (OpinionsConformance, f"opinions.{made.__name__}()", rule)
        for made, rule in opinions.FAULTS.items()
    },
    **{
        name: (PluginConformance, f"whole.FAULTS[{name!r}][0]{'()' if callable(made) else ''}", rule)
        for name, (made, rule) in whole.FAULTS.items()
    },
}
ALONE = (
    "SuffixWithoutDot",
    "RemembersTheDocument",
    "FiguresWithoutValues",
    "WritesWhatIsNoNumber",
    "RemembersTheMessage",
    "OddName",
)
"""Faults of which the kits know one rule each."""
QUICK = ("DropsCharts", "RawPage", "UnknownCategory", "FailsOnSilence", "MisspeltHook", "HalfAPort")


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the packages be found that are there for their names."""
    monkeypatch.syspath_prepend(whole.INSTALLED)


class TestHealthyFormat(FormatterConformance):
    """The format into which faults are planted passes while it has none."""

    @pytest.fixture
    def formatter(self) -> formats.Lines:
        return formats.Lines()


class TestHealthyOpinions(OpinionsConformance):
    """So does the plugin with opinions."""

    @pytest.fixture
    def plugin(self) -> object:
        return opinions.Thieves()


class TestHealthyPlugin(PluginConformance):
    """And the plugin with a format."""

    @pytest.fixture
    def plugin(self) -> object:
        return whole.Healthy()


def run_faults(names: Sequence[str]) -> Mapping[str, RuleResult]:
    """Run for each faulty thing the rule that has to find its fault; return results by name."""
    rules = {f"Test{name}": FAULTS[name][2] for name in names}
    results = run_rules(names, lambda case, rule: rules.get(case.__name__) == rule)
    return {result.case.removeprefix("Test"): result for result in results}


def run_rules(names: Sequence[str], chosen: Choice) -> Sequence[RuleResult]:
    """Run the chosen rules for each faulty thing."""
    lines = [
        "import pytest",
        "from tests.testing.plugin_faults import formats, opinions, whole",
        "from anninh_core.testing.kits import FormatterConformance, OpinionsConformance, PluginConformance",
    ]
    for name in names:
        kit, make, _ = FAULTS[name]
        fixture = "formatter" if kit is FormatterConformance else "plugin"
        lines += [f"class Test{name}({kit.__name__}):", "    @pytest.fixture"]
        lines += [f"    def {fixture}(self):", f"        return {make}"]
    return run_source("\n".join(lines), chosen=chosen)


@pytest.mark.slow
def test_clearest_faults_are_found() -> None:
    """Markup, a category that nobody knows, a misspelt hook: each is found; a bad opinion by the app's own sentence."""
    found = run_faults(QUICK)
    outcomes = {name: result.outcome for name, result in found.items()}
    assert outcomes == dict.fromkeys(QUICK, RuleOutcome.FAILED)
    (reason,) = found["UnknownCategory"].reasons
    assert "returned a category 'theft_of_motorbikes' that isn't known here" in reason


@pytest.mark.slow
def test_every_fault_is_found() -> None:
    """None of the faulty things passes the rule that is there for its fault."""
    found = run_faults([*FAULTS])
    assert not {name: found[name].rule for name in FAULTS if found[name].outcome is not RuleOutcome.FAILED}


@pytest.mark.slow
def test_a_fault_of_its_own() -> None:
    """Some faults are found by one rule and no other: without it nobody would see them."""
    results = run_rules(ALONE, lambda _case, _rule: True)
    found = {(result.case, result.rule) for result in results if result.outcome is RuleOutcome.FAILED}
    assert found == {(f"Test{name}", FAULTS[name][2]) for name in ALONE}


def test_every_rule_finds_something() -> None:
    """No rule of these kits is there that hasn't been seen to fail."""
    kits = (FormatterConformance, OpinionsConformance, PluginConformance)
    assert {rule for kit in kits for rule in kit_rules(kit)} == {rule for _, _, rule in FAULTS.values()}
