"""What a person has chosen: argument beats environment beats file beats default."""

from __future__ import annotations

from dataclasses import replace

from .endpoints import EMBEDDED, Endpoint, from_environment, read_base_url

__all__ = ["default_endpoint", "endpoint_named"]


def default_endpoint(*, token: str | None = None) -> Endpoint:
    """Return the endpoint to use where none is named: the environment's, else the embedded one.

    Raises:
        ConfigurationError: the environment names one that can't be.
    """
    endpoint = from_environment() or EMBEDDED
    return replace(endpoint, token=token) if token else endpoint


def endpoint_named(name: str | None) -> Endpoint | None:
    """Return the endpoint of that name or address; None for None, which means the default.

    Raises:
        ConfigurationError: there is none.
    """
    if name is None:
        return None
    if name == EMBEDDED.name:
        return EMBEDDED
    base_url = read_base_url(name)
    environment = from_environment()
    if environment is not None and environment.base_url == base_url:
        return environment
    return Endpoint("given", base_url)
