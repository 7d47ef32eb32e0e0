"""Which adapter speaks for which version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overpaint.errors import ConfigurationError

from . import fill, flux, ideogram, outpainting, removal, stable_diffusion
from .base import Adapter
from .schema import adapter_from_schema

__all__ = ["DEFAULT_VERSION", "FILL_VERSION", "adapter_for", "is_known"]

# Asked for where neither the person nor the endpoint names a version.
DEFAULT_VERSION = stable_diffusion.VERSION
FILL_VERSION = "overpaint/fill"

BY_NAME: Mapping[str, Adapter] = {
    "overpaint/fill": fill.FILL,
    "stability-ai/stable-diffusion-inpainting": stable_diffusion.INPAINTING,
    "andreasjansson/stable-diffusion-inpainting": stable_diffusion.INPAINTING_BY_SIZE,
    "lucataco/sdxl-inpainting": stable_diffusion.SDXL_INPAINTING,
    "stability-ai/sdxl": stable_diffusion.SDXL,
    "black-forest-labs/flux-fill-pro": flux.FILL_PRO,
    "black-forest-labs/flux-fill-dev": flux.FILL_DEV,
    "ideogram-ai/ideogram-v2": ideogram.IDEOGRAM,
    "ideogram-ai/ideogram-v2-turbo": ideogram.IDEOGRAM,
    "ideogram-ai/ideogram-v3-turbo": ideogram.IDEOGRAM,
    "ideogram-ai/ideogram-v3-balanced": ideogram.IDEOGRAM,
    "ideogram-ai/ideogram-v3-quality": ideogram.IDEOGRAM,
    "allenhooo/lama": removal.LAMA,
    "zylim0702/remove-object": removal.LAMA,
    "bria/genfill": removal.GENFILL,
    "bria/eraser": removal.ERASER,
    "wolverinn/realisticoutpainter": outpainting.REALISTIC,
}
# Of most versions only the first digits are on record; eight of them are one in four milliards.
BY_HASH: Mapping[str, str] = {
    stable_diffusion.VERSION: "stability-ai/stable-diffusion-inpainting",
    "e490d072": "andreasjansson/stable-diffusion-inpainting",
    "7762fd07": "stability-ai/sdxl",
    "cdac78a1": "allenhooo/lama",
    "0e3a841c": "zylim0702/remove-object",
    "e68b0ec0": "wolverinn/realisticoutpainter",
}


def adapter_for(version: str, schema: Mapping[str, Any] | None = None) -> Adapter:
    """Return the adapter for `owner/name`, `owner/name:hash` or a bare hash.

    Args:
        version: what the endpoint is asked for.
        schema: the OpenAPI document the model publishes, for one that no adapter here knows.

    Raises:
        ConfigurationError: nothing is known about the model, or it can't fill a selection.
    """
    known = _known(version)
    if known is not None:
        return known
    if schema is not None:
        return adapter_from_schema(schema, model=version.partition(":")[0])
    hint = "The endpoint does not publish its inputs."
    if "/" not in version:
        hint = "Name it as owner/name:hash, so that its published inputs can be read."
    raise ConfigurationError(
        f"Nothing is known about the version {version}.",
        hint=f"{hint} Known are: {', '.join(sorted(BY_NAME))}.",
    )


def is_known(version: str) -> bool:
    """True where an adapter of ours knows the version without its schema."""
    return _known(version) is not None


def _known(version: str) -> Adapter | None:
    """By hash first: a model's versions differ, and the hash says which one it is."""
    name, _, digest = version.partition(":")
    for known, model in BY_HASH.items():
        if (digest or name).startswith(known):
            return BY_NAME[model]
    return BY_NAME.get(name)
