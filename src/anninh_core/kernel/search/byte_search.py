"""Search for sequences of bytes in files, in a subprocess.

When a process opens and closes a file of SQLite, it loses its own locks on that file. Therefore another process reads:
this file, run as a program that needs only the standard library.
"""

import json
import mmap
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path


def search_files(paths: Iterable[Path], needles: Mapping[str, bytes]) -> list[tuple[str, Path]]:
    """Return which of the byte sequences `needles` occur in which files, in content or name; folders are searched
    recursively.

    Raises:
        OSError: a file can't be read, or no process can be started.
    """
    request = {
        "paths": [str(path.resolve()) for path in paths],
        "needles": {name: needle.hex() for name, needle in needles.items()},
    }
    process = subprocess.run(  # noqa: S603  our own interpreter and file
        [sys.executable, "-I", __file__], input=json.dumps(request), capture_output=True, text=True, check=False
    )
    if process.returncode:
        reason = (process.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise OSError(f"files can't be searched: {reason}")
    return [(name, Path(path)) for name, path in json.loads(process.stdout)]


def _list_files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(entry for entry in path.rglob("*") if entry.is_file() and not entry.is_symlink())
    return [path] if path.is_file() else []


def _find_in_file(path: Path, needles: Mapping[str, bytes]) -> list[str]:
    in_name = {name for name, needle in needles.items() if needle in str(path).encode()}
    with path.open("rb") as file:
        if not file.seek(0, 2):
            return sorted(in_name)
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return sorted(in_name | {name for name, needle in needles.items() if content.find(needle) >= 0})


def _main() -> None:
    request = json.load(sys.stdin)
    needles = {name: bytes.fromhex(needle) for name, needle in request["needles"].items()}
    files = [file for path in request["paths"] for file in _list_files(Path(path))]
    hits = [(name, str(file)) for file in dict.fromkeys(files) for name in _find_in_file(file, needles)]
    json.dump(hits, sys.stdout)


if __name__ == "__main__":
    _main()
