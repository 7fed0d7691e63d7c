"""Pictures for tests that don't depend on their content; cleaning a picture returns the same bytes."""

from io import BytesIO

from PIL import Image

from anninh_core.cleaning.cleaner import clean_in_process


def build_picture(number: int = 0) -> bytes:
    """Return a small PNG of one colour, a different one for each number."""
    file = BytesIO()
    Image.new("RGB", (4, 4), (number % 256, number // 256 % 256, 200)).save(file, "PNG")
    copy = clean_in_process(file.getvalue()).data
    assert copy is not None
    return copy
