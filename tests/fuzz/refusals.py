"""What a refusal has to be: one clear sentence, of a class that was declared."""

from collections.abc import Callable

LONGEST = 600
"""Characters that a sentence about something spoilt may have; whatever it quotes is cut."""


def refusal(act: Callable[[], object], *declared: type[Exception], longest: int = LONGEST) -> str:
    """Do something and return in which words it was refused, "" where it wasn't; any other error is a failure.

    The sentence stands in one line, isn't longer than anybody reads, and shows no control characters.

    Args:
        act: what is tried.
        declared: classes of errors that it may raise.
        longest: characters that the sentence may have.
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
