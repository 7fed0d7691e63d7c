"""A monotonic clock for tests that changes only when a test sets it."""


class FixedSeconds:
    """A replacement for `time.monotonic`.

    Attributes:
        now: seconds since an arbitrary time.
    """

    now = 0.0

    def __call__(self) -> float:
        return self.now
