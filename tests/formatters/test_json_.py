import json

from attrs import evolve

from anninh_core.formatters.json_ import JsonFormatter
from anninh_core.vocabulary.report_document import ReportDocument


def test_file_contains_the_whole_document(document: ReportDocument) -> None:
    """Programs can read figures, blocks with their type, ISO dates and the snapshot's hash from the JSON file."""
    data = json.loads(JsonFormatter().render(document))
    assert data["schema"] == "anninh.report/1"
    assert data["period_start"] == "2021-12-01"
    assert data["letterhead"]["date"] == "2022-06-14"
    assert data["snapshot_hash"] == document.snapshot_hash
    assert data["figures"][0]["by_unit"]["ninh-hoa"] == 52
    assert data["figures"][1]["previous"] is None
    types = [block["type"] for section in data["sections"] for block in section["blocks"]]
    assert {*types} == {"paragraph", "table", "chart"}
    assert len(data["sections"]) == len(document.sections)


def test_keys_are_sorted_and_text_is_readable(document: ReportDocument) -> None:
    """Keys of the JSON file are sorted, so that files can be compared line by line, and Vietnamese text isn't
    escaped.
    """
    text = JsonFormatter().render(document).decode()
    assert [*json.loads(text)] == sorted(json.loads(text))
    assert "Xã Ninh Hòa" in text


def test_order_of_a_mapping_changes_no_byte(document: ReportDocument) -> None:
    """The order of the keys in a mapping doesn't change the bytes of the JSON file."""
    turned = evolve(document, unit_names=dict(reversed([*document.unit_names.items()])))
    assert JsonFormatter().render(turned) == JsonFormatter().render(document)
