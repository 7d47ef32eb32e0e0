"""Which adapter speaks for which version."""

from __future__ import annotations

from overpaint.errors import ConfigurationError

from . import fill, stable_diffusion
from .base import Adapter

__all__ = ["DEFAULT_VERSION", "FILL_VERSION", "adapter_for"]

# Asked for where neither the person nor the endpoint names a version.
DEFAULT_VERSION = stable_diffusion.VERSION
FILL_VERSION = "overpaint/fill"

BY_NAME: dict[str, Adapter] = {
    "overpaint/fill": fill.FillAdapter(),
    "stability-ai/stable-diffusion-inpainting": stable_diffusion.StableDiffusionInpainting(),
}
BY_HASH: dict[str, str] = {stable_diffusion.VERSION: "stability-ai/stable-diffusion-inpainting"}


def adapter_for(version: str) -> Adapter:
    """Return the adapter for `owner/name`, `owner/name:hash` or a bare hash.

    Raises:
        ConfigurationError: no adapter knows the version.
    """
    name, _, digest = version.partition(":")
    if name in BY_NAME:
        return BY_NAME[name]
    known = BY_HASH.get(digest or name)
    if known is not None:
        return BY_NAME[known]
    raise ConfigurationError(
        f"Nothing is known about the version {version}.",
        hint="Name a known one: " + ", ".join(sorted(BY_NAME)) + ".",
    )
