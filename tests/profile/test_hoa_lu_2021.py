"""The shipped profile of 2021 agrees with the plan of 2021."""

import unicodedata
from datetime import date, time, timedelta

import pytest

from anninh_core.kernel.dates import Period
from anninh_core.kernel.text import words
from anninh_core.profile.keys import RAW_WORDS
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import NO_ROLE, Permission
from anninh_core.vocabulary.units import Unit

COMMUNES = {
    "thien-ton": ("thị trấn Thiên Tôn", "14527"),
    "ninh-my": ("xã Ninh Mỹ", "14539"),
    "ninh-khang": ("xã Ninh Khang", "14536"),
    "ninh-xuan": ("xã Ninh Xuân", "14545"),
    "ninh-giang": ("xã Ninh Giang", "14530"),
    "truong-yen": ("xã Trường Yên", "14533"),
    "ninh-hoa": ("xã Ninh Hòa", "14542"),
    "ninh-hai": ("xã Ninh Hải", "14548"),
    "ninh-thang": ("xã Ninh Thắng", "14551"),
    "ninh-van": ("xã Ninh Vân", "14554"),
    "ninh-an": ("xã Ninh An", "14557"),
}
INDICATORS = """
groups_total groups_new members_total areas_covered boards_filled items_published items_rejected broadcast_posts
corrections tips_received tips_by_category tips_opening tips_resolved tips_transferred tips_closing tips_unfounded
tips_duplicate tips_in_time tips_in_time_share tips_overdue tips_valuable
inquiries_received inquiries_answered moderated appeals
trainings difficulties_raised difficulties_answered urges
"""
IN_2021 = date(2021, 9, 1)


def test_communes_have_names_and_codes_of_2021(hoa_lu: District) -> None:
    """The eleven communes and townships have their names and codes of 2021."""
    communes = {unit.id: (unit.name, unit.code) for unit in hoa_lu.units_at_level("commune", IN_2021)}
    assert communes == COMMUNES
    assert hoa_lu.unit("hoa-lu").code == "374"
    assert {hoa_lu.unit(id).kind for id in COMMUNES} == {"xa", "thi_tran"}


def test_communes_have_two_residential_areas(hoa_lu: District) -> None:
    """Each commune has two residential areas, and figures of the areas count for the commune in reports."""
    for commune in COMMUNES:
        areas = [f"{commune}/kdc-1", f"{commune}/kdc-2"]
        assert list(hoa_lu.children[commune]) == areas
        assert {hoa_lu.counting_unit(area) for area in areas} == {commune}


def test_agencies_of_part_three(hoa_lu: District) -> None:
    """The police are the leading agency (`standing_body`), and Front, mass organisations, offices and propaganda board
    are agencies too.
    """
    kinds = [unit.kind for unit in hoa_lu.units_at_level("agency", IN_2021)]
    assert hoa_lu.standing_body == "cong-an"
    assert hoa_lu.unit("cong-an").kind == "police"
    assert kinds.count("mass_organisation") == 4
    assert {"front", "office", "party_board"} <= set(kinds)


def test_every_unit_of_2021_is_below_the_district(hoa_lu: District) -> None:
    """Every unit of 2021 belongs to the district and ends with it."""
    existing = {id for id, unit in hoa_lu.units.items() if unit.exists_on(IN_2021)}
    assert existing == set(hoa_lu.subtree("hoa-lu"))
    assert {hoa_lu.units[id].valid_to for id in existing} == {date(2024, 12, 31)}


def test_profile_has_four_gates(hoa_lu: District) -> None:
    """P-II.3.1.c: content passes four gates."""
    assert [gate.id for gate in hoa_lu.gates] == ["official_source", "true", "no_state_secret", "permitted"]


def test_categories_of_tips_and_content(hoa_lu: District) -> None:
    """P-II.3.2: there are eight categories of tips and seven of content, besides corrections and notices; official
    notices cite a decision.

    A ninth incoming category, for people who may harm themselves, is in no register.
    """
    incoming = "situation crime wanted search traffic public_order fire epidemic"
    outgoing = "policy current_affairs order_results surrender_call crime_warning procedures epidemic_rules correction"
    assert [id for id, entry in hoa_lu.incoming.items() if entry.in_register] == incoming.split()
    assert {id for id, entry in hoa_lu.incoming.items() if not entry.in_register} == {"support"}
    assert list(hoa_lu.outgoing)[:8] == outgoing.split()
    assert {id for id, entry in hoa_lu.outgoing.items() if entry.needs_decision} == {"wanted_notice", "search_notice"}
    assert all(entry.words for entry in hoa_lu.incoming.values())


