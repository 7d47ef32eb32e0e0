"""A person's script: paints one picture with one of the clients, and says what came of it."""

from __future__ import annotations

import asyncio
import resource
import sys
from pathlib import Path

from overpaint import AsyncClient, Client, OverpaintError
from overpaint.settings import endpoint_named

from .host import say


def main() -> int:
    kind, folder, *rest = sys.argv[1:]
    image, mask = Path(folder) / "photo.png", Path(folder) / "mask.png"
    if rest:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    place = endpoint_named("studio")
    try:
        if kind == "Client":
            with Client(place) as client:
                client.inpaint(image, mask, prompt="a bench")
        else:

            async def paint() -> None:
                async with AsyncClient(place) as client:
                    await client.inpaint(image, mask, prompt="a bench")

            asyncio.run(paint())
    except OverpaintError as error:
        say("refused", code=error.code, message=str(error))
        return error.exit_code
    say("painted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
