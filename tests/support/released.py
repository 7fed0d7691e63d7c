"""Unpacks databases of earlier releases (`tests/storage/released`) for a test to work on."""

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


def unpack_release(name: str, to: Path) -> Path:
    """Unpack a release's files into the folder `to`, and return that folder."""
    for file in sorted((RELEASED / name).rglob("*")):
        if file.is_dir():
            continue
        copy = to / file.relative_to(RELEASED / name)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix in _PACKED:
            copy.with_suffix("").write_bytes(_PACKED[file.suffix](file.read_bytes()))
        else:
            # A checkout doesn't keep file permissions, but a key file needs them.
            Path(shutil.copy(file, copy)).chmod(0o600)
    return to


def read_database(name: str) -> bytes:
    """Return the bytes of a release's unpacked database file."""
    (file,) = (RELEASED / name).glob("anninh.db.*")
    return _PACKED[file.suffix](file.read_bytes())


def read_description(name: str) -> dict[str, Any]:
    """Return the content of a release's database, as the release's own code described it."""
    content: dict[str, Any] = json.loads((RELEASED / name / "expected.json").read_text(encoding="utf-8"))
    return content