def test_milestones_of_pilot_and_rollout(hoa_lu: District) -> None:
    """P-IV.2.a: the milestone of Ninh Hòa is before 30 August 2021, those of the ten other communes before 15
    September.
    """
    pilot, rollout = hoa_lu.milestones
    assert (pilot.before, pilot.last_day, pilot.units) == (date(2021, 8, 30), date(2021, 8, 29), ("ninh-hoa",))
    assert (rollout.before, rollout.last_day) == (date(2021, 9, 15), date(2021, 9, 14))
    assert set(rollout.units) == COMMUNES.keys() - {"ninh-hoa"}


@pytest.mark.parametrize(
    ("id", "year", "last_day", "period"),
    [
        ("roll-out", 2021, date(2021, 9, 19), Period(date(2021, 8, 20), date(2021, 9, 14))),
        ("half-year", 2022, date(2022, 6, 14), Period(date(2021, 12, 1), date(2022, 5, 31))),
        ("annual", 2021, date(2021, 11, 14), Period(date(2021, 8, 20), date(2021, 10, 31))),
        ("annual", 2022, date(2022, 11, 14), Period(date(2021, 11, 1), date(2022, 10, 31))),
    ],
)
def test_obligations_have_due_dates(hoa_lu: District, id: str, year: int, last_day: date, period: Period) -> None:
    """P-IV.1.b, P-IV.2.b: reports are due before their day, and go from the communes through the police to the
    committee.
    """
    obligation = hoa_lu.obligations[id]
    assert obligation.last_day(year) == last_day
    assert obligation.period(year) == period
    assert (obligation.level, obligation.to, obligation.via) == ("commune", "hoa-lu", "cong-an")
    assert obligation.template in hoa_lu.templates


def test_roll_out_report_comes_once(hoa_lu: District) -> None:
    """The roll-out report is due in 2021 only; the half-yearly one starts in 2022."""
    assert (hoa_lu.obligations["roll-out"].first, hoa_lu.obligations["roll-out"].last) == (2021, 2021)
    assert hoa_lu.obligations["half-year"].first == 2022


def test_local_models_and_numbers(hoa_lu: District) -> None:
    """P-II.2.c: three local models are named; the emergency text names every emergency number."""
    assert len(hoa_lu.local_models) == 3
    assert set(hoa_lu.emergency_numbers) == {"111", "112", "113", "114", "115"}
    assert all(number in hoa_lu.say("tip.emergency") for number in hoa_lu.emergency_numbers)


@pytest.mark.parametrize(
    ("id", "limit"),
    [
        ("transfer_serious", "24h"),
        ("transfer_ordinary", "7d"),
        ("notify_receipt", "3wd"),
        ("resolve", "20d"),
        ("resolve_complex", "2m"),
        ("resolve_extended", "4m"),
        ("notify_result", "3d"),
    ],
)
def test_deadlines_cite_their_law(hoa_lu: District, id: str, limit: str) -> None:
    """Each legal deadline has its limit and the article that it comes from."""
    rule = next(rule for rule in hoa_lu.deadlines if rule.id == id)
    assert rule.limit == limit
    assert "Điều" in rule.source


def test_every_legal_kind_has_a_first_deadline(hoa_lu: District) -> None:
    """Each legal kind of tip has a deadline that begins when the tip is received."""
    kinds = {key.removeprefix("legal_kind.") for key in hoa_lu.wording if key.startswith("legal_kind.")}
    timed = {kind for rule in hoa_lu.deadlines if rule.start == "received" for kind in rule.legal_kinds}
    assert timed == kinds


def test_calendar_has_holidays(hoa_lu: District) -> None:
    """The calendar takes Tết, days in lieu and weekends into account."""
    calendar = hoa_lu.calendar
    assert calendar.add_working_days(date(2021, 2, 9), 3) == date(2021, 2, 19)
    assert calendar.add_working_days(date(2021, 4, 29), 3) == date(2021, 5, 6)
    assert not calendar.is_working_day(date(2021, 9, 3))
    assert not calendar.is_working_day(date(2022, 1, 3))
    assert calendar.is_working_day(date(2024, 5, 4))


