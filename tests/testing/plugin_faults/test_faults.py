"""Every fault planted into a format or a plugin is found by its rule."""

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
"""The kit, the expression that makes the faulty object, and the rule that must find its fault."""

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
"""Faults that only one rule finds."""
QUICK = ("DropsCharts", "RawPage", "UnknownCategory", "FailsOnSilence", "MisspeltHook", "HalfAPort")


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the installed packages on the import path."""
    monkeypatch.syspath_prepend(whole.INSTALLED)


class TestHealthyFormat(FormatterConformance):
    """The healthy format, into which faults are planted, passes."""

    @pytest.fixture
    def formatter(self) -> formats.Lines:
        return formats.Lines()


class TestHealthyOpinions(OpinionsConformance):
    """The healthy plugin with opinions passes."""

    @pytest.fixture
    def plugin(self) -> object:
        return opinions.Thieves()


class TestHealthyPlugin(PluginConformance):
    """The healthy plugin with a format passes."""

    @pytest.fixture
    def plugin(self) -> object:
        return whole.Healthy()


def run_faults(names: Sequence[str]) -> Mapping[str, RuleResult]:
    """Run for each faulty object the rule that must find its fault; return results by name."""
    rules = {f"Test{name}": FAULTS[name][2] for name in names}
    results = run_rules(names, lambda case, rule: rules.get(case.__name__) == rule)
    return {result.case.removeprefix("Test"): result for result in results}


def run_rules(names: Sequence[str], chosen: Choice) -> Sequence[RuleResult]:
    """Run the chosen rules for each faulty object."""
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
    """Unescaped markup, an unknown category and a misspelt hook are found, the category with the app's own error
    message.
    """
    results = run_faults(QUICK)
    outcomes = {name: result.outcome for name, result in results.items()}
    assert outcomes == dict.fromkeys(QUICK, RuleOutcome.FAILED)
    (reason,) = results["UnknownCategory"].reasons
    assert "returned a category 'theft_of_motorbikes' that isn't known here" in reason


@pytest.mark.slow
def test_every_fault_is_found() -> None:
    """Every faulty object fails the rule for its fault."""
    results = run_faults([*FAULTS])
    assert not {name: results[name].rule for name in FAULTS if results[name].outcome is not RuleOutcome.FAILED}


@pytest.mark.slow
def test_some_faults_need_their_rule() -> None:
    """Some faults are found by one rule only."""
    results = run_rules(ALONE, lambda _case, _rule: True)
    failed = {(result.case, result.rule) for result in results if result.outcome is RuleOutcome.FAILED}
    assert failed == {(f"Test{name}", FAULTS[name][2]) for name in ALONE}


def test_every_rule_finds_a_fault() -> None:
    """Every rule of these kits finds at least one fault."""
    kits = (FormatterConformance, OpinionsConformance, PluginConformance)
    assert {rule for kit in kits for rule in kit_rules(kit)} == {rule for _, _, rule in FAULTS.values()}
