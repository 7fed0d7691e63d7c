"""Check that a refusal is a clear sentence in an error of a declared class."""

from collections.abc import Callable

LONGEST = 600
"""Highest number of characters in a refusal; a refusal cuts the text that it quotes."""


def catch_refusal(act: Callable[[], object], *declared: type[Exception], longest: int = LONGEST) -> str:
    """Run `act` and return the sentence with which it was refused, or "" if it wasn't; any other error fails the test.

    The sentence must be a single line of at most `longest` characters, without control characters.

    Args:
        act: action to run.
        declared: classes of errors that the action may raise.
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
