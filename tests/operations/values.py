"""Generated values of any request, as a caller writes them in JSON."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from msgspec import inspect as shapes

_TEXT = st.characters(exclude_categories=["Cs", "Cc"])
_DAYS = st.dates(date(1900, 1, 1), date(9998, 12, 31)).map(date.isoformat)
_TIMES = st.times().map(lambda moment: moment.isoformat())
_MOMENTS = st.datetimes(datetime(1901, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)).map(datetime.isoformat)  # noqa: DTZ001  hypothesis takes naive bounds


def build_json_strategy(kind: shapes.Type) -> st.SearchStrategy[Any]:
    """Return a strategy that generates short JSON values of a type."""
    match kind:
        case shapes.Metadata(type=inner):
            return build_json_strategy(inner)
        case shapes.StructType():
            return _build_object_strategy(kind)
        case shapes.UnionType(types=types):
            return st.one_of([build_json_strategy(member_type) for member_type in types])
        case shapes.EnumType(cls=cls):
            return st.sampled_from([member.value for member in cls])
        case shapes.LiteralType(values=values):
            return st.sampled_from(values)
        case shapes.VarTupleType(item_type=item):
            return st.lists(build_json_strategy(item), max_size=3)
        case shapes.DictType(key_type=key, value_type=value):
            return st.dictionaries(build_json_strategy(key), build_json_strategy(value), max_size=3)
    return _build_plain_strategy(kind)


def _build_plain_strategy(kind: shapes.Type) -> st.SearchStrategy[Any]:
    match kind:
        case shapes.StrType(min_length=least, max_length=most):
            return st.text(_TEXT, min_size=least or 0, max_size=min(most or 20, 20))
        case shapes.IntType(ge=least, le=most):
            return st.integers(least, most)
        case shapes.FloatType(ge=least, le=most):
            return st.floats(least, most, allow_nan=False, allow_infinity=False)
        case shapes.BoolType():
            return st.booleans()
        case shapes.NoneType():
            return st.none()
        case shapes.DateTimeType():
            return _MOMENTS
        case shapes.DateType():
            return _DAYS
        case shapes.TimeType():
            return _TIMES
    raise AssertionError(f"no values of {kind} are made up yet")


def _build_object_strategy(kind: shapes.StructType) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {
            struct_field.encode_name: build_json_strategy(struct_field.type)
            for struct_field in kind.fields
            if struct_field.required
        },
        optional={
            struct_field.encode_name: build_json_strategy(struct_field.type)
            for struct_field in kind.fields
            if not struct_field.required
        },
    )


def build_request_strategy(cls: type) -> st.SearchStrategy[Any]:
    """Return a strategy that generates requests of a class."""
    return build_json_strategy(shapes.type_info(cls))
