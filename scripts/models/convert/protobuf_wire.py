"""Reader of the protobuf wire format: fields by number, without a schema."""

import struct


def read_fields(data):
    """(number, value) of every field in order: an int, or bytes for the fixed-size and length-delimited kinds."""
    position, fields = 0, []
    while position < len(data):
        key, position = _varint(data, position)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, position = _varint(data, position)
        elif wire in (1, 5):
            size = 8 if wire == 1 else 4
            value, position = data[position:position + size], position + size
        elif wire == 2:
            size, position = _varint(data, position)
            value, position = data[position:position + size], position + size
        else:
            raise ValueError(f"protobuf wire type {wire} at byte {position}: the file is not what it was")
        fields.append((number, value))
    return fields


def float_of(value):
    """A 4-byte field as a float."""
    return struct.unpack("<f", value)[0]


def _varint(data, position):
    result, shift = 0, 0
    while True:
        byte = data[position]
        result |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return result, position
