"""`anninh storage`."""

import os
import time
from pathlib import Path

from tests.cli.conftest import Run, open_folder

from anninh_core.usecase.files.blobs import EncryptedBlobs


def test_unused_blobs_are_removed_on_request(run: Run, folder: Path) -> None:
    """Unused blobs are listed by default and removed only with `--delete`, and recent blobs are kept."""
    with open_folder(folder) as (app, _):
        old, young = (
            EncryptedBlobs(app.internals.runner, app.internals.context.blobs).put(data) for data in (b"old", b"young")
        )
    then = time.time() - 48 * 3600
    os.utime(folder / "blobs" / old[:2] / old[2:4] / old, (then, then))
    listed = run("storage", "blobs")
    assert listed.stdout == f"{old}\n"
    assert "1 blobs" in listed.stderr
    assert run("storage", "blobs", "--hours", "72").stdout == ""
    assert run("storage", "blobs", "--delete").stdout.startswith("removed: 1 blobs")
    with open_folder(folder) as (app, _):
        assert list(app.internals.context.blobs.digests()) == [young]
