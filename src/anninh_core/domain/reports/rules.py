"""Pure rules of reports, for the units that a report counts, its required texts, and its document number."""

from anninh_core.kernel.dates import document_number
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.plan import Obligation, ReportTemplate


def is_consolidated(obligation: Obligation, unit: str) -> bool:
    """Return whether a unit's report is the one that consolidates the others."""
    return unit == obligation.to


def list_own_units(district: District, obligation: Obligation, year: int) -> tuple[str, ...]:
    """Return the units that the superior counts itself: those that belong to no reporting unit."""
    reported = {id for unit in district.units_owing(obligation, year) for id in district.counted_units(unit)}
    return tuple(id for id in district.counted_units(obligation.to) if id not in reported)


def section_keys(template: ReportTemplate) -> tuple[str, ...]:
    """Return the keys of a template's sections that have a text of the unit's own."""
    return tuple(section.key for section in template.sections if section.key)


def required_keys(template: ReportTemplate) -> tuple[str, ...]:
    """Return the keys of a template's sections that would stay empty without a text of the unit's own."""
    return tuple(
        section.key
        for section in template.sections
        if section.key and not (section.text or section.indicators or section.by_unit or section.chart)
    )


def format_document_number(district: District, template: ReportTemplate, unit: str, number: int) -> str:
    """Return a document number such as `05/BC-BCĐ138` (Nghị định 30/2020/NĐ-CP, art. 15 and Appendix III)."""
    symbols = (template.symbol, district.unit(unit).documents)
    return f"{document_number(number)}/{'-'.join(symbol for symbol in symbols if symbol)}"
