"""A tokenizer of character uni- and bigrams that lives inside a saved sentence-transformers model.

Tokenizers split a text, so their pieces cannot overlap, and bigrams do. The trick is to write every
character three times with gaps before splitting: 补领 becomes 补·补·补领·领·领, whose pieces between
the gaps are the characters, the pairs of neighbours, and the two ends once more. The tripling is a
`Precompiled` normaliser, a map from characters to strings (the form sentencepiece models carry), so
the saved model takes plain text wherever sentence-transformers can load it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import cache

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

UNKNOWN = "[UNK]"
_FIRST_HAN, _LAST_HAN = 0x4E00, 0x9FFF
_ASCII = "0123456789abcdefghijklmnopqrstuvwxyz"
_ALPHABET = _ASCII + "".join(map(chr, range(_FIRST_HAN, _LAST_HAN + 1)))
_OUTSIDE = f"[^0-9a-z{chr(_FIRST_HAN)}-{chr(_LAST_HAN)}]+"
_HAS_LEAF = 1 << 8
_LEAF = 1 << 31


def tokenizer_of(vocabulary: Sequence[str]) -> Tokenizer:
    """A tokenizer whose tokens are those of `vocabulary` (characters and pairs); others are unknown."""
    ids = {token: place for place, token in enumerate((UNKNOWN, *vocabulary))}
    tokenizer = Tokenizer(models.WordLevel(ids, unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(_OUTSIDE), " "),
            normalizers.Precompiled(_tripling()),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


@cache
def _tripling() -> bytes:
    return _charsmap((char, f"{char} {char} {char}") for char in _ALPHABET)


def _charsmap(pairs: Iterable[tuple[str, str]]) -> bytes:
    """The bytes of a precompiled character map: trie size, trie (darts-clone units), strings."""
    strings = bytearray()
    keys: dict[bytes, int] = {}
    for char, replacement in pairs:
        keys[char.encode()] = len(strings)
        strings += replacement.encode() + b"\0"
    trie = _double_array(keys)
    return struct.pack("<I", 4 * len(trie)) + struct.pack(f"<{len(trie)}I", *trie) + bytes(strings)


def _double_array(keys: dict[bytes, int]) -> list[int]:
    """A double-array trie: from a unit at `place` with offset o, byte b leads to `place ^ o ^ b`; a key
    that ends has its value at `place ^ o`. No key may be the beginning of another."""
    tree: dict[int, object] = {}
    for key, value in keys.items():
        node = tree
        for byte in key[:-1]:
            below = node.setdefault(byte, {})
            assert isinstance(below, dict)
            node = below
        node[key[-1]] = value
    units: dict[int, int] = {0: 0}
    free = 1

    def place_children(place: int, node: dict[int, object]) -> None:
        nonlocal free
        # Children of one node share the upper bits of their byte, so a block of 64 is always enough.
        base = (free + 63) // 64 * 64
        while any((base ^ byte) in units for byte in node):
            base += 64
        units[place] |= (place ^ base) << 10
        for byte in node:
            units[base ^ byte] = byte
        for byte, below in node.items():
            if isinstance(below, dict):
                place_children(base ^ byte, below)
        for byte, below in node.items():
            if isinstance(below, int):
                while free in units:
                    free += 1
                units[base ^ byte] |= ((base ^ byte) ^ free) << 10 | _HAS_LEAF
                units[free] = below | _LEAF

    place_children(0, tree)
    return [units.get(place, 0) for place in range(max(units) + 256)]
