"""Looking for bytes in files, by a process of its own.

Whoever opens a file of SQLite and closes it again gives up the locks that his own process holds on it. So another
process reads: this file, run as a program that needs nothing but the standard library.
"""

import json
import mmap
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path


def search_files(paths: Iterable[Path], needles: Mapping[str, bytes]) -> list[tuple[str, Path]]:
    """Return which needles stand in which files, in content or name; folders are searched whole.

    Raises:
        OSError: a file can't be read, or no process can be started.
    """
    asked = {
        "paths": [str(path.resolve()) for path in paths],
        "needles": {name: needle.hex() for name, needle in needles.items()},
    }
    done = subprocess.run(  # noqa: S603  our own interpreter and file
        [sys.executable, "-I", __file__], input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise OSError(f"files can't be searched: {last}")
    return [(name, Path(path)) for name, path in json.loads(done.stdout)]


def _list_files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(found for found in path.rglob("*") if found.is_file() and not found.is_symlink())
    return [path] if path.is_file() else []


def _find_in_file(path: Path, needles: Mapping[str, bytes]) -> list[str]:
    in_name = {name for name, needle in needles.items() if needle in str(path).encode()}
    with path.open("rb") as file:
        if not file.seek(0, 2):
            return sorted(in_name)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return sorted(in_name | {name for name, needle in needles.items() if content.find(needle) >= 0})


def _main() -> None:
    asked = json.load(sys.stdin)
    needles = {name: bytes.fromhex(needle) for name, needle in asked["needles"].items()}
    files = [file for path in asked["paths"] for file in _list_files(Path(path))]
    found = [(name, str(file)) for file in dict.fromkeys(files) for name in _find_in_file(file, needles)]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    _main()
