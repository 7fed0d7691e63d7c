"""A profile that is generated from a person's answers is valid and contains those answers."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from anninh_core.domain.programme.duty import DutyState
from anninh_core.domain.reports.rules import required_keys
from anninh_core.kernel import VIETNAM
from anninh_core.kernel.errors import BadInput
from anninh_core.profile import load_profile
from anninh_core.profile.authoring.answers import (
    CommuneAnswers,
    parse_address,
    parse_agency,
    parse_areas,
    parse_hotline,
    parse_kind,
    parse_name,
    parse_province,
    parse_start,
)
from anninh_core.profile.authoring.checking import check_profile
from anninh_core.profile.authoring.commune import write_commune
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.worker.jobs.duties import open_duties

ANSWERS = CommuneAnswers(
    name="Tân Mẫu",
    kind="xa",
    province="tỉnh Đồng Nai",
    areas=("Thôn 1", "Ấp Bàu Mẫu"),
    agency="BAN CHỈ ĐẠO 138",
    hotline="0251 385 1234",
    address='Số 1, đường "Mẫu" {cạnh chợ}',
    start=date(2026, 1, 1),
)


def test_profile_contains_the_answers(tmp_path: Path) -> None:
    """The profile has the answered name, superior authority, areas, letterhead, and contact text for residents."""
    write_commune(ANSWERS, tmp_path / "ours")
    district = load_profile(tmp_path / "ours")
    assert (district.id, district.name, district.valid_from) == ("xa_tan_mau", "Xã Tân Mẫu", date(2026, 1, 1))
    assert [district.unit(id).name for id in district.children["xa-tan-mau"]] == [
        "Công an xã Tân Mẫu",
        "Thôn 1",
        "Ấp Bàu Mẫu",
    ]
    assert district.unit("xa-tan-mau").parent == "tinh-dong-nai"
    template = district.templates["bao-cao-6-thang"]
    assert (template.unit_superior, template.unit_agency) == ("UBND XÃ TÂN MẪU", "BAN CHỈ ĐẠO 138")
    assert template.unit_addressee == "Ban Chỉ đạo 138 tỉnh Đồng Nai (qua Công an tỉnh)"
    assert district.say("help").endswith('Công an xã Tân Mẫu: Số 1, đường "Mẫu" {cạnh chợ}. Điện thoại: 0251 385 1234.')
    assert district.obligation("half-year").first == 2026


def test_a_place_is_found_by_its_name(tmp_path: Path) -> None:
    """Each hamlet that was answered is found by its name in a resident's text."""
    write_commune(ANSWERS, tmp_path)
    names = load_profile(tmp_path).place_names
    assert [name.units for _, name in names.find_in(("o", "bau", "mau"))] == [("xa-tan-mau/ap-bau-mau",)]


def test_existing_profile_is_not_overwritten(tmp_path: Path) -> None:
    """A folder that already has a profile isn't changed."""
    write_commune(ANSWERS, tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(BadInput, match="already has a profile, and nothing was changed: name another"):
        write_commune(evolve(ANSWERS, name="Khác"), tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_submitted_report_to_province_is_done(tmp_path: Path) -> None:
    """A report to the province, which has no users in the store, is done once it is submitted."""
    write_commune(ANSWERS, tmp_path)
    clock = FixedClock(datetime(2026, 6, 6, 9, 0, tzinfo=VIETNAM))
    with memory_app(district=load_profile(tmp_path), clock=clock) as app:
        writer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "xa-tan-mau", "report_officer")
        open_duties(app.internals.services)
        report = app.reports.begin(writer, "xa-tan-mau", "half-year", 2026)
        for key in required_keys(app.district.templates["bao-cao-6-thang"]):
            app.reports.write(writer, report.id, key, "Không có.")
        app.reports.submit(writer, report.id, number=5, issued_on=date(2026, 6, 6), signer="Cán bộ Mẫu")
        states = {duty.source: duty.state for duty in app.programme.duties(writer).items}
    assert states == {"half-year": DutyState.DONE, "annual": DutyState.OPEN}


TEXTS = st.text(max_size=40) | st.text("aăÂđĐ12 ,.\"\\\\{}$'#\n[", min_size=2, max_size=20)
READ: Mapping[str, Callable[[str], Any]] = {
    "name": parse_name,
    "areas": parse_areas,
    "province": lambda text: parse_province(f"tỉnh {text}"),
    "agency": parse_agency,
    "address": parse_address,
}


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([*READ]), TEXTS, st.sampled_from(["xa", "phuong", "dac_khu"]))
@example("areas", "thôn\x7fMột", "xa")
def test_accepted_answers_give_a_valid_profile(
    tmp_path_factory: pytest.TempPathFactory, key: str, text: str, kind: str
) -> None:
    """Every answer is either refused with a way out or gives a profile without faults."""
    answer: Any = None
    sentence = ""
    try:
        answer = READ[key](text)
    except BadInput as refused:
        sentence = str(refused)
    if sentence:
        assert ": " in sentence
        return
    answers: CommuneAnswers = evolve(ANSWERS, kind=kind, **{key: answer})
    folder = tmp_path_factory.mktemp("profile")
    write_commune(answers, folder)
    assert check_profile(folder) == []


@pytest.mark.parametrize(
    ("written", "read"),
    [("Tân Phú", "Tân Phú"), (" xã  Tân Phú ", "Tân Phú"), ("tân phú", "Tân Phú"), ("PHƯỜNG Trấn Biên", "Trấn Biên")],
)
def test_names_are_tidied(written: str, read: str) -> None:
    """A unit's name is accepted with or without the word for its kind, in capitals or small letters."""
    assert parse_name(written) == read


@pytest.mark.parametrize(("written", "read"), [("Xã", "xa"), ("phường", "phuong"), ("dac_khu", "dac_khu")])
def test_kinds_may_be_words(written: str, read: str) -> None:
    """A kind of unit is accepted as its code and as people write it."""
    assert parse_kind(written) == read


def test_provinces_have_their_kind() -> None:
    """A province must be named with its kind, since official papers name the superior authority with its kind."""
    assert parse_province("Tỉnh đồng nai") == "tỉnh Đồng Nai"
    assert parse_province("Thành phố Huế") == "thành phố Huế"
    with pytest.raises(BadInput, match="'Đồng Nai' isn't a province: write it with its kind, as in 'tinh Dong Nai'"):
        parse_province("Đồng Nai")


@pytest.mark.parametrize("wrong", ["", "12", "gọi 113", "0251+385", "1" * 30])
def test_invalid_hotline_is_refused(wrong: str) -> None:
    """A hotline that isn't a phone number is refused."""
    with pytest.raises(BadInput):
        parse_hotline(wrong)


@pytest.mark.parametrize("wrong", ["mai", "2021-08-20", "31/12/2026"])
def test_start_before_two_tiers_is_refused(wrong: str) -> None:
    """A start date before the two-tier law, or an invalid one, is refused."""
    with pytest.raises(BadInput):
        parse_start(wrong)


def test_duplicate_area_is_refused() -> None:
    """Two areas whose names differ only by accents are refused, since they would have one id."""
    with pytest.raises(BadInput, match="twice"):
        parse_areas("Thôn Hòa, Thôn Hoa")
