"""A plugin's card: the rules of its conformance kits that hold, that are skipped and why, and that fail."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import frozen

from anninh_core.kernel.errors import BadInput, ConfigurationError
from anninh_core.plugins.manager import list_installed_plugins
from anninh_core.testing.kits.choosing import select_rules
from anninh_core.testing.kits.plugin.loading import get_loaded_info, load_alone
from anninh_core.testing.kits.plugin.subjects import OPINION_HOOKS
from anninh_core.testing.kits.running import RuleOutcome, RuleResult, run_files, run_source
from anninh_core.testing.kits.steps import step_of_rule

_PLUGIN_CASE = """
class TestPlugin(PluginConformance):
    @pytest.fixture
    def plugin(self):
        return {name!r}
"""
_OPINIONS_CASE = """
class TestOpinions(OpinionsConformance):
    @pytest.fixture
    def plugin(self):
        return {name!r}
"""
_FORMAT_CASE = """
class TestFormat_{word}(FormatterConformance):
    @pytest.fixture
    def formatter(self):
        return Plugins([{name!r}]).formatter({format!r})()
"""
_HEAD = """
import pytest
from anninh_core.plugins import Plugins
from anninh_core.testing.kits import FormatterConformance, OpinionsConformance, PluginConformance
"""
_KIT_OF_KIND = {
    "blobs": "BlobsConformance",
    "collector": "CollectorConformance",
    "formatter": "FormatterConformance",
    "keys": "KeysConformance",
    "messenger": "MessengerConformance",
    "storage": "StorageConformance",
}
_OPINIONS = "OpinionsConformance"


@frozen(kw_only=True)
class PluginCard:
    """The results of the conformance kits for a plugin.

    Attributes:
        results: results of the rules, in the order of the kits.
        unproved: kits that fit the plugin and were not run, because they need the author's own tests.
    """

    name: str
    distribution: str
    version: str
    results: tuple[RuleResult, ...]
    unproved: tuple[str, ...] = ()

    def of(self, outcome: RuleOutcome) -> tuple[RuleResult, ...]:
        """Return the results of the rules that have this outcome."""
        return tuple(result for result in self.results if result.outcome is outcome)

    def steps(self) -> tuple[tuple[int, int, int], ...]:
        """Return the number of each step of writing a storage, and how many of its rules hold and how many fail."""
        by_step: dict[int, list[RuleOutcome]] = {}
        for result in self.results:
            by_step.setdefault(step_of_rule(result.rule), []).append(result.outcome)
        return tuple(
            (step, outcomes.count(RuleOutcome.HELD), outcomes.count(RuleOutcome.FAILED))
            for step, outcomes in sorted(by_step.items())
            if step
        )


def check_plugin(name: str, tests: Sequence[Path] = (), *, rules: str = "", step: int | None = None) -> PluginCard:
    """Run the conformance kits that fit an installed plugin.

    Args:
        name: name of its entry point.
        tests: the author's files or folders with subclasses of kits; a kit in them isn't run a second time without
            them.
        rules: run only these rules, such as `S-01..S-07,S-217`.
        step: run only rules of the storage kit that can hold once the steps up to this one are written.

    Raises:
        ConfigurationError: no plugin with this name is installed.
        BadInput: the tests can't be collected, or there are no rules with these numbers.
    """
    numbers = select_rules(rules, step)
    source = next((source for source in list_installed_plugins() if source.name == name), None)
    if source is None:
        raise ConfigurationError(
            "Plugin {plugin!r} isn't installed: install its package first. Installed plugins: {allowed}.",
            plugin=name,
            allowed=tuple(source.name for source in list_installed_plugins()),
        )

    def is_rule_chosen(_case: type, rule: str) -> bool:
        return numbers is None or rule in numbers

    own = run_files(tests, chosen=is_rule_chosen) if tests else ()
    proved = {result.kit for result in own}
    fitting = [*_find_fitting_kits(name)]
    lines = [_HEAD, *_generate_cases(name, [kit for kit in fitting if kit not in proved])]
    results = (*run_source("".join(lines), chosen=is_rule_chosen), *own)
    if not results:
        raise BadInput("None of these rules belongs to a kit that was run: give --tests for the rules of a storage.")
    run = {result.kit for result in results}
    return PluginCard(
        name=name,
        distribution=source.distribution,
        version=source.version,
        results=results,
        unproved=tuple(kit for kit in dict.fromkeys(fitting) if kit not in run) if numbers is None else (),
    )


def _find_fitting_kits(name: str) -> Iterator[str]:
    """Yield the names of the kits for everything that a plugin registers and implements; none if it can't be loaded,
    which rule P-01 reports.
    """
    try:
        info = get_loaded_info(load_alone(name))
    except ConfigurationError:
        return
    yield from (_KIT_OF_KIND[kind] for kind in info.offers if kind in _KIT_OF_KIND)
    if any(hook in OPINION_HOOKS for hook in info.hooks):
        yield _OPINIONS


def _generate_cases(name: str, kits: Sequence[str]) -> Iterator[str]:
    """Yield the source code of the kits' test classes that need nothing from the author."""
    yield _PLUGIN_CASE.format(name=name)
    if _OPINIONS in kits:
        yield _OPINIONS_CASE.format(name=name)
    if _KIT_OF_KIND["formatter"] in kits:
        for format in load_alone(name).catalogue.names("formatter"):
            yield _FORMAT_CASE.format(name=name, format=format, word=re.sub(r"\W", "_", format))
