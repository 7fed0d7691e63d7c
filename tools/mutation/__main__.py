"""Tests a sample of mutants: `python -m tools.mutation --report FILE`.

Makes small changes to the code, one at a time, and runs the tests that run the changed line. A change that no test
detects survives: either it doesn't change the behaviour, or the behaviour is untested. Nothing is changed in the
checkout: each worker has a copy.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools.mutation.covering import CHECKOUT, CoverageByTest, measure_coverage
from tools.mutation.mutants import Mutant, apply_mutant, build_diff, find_mutants
from tools.mutation.report import Outcome, build_score_table, find_keys, format_survivors
from tools.mutation.sample import draw_sample
from tools.mutation.trials import NOBODY, Trial, copy_tree, open_workers, try_all
from tools.mutation.worker import SURVIVED

FOLDERS = {
    "kernel": ("src/anninh_core/kernel", "tests/kernel"),
    "usecase": ("src/anninh_core/usecase", "tests/usecase"),
    "identity": ("src/anninh_core/domain/identity", "tests/domain/identity"),
    "audit": ("src/anninh_core/domain/audit", "tests/domain/audit"),
    "retention": ("src/anninh_core/domain/retention", "tests/domain/retention"),
}
"""Name -> the folder that is mutated, and the folder of its tests."""
TESTS = ("tests/kernel", "tests/usecase", "tests/domain", "tests/workflows", "tests/worker", "tests/trust")
"""Folders whose tests run against a mutant if they run the changed line. More folders would detect more mutants and
take longer.
"""
SEED = 2021
SIZE = 400
LEAST = 85


def find_all_mutants(root: Path) -> tuple[dict[str, list[Mutant]], Counter[str]]:
    """Return the mutants of each folder, and for each reason the number of mutants that are excluded."""
    by_folder: dict[str, list[Mutant]] = {}
    left_out: Counter[str] = Counter()
    for name, (folder, _) in FOLDERS.items():
        files = (path.relative_to(root).as_posix() for path in (root / folder).rglob("*.py"))
        by_folder[name], reasons = find_mutants(root, files)
        left_out += reasons
    return by_folder, left_out


def choose_mutants(everything: dict[str, list[Mutant]], options: argparse.Namespace) -> list[tuple[str, Mutant]]:
    """Return the mutants to try, each with the name of its folder: a sample, or the mutants in an earlier report."""
    if options.again:
        wanted = find_keys(options.again.read_text(encoding="utf-8"))
        return [(name, mutant) for name, mutants in everything.items() for mutant in mutants if mutant.key in wanted]
    return [
        (name, mutant)
        for name, mutants in draw_sample(options.sample, everything, options.seed).items()
        for mutant in mutants
    ]


def build_trials(
    root: Path, mutants: Iterable[tuple[str, Mutant]], covering: CoverageByTest
) -> list[Trial[tuple[str, Mutant]]]:
    """Build a trial of each given mutant, with the tests that run its changed line."""
    trials: list[Trial[tuple[str, Mutant]]] = []
    for name, mutant in mutants:
        source = (root / mutant.path).read_text(encoding="utf-8")
        stages = covering.build_stages(mutant.path, source, mutant.start, FOLDERS[name][1])
        trials.append(Trial((name, mutant), mutant.path, apply_mutant(mutant, source), stages))
    return trials


def load_or_measure(roots: Sequence[Path], room: Path, cache_file: Path | None) -> CoverageByTest:
    """Return which tests run which line: from `cache_file` if it exists; otherwise measure that and store it there."""
    if cache_file is not None and cache_file.exists():
        return CoverageByTest.parse(cache_file.read_text(encoding="utf-8"))
    covering = measure_coverage(roots, [folder for folder, _ in FOLDERS.values()], TESTS, room)
    if cache_file is not None:
        cache_file.write_text(covering.dump(), encoding="utf-8")
    return covering


def build_control_trials(root: Path, trials: Iterable[Trial[tuple[str, Mutant]]]) -> list[Trial[tuple[str, Mutant]]]:
    """Return trials without a change, one for each folder: the verdicts are valid only if the tests of these pass.

    The trial of a folder has the tests of the folder's largest trial.
    """
    widest: dict[str, Trial[tuple[str, Mutant]]] = {}
    for trial in sorted(trials, key=lambda candidate: sum(len(stage.tests) for stage in candidate.stages)):
        widest[trial.subject[0]] = trial
    return [
        Trial(trial.subject, trial.path, (root / trial.path).read_text(encoding="utf-8"), trial.stages)
        for trial in widest.values()
    ]


def try_mutants(options: argparse.Namespace, room: Path) -> list[Outcome]:
    """Try the mutants, and return the outcome of each."""
    started = time.monotonic()

    def print_progress(sentence: str) -> None:
        print(f"{time.monotonic() - started:5.0f} s  {sentence}", flush=True)

    everything, left_out = find_all_mutants(CHECKOUT)
    for reason, count in left_out.most_common():
        print_progress(f"{count} left out: {reason}")
    mutants = choose_mutants(everything, options)
    print_progress(
        f"{len(mutants)} of {sum(map(len, everything.values()))} mutants, seed {options.seed}; measuring the tests"
    )
    roots = [copy_tree(CHECKOUT, room / f"copy{number}") for number in range(options.workers)]
    covering = load_or_measure(roots, room, options.measured)
    trials = build_trials(roots[0], mutants, covering)
    print_progress(f"{len(covering.seconds)} tests in {sum(covering.seconds.values()):.0f} s of a core")
    done: list[str] = []

    def report_verdict(trial: Trial[tuple[str, Mutant]], verdict: str) -> None:
        done.append(verdict)
        if verdict in {SURVIVED, NOBODY}:
            mutant = trial.subject[1]
            print_progress(f"survived: {mutant.path}:{mutant.start[0]}  {mutant.operator} {mutant.occurrence}")
        if not len(done) % 20:
            print_progress(
                f"{len(done)} tried, {sum(past_verdict not in {SURVIVED, NOBODY} for past_verdict in done)} killed"
            )

    with open_workers(roots, room) as workers:
        for trial in build_control_trials(roots[0], trials):
            if (verdict := workers[0].carry_out(trial)) != SURVIVED:
                raise RuntimeError(f"{trial.path}: {verdict} without a change\n{workers[0].output}")
        verdicts = try_all(workers, trials, report_verdict)
    print_progress(
        f"{os.times().children_user + os.times().children_system:.0f} s of one core in all, {options.workers} workers"
    )
    return [
        Outcome(
            *trial.subject,
            build_diff(trial.subject[1], (roots[0] / trial.path).read_text("utf-8"), trial.text),
            verdict,
        )
        for trial, verdict in verdicts
    ]


def main(arguments: Sequence[str]) -> int:
    """Print the scores and write the surviving mutants to a file; return 1 if the score of a sample is too low."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    parser.add_argument("--report", type=Path, required=True, help="file for the survivors, outside the repository")
    parser.add_argument("--sample", type=int, default=SIZE, help=f"how many mutants; {SIZE} if not given")
    parser.add_argument("--seed", type=int, default=SEED, help=f"of the sample; {SEED} if not given")
    parser.add_argument("--workers", type=int, default=2, help="processes, each with a copy of the tree")
    parser.add_argument("--again", type=Path, help="try the survivors of this report instead of a sample")
    parser.add_argument("--measured", type=Path, help="file that keeps what was measured, and is believed if it exists")
    options = parser.parse_args(arguments)
    if options.report.resolve().is_relative_to(CHECKOUT):
        parser.error(f"{options.report} lies in the repository; take a file outside of it")
    with tempfile.TemporaryDirectory() as room:
        outcomes = try_mutants(options, Path(room))
    options.report.write_text(format_survivors(outcomes), encoding="utf-8")
    sentences, score = build_score_table(FOLDERS, outcomes)
    print(sentences)
    print(f"survivors: {options.report}")
    return 0 if options.again or score * 100 >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
