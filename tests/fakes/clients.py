"""Both clients behind one face, so that one table tests both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from overpaint import AsyncClient, Client, Endpoint, Patience, Prediction

from .keys import KEY

VERSION = "95b7223104132402a9ae91cc677285bc5eb997834bd2349fa486f53910fd68b3"
INPUT: dict[str, Any] = {
    "image": "data:image/png;base64,AAAA",
    "mask": "data:image/png;base64,BBBB",
    "prompt": "a bench",
}
# Everything a person would wait seconds for, in hundredths of them.
SHORT = Patience(
    deadline=1.0,
    first_poll=0.01,
    slowest_poll=0.03,
    tries=3,
    pause=0.01,
    outage=0.2,
    longest_pause=0.3,
    answer=0.3,
    longest_answer=0.8,
    largest=64 * 1024,
)
# For what is about no deadline: a busy machine needs a second for the first handshake alone.
UNHURRIED = replace(SHORT, deadline=60.0, answer=30.0, longest_answer=60.0)


def endpoint(url: str, **fields: Any) -> Endpoint:  # noqa: ANN401  the endpoint's own fields
    return Endpoint(**{"name": "test", "base_url": url, "token": KEY, "kind": "hosted"} | fields)


def blocking(place: Endpoint, deed: str, patience: Patience = SHORT) -> Any:  # noqa: ANN401  see DEEDS
    with Client(place, patience=patience) as client:
        if deed == "run":
            created = client.create_prediction(version=VERSION, input=INPUT)
            return client.outputs(client.wait(created))
        return getattr(client, deed)(*ARGUMENTS[deed])


def awaiting(place: Endpoint, deed: str, patience: Patience = SHORT) -> Any:  # noqa: ANN401  see DEEDS
    async def main() -> Any:  # noqa: ANN401  see DEEDS
        async with AsyncClient(place, patience=patience) as client:
            if deed == "run":
                created = await client.create_prediction(version=VERSION, input=INPUT)
                return await client.outputs(await client.wait(created))
            return await getattr(client, deed)(*ARGUMENTS[deed])

    return asyncio.run(main())


ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "get_prediction": ("p1",),
    "list_predictions": (),
    "cancel_prediction": ("p1",),
    "wait": (Prediction(id="p1", status="starting"),),
}

Colour = Callable[..., Any]
COLOURS: dict[str, Colour] = {"blocking": blocking, "awaiting": awaiting}
