"""Finds breaking changes of the public names since a release: `python -m tools.api_changes [--against REV]`.

Public names are those that docs, examples, templates and kits import, and the members of a class that don't begin with
`_`; also the arguments of verbs and of attrs constructors, and the members that a protocol requires. A changed type
isn't detected. Without a revision it is the newest release tag; without a tag nothing is compared.

Each breaking change must be named in backticks by a fragment of `changelog.d` of the kind `removed` or `changed`.
"""

import argparse
import io
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tools.api_changes.changes import breaking_changes
from tools.api_changes.surface import list_public_names, read_surface

ROOT = Path(__file__).parents[2]
_RELEASE = re.compile(r"v\d+\.\d+\.\d+")
_CODE = re.compile(r"`([^`]+)`")


def run_git(tree: Path, *arguments: str) -> bytes:
    """Run git in the folder `tree`, and return its output."""
    program = shutil.which("git") or "git"
    return subprocess.run([program, *arguments], cwd=tree, check=True, capture_output=True).stdout


def newest_release(tree: Path) -> str | None:
    """Return the newest release tag, or None without a tag or a repository."""
    try:
        tags = run_git(tree, "tag", "--list", "v*", "--sort=-version:refname").decode().split()
    except (OSError, subprocess.CalledProcessError):
        return None
    return next((tag for tag in tags if _RELEASE.fullmatch(tag)), None)


def unpack_revision(tree: Path, revision: str, folder: Path) -> None:
    """Write the files of a git revision into a folder."""
    # A zip, as Python 3.11.2 can't yet restrict what a tar file may write.
    with zipfile.ZipFile(io.BytesIO(run_git(tree, "archive", "--format=zip", revision))) as archive:
        archive.extractall(folder)


def read_documented_names(tree: Path) -> set[str]:
    """Return every name that is in backticks in the changelog fragments of the kinds `changed` and `removed`."""
    fragments = [*tree.glob("changelog.d/*.changed.md"), *tree.glob("changelog.d/*.removed.md")]
    spans = [span for path in fragments for span in _CODE.findall(path.read_text(encoding="utf-8"))]
    return {word for span in spans for word in re.findall(r"\w+", span)}


def main(arguments: Sequence[str], tree: Path = ROOT) -> int:
    """Print the breaking changes; return 1 if the changelog lacks any of them, 2 if the revision doesn't exist."""
    parser = argparse.ArgumentParser(prog="python -m tools.api_changes", description=__doc__)
    parser.add_argument("--against", metavar="REV", help="a revision of git; the newest tag v1.2.3 without it")
    revision = parser.parse_args(arguments).against or newest_release(tree)
    if revision is None:
        print(
            "there is no tag of a release yet, so no public name has to stay; --against REV compares with any revision"
        )
        return 0
    with tempfile.TemporaryDirectory() as folder:
        try:
            unpack_revision(tree, revision, Path(folder))
        except subprocess.CalledProcessError as error:
            print(f"{revision}: {error.stderr.decode().strip()}", file=sys.stderr)
            return 2
        names = list_public_names(Path(folder))
        changes = list(breaking_changes(read_surface(Path(folder), names), read_surface(tree, names)))
    documented = read_documented_names(tree)
    undocumented = [change for change in changes if not change.words & documented]
    for change in changes:
        print(f"{'MISSING' if change in undocumented else 'listed '} {change}")
    print(
        f"{len(changes)} breaking changes since {revision}, {len(undocumented)} of them in no fragment of changelog.d"
    )
    return 1 if undocumented else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
