"""A file of which only the parts that are asked for are read."""

import io
from collections.abc import Callable

Fetch = Callable[[int, int], bytes]
"""First byte and last byte, both included, to the bytes between."""


class BudgetExceededError(Exception):
    """More was asked for than the reader may read."""


class RangeReader(io.RawIOBase):
    """A seekable binary file over ranged reads, in blocks that are read once.

    Reading on in order doubles what is fetched at once, up to 4 MiB; a jump starts over with one block, since a
    parser that jumps wants a header. `fetched` counts bytes. Raises BudgetExceededError before it reads beyond `budget` bytes.
    """

    BLOCK = 128 * 1024
    _MOST_BLOCKS = 32

    def __init__(self, fetch: Fetch, size: int, *, budget: int):
        super().__init__()
        self._fetch, self.size, self._budget = fetch, size, budget
        self.fetched = 0
        self._position = 0
        self._blocks: dict[int, bytes] = {}
        self._next, self._ahead = -1, 1

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Position in bytes."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """As for any file; a position beyond the end reads nothing."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes, fewer only at the end."""
        end = self.size if size < 0 else min(self.size, self._position + size)
        data = self.at(self._position, end - self._position)
        self._position += len(data)
        return data

    def at(self, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start`, wherever the file's own position is."""
        end = min(self.size, start + length)
        if end <= start:
            return b""
        first, last = start // self.BLOCK, (end - 1) // self.BLOCK
        for block in range(first, last + 1):
            if block not in self._blocks:
                self._load(block, last)
        data = b"".join(self._blocks[block] for block in range(first, last + 1))
        return data[start - first * self.BLOCK : end - first * self.BLOCK]

    def _load(self, block: int, last: int) -> None:
        self._ahead = min(self._ahead * 2, self._MOST_BLOCKS) if block == self._next else 1
        wanted = max(self._ahead, last - block + 1)
        blocks = next((count for count in range(1, wanted) if block + count in self._blocks), wanted)  # up to what is known
        start = block * self.BLOCK
        end = min(self.size, start + blocks * self.BLOCK)
        if self.fetched + end - start > self._budget:
            raise BudgetExceededError(f"more than {self._budget} bytes")
        data = self._fetch(start, end - 1)
        if len(data) != end - start:
            raise OSError(f"asked for {end - start} bytes from {start}, got {len(data)}")
        self.fetched += len(data)
        for index in range(blocks):
            if part := data[index * self.BLOCK : (index + 1) * self.BLOCK]:
                self._blocks[block + index] = part
        self._next = block + blocks
