"""A sample report of several pages with invented figures and names."""

from datetime import date

import pytest

from anninh_core.vocabulary.report_document import (
    Chart,
    Figure,
    Letterhead,
    Paragraph,
    ReportDocument,
    Section,
    Table,
)

WORDING = {
    "report.number": "Số: {number}",
    "report.date_open": "ngày … tháng … năm {year}",
    "report.addressee": "Kính gửi:",
    "report.recipients": "Nơi nhận:",
    "report.draft": "DỰ THẢO",
    "report.table": "Bảng {n}. {caption}",
    "report.chart": "Biểu đồ {n}. {caption}",
    "report.measured_in": "Đơn vị tính: {unit}",
    "report.chart_label": "Nội dung",
    "report.chart_value": "Số lượng",
    "report.period": "Kỳ báo cáo: từ ngày {start} đến hết ngày {end}",
    "report.snapshot": "Mã đối chiếu số liệu: {hash}",
    "report.figures": "Số liệu theo chỉ tiêu",
    "report.figures_by_unit": "Số liệu theo đơn vị",
    "report.definitions": "Giải thích chỉ tiêu",
    "report.indicator": "Mã chỉ tiêu",
    "report.name": "Chỉ tiêu",
    "report.unit_of_measure": "Đơn vị tính",
    "report.value": "Kỳ này",
    "report.previous": "Cùng kỳ năm trước",
    "report.change": "Tăng, giảm",
    "report.definition": "Nội dung, cách tính",
    "report.unit": "Đơn vị",
    "report.whole": "Toàn địa bàn",
    "report.no_basis": "không có cơ sở so sánh",
}

COMMUNES = {
    "thien-ton": "Thị trấn Thiên Tôn",
    "ninh-my": "Xã Ninh Mỹ",
    "ninh-khang": "Xã Ninh Khang",
    "ninh-xuan": "Xã Ninh Xuân",
    "ninh-giang": "Xã Ninh Giang",
    "truong-yen": "Xã Trường Yên",
    "ninh-hoa": "Xã Ninh Hòa",
    "ninh-hai": "Xã Ninh Hải",
    "ninh-thang": "Xã Ninh Thắng",
    "ninh-van": "Xã Ninh Vân",
    "ninh-an": "Xã Ninh An",
}

RECEIVED = dict(zip(COMMUNES, (41, 33, 27, 30, 22, 46, 52, 18, 25, 37, 19), strict=True))

LETTERHEAD = Letterhead(
    national_title="CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    motto="Độc lập - Tự do - Hạnh phúc",
    superior="UBND HUYỆN HOA LƯ",
    agency="BAN CHỈ ĐẠO 138",
    number="05/BC-BCĐ138",
    place="Hoa Lư",
    date=date(2022, 6, 14),
    title="BÁO CÁO",
    subject="Kết quả 6 tháng đầu năm 2022 thực hiện mô hình “Nhóm Zalo An ninh”\ntrên địa bàn huyện Hoa Lư",
    addressee="Ban Chỉ đạo 138 tỉnh Ninh Bình",
    grounds=(
        "Căn cứ Kế hoạch số 112/KH-BCĐ138 ngày 20 tháng 8 năm 2021 của Ban Chỉ đạo 138 huyện Hoa Lư",
        "Theo đề nghị của Công an huyện Hoa Lư",
    ),
    recipients=("Như trên", "Thường trực Huyện ủy (để báo cáo)", "Thành viên BCĐ 138 huyện", "Lưu: VT, CA"),
    signer_capacity="TM. BAN CHỈ ĐẠO",
    signer_titles=("TRƯỞNG BAN", "PHÓ CHỦ TỊCH UBND HUYỆN"),
    signer_name="Nguyễn Văn Mẫu",
)

LONG = (
    "Ban Chỉ đạo 138 huyện đã ban hành văn bản chỉ đạo Công an các xã, thị trấn phối hợp với Mặt trận Tổ quốc và các "
    "đoàn thể rà soát, củng cố ban quản trị nhóm; phân công cán bộ trực, tiếp nhận và phản hồi tin của Nhân dân trong "
    "ngày; hằng tuần tổng hợp, rút kinh nghiệm và công khai kết quả xử lý trong nhóm để Nhân dân theo dõi, giám sát."
)

TABLE = Table(
    "Tin tiếp nhận và xử lý theo xã, thị trấn",
    ("TT", "Đơn vị", "Tồn đầu kỳ", "Tiếp nhận", "Đã giải quyết", "Chuyển cơ quan khác"),
    (
        *(
            (str(n), name, "1", str(RECEIVED[unit]), str(RECEIVED[unit] - 2), "2")
            for n, (unit, name) in enumerate(COMMUNES.items(), 1)
        ),
        ("", "Toàn huyện", "11", str(sum(RECEIVED.values())), str(sum(RECEIVED.values()) - 22), "22"),
    ),
    numeric=frozenset({2, 3, 4, 5}),
    total=True,
)

CHART = Chart(
    "Số tin tiếp nhận theo xã, thị trấn", tuple(COMMUNES.values()), tuple(map(float, RECEIVED.values())), "tin"
)

SECTIONS = (
    Section("", 1, (Paragraph("Ban Chỉ đạo 138 huyện Hoa Lư báo cáo kết quả 6 tháng đầu năm 2022 như sau:"),)),
    Section("Công tác lãnh đạo, chỉ đạo và triển khai", 1, (Paragraph(LONG), Paragraph(LONG))),
    Section("Kết quả thực hiện", 1),
    Section("Xây dựng, củng cố nhóm", 2, (Paragraph(LONG),)),
    Section("Tiếp nhận, xử lý tin", 2, (Paragraph(LONG), TABLE, Paragraph(LONG), CHART)),
    Section("Tin về an ninh, trật tự", 3, (Paragraph("Tiếp nhận 214 tin, đã giải quyết 201 tin."),)),
    Section("Tin về phòng cháy, chữa cháy", 3, (Paragraph("Tiếp nhận 136 tin, đã giải quyết 127 tin."),)),
    Section("Đánh giá chung", 1),
    Section("Ưu điểm", 2, (Paragraph(LONG),)),
    Section("Tồn tại, hạn chế; khó khăn, vướng mắc", 2, (Paragraph(LONG),)),
    Section("Phương hướng, nhiệm vụ 6 tháng cuối năm", 1, (Paragraph(LONG), Paragraph(LONG))),
)

FIGURES = (
    Figure("tips_received", "Tin tiếp nhận", "Tin ghi vào sổ trong kỳ", "tin", 350.0, 280.0, RECEIVED),
    Figure("tips_in_time", "Tỷ lệ giải quyết đúng hạn", "Đúng hạn chia cho đã giải quyết", "%", 97.5, None),
)

DOCUMENT = ReportDocument(
    id="rp-2022-1",
    kind="half-year",
    letterhead=LETTERHEAD,
    sections=SECTIONS,
    figures=FIGURES,
    period_start=date(2021, 12, 1),
    period_end=date(2022, 5, 31),
    unit="hoa-lu",
    unit_name="Huyện Hoa Lư",
    closing="Trên đây là báo cáo kết quả 6 tháng đầu năm 2022, Ban Chỉ đạo 138 huyện Hoa Lư trân trọng báo cáo.",
    unit_names=COMMUNES,
    wording=WORDING,
    snapshot_hash="9f2b" * 16,
)


@pytest.fixture
def document() -> ReportDocument:
    return DOCUMENT
