"""Which of an endpoint's predictions could be ours: everything must fit, and nothing less."""

from __future__ import annotations

from typing import Any

import pytest

from overpaint.lifecycle.likeness import asks_the_same, is_silent, moved_pictures
from overpaint.predictions import Prediction

VERSION = "95b7223104132402a9ae91cc677285bc5eb997834bd2349fa486f53910fd68b3"
IMAGE, MASK = "data:image/png;base64,aW1hZ2U=", "data:image/png;base64,bWFzaw=="
INPUT: dict[str, Any] = {"prompt": "a bench", "seed": 7, "image": IMAGE, "mask": MASK}
BODY = {"version": VERSION, "input": INPUT}
MOVED = {"image": "https://files.example/a.png", "mask": "http://files.example/b.png"}


def told(version: str = VERSION, **changed: object) -> Prediction:
    """As a list tells it; None takes a field away."""
    given = {name: value for name, value in (INPUT | changed).items() if value is not None}
    return Prediction.model_validate(
        {"id": "p1", "status": "processing", "version": version, "input": given}
    )


@pytest.mark.parametrize(
    "prediction",
    [
        told(),
        told(scheduler="DDIM"),  # what it has by itself
        told(**MOVED),
        told(version=f"owner/name:{VERSION}"),
        told(version="hidden"),
        told(version=""),
    ],
)
def test_what_was_asked_for_is_known_again(prediction: Prediction) -> None:
    assert asks_the_same(prediction, BODY)


@pytest.mark.parametrize(
    "prediction",
    [
        told(prompt="a bank"),
        told(prompt=None),
        told(seed=8),
        told(image="data:image/png;base64,b3RoZXI="),
        told(mask=None),
        told(image="file:///home/ann/photo.png"),
        told(image="a photo"),
        told(prompt="https://files.example/prompt.txt"),  # no picture was sent there
        told(version="f" * 64),
        Prediction.model_validate({"id": "p1", "status": "processing", "version": VERSION}),
    ],
)
def test_what_differs_in_anything_is_not_taken_for_it(prediction: Prediction) -> None:
    assert not asks_the_same(prediction, BODY)


def test_pictures_that_were_moved_are_named_with_what_was_sent() -> None:
    assert moved_pictures(told(**MOVED), BODY) == [(MOVED["image"], IMAGE), (MOVED["mask"], MASK)]
    assert moved_pictures(told(), BODY) == []


def test_one_without_an_input_could_be_anybodys_of_its_version() -> None:
    silent = {"id": "p1", "status": "succeeded", "version": VERSION}

    assert is_silent(Prediction.model_validate(silent), BODY)
    assert not is_silent(Prediction.model_validate(silent | {"version": "f" * 64}), BODY)
    assert not is_silent(told(), BODY)
