"""The protocol buffers of a vector tile, declared in code: no generated file, no compiler.

A layer and a feature are read as bytes first, so that what is not drawn is never taken apart; so
are keys and values, because the text in them may be none. Source: Mapbox Vector Tile specification
2.1.
"""

from typing import Any, Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_Field = descriptor_pb2.FieldDescriptorProto
_BYTES, _NUMBER, _SIGNED = _Field.TYPE_BYTES, _Field.TYPE_UINT32, _Field.TYPE_INT64
_MESSAGES: Final = {
    "Tile": {"layers": (3, _BYTES, True)},
    "LayerName": {"name": (1, _BYTES, False)},
    "Layer": {
        "features": (2, _BYTES, True),
        "keys": (3, _BYTES, True),
        "values": (4, _BYTES, True),
        "extent": (5, _NUMBER, False),
    },
    "Feature": {
        "tags": (2, _NUMBER, True),
        "type": (3, _NUMBER, False),
        "geometry": (4, _NUMBER, True),
    },
    "Value": {
        "string": (1, _BYTES, False),
        "float": (2, _Field.TYPE_FLOAT, False),
        "double": (3, _Field.TYPE_DOUBLE, False),
        "int": (4, _SIGNED, False),
        "uint": (5, _Field.TYPE_UINT64, False),
        "sint": (6, _Field.TYPE_SINT64, False),
        "bool": (7, _Field.TYPE_BOOL, False),
    },
}
"""By name of a message: its fields with number, type, and whether they are repeated."""


def _declared() -> Any:
    file = descriptor_pb2.FileDescriptorProto(
        name="civictui/tile.proto", package="civictui.tile", syntax="proto2"
    )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, kind, repeated) in fields.items():
            label = _Field.LABEL_REPEATED if repeated else _Field.LABEL_OPTIONAL
            added = message.field.add(name=field, number=number, type=kind, label=label)
            if repeated and kind == _NUMBER:
                added.options.packed = True
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool


_POOL: Final = _declared()


def _class(name: str) -> Any:
    found = _POOL.FindMessageTypeByName(f"civictui.tile.{name}")
    return message_factory.GetMessageClass(found)


Tile: Final = _class("Tile")
LayerName: Final = _class("LayerName")
Layer: Final = _class("Layer")
Feature: Final = _class("Feature")
Value: Final = _class("Value")
