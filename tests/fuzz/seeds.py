"""A decorator that runs a test with a fixed number of reproducible seeds.

`@fuzzed(50)` runs a test with fifty values of its argument `seed`; `--hypothesis-profile=long` multiplies this number
by the ratio of its examples to those of the default profile. The seeds are drawn without a database, so two runs of the
same code try the same seeds. A failure shows its seed; `@example(seed=…)` above the test tries that seed first, and
`--hypothesis-seed` has no effect.
"""

from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

_DEFAULT_EXAMPLES = 25
"""Number of examples of the default profile in `tests/conftest.py`."""

Test = Callable[..., None]


def fuzzed(count: int) -> Callable[[Test], Test]:
    """Return a decorator that runs a test with `count` seeds; the test's fixtures are created once and shared by all
    seeds.
    """
    examples = count * settings().max_examples // _DEFAULT_EXAMPLES
    bounds = settings(
        max_examples=max(1, examples),
        derandomize=True,
        database=None,
        # Shrinking is useless, because a smaller seed doesn't give a smaller example.
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )

    def decorate_test(test: Test) -> Test:
        return bounds(given(seed=st.integers(0, 2**32 - 1))(test))

    return decorate_test
