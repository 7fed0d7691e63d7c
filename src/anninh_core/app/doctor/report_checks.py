"""Check of the numbers of signed reports."""

from collections.abc import Iterator

from anninh_core.app.app import App
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.number_series import find_shared_numbers
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, ok, warning
from anninh_core.usecase.encryption.encryptor import skip_damaged


def check_numbers(app: App) -> Iterator[Check]:
    """List numbers that several reports of one body, series and year have: earlier versions accepted them."""
    records = app.internals.context.storage.maintenance.scan(REPORT.name)
    shared = [*find_shared_numbers(app.internals.context.iter_readable(REPORT, records, skip_damaged))]
    if not shared:
        yield ok("reports", "No two reports of one body, series and year have the same number.")
    for number, ids in shared:
        what = Sentence(
            "Reports {reports} of {unit} have the same number {number} in {year}.",
            reports=tuple(ids),
            unit=number.unit,
            number=number.text,
            year=number.year,
        )
        yield warning("reports", what, "Correct all of them but one: each correction gets its own number.")
