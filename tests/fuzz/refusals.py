"""Checks of a refusal: one clear sentence, of a declared class."""

from collections.abc import Callable

LONGEST = 600
"""Highest number of characters of a refusal; a refusal cuts the text that it quotes."""


def refusal(act: Callable[[], object], *declared: type[Exception], longest: int = LONGEST) -> str:
    """Run `act` and return the sentence with which it was refused, or "" if it wasn't; any other error is a failure.

    The sentence is a single line, not too long to read and without control characters.

    Args:
        act: action to run.
        declared: classes of errors that it may raise.
        longest: highest number of characters of the sentence.
    """
    try:
        act()
    except declared as error:
        sentence = str(error)
    else:
        return ""
    assert sentence, "refused without a word"
    assert len(sentence) <= longest, sentence
    assert sentence.isprintable(), repr(sentence)
    return sentence
