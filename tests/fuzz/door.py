"""A door: a way in, what is pushed through it, and what may come of that."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from overpaint.errors import OverpaintError
from overpaint_bridge.errors import BridgeError

__all__ = ["Door", "Finding", "insist_on_a_sentence", "raw", "refusals", "structured"]

T = TypeVar("T")

LONGEST_SENTENCE = 2000
# Numbers that files and lines get wrong on purpose.
NUMBERS = (b"\x00", b"\xff", b"\x7f\xff", b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"-1", b"1e999")


class Finding(AssertionError):  # noqa: N818  what a fuzzer calls it
    """An input that ended in something else than success or a typed error with a sentence."""


@dataclass(frozen=True)
class Door:
    """One way in.

    Attributes:
        name: what it is called in the table.
        attempt: pushes bytes through it; raises whatever should not happen.
        rehearse: tries so many inputs, the same each time, without a fuzzer.
        seeds: inputs to begin with.
        longest: bytes of an input.
    """

    name: str
    attempt: Callable[[bytes], object]
    rehearse: Callable[[int], None]
    seeds: Callable[[], Iterable[bytes]]
    longest: int


@contextmanager
def refusals() -> Iterator[None]:
    """Let typed errors pass, if each has a sentence."""
    try:
        yield
    except (OverpaintError, BridgeError) as error:
        insist_on_a_sentence(str(error))


def insist_on_a_sentence(said: str) -> None:
    """A sentence has words, an end, and does not quote the whole input back."""
    if " " not in said.strip() or "Traceback" in said or said.rstrip()[-1] not in ".?!)”":
        raise Finding(f"no sentence: {said!r:.300}")
    if len(said) > LONGEST_SENTENCE:
        raise Finding(f"{len(said)} characters are no sentence: {said!r:.300}")


def raw(
    name: str,
    attempt: Callable[[bytes], object],
    seeds: Callable[[], Iterable[bytes]],
    *,
    longest: int = 1 << 14,
) -> Door:
    """A door that takes bytes."""

    def rehearse(inputs: int) -> None:
        begin = list(seeds())
        for content in begin:
            attempt(content)
        chance = random.Random(name)  # noqa: S311  the same each time
        for _ in range(inputs):
            attempt(mutated(chance.choice(begin), chance))

    return Door(name, attempt, rehearse, seeds, longest)


def structured(name: str, shape: SearchStrategy[T], attempt: Callable[[T], object]) -> Door:
    """A door for things with a structure: hypothesis makes them, a fuzzer steers it by bytes."""

    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(shape)
    def test(value: T) -> None:
        attempt(value)

    def rehearse(inputs: int) -> None:
        once: Any = settings(
            database=None,
            deadline=None,
            derandomize=True,
            max_examples=inputs,
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )(given(shape)(attempt_of))
        once()

    def attempt_of(value: T) -> None:
        attempt(value)

    fuzz_one: Callable[[bytes], object] = test.hypothesis.fuzz_one_input  # type: ignore[attr-defined]  # put there by @given
    return Door(name, fuzz_one, rehearse, lambda: noise(name), 1 << 13)


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Damage bytes in a few places."""
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at, length = chance.randrange(len(damaged) + 1), chance.choice((1, 2, 4, 64))
        match chance.randrange(5):
            case 0:
                damaged[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del damaged[at : at + length]
            case 2:
                damaged[at:at] = damaged[at : at + length]
            case 3:
                number = chance.choice(NUMBERS)
                damaged[at : at + len(number)] = number
            case _:
                del damaged[at:]
    return bytes(damaged)


def noise(name: str) -> Iterator[bytes]:
    """Bytes for hypothesis to choose by."""
    chance = random.Random(name)  # noqa: S311  the same each time
    for size in (64, 512, 4096):
        for _ in range(4):
            yield chance.randbytes(size)
