"""Databases of earlier releases (`tests/storage/released`), unpacked for a test to work on."""

import gzip
import json
import lzma
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

RELEASED = Path(__file__).parents[1] / "storage" / "released"
FOLDERS = sorted(folder.name for folder in RELEASED.iterdir() if folder.is_dir())
_PACKED: Mapping[str, Callable[[bytes], bytes]] = {".gz": gzip.decompress, ".xz": lzma.decompress}


def unpack(name: str, to: Path) -> Path:
    """Copy a release's files into a folder, unpacked, and return that folder."""
    for file in sorted((RELEASED / name).rglob("*")):
        if file.is_dir():
            continue
        copy = to / file.relative_to(RELEASED / name)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix in _PACKED:
            copy.with_suffix("").write_bytes(_PACKED[file.suffix](file.read_bytes()))
        else:
            Path(shutil.copy(file, copy)).chmod(0o600)  # a checkout doesn't keep file permissions, which the keys need
    return to


def database(name: str) -> bytes:
    """Return the database of a release."""
    (file,) = (RELEASED / name).glob("anninh.db.*")
    return _PACKED[file.suffix](file.read_bytes())


def expected(name: str) -> dict[str, Any]:
    """Return the content of a release's database, as its own code described it."""
    content: dict[str, Any] = json.loads((RELEASED / name / "expected.json").read_text(encoding="utf-8"))
    return content
