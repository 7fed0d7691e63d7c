"""Number series of slips (phiếu chuyển). There is a series for each unit and year, as for other documents.

Nghị định 30/2020/NĐ-CP, article 15: numbers begin at 01 on 1 January. The slip's symbol is `PC` (Appendix III).
"""

from attrs import evolve, frozen

from anninh_core.domain.index_specs import SLIP_SERIES_SPEC
from anninh_core.kernel.dates import document_number
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.district import District


@frozen(kw_only=True)
class SlipSeries:
    """The number of slips that a unit has issued in a year.

    Attributes:
        id: `<unit>.<year>`.
        last: last number issued.
    """

    id: str
    unit: str
    year: int
    last: int = 0


SLIP_SERIES = Kind(
    spec=SLIP_SERIES_SPEC,
    model=SlipSeries,
    columns=lambda series: {"year": series.year},
    scope=lambda _: "",
)


def issue_slip_number(uow: UnitOfWork, unit: str) -> str:
    """Return number and symbol of a unit's next slip, such as `01/PC-BCĐ138`; concurrent acts never get the same
    number.
    """
    id = f"{unit}.{uow.today.year}"
    series = uow.get(SLIP_SERIES, id) or SlipSeries(id=id, unit=unit, year=uow.today.year)
    saved = uow.save(SLIP_SERIES, evolve(series, last=series.last + 1))
    return f"{document_number(saved.last)}/PC{_find_symbol(uow.context.district, unit)}"


def _find_symbol(district: District, unit: str) -> str:
    """Return a dash and the document symbol of a unit or of its nearest ancestor with a symbol; "" if there is none."""
    return next((f"-{symbol}" for above in district.ancestors(unit) if (symbol := district.unit(above).documents)), "")
