"""Pictures for whoever needs one and looks at nothing in it: their cleaned copy is the same bytes."""

from io import BytesIO

from PIL import Image

from anninh_core.cleaning.cleaner import clean_in_process


def picture(number: int = 0) -> bytes:
    """Return a small PNG of one colour, another one for each number."""
    file = BytesIO()
    Image.new("RGB", (4, 4), (number % 256, number // 256 % 256, 200)).save(file, "PNG")
    copy = clean_in_process(file.getvalue()).data
    assert copy is not None
    return copy
