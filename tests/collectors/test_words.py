"""The words of HTML."""

from anninh_core.collectors import plain_words


def test_words_stay_apart() -> None:
    """What stands in blocks of its own isn't run together, and what stands in one line isn't torn apart."""
    assert plain_words("<ul><li>Một<li>Hai <b>ba</b></ul><p>bốn</p>") == "Một\nHai ba\nbốn"


def test_hidden_markup_is_removed() -> None:
    """What a browser doesn't show isn't told, nor what steers who reads it."""
    page = "<title>x</title><style>a {}</style><p>Một\u202e<!-- y --> hai</p><script>if (1 < 2) z()</script>"
    assert plain_words(page) == "Một hai"


def test_text_without_markup_is_unchanged() -> None:
    """Words without markup stay as they are, and an element that never ends swallows nothing that was said before."""
    assert plain_words("1 < 2, và 3 > 2") == "1 < 2, và 3 > 2"
    assert plain_words("Một <b>hai") == "Một hai"
