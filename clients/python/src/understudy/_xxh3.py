"""XXH3-64 in pure Python, by the public specification of xxHash (https://github.com/Cyan4973/xxHash)."""

from __future__ import annotations

from collections.abc import Iterable

_MASK = (1 << 64) - 1

_PRIME32_1, _PRIME32_2, _PRIME32_3 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D
_PRIME64_1, _PRIME64_2 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F
_PRIME64_3, _PRIME64_4 = 0x165667B19E3779F9, 0x85EBCA77C2B2AE63
_PRIME64_5 = 0x27D4EB2F165667C5
_PRIME_MX1, _PRIME_MX2 = 0x165667919E3779F9, 0x9FB21C651E98DF25

_SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221"
    "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8"
    "fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb17"
    "0ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
)

_STRIPE = 64
_STRIPES_PER_BLOCK = (len(_SECRET) - _STRIPE) // 8
_BLOCK = _STRIPE * _STRIPES_PER_BLOCK


def xxh3_64(data: bytes, seed: int = 0) -> int:
    """The hash of some bytes, from 0 to 2^64 - 1.

    >>> hex(xxh3_64(b""))
    '0x2d06800538d394c2'
    """
    length = len(data)
    if length > 240:
        return _long(data, seed)
    if length > 128:
        return _up_to_240(data, seed)
    if length > 16:
        return _up_to_128(data, seed)
    if length > 8:
        return _up_to_16(data, seed)
    if length > 3:
        return _up_to_8(data, seed)
    if length > 0:
        return _up_to_3(data, seed)
    return _xxh64_avalanche(seed ^ _word(_SECRET, 56) ^ _word(_SECRET, 64))


def _up_to_3(data: bytes, seed: int) -> int:
    length = len(data)
    combined = data[0] << 16 | data[length >> 1] << 24 | data[-1] | length << 8
    flip = (_half(_SECRET, 0) ^ _half(_SECRET, 4)) + seed
    return _xxh64_avalanche((combined ^ flip) & _MASK)


def _up_to_8(data: bytes, seed: int) -> int:
    length = len(data)
    seed ^= int.from_bytes((seed & 0xFFFFFFFF).to_bytes(4, "little"), "big") << 32
    flip = (_word(_SECRET, 8) ^ _word(_SECRET, 16)) - seed
    mixed = ((_half(data, length - 4) + (_half(data, 0) << 32)) ^ flip) & _MASK
    mixed ^= _rotated(mixed, 49) ^ _rotated(mixed, 24)
    mixed = mixed * _PRIME_MX2 & _MASK
    mixed ^= (mixed >> 35) + length
    mixed = mixed * _PRIME_MX2 & _MASK
    return mixed ^ mixed >> 28


def _up_to_16(data: bytes, seed: int) -> int:
    length = len(data)
    low = _word(data, 0) ^ (_word(_SECRET, 24) ^ _word(_SECRET, 32)) + seed & _MASK
    high = _word(data, length - 8) ^ (_word(_SECRET, 40) ^ _word(_SECRET, 48)) - seed & _MASK
    swapped = int.from_bytes(low.to_bytes(8, "little"), "big")
    return _avalanche(length + swapped + high + _folded(low, high))


def _up_to_128(data: bytes, seed: int) -> int:
    length = len(data)
    sum_ = length * _PRIME64_1
    for pair in reversed(range((length - 1) // 32 + 1)):
        sum_ += _mixed(data, 16 * pair, 32 * pair, seed)
        sum_ += _mixed(data, length - 16 * (pair + 1), 32 * pair + 16, seed)
    return _avalanche(sum_)


def _up_to_240(data: bytes, seed: int) -> int:
    length = len(data)
    first = sum(_mixed(data, 16 * i, 16 * i, seed) for i in range(8))
    rest = sum(_mixed(data, 16 * i, 16 * (i - 8) + 3, seed) for i in range(8, length // 16))
    last = _mixed(data, length - 16, 136 - 17, seed)
    return _avalanche(_avalanche(length * _PRIME64_1 + first) + rest + last)


def _long(data: bytes, seed: int) -> int:
    length = len(data)
    secret = _seeded_secret(seed)
    lanes = [
        *(_PRIME32_3, _PRIME64_1, _PRIME64_2, _PRIME64_3),
        *(_PRIME64_4, _PRIME32_2, _PRIME64_5, _PRIME32_1),
    ]
    blocks = (length - 1) // _BLOCK
    for block in range(blocks):
        for stripe in range(_STRIPES_PER_BLOCK):
            _accumulate(lanes, data, block * _BLOCK + stripe * _STRIPE, secret, 8 * stripe)
        _scramble(lanes, secret)
    for stripe in range((length - 1 - blocks * _BLOCK) // _STRIPE):
        _accumulate(lanes, data, blocks * _BLOCK + stripe * _STRIPE, secret, 8 * stripe)
    _accumulate(lanes, data, length - _STRIPE, secret, len(secret) - _STRIPE - 7)
    return _merged(lanes, secret, length * _PRIME64_1)


def _seeded_secret(seed: int) -> bytes:
    words = _words(_SECRET, 0, len(_SECRET) // 8)
    return b"".join(
        ((word + seed if i % 2 == 0 else word - seed) & _MASK).to_bytes(8, "little") for i, word in enumerate(words)
    )


def _accumulate(lanes: list[int], data: bytes, at: int, secret: bytes, secret_at: int) -> None:
    for i, (word, key) in enumerate(zip(_words(data, at, 8), _words(secret, secret_at, 8), strict=True)):
        keyed = word ^ key
        lanes[i ^ 1] = lanes[i ^ 1] + word & _MASK
        lanes[i] = lanes[i] + (keyed & 0xFFFFFFFF) * (keyed >> 32) & _MASK


def _scramble(lanes: list[int], secret: bytes) -> None:
    for i, key in enumerate(_words(secret, len(secret) - _STRIPE, 8)):
        lanes[i] = (lanes[i] ^ lanes[i] >> 47 ^ key) * _PRIME32_1 & _MASK


def _merged(lanes: list[int], secret: bytes, start: int) -> int:
    keyed = [lane ^ key for lane, key in zip(lanes, _words(secret, 11, 8), strict=True)]
    return _avalanche(start + sum(_folded(keyed[i], keyed[i + 1]) for i in range(0, 8, 2)))


def _mixed(data: bytes, at: int, secret_at: int, seed: int) -> int:
    low = _word(data, at) ^ _word(_SECRET, secret_at) + seed & _MASK
    high = _word(data, at + 8) ^ _word(_SECRET, secret_at + 8) - seed & _MASK
    return _folded(low, high)


def _avalanche(mixed: int) -> int:
    mixed &= _MASK
    mixed ^= mixed >> 37
    mixed = mixed * _PRIME_MX1 & _MASK
    return mixed ^ mixed >> 32


def _xxh64_avalanche(mixed: int) -> int:
    mixed ^= mixed >> 33
    mixed = mixed * _PRIME64_2 & _MASK
    mixed ^= mixed >> 29
    mixed = mixed * _PRIME64_3 & _MASK
    return mixed ^ mixed >> 32


def _folded(one: int, other: int) -> int:
    product = one * other
    return (product ^ product >> 64) & _MASK


def _rotated(word: int, bits: int) -> int:
    return (word << bits | word >> 64 - bits) & _MASK


def _half(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 8], "little")


def _words(data: bytes, at: int, count: int) -> Iterable[int]:
    return (_word(data, at + 8 * i) for i in range(count))
