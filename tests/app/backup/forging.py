"""Files altered by somebody who knows the format, mends every checksum, and has neither keys nor passphrase."""

import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from anninh_core.app.backup.manifest import ManifestPart, hash_content

MANIFEST = "manifest.json"
Parts = dict[str, bytes]
Told = dict[str, Any]


def read_parts(path: Path) -> Parts:
    """Return what is in a file, by name."""
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def write_parts(path: Path, parts: Parts) -> None:
    """Write a file anew, blobs unpacked as they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data, zipfile.ZIP_STORED if name == "blobs" else None)


def forge(path: Path, change: Callable[[Parts], None], tell: Callable[[Told], None] = lambda _: None) -> None:
    """Change parts, then write a manifest that fits them to the last checksum; `tell` changes it afterwards."""
    parts = read_parts(path)
    change(parts)
    told: Told = json.loads(parts[MANIFEST])
    names = [part["name"] for part in told["parts"]]
    names += [name for name in parts if name not in {*names, MANIFEST, "manifest.mac"}]
    counts = {part["name"]: part["count"] for part in told["parts"]}
    told["parts"] = [_describe(name, parts[name], counts.get(name, 1)) for name in names if name in parts]
    content = [ManifestPart(**part) for part in told["parts"] if not part["name"].startswith("files/")]
    told["content"] = hash_content(content)
    tell(told)
    parts[MANIFEST] = json.dumps(told, indent=2).encode()
    write_parts(path, parts)


def tell_only(path: Path, tell: Callable[[Told], None]) -> None:
    """Change the manifest and nothing else."""
    parts = read_parts(path)
    told: Told = json.loads(parts[MANIFEST])
    tell(told)
    write_parts(path, parts | {MANIFEST: json.dumps(told, indent=2).encode()})


def without_authentication(path: Path) -> None:
    """Make of a file one of the format before, which had no code over its manifest."""
    parts = read_parts(path)
    parts.pop("manifest.mac", None)
    told = json.loads(parts[MANIFEST]) | {"format": 2}
    write_parts(path, parts | {MANIFEST: json.dumps(told).encode()})


def drop_line(name: str, number: int = 0) -> Callable[[Parts], None]:
    """Return what takes one row out of a part."""

    def change(parts: Parts) -> None:
        lines = parts[name].splitlines(keepends=True)
        parts[name] = b"".join(lines[:number] + lines[number + 1 :])

    return change


def _describe(name: str, data: bytes, count: int) -> Told:
    rows = not name.startswith("files/") and name != "blobs"
    return {
        "name": name,
        "sha256": sha256(data).hexdigest(),
        "size": len(data),
        "count": data.count(b"\n") if rows else count,
    }
