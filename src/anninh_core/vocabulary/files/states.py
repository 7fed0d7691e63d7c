"""What may be said of a file: what was done to it, what a scanner said, and why."""

from enum import StrEnum


class Cleaning(StrEnum):
    """What was done to a file before anybody sees it. The values are stored and stay."""

    CLEANED = "cleaned"
    """There is a copy without what tells who made it, where and with what."""
    NOT_CLEANED = "not_cleaned"
    """Nothing here can clean it: it is shown as it came, and marked."""
    REFUSED = "refused"
    """Nobody is shown it; the original stays sealed."""


class Scan(StrEnum):
    """What a malware scanner said of a file. The values are stored and stay."""

    UNSCANNED = "unscanned"
    """There is none, or it couldn't be asked."""
    CLEAN = "clean"
    """It found nothing."""
    INFECTED = "infected"
    """It found something."""
    TOO_LARGE = "too_large"
    """For the scanner, which takes no more."""


class FileReason(StrEnum):
    """Why a file is refused, or shown as it came. The values are stored and stay."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_TYPE = "unknown_type"
    MARKUP = "markup"  # SVG, HTML or XML: it may do things where it is opened
    EXECUTABLE = "executable"
    ARCHIVE = "archive"
    OLD_OFFICE = "old_office"  # DOC, XLS, PPT, RTF: whether there are macros in it can't be told
    MACROS = "macros"
    EMBEDDED = "embedded"  # something in it that can't be looked into
    ENCRYPTED = "encrypted"
    POLYGLOT = "polyglot"  # two types at once
    BOMB = "bomb"  # it unpacks to more than is allowed
    DAMAGED = "damaged"
    INFECTED = "infected"  # a scanner knows it; its name stands in the signature
    FAILED = "failed"  # cleaning broke off; the detail names the error
    NOT_PLAYABLE = "not_playable"  # called a video, and nothing in it can be seen
    NO_LIBRARY = "no_library"  # an extra isn't installed; the detail has the install line
    NO_CLEANER = "no_cleaner"  # nothing here cleans this type
