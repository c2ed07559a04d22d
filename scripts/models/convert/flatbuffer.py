"""Reader of FlatBuffers tables: just enough of the format to read a schema's fields by their index."""

import struct


class Table:
    """One table of a buffer; fields are read by their index in the schema."""

    def __init__(self, data, position):
        self.data, self.position = data, position
        self.vtable = position - self._read("<i", position)
        self.vtable_size = self._read("<H", self.vtable)

    @classmethod
    def root(cls, data):
        return cls(data, struct.unpack_from("<I", data, 0)[0])

    def _read(self, code, position):
        return struct.unpack_from(code, self.data, position)[0]

    def _field(self, index):
        slot = 4 + 2 * index
        offset = self._read("<H", self.vtable + slot) if slot < self.vtable_size else 0
        return self.position + offset if offset else None

    def scalar(self, index, code, default=0):
        """A number; `code` is a struct letter such as 'i', 'b', 'f', '?'."""
        position = self._field(index)
        return default if position is None else self._read("<" + code, position)

    def _target(self, index):
        position = self._field(index)
        return None if position is None else position + self._read("<I", position)

    def table(self, index):
        position = self._target(index)
        return None if position is None else Table(self.data, position)

    def text(self, index):
        return bytes(self.numbers(index, "B")).decode()

    def numbers(self, index, code):
        """A vector of numbers as a tuple (empty if absent)."""
        position = self._target(index)
        if position is None:
            return ()
        count = self._read("<I", position)
        return struct.unpack_from(f"<{count}{code}", self.data, position + 4)

    def raw(self, index):
        """A vector of bytes, uncopied."""
        position = self._target(index)
        if position is None:
            return b""
        return memoryview(self.data)[position + 4:position + 4 + self._read("<I", position)]

    def tables(self, index):
        position = self._target(index)
        if position is None:
            return []
        starts = [position + 4 + 4 * i for i in range(self._read("<I", position))]
        return [Table(self.data, start + self._read("<I", start)) for start in starts]
