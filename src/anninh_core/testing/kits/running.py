"""Functions that run kits inside a program and return which rules hold, are skipped or fail, with reasons."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from enum import Enum
from inspect import isfunction
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.testing.kits.guard import ConformanceKit, kit_rules, rule_numbers

# Without this filter pytest warns that the library is loaded already.
_LOADED_BEFORE = "ignore::pytest.PytestAssertRewriteWarning"
_OPTIONS = ("-p", "no:cacheprovider", "--import-mode=importlib", "--tb=native", "-W", _LOADED_BEFORE)
"""Options for pytest. Only the last line of a failure is shown; styles of traceback other than `native` take most of
the time.
"""

Choice = Callable[[type, str], bool]
"""A function that returns whether a rule has to run, given its test class and its number."""


class RuleOutcome(Enum):
    """How a rule ended: it held, was excused, was skipped, or failed."""

    HELD = "held"
    EXCUSED = "excused"
    SKIPPED = "skipped"
    FAILED = "failed"


@frozen(kw_only=True)
class RuleResult:
    """The outcome of one rule in one test class.

    Attributes:
        case: name of the test class.
        test: name of its method, for running the rule alone with pytest.
        kit: name of the kit that the class subclasses.
        rule: number of the rule, such as `M-07`.
        sentence: the rule in words.
        outcome: the worst outcome of all its parameters.
        reasons: one line for each reason why the rule was skipped, excused or failed.
    """

    case: str
    test: str
    kit: str
    rule: str
    sentence: str
    outcome: RuleOutcome
    reasons: tuple[str, ...] = ()


def run_files(paths: Sequence[Path], *, chosen: Choice = lambda _case, _rule: True) -> tuple[RuleResult, ...]:
    """Run the rules of every kit that is subclassed in test files, and no other tests in them.

    Args:
        paths: files or folders, as pytest takes them.
        chosen: selects the rules to run; if it selects none, there are no results.

    Raises:
        BadInput: a file can't be collected, or no kit is subclassed in any.
    """
    recorder = _OutcomeRecorder(chosen)
    printed = StringIO()
    with redirect_stdout(printed), redirect_stderr(printed), _unload_test_modules(paths):
        code = pytest.main([*_OPTIONS, *map(str, paths)], plugins=[recorder])
    if recorder.problems:
        raise BadInput("The tests can't be collected ({reason}): correct them.", reason="; ".join(recorder.problems))
    if code in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERNAL_ERROR):
        raise BadInput(
            "`pytest` can't run the tests ({reason}): check the paths.",
            reason=" ".join(printed.getvalue().split())[:500],
        )
    if not (recorder.items or recorder.has_rules):
        raise BadInput("No test in {paths} subclasses a kit: see docs/howto/test_your_plugin.md.", paths=tuple(paths))
    return recorder.results()


def run_source(source: str, *, chosen: Choice = lambda _case, _rule: True) -> tuple[RuleResult, ...]:
    """Run the rules of every kit that is subclassed in the source of a test file, as `run_files` does."""
    with TemporaryDirectory() as folder:
        # The folder's name makes the module's name unique, so that no module of this name is loaded yet.
        path = Path(folder) / f"test_{Path(folder).name}.py"
        path.write_text(source, encoding="utf-8")
        (Path(folder) / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        return run_files([path], chosen=chosen)


@contextmanager
def _unload_test_modules(paths: Sequence[Path]) -> Iterator[None]:
    """Make pytest load test files again, even if modules of the same names were loaded from elsewhere.

    Modules in the same folders can be imported, as under pytest alone.
    """
    before = dict(sys.modules)
    folders = [*sys.path]
    sys.path[:0] = [str(path.resolve() if path.is_dir() else path.resolve().parent) for path in paths]
    stems = {file.stem for path in paths for file in (path, *path.rglob("test_*.py"), *path.rglob("*_test.py"))}
    for name in before:
        if name.rpartition(".")[2] in stems:
            del sys.modules[name]
    try:
        yield
    finally:
        sys.path[:] = folders
        roots = [path.resolve() for path in paths]
        for name in {*sys.modules} - before.keys():
            file = getattr(sys.modules[name], "__file__", None)
            if file is not None and any(Path(file).resolve().is_relative_to(root) for root in roots):
                del sys.modules[name]
        sys.modules.update(before)


@frozen
class _CollectedRule:
    case: type
    test: str
    number: str
    sentence: str

    def result(self, reports: Iterable[tuple[RuleOutcome, str]]) -> RuleResult:
        outcomes = [*reports]
        outcome = max((outcome for outcome, _ in outcomes), key=list(RuleOutcome).index)
        if any(outcome is RuleOutcome.HELD for outcome, _ in outcomes) and outcome is RuleOutcome.SKIPPED:
            # A rule holds if it holds with at least one of its parameters and fails with none.
            outcome = RuleOutcome.HELD
        reasons = dict.fromkeys(reason for reason_outcome, reason in outcomes if reason_outcome is outcome and reason)
        kit = next(base for base in self.case.__mro__ if vars(base).get("_is_kit"))
        return RuleResult(
            case=self.case.__name__,
            test=self.test,
            kit=kit.__name__,
            rule=self.number,
            sentence=self.sentence,
            outcome=outcome,
            reasons=(*reasons,),
        )


class _OutcomeRecorder:
    """A pytest plugin that records the outcomes of rules."""

    def __init__(self, chosen: Choice) -> None:
        self._chosen = chosen
        self.items: dict[str, _CollectedRule] = {}
        self.problems: list[str] = []
        self.has_rules = False
        self._known: dict[type, Mapping[str, _CollectedRule]] = {}
        self._reports: dict[_CollectedRule, list[tuple[RuleOutcome, str]]] = {}

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.problems.append(_get_last_line(str(report.longrepr)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makeitem(
        self, collector: pytest.Collector, name: str, obj: object
    ) -> list[pytest.Item] | None:
        """Leave out functions that aren't rules or weren't chosen."""
        if not isfunction(obj):
            return None
        rule = self._get_rules(getattr(collector, "cls", None)).get(name)
        self.has_rules = self.has_rules or rule is not None
        return None if rule is not None and self._chosen(rule.case, rule.number) else []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            name = item.name.partition("[")[0]
            self.items[item.nodeid] = self._get_rules(getattr(item, "cls", None))[name]

    def _get_rules(self, case: type | None) -> Mapping[str, _CollectedRule]:
        """Return the rules of a test class by the names of their methods, including excused rules."""
        if case is None or not issubclass(case, ConformanceKit):
            return {}
        if case not in self._known:
            sentences = kit_rules(case)
            numbers = rule_numbers(case).items()
            self._known[case] = {
                name: _CollectedRule(case, name, number, sentences[number]) for name, number in numbers
            }
        return self._known[case]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        outcomes = self._reports.setdefault(self.items[report.nodeid], [])
        outcomes.extend(_read_outcomes(report))

    def results(self) -> tuple[RuleResult, ...]:
        return tuple(rule.result(reports) for rule, reports in self._reports.items() if reports)


def _read_outcomes(report: pytest.TestReport) -> Iterator[tuple[RuleOutcome, str]]:
    """Yield the outcomes in a report of pytest; a passed phase counts only if it is the rule's own call."""
    excuse = getattr(report, "wasxfail", None)
    if excuse is not None:
        yield RuleOutcome.EXCUSED, str(excuse)
    elif report.skipped:
        yield RuleOutcome.SKIPPED, _get_skip_reason(report.longrepr)
    elif report.failed:
        crash = getattr(report.longrepr, "reprcrash", None)
        yield (
            RuleOutcome.FAILED,
            _get_first_line(crash.message) if crash is not None else _get_last_line(str(report.longrepr)),
        )
    elif report.when == "call":
        yield RuleOutcome.HELD, ""


def _get_skip_reason(longrepr: object) -> str:
    reason = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    return str(reason).removeprefix("Skipped: ")


def _get_first_line(text: str) -> str:
    return text.partition("\n")[0]


def _get_last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]
