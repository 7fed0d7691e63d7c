"""Extracting the text of HTML."""

from anninh_core.collectors import plain_words


def test_blocks_become_lines() -> None:
    """Text of separate blocks stays on separate lines, and text of one line stays together."""
    assert plain_words("<ul><li>Một<li>Hai <b>ba</b></ul><p>bốn</p>") == "Một\nHai ba\nbốn"


def test_hidden_markup_is_removed() -> None:
    """Text that a browser doesn't show, and control characters that change the direction of reading, are removed."""
    page = "<title>x</title><style>a {}</style><p>Một\u202e<!-- y --> hai</p><script>if (1 < 2) z()</script>"
    assert plain_words(page) == "Một hai"


def test_text_without_markup_is_unchanged() -> None:
    """Text without markup stays unchanged, and an element that never ends hides no text."""
    assert plain_words("1 < 2, và 3 > 2") == "1 < 2, và 3 > 2"
    assert plain_words("Một <b>hai") == "Một hai"
