"""Frozen document values as JSON and back, so that any format can be printed later from exactly what was issued."""

from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def as_json(value: Any) -> Any:
    """A value of dataclasses, tuples, strings and numbers as what JSON holds."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [as_json(part) for part in value]
    return str(value) if isinstance(value, str) else value


def from_json(kind: type[T], data: Any) -> T:
    """The value of this kind that `as_json` wrote. Raises KeyError or TypeError where a field without a usual value is
    missing."""
    return cast(T, _read(kind, data))


def _read(kind: Any, data: Any) -> Any:
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], part) for part in data)
    if isinstance(kind, UnionType):
        (other,) = [each for each in get_args(kind) if each is not NoneType]
        return None if data is None else _read(other, data)
    if get_origin(kind) is Literal:
        return data
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        written = [field for field in fields(kind) if field.name in data or field.default is MISSING]
        return cast(Any, kind)(**{field.name: _read(hints[field.name], data[field.name]) for field in written})
    return kind(data)