def _find_successors(district: District, id: str) -> list[Unit]:
    return [district.unit(step.into) for step in district.successions if step.unit == id]


@pytest.mark.parametrize(
    ("commune", "in_january", "in_july"),
    [
        ("thien-ton", ("phường Ninh Mỹ", "14527"), ("phường Hoa Lư", "14329")),
        ("ninh-my", ("phường Ninh Mỹ", "14527"), ("phường Hoa Lư", "14329")),
        ("ninh-khang", ("xã Ninh Khang", "14536"), ("phường Hoa Lư", "14329")),
        ("ninh-xuan", ("xã Ninh Nhất", "14347"), ("phường Hoa Lư", "14329")),
        ("ninh-giang", ("phường Ninh Giang", "14530"), ("phường Tây Hoa Lư", "14533")),
        ("truong-yen", ("xã Trường Yên", "14533"), ("phường Tây Hoa Lư", "14533")),
        ("ninh-hoa", ("xã Ninh Hòa", "14542"), ("phường Tây Hoa Lư", "14533")),
        ("ninh-hai", ("xã Ninh Hải", "14551"), ("phường Nam Hoa Lư", "14359")),
        ("ninh-thang", ("xã Ninh Hải", "14551"), ("phường Nam Hoa Lư", "14359")),
        ("ninh-van", ("xã Ninh Vân", "14554"), ("phường Nam Hoa Lư", "14359")),
        ("ninh-an", ("xã Ninh An", "14557"), ("phường Nam Hoa Lư", "14359")),
    ],
)
def test_communes_have_their_successors(
    hoa_lu: District, commune: str, in_january: tuple[str, str], in_july: tuple[str, str]
) -> None:
    """Each commune of 2021 has a successor in the city of January 2025, which in turn has a ward of July 2025 as its
    successor.
    """
    (first,) = _find_successors(hoa_lu, commune)
    (second,) = _find_successors(hoa_lu, first.id)
    assert (first.name, first.code, first.valid_from) == (*in_january, date(2025, 1, 1))
    assert (second.name, second.code, second.valid_from) == (*in_july, date(2025, 7, 1))
    assert second.exists_on(date(2026, 1, 1))


def test_codes_are_unique_on_each_day(hoa_lu: District) -> None:
    """Code 14551 belongs to Ninh Thắng in 2021 and to Ninh Hải in spring 2025, and no two units share a code on the
    same day.
    """
    for day in (IN_2021, date(2025, 3, 1), date(2025, 8, 1)):
        codes = [unit.code for unit in hoa_lu.units.values() if unit.code and unit.exists_on(day)]
        assert len(codes) == len(set(codes))
    assert {unit.name for unit in hoa_lu.units.values() if unit.code == "14551"} == {"xã Ninh Thắng", "xã Ninh Hải"}


def test_successions_leave_no_gap(hoa_lu: District) -> None:
    """A unit ends the day before its successor begins."""
    for step in hoa_lu.successions:
        assert hoa_lu.unit(step.unit).valid_to + timedelta(days=1) == step.on
        assert step.source


@pytest.mark.parametrize(
    ("role", "may_not"),
    [
        ("operator", set(Permission) - {Permission.OPERATE}),
        ("auditor", set(Permission) - {Permission.TRAIL_READ}),
        ("editor", {Permission.CONTENT_REVIEW, Permission.CONTENT_PUBLISH}),
        ("reviewer", {Permission.CONTENT_EDIT, Permission.CONTENT_PUBLISH}),
        ("moderator", {Permission.POST_APPEAL, Permission.TIP_READ}),
        ("board_admin", {Permission.TIP_READ, Permission.CONTENT_REVIEW}),
        ("tip_officer", {Permission.IDENTITY_APPROVE, Permission.TIP_SUPERVISE}),
        ("identity_custodian", {Permission.IDENTITY_REQUEST, Permission.TIP_READ}),
        ("report_officer", {Permission.REPORT_ACCEPT}),
    ],
)
def test_no_role_has_conflicting_permissions(hoa_lu: District, role: str, may_not: set[Permission]) -> None:
    """No role has both of two permissions that check each other."""
    assert hoa_lu.roles[role].permissions
    assert not hoa_lu.roles[role].permissions & may_not


