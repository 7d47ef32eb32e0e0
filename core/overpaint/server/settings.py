"""What a prediction server is told: its limits, its key, and where remote inputs may come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["ServerSettings"]


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How one server behaves.

    Attributes:
        token: the bearer token every call must bring; None = none is asked for.
        jobs: predictions that run at once. The engine takes one core for
            each, and two while it searches a wide hole.
        queue: predictions that may wait; one more is answered 429.
        queue_bytes: of pictures that may wait; past it, one more is answered 429 too.
        largest_body: bytes of a request; more is answered 413.
        largest_file: bytes of an uploaded or fetched input.
        most_pixels: of an input picture; more is answered 422 or fails the prediction.
        run_seconds: longest run; then it fails.
        keep_seconds: how long an ended prediction's pictures are kept, as the real API does.
        keep_predictions: how many ended predictions are kept.
        keep_bytes: of their pictures; the oldest go first.
        keep_shown_bytes: of the pictures of predictions whose end has been shown with the outputs
            inside, so that the caller has them; the oldest go first. None = as `keep_bytes`.
        upload_bytes: of uploaded files; the oldest go first.
        inline_outputs: outputs as data URIs instead of URLs on this server.
        mirrors: URL prefix to local folder: inputs below the prefix are read from the folder, for
            machines without a network.
        reachable_hosts: hosts whose private addresses may be fetched from or called back, as a
            studio's file server; in lower case.
        hosts: names this server may be called by while it asks for no key; None = any. A web page
            could otherwise have its own name point at this machine, and use the server.
        webhook_secret: signs webhooks; None = a new one at each start.
        webhook_seconds: between two webhooks of one run's logs.
        webhook_pause: before the end of a run is told again; doubled for each further try.
    """

    token: str | None = field(default=None, repr=False)
    jobs: int = 2
    queue: int = 256
    queue_bytes: int = 1024 * 1024 * 1024
    largest_body: int = 64 * 1024 * 1024
    largest_file: int = 100 * 1024 * 1024
    most_pixels: int = 64_000_000
    run_seconds: float = 1800.0
    keep_seconds: float = 3600.0
    keep_predictions: int = 10_000
    keep_bytes: int = 1024 * 1024 * 1024
    keep_shown_bytes: int | None = None
    upload_bytes: int = 1024 * 1024 * 1024
    inline_outputs: bool = False
    mirrors: Mapping[str, Path] = field(default_factory=dict)
    reachable_hosts: frozenset[str] = frozenset()
    hosts: frozenset[str] | None = None
    webhook_secret: str | None = field(default=None, repr=False)
    webhook_seconds: float = 0.5
    webhook_pause: float = 1.0
