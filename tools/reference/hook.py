"""A hook of mkdocs: adds the pages of the Python reference, which are made from the code while the site is built."""

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages."""
    root = str(Path(__file__).parents[2])
    if root not in sys.path:  # mkdocs loads this file alone
        sys.path.insert(0, root)
    from tools.reference.pages import write_pages  # noqa: PLC0415  found only now

    for path, text in write_pages().items():
        files.append(File.generated(config, path, content=text))
    return files