def test_roles_cover_every_permission(hoa_lu: District) -> None:
    """The profile has all 17 roles, and they cover every permission that people may have."""
    assert len(hoa_lu.roles) == 17
    assert frozenset().union(*(role.permissions for role in hoa_lu.roles.values())) == set(Permission) - NO_ROLE


def test_serious_cases_go_to_district_police(hoa_lu: District) -> None:
    """P-III.1.d: tips about crime and serious tips go to the district police, and the other tips stay with their
    unit.
    """
    targets = {rule.id: rule.to for rule in hoa_lu.routing}
    assert targets == {"serious": "cong-an", "crime": "cong-an", "search": "cong-an", "own": "own"}


def test_charter_lists_prohibitions(hoa_lu: District) -> None:
    """P-II.1.b: the charter has a code for each prohibition, which moderation cites."""
    codes = {rule.code for rule in hoa_lu.charter.rules}
    required = "advertising scam_link unverified personal_data insult secrets off_topic tip_in_public"
    assert set(required.split()) <= codes
    assert hoa_lu.charter.appeal_days == 7


def test_report_templates_show_known_indicators(hoa_lu: District) -> None:
    """The three reports show registered indicators only, and the sections that people fill in have unique keys."""
    assert set(hoa_lu.templates) == {"bao-cao-trien-khai", "bao-cao-6-thang", "bao-cao-nam"}
    indicators = INDICATORS.split()
    for template in hoa_lu.templates.values():
        keys = [section.key for section in template.sections if section.key]
        assert len(keys) == len(set(keys))
        for section in template.sections:
            assert {*section.indicators, *section.by_unit, section.chart} - {""} <= set(indicators)
            assert section.text.format_map(dict.fromkeys(indicators, "7"))[:1] != " "
        assert template.letterhead[1] == "Độc lập - Tự do - Hạnh phúc"
        assert template.signer_titles == ("TRƯỞNG BAN", "CHỦ TỊCH UBND HUYỆN")
        assert "Thường trực BCĐ 138 tỉnh" in template.recipients


def test_text_is_nfc(hoa_lu: District) -> None:
    """Every text is in Unicode form NFC."""
    texts = [
        *hoa_lu.wording.values(),
        *(unit.name for unit in hoa_lu.units.values()),
        *(gate.question for gate in hoa_lu.gates),
        *(rule.text for rule in hoa_lu.charter.rules),
        *(section.text for template in hoa_lu.templates.values() for section in template.sections),
    ]
    assert all(unicodedata.is_normalized("NFC", text) for text in texts)


def test_phrases_are_folded(hoa_lu: District) -> None:
    """Phrases are stored in the folded form used for searching; only markings of secrecy keep capitals and accents."""
    lists = [*(list_ for kind, list_ in hoa_lu.words.items() if kind not in RAW_WORDS)]
    lists += [entry.words for entry in hoa_lu.incoming.values()]
    assert all(" ".join(words(phrase)) == phrase for list_ in lists for phrase in list_)
    assert hoa_lu.words["secret_marking"] == ("MẬT", "TỐI MẬT", "TUYỆT MẬT")


def test_delivery_rules(hoa_lu: District) -> None:
    """Quiet hours last from 22:00 to 06:00; people take over a waiting emergency message after two minutes, any other
    after a day.
    """
    rules = hoa_lu.delivery
    assert rules.quiet == (time(22), time(6))
    assert {lane: patience.total_seconds() for lane, patience in rules.patience.items()} == {
        "emergency": 120,
        "reply": 86_400,
        "broadcast": 86_400,
        "media": 86_400,
    }


def test_unit_labels_are_unique(hoa_lu: District) -> None:
    """The label of a residential area contains its commune, and no two units of 2022 have one label."""
    labels = hoa_lu.unit_labels
    assert labels["ninh-an/kdc-1"] == "Khu dân cư số 1, xã Ninh An"
    assert labels["ninh-an"] == "xã Ninh An"
    existing = [labels[unit.id] for unit in hoa_lu.units.values() if unit.exists_on(date(2022, 1, 1))]
    assert len(existing) == len({*existing})
