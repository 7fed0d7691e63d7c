"""Running kits inside a program: returns the rules that hold, are skipped and fail, with reasons."""

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

_LOADED_BEFORE = "ignore::pytest.PytestAssertRewriteWarning"  # as the library is loaded already
_OPTIONS = ("-p", "no:cacheprovider", "--import-mode=importlib", "--tb=native", "-W", _LOADED_BEFORE)
"""Only the last line of a failure is shown; other styles than `native` take most of the time."""

Choice = Callable[[type, str], bool]
"""Returns whether a rule has to run, by its test class and number."""


class RuleOutcome(Enum):
    """The outcome of a rule."""

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
        reasons: one line each: why it was skipped or excused, or how it failed.
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
    recorder = _Recorder(chosen)
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
        path = Path(folder) / f"test_{Path(folder).name}.py"  # no module of this name is loaded yet
        path.write_text(source, encoding="utf-8")
        (Path(folder) / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        return run_files([path], chosen=chosen)


@contextmanager
def _unload_test_modules(paths: Sequence[Path]) -> Iterator[None]:
    """Make pytest load test files again, also if modules of the same names are loaded from elsewhere.

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
class _Rule:
    case: type
    test: str
    number: str
    sentence: str

    def result(self, reports: Iterable[tuple[RuleOutcome, str]]) -> RuleResult:
        outcomes = [*reports]
        outcome = max((outcome for outcome, _ in outcomes), key=list(RuleOutcome).index)
        if any(outcome is RuleOutcome.HELD for outcome, _ in outcomes) and outcome is RuleOutcome.SKIPPED:
            outcome = RuleOutcome.HELD  # it holds with some of its parameters
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


class _Recorder:
    """A pytest plugin that records the outcomes of rules."""

    def __init__(self, chosen: Choice) -> None:
        self._chosen = chosen
        self.items: dict[str, _Rule] = {}
        self.problems: list[str] = []
        self.has_rules = False
        self._known: dict[type, Mapping[str, _Rule]] = {}
        self._reports: dict[_Rule, list[tuple[RuleOutcome, str]]] = {}

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.problems.append(_last_line(str(report.longrepr)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makeitem(
        self, collector: pytest.Collector, name: str, obj: object
    ) -> list[pytest.Item] | None:
        """Leave out functions that are no rule, or weren't chosen."""
        if not isfunction(obj):
            return None
        rule = self._rules(getattr(collector, "cls", None)).get(name)
        self.has_rules = self.has_rules or rule is not None
        return None if rule is not None and self._chosen(rule.case, rule.number) else []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            name = item.name.partition("[")[0]
            self.items[item.nodeid] = self._rules(getattr(item, "cls", None))[name]

    def _rules(self, case: type | None) -> Mapping[str, _Rule]:
        """Return the rules of a test class by the names of their methods, including excused ones."""
        if case is None or not issubclass(case, ConformanceKit):
            return {}
        if case not in self._known:
            sentences = kit_rules(case)
            numbers = rule_numbers(case).items()
            self._known[case] = {name: _Rule(case, name, number, sentences[number]) for name, number in numbers}
        return self._known[case]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        outcomes = self._reports.setdefault(self.items[report.nodeid], [])
        outcomes.extend(_read_outcomes(report))

    def results(self) -> tuple[RuleResult, ...]:
        return tuple(rule.result(reports) for rule, reports in self._reports.items() if reports)


def _read_outcomes(report: pytest.TestReport) -> Iterator[tuple[RuleOutcome, str]]:
    """Yield the outcomes of a report; a passed phase counts only if it is the rule's call."""
    excuse = getattr(report, "wasxfail", None)
    if excuse is not None:
        yield RuleOutcome.EXCUSED, str(excuse)
    elif report.skipped:
        yield RuleOutcome.SKIPPED, _skip_reason(report.longrepr)
    elif report.failed:
        crash = getattr(report.longrepr, "reprcrash", None)
        yield RuleOutcome.FAILED, _first_line(crash.message) if crash is not None else _last_line(str(report.longrepr))
    elif report.when == "call":
        yield RuleOutcome.HELD, ""


def _skip_reason(longrepr: object) -> str:
    reason = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    return str(reason).removeprefix("Skipped: ")


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]
