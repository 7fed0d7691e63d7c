"""Mutation testing of a sample: `python -m tools.mutation --report FILE`.

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

from tools.mutation.covering import CHECKOUT, Covering, measure
from tools.mutation.mutants import Mutant, difference, find_mutants, mutate
from tools.mutation.report import Outcome, keys_in, summary, survivors
from tools.mutation.sample import draw
from tools.mutation.trials import NOBODY, Trial, carry_out_all, copy_tree, open_workers
from tools.mutation.worker import SURVIVED

FOLDERS = {
    "kernel": ("src/anninh_core/kernel", "tests/kernel"),
    "usecase": ("src/anninh_core/usecase", "tests/usecase"),
    "identity": ("src/anninh_core/domain/identity", "tests/domain/identity"),
    "audit": ("src/anninh_core/domain/audit", "tests/domain/audit"),
    "retention": ("src/anninh_core/domain/retention", "tests/domain/retention"),
}
"""Name -> mutated folder and the folder of its tests."""
TESTS = ("tests/kernel", "tests/usecase", "tests/domain", "tests/workflows", "tests/worker", "tests/trust")
"""Folders of the tests that run against mutants, as far as they run a changed line. More tests would detect more
mutants and take longer.
"""
SEED = 2021
SIZE = 400
LEAST = 85


def population(root: Path) -> tuple[dict[str, list[Mutant]], Counter[str]]:
    """Return the mutants of each folder, and the number of excluded ones for each reason."""
    by_folder: dict[str, list[Mutant]] = {}
    left_out: Counter[str] = Counter()
    for name, (folder, _) in FOLDERS.items():
        files = (path.relative_to(root).as_posix() for path in (root / folder).rglob("*.py"))
        by_folder[name], reasons = find_mutants(root, files)
        left_out += reasons
    return by_folder, left_out


def chosen(everything: dict[str, list[Mutant]], options: argparse.Namespace) -> list[tuple[str, Mutant]]:
    """Return the mutants to try, each with its folder: a sample, or those of an earlier report."""
    if options.again:
        wanted = keys_in(options.again.read_text(encoding="utf-8"))
        return [(name, mutant) for name, mutants in everything.items() for mutant in mutants if mutant.key in wanted]
    return [
        (name, mutant) for name, mutants in draw(options.sample, everything, options.seed).items() for mutant in mutants
    ]


def prepare(root: Path, mutants: Iterable[tuple[str, Mutant]], covering: Covering) -> list[Trial[tuple[str, Mutant]]]:
    """Return the trials of the given mutants."""
    trials: list[Trial[tuple[str, Mutant]]] = []
    for name, mutant in mutants:
        source = (root / mutant.path).read_text(encoding="utf-8")
        stages = covering.stages(mutant.path, source, mutant.start, FOLDERS[name][1])
        trials.append(Trial((name, mutant), mutant.path, mutate(mutant, source), stages))
    return trials


def measured(roots: Sequence[Path], room: Path, cache_file: Path | None) -> Covering:
    """Return which tests run which line, from the file `cache_file` if it exists; otherwise measure it and store it
    there.
    """
    if cache_file is not None and cache_file.exists():
        return Covering.parse(cache_file.read_text(encoding="utf-8"))
    covering = measure(roots, [folder for folder, _ in FOLDERS.values()], TESTS, room)
    if cache_file is not None:
        cache_file.write_text(covering.dump(), encoding="utf-8")
    return covering


def control(root: Path, trials: Iterable[Trial[tuple[str, Mutant]]]) -> list[Trial[tuple[str, Mutant]]]:
    """Return trials without a change, whose tests must pass for valid verdicts.

    It has one trial for each folder: the one with the most tests.
    """
    widest: dict[str, Trial[tuple[str, Mutant]]] = {}
    for trial in sorted(trials, key=lambda candidate: sum(len(stage.tests) for stage in candidate.stages)):
        widest[trial.subject[0]] = trial
    return [
        Trial(trial.subject, trial.path, (root / trial.path).read_text(encoding="utf-8"), trial.stages)
        for trial in widest.values()
    ]


def run(options: argparse.Namespace, room: Path) -> list[Outcome]:
    """Try the mutants, and return the outcome of each."""
    started = time.monotonic()

    def say(sentence: str) -> None:
        print(f"{time.monotonic() - started:5.0f} s  {sentence}", flush=True)

    everything, left_out = population(CHECKOUT)
    for reason, count in left_out.most_common():
        say(f"{count} left out: {reason}")
    mutants = chosen(everything, options)
    say(f"{len(mutants)} of {sum(map(len, everything.values()))} mutants, seed {options.seed}; measuring the tests")
    roots = [copy_tree(CHECKOUT, room / f"copy{number}") for number in range(options.workers)]
    covering = measured(roots, room, options.measured)
    trials = prepare(roots[0], mutants, covering)
    say(f"{len(covering.seconds)} tests in {sum(covering.seconds.values()):.0f} s of a core")
    done: list[str] = []

    def tell(trial: Trial[tuple[str, Mutant]], verdict: str) -> None:
        done.append(verdict)
        if verdict in {SURVIVED, NOBODY}:
            mutant = trial.subject[1]
            say(f"survived: {mutant.path}:{mutant.start[0]}  {mutant.operator} {mutant.occurrence}")
        if not len(done) % 20:
            say(f"{len(done)} tried, {sum(past_verdict not in {SURVIVED, NOBODY} for past_verdict in done)} killed")

    with open_workers(roots, room) as workers:
        for trial in control(roots[0], trials):
            if (verdict := workers[0].carry_out(trial)) != SURVIVED:
                raise RuntimeError(f"{trial.path}: {verdict} without a change\n{workers[0].output}")
        verdicts = carry_out_all(workers, trials, tell)
    say(f"{os.times().children_user + os.times().children_system:.0f} s of one core in all, {options.workers} workers")
    return [
        Outcome(
            *trial.subject,
            difference(trial.subject[1], (roots[0] / trial.path).read_text("utf-8"), trial.text),
            verdict,
        )
        for trial, verdict in verdicts
    ]


def main(arguments: Sequence[str]) -> int:
    """Print the scores and write the survivors to a file; return 1 if the score of a sample is too low."""
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
        outcomes = run(options, Path(room))
    options.report.write_text(survivors(outcomes), encoding="utf-8")
    sentences, score = summary(FOLDERS, outcomes)
    print(sentences)
    print(f"survivors: {options.report}")
    return 0 if options.again or score * 100 >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
