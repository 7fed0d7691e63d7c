"""Drawing of a QR code on the terminal, for a telephone's camera."""

import io
import shutil

from anninh_core.cli.output import on_terminal


def draw_qr_code(text: str) -> str:
    """Return the lines of a QR code for the terminal, or "" if it can't be shown.

    It can't be shown in a pipe, on a terminal narrower than the code, or without segno, so callers have to show `text`
    in letters too.
    """
    if not on_terminal():
        return ""
    try:
        import segno  # noqa: PLC0415  of the extra `accounts`; without it the letters are there
    except ImportError:
        return ""
    buffer = io.StringIO()
    segno.make(text, micro=False, error="l").terminal(out=buffer, border=2, compact=True)
    lines = buffer.getvalue().rstrip("\n")
    return lines if max(map(len, lines.splitlines())) <= shutil.get_terminal_size().columns else ""
