"""Writes the profile of a province with all its communes, and with the former units of each commune."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property

from attrs import frozen
from tools.communes.dataset import Commune, Dataset, OldUnit, Province
from tools.communes.listing import KIND_WORDS

from anninh_core.profile.authoring.answers import to_slug

_LAST_DAY = "2025-06-30"
_FIRST_DAY = "2025-07-01"


@frozen(slots=False)
class ProvinceProfile:
    """The data for a province's profile.

    Attributes:
        source: the legal act that made the communes, "" if unknown.
    """

    province: Province
    source: str = ""

    def render(self, data: Dataset) -> Mapping[str, str]:
        """Return file name -> content of the profile's files."""
        return {
            "units.toml": "\n".join(self._iter_unit_lines(data)) + "\n",
            "successions.toml": "\n".join(self._iter_succession_lines(data)) + "\n",
        }

    @property
    def root(self) -> str:
        """The id of the province."""
        return to_slug(self.province.name.removeprefix("tỉnh ").removeprefix("thành phố "))

    def unit_id(self, code: str) -> str:
        """Return the id of the commune with a code."""
        return self._ids[code]

    @cached_property
    def _ids(self) -> Mapping[str, str]:
        return _make_distinct(
            {
                commune.code: (_build_slug(commune.kind, commune.name), commune.code)
                for commune in self.province.communes
            }
        )

    @cached_property
    def _old_ids(self) -> Mapping[str, str]:
        old = self.province.old.items()
        return _make_distinct(
            {
                key: (
                    f"2025-06/{to_slug(old_unit.district)}/{_build_slug(old_unit.kind, old_unit.name)}",
                    old_unit.code,
                )
                for key, old_unit in old
            }
        )

    def _iter_unit_lines(self, data: Dataset) -> Iterator[str]:
        yield f"# The units of {self.province.name}, one a line. {_describe_origin(data)}"
        yield "# Identity is our own id: codes are used again for other places. Codes: Quyết định 19/2025/QĐ-TTg."
        yield "\n[units]"
        kind = "tinh" if self.province.name.startswith("tỉnh") else "thanh_pho"
        yield _format_line(
            self.root,
            name=self.province.name,
            level="province",
            kind=kind,
            code=self.province.code,
            head=f"Trưởng Ban Chỉ đạo 138 {self.province.name.split(' ')[0]}",
            documents="BCĐ138",
            valid_from=_FIRST_DAY,
        )
        yield _format_line(
            "cong-an-tinh",
            name=f"Công an {self.province.name}",
            level="agency",
            kind="police",
            parent=self.root,
            head="Giám đốc Công an tỉnh",
            documents="CAT",
        )
        yield "\n# Communes, wards and special zones."
        yield from (self._format_commune(commune) for commune in self.province.communes)
        yield "\n# What they were merged from (see successions.toml). These stand outside the tree."
        yield from (self._format_old_unit(key, old_unit) for key, old_unit in self.province.old.items())

    def _format_commune(self, commune: Commune) -> str:
        word = KIND_WORDS[commune.kind]
        return _format_line(
            self.unit_id(commune.code),
            name=f"{word} {commune.name}",
            level="commune",
            kind=commune.kind,
            parent=self.root,
            code=commune.code,
            head=f"Trưởng Ban Chỉ đạo 138 {word}",
            documents="BCĐ138",
        )

    def _format_old_unit(self, key: str, unit: OldUnit) -> str:
        return _format_line(
            self._old_ids[key],
            name=f"{KIND_WORDS[unit.kind]} {unit.name}",
            level="former",
            kind=unit.kind,
            code=unit.code,
            valid_to=_LAST_DAY,
        )

    def _iter_succession_lines(self, data: Dataset) -> Iterator[str]:
        yield f"# What became of the units of June 2025, one a line. {_describe_origin(data)}"
        yield "\nsuccessions = ["
        for key, unit in self.province.old.items():
            for code in unit.into:
                change = self._get_change_kind(unit, code)
                facts = f'on = {_FIRST_DAY}, how = "{change}", source = {_quote_toml(self.source)}'
                units = f"unit = {_quote_toml(self._old_ids[key])}, into = {_quote_toml(self.unit_id(code))}"
                yield f"  {{ {units}, {facts} }},"
        yield "]"

    def _get_change_kind(self, unit: OldUnit, code: str) -> str:
        if len(unit.into) > 1:
            return "split"
        commune = next(new for new in self.province.communes if new.code == code)
        return "merged" if len(commune.merged_from) > 1 else "renamed"


def _describe_origin(data: Dataset) -> str:
    return (
        f"Made by tools/communes from the package\n# vietnamadminunits {data.version} (MIT; its licence: LICENSE.txt)."
    )


def _build_slug(kind: str, name: str) -> str:
    return f"{kind.replace('_', '-')}-{to_slug(name)}"


def _make_distinct(ids: Mapping[str, tuple[str, str]]) -> Mapping[str, str]:
    """Return key -> id, with the code appended to ids that would be equal because their names differ only by
    accents.
    """
    count = Counter(id for id, _ in ids.values())
    return {key: id if count[id] == 1 else f"{id}-{code}" for key, (id, code) in ids.items()}


def _format_line(id: str, **facts: str) -> str:
    key = id if re.fullmatch(r"[\w-]+", id) else _quote_toml(id)
    written = (
        f"{name} = {value if name.startswith('valid_') else _quote_toml(value)}" for name, value in facts.items()
    )
    return f"{key} = {{ {', '.join(written)} }}"


def _quote_toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # A JSON string is also valid TOML.
