"""The correction laid over the copies so that they meet without a seam.

A membrane fixed at the hole's border and free at the picture's edge. Between two neighbours it
keeps the difference that the copies themselves show there; it gives way where they disagree
strongly (that is an object's edge, not shading) and slackens with the distance (screened).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from .canvas import Canvas

__all__ = ["Membrane", "relaxed", "solved", "stretched"]

# At this mismatch (levels) the membrane is half as stiff: real edges do not bleed.
MISMATCH = 24.0
# The same for the step between the copied pixels themselves.
EDGE = 30.0
# What is left of the stiffness at a hard edge.
LEAST_STIFFNESS = 1e-3
# The correction fades over so many pixels of the full-size picture.
FADE = 80.0
# Conjugate gradient steps from a good start; more change nothing visible.
STEPS = 12
TINY = np.float32(1e-12)


@dataclass(frozen=True, slots=True)
class Membrane:
    """The equations of one crop's membrane, N hole pixels.

    Attributes:
        matrix: (N, N) float32, symmetric positive definite.
        pull: (N, 3) float32: the right-hand sides, one per channel.
    """

    matrix: sparse.csr_array[np.float32]
    pull: NDArray[np.float32]


def stretched(canvas: Canvas, sources: NDArray[np.int32], factor: int) -> Membrane:
    """Return the membrane over the copies of a canvas that is 1/factor of the full size."""
    pixels = canvas.targets
    colors = canvas.colors.astype(np.float32)
    diagonal = np.full(len(pixels), (factor / FADE) ** 2, np.float32)
    pull = np.zeros((len(pixels), 3), np.float32)
    for step in canvas.steps:
        fixed = np.flatnonzero(canvas.known[pixels + step])
        beside = pixels[fixed] + step
        wanted = colors[beside] - colors[sources[pixels[fixed]] + step]
        stiffness = _stiffness(wanted, MISMATCH)
        pull[fixed] += stiffness[:, None] * wanted
        diagonal[fixed] += stiffness
    pairs = [_tied(canvas, colors, sources, step, pull, diagonal) for step in canvas.steps[:2]]
    every = np.arange(len(pixels), dtype=np.int32)
    one, two, stiffness = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    entries = np.concatenate([-stiffness, -stiffness, diagonal])
    places = np.concatenate([one, two, every]), np.concatenate([two, one, every])
    size = len(pixels), len(pixels)
    return Membrane(sparse.coo_array((entries, places), shape=size).tocsr(), pull)


def solved(membrane: Membrane) -> NDArray[np.float32]:
    """Return the (N, 3) correction, exactly: for the working scale."""
    factors = splu(
        membrane.matrix.astype(np.float64).tocsc(),
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )
    correction: NDArray[np.float32] = factors.solve(membrane.pull.astype(np.float64)).astype("f4")
    return correction


def relaxed(membrane: Membrane, start: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the (N, 3) correction, nearly: from a start that is right but for the details.

    Conjugate gradients, preconditioned by the diagonal, the three channels side by side.
    """
    matrix = membrane.matrix
    inverse = (1 / matrix.diagonal())[:, None]
    solution = start
    rest = membrane.pull - matrix @ solution
    direction = inverse * rest
    energy = (rest * direction).sum(axis=0)
    for _ in range(STEPS):
        pushed = matrix @ direction
        length = energy / np.maximum((direction * pushed).sum(axis=0), TINY)
        solution = solution + length * direction
        rest = rest - length * pushed
        scaled = inverse * rest
        before, energy = energy, (rest * scaled).sum(axis=0)
        direction = scaled + (energy / np.maximum(before, TINY)) * direction
    return solution


def _tied(
    canvas: Canvas,
    colors: NDArray[np.float32],
    sources: NDArray[np.int32],
    step: int,
    pull: NDArray[np.float32],
    diagonal: NDArray[np.float32],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Tie each hole pixel to its neighbour in one direction; add to `pull` and `diagonal`.

    Returns:
        The equations' numbers of the one and of the other, and the stiffness between them.
    """
    pixels = canvas.targets
    number = np.zeros(len(sources), np.int32)
    number[pixels] = np.arange(len(pixels), dtype=np.int32)
    one = np.flatnonzero(canvas.hole[pixels + step]).astype(np.int32)
    two = number[pixels[one] + step]
    source, source_beside = sources[pixels[one]], sources[pixels[one] + step]
    jump: NDArray[np.float32] = np.subtract(colors[source_beside], colors[source])
    # The difference between the two as either copy shows it, averaged.
    own = colors[source + step] - colors[source]
    other = colors[source_beside] - colors[source_beside - step]
    wanted: NDArray[np.float32] = np.subtract(jump, (own + other) / 2)
    stiffness = _stiffness(wanted, MISMATCH) * _stiffness(jump, EDGE) + LEAST_STIFFNESS
    for ends, sign in ((one, 1), (two, -1)):
        pull[ends] += sign * stiffness[:, None] * wanted
        diagonal[ends] += stiffness
    return one, two, stiffness


def _stiffness(difference: NDArray[np.float32], half: float) -> NDArray[np.float32]:
    """Return 1 where nothing differs, a half where the largest channel differs by `half`."""
    largest = np.abs(difference).max(axis=1) / np.float32(half)
    stiffness: NDArray[np.float32] = np.reciprocal(1 + largest * largest)
    return stiffness
