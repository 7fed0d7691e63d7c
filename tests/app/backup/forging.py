"""Files altered by an attacker who knows the format and corrects every checksum, but has neither keys nor
passphrase.
"""

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
    """Return the parts of a backup file, by name."""
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def write_parts(path: Path, parts: Parts) -> None:
    """Write a backup file with the given parts; blobs stay uncompressed."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data, zipfile.ZIP_STORED if name == "blobs" else None)


def forge_file(
    path: Path, change: Callable[[Parts], None], change_manifest: Callable[[Told], None] = lambda _: None
) -> None:
    """Change parts of a backup file, and write a manifest with matching checksums; `change_manifest` changes the
    manifest afterwards.
    """
    parts = read_parts(path)
    change(parts)
    manifest: Told = json.loads(parts[MANIFEST])
    names = [part["name"] for part in manifest["parts"]]
    names += [name for name in parts if name not in {*names, MANIFEST, "manifest.mac"}]
    counts = {part["name"]: part["count"] for part in manifest["parts"]}
    manifest["parts"] = [_describe_part(name, parts[name], counts.get(name, 1)) for name in names if name in parts]
    content = [ManifestPart(**part) for part in manifest["parts"] if not part["name"].startswith("files/")]
    manifest["content"] = hash_content(content)
    change_manifest(manifest)
    parts[MANIFEST] = json.dumps(manifest, indent=2).encode()
    write_parts(path, parts)


def forge_manifest(path: Path, change_manifest: Callable[[Told], None]) -> None:
    """Change the manifest of a backup file and nothing else."""
    parts = read_parts(path)
    manifest: Told = json.loads(parts[MANIFEST])
    change_manifest(manifest)
    write_parts(path, parts | {MANIFEST: json.dumps(manifest, indent=2).encode()})


def strip_authentication(path: Path) -> None:
    """Turn a backup file into the previous format, which had no authentication code for its manifest."""
    parts = read_parts(path)
    parts.pop("manifest.mac", None)
    manifest = json.loads(parts[MANIFEST]) | {"format": 2}
    write_parts(path, parts | {MANIFEST: json.dumps(manifest).encode()})


def drop_line(name: str, number: int = 0) -> Callable[[Parts], None]:
    """Return a change that removes one row from a part of a backup file."""

    def drop_from_part(parts: Parts) -> None:
        lines = parts[name].splitlines(keepends=True)
        parts[name] = b"".join(lines[:number] + lines[number + 1 :])

    return drop_from_part


def _describe_part(name: str, data: bytes, count: int) -> Told:
    rows = not name.startswith("files/") and name != "blobs"
    return {
        "name": name,
        "sha256": sha256(data).hexdigest(),
        "size": len(data),
        "count": data.count(b"\n") if rows else count,
    }
