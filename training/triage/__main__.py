"""`python -m training.triage`: clean the sentences, fit the model, say how good it is. Needs the group `train`."""

import argparse
from pathlib import Path

from training.triage.sentences import HERE, load_sentences, write_clean


def main() -> None:
    """Run one of the commands."""
    parser = argparse.ArgumentParser(prog="python -m training.triage", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    clean = commands.add_parser("clean", help="take files of sentences into data/, without repeats")
    clean.add_argument("files", nargs="+", type=Path)
    fit = commands.add_parser("fit", help="make the model file of the wheel")
    fit.add_argument("--out", type=Path, help="where to write it instead")
    evaluate = commands.add_parser("evaluate", help="figures on a file of sentences, or out of fold without one")
    evaluate.add_argument("--set", type=Path, dest="file", help="JSON lines with text, kind, category, emergency")
    evaluate.add_argument("--by", choices=("topic", "sentence"), default="topic", help="how folds are split")
    evaluate.add_argument("--errors", type=int, default=0, help="also show so many out-of-fold errors")
    chosen = parser.parse_args()
    if chosen.command == "clean":
        kept = write_clean(chosen.files, HERE / "data", load_sentences(HERE / "held_out"))
        print(f"{kept} sentences")
    elif chosen.command == "fit":
        _fit(chosen.out)
    else:
        _evaluate(chosen)


def _fit(out: Path | None) -> None:
    from training.triage.fit import MODEL, fit  # noqa: PLC0415  cleaning needs no scikit-learn

    data = fit()
    (out or MODEL).write_bytes(data)
    print(f"{out or MODEL}: {len(data):,} bytes")


def _evaluate(chosen: argparse.Namespace) -> None:
    from training.triage import evaluate  # noqa: PLC0415

    if chosen.file is not None:
        evaluate.print_set(chosen.file)
    else:
        evaluate.print_out_of_fold(by_topic=chosen.by == "topic", errors=chosen.errors)


if __name__ == "__main__":
    main()
