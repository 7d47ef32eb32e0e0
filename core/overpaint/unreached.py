"""Why no connection to an endpoint came about, in a person's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.request import getproxies, proxy_bypass

from .errors import NotSentError

__all__ = ["why_unreached"]

# What the systems' resolvers say of a name they do not know.
NO_SUCH_HOST = ("not known", "servname", "getaddrinfo", "name resolution", "No address associated")
# A number that only programs read, which Python puts before the system's sentence.
NUMBER = re.compile(r"^\[(Errno|WinError) -?\d+\] ")


def why_unreached(scheme: str, host: str, port: int, error: Exception) -> NotSentError:
    """Tell a certificate, a name, a refusal and the rest apart, and say what to do.

    Args:
        scheme: http or https; a proxy may be set for it.
        host: as the address names it.
        port: the address's, or its scheme's own.
        error: the HTTP library's; what the system said is among its causes.
    """
    text = str(error)
    if "certificate" in text.casefold():
        return NotSentError(
            f"{host} could not prove who it is: {text}.",
            hint="If your network has its own certificate authority, give its file: `--ca-file`.",
            lasting=True,
        )
    if "ssl" in text.casefold():
        return NotSentError(
            f"{host} does not speak https there: {text}.",
            hint="Check the address and the port.",
            lasting=True,
        )
    causes = list(_causes(error))
    if _is_proxied(scheme, host):
        # Nobody has tried the host. The proxy's name may be private: reports quote this sentence.
        return NotSentError(
            f"The proxy on the way to {host} could not be reached: {_said(causes, text)}.",
            hint="Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY, or the system's proxy settings.",
        )
    if any(sign in str(cause) for cause in causes for sign in NO_SUCH_HOST):
        return NotSentError(
            f"No host called {host} was found.",
            hint="Check the address and the network.",
            lasting=True,
        )
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return NotSentError(
            f"{host} could not be reached: nothing answers on port {port}.",
            hint="Check that it is running, and the address.",
        )
    return NotSentError(
        f"{host} could not be reached: {_said(causes, text)}.", hint="Check that it is running."
    )


def _is_proxied(scheme: str, host: str) -> bool:
    return bool({scheme, "all"} & getproxies().keys()) and not proxy_bypass(host)


def _said(causes: Sequence[BaseException], text: str) -> str:
    """The system's own word."""
    return NUMBER.sub("", str(causes[-1]) or text).rstrip(".")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what led to it: the system's own word comes last.

    Where a host has several addresses, each try's failure is in a group; the first speaks for all.
    """
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        if isinstance(seen, BaseExceptionGroup):
            seen = seen.exceptions[0]
        else:
            seen = seen.__cause__ or seen.__context__
