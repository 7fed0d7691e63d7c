"""A hook of mkdocs that adds the pages generated from the code, and marks the Vietnamese pages."""

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

_VIETNAMESE = ("vi/", "howto/work_on_the_board.md")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are generated from the code to the site's files."""
    root = str(Path(__file__).parents[2])
    # mkdocs loads this file by its path, so that the repository must be added to the import path.
    if root not in sys.path:
        sys.path.insert(0, root)
    from tools.reference.pages import write_pages  # noqa: PLC0415  found only now

    for path, text in write_pages().items():
        files.append(File.generated(config, path, content=text))
    return files


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:  # noqa: ARG001  as mkdocs calls it
    """Set the language of a page in its HTML, for screen readers."""
    is_vietnamese = page.file.src_uri.startswith(_VIETNAMESE)
    return output.replace('<html lang="en"', '<html lang="vi"', 1) if is_vietnamese else output
