"""Values of any request, as a caller writes them in JSON."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from msgspec import inspect as shapes

_TEXT = st.characters(exclude_categories=["Cs", "Cc"])
_DAYS = st.dates(date(1900, 1, 1), date(9998, 12, 31)).map(date.isoformat)
_TIMES = st.times().map(lambda moment: moment.isoformat())
_MOMENTS = st.datetimes(datetime(1901, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC)).map(datetime.isoformat)  # noqa: DTZ001  hypothesis takes naive bounds


def json_of(kind: shapes.Type) -> st.SearchStrategy[Any]:
    """Return a strategy for short JSON values of a type."""
    match kind:
        case shapes.Metadata(type=inner):
            return json_of(inner)
        case shapes.StructType():
            return _objects(kind)
        case shapes.UnionType(types=types):
            return st.one_of([json_of(member_type) for member_type in types])
        case shapes.EnumType(cls=cls):
            return st.sampled_from([member.value for member in cls])
        case shapes.LiteralType(values=values):
            return st.sampled_from(values)
        case shapes.VarTupleType(item_type=item):
            return st.lists(json_of(item), max_size=3)
        case shapes.DictType(key_type=key, value_type=value):
            return st.dictionaries(json_of(key), json_of(value), max_size=3)
    return _plain(kind)


def _plain(kind: shapes.Type) -> st.SearchStrategy[Any]:
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


def _objects(kind: shapes.StructType) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {struct_field.encode_name: json_of(struct_field.type) for struct_field in kind.fields if struct_field.required},
        optional={
            struct_field.encode_name: json_of(struct_field.type)
            for struct_field in kind.fields
            if not struct_field.required
        },
    )


def requests(cls: type) -> st.SearchStrategy[Any]:
    """Return a strategy for requests of a class."""
    return json_of(shapes.type_info(cls))
