"""A QR code on the terminal, for a telephone's camera."""

import io
import shutil

from anninh_core.cli.output import on_terminal


def draw_square_code(text: str) -> str:
    """Return the lines of a QR code for the terminal.

    It is "" where nobody would see it (a pipe), where it is wider than the terminal, and where segno isn't installed:
    what stands in it has to be shown in letters too.
    """
    if not on_terminal():
        return ""
    try:
        import segno  # noqa: PLC0415  of the extra `accounts`; without it the letters are there
    except ImportError:
        return ""
    drawn = io.StringIO()
    segno.make(text, micro=False, error="l").terminal(out=drawn, border=2, compact=True)
    lines = drawn.getvalue().rstrip("\n")
    return lines if max(map(len, lines.splitlines())) <= shutil.get_terminal_size().columns else ""
