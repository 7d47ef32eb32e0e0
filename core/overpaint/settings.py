"""What a person has chosen: argument beats environment beats file beats default."""

from __future__ import annotations

from dataclasses import replace

from .endpoints import EMBEDDED, Endpoint, from_environment

__all__ = ["default_endpoint"]


def default_endpoint(*, token: str | None = None) -> Endpoint:
    """Return the endpoint to use where none is named: the environment's, else the embedded one.

    Raises:
        ConfigurationError: the environment names one that can't be.
    """
    endpoint = from_environment() or EMBEDDED
    return replace(endpoint, token=token) if token else endpoint
