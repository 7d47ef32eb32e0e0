"""Why no connection came about, without the numbers that only programs read."""

from __future__ import annotations

import pytest

from overpaint.unreached import why_unreached


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def raised(*causes: Exception) -> Exception:
    """An error that each of the others has led to, the last one first."""
    error = causes[-1]
    for later in reversed(causes[:-1]):
        later.__cause__ = error
        error = later
    return error


def several(*failures: Exception) -> Exception:
    """What the event loop raises where every address of a host was tried."""
    return raised(OSError("All connection attempts failed"), ExceptionGroup("tries", failures))


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError(113, "No route to host"), "No route to host."),
        (OSError("[WinError 10060] It did not respond."), "It did not respond."),
        (raised(OSError("it failed"), OSError(101, "Unreachable")), "Unreachable."),
        (raised(RuntimeError("it broke"), RuntimeError()), "it broke."),
        (several(ConnectionRefusedError(111, "no")), "nothing answers on port 8460."),
    ],
)
def test_the_systems_own_word_is_told(error: Exception, why: str) -> None:
    told = str(why_unreached("http", "studio.example", 8460, error))

    assert told.startswith(f"studio.example could not be reached: {why}")


def test_a_name_that_nobody_knows_is_found_among_the_causes() -> None:
    error = several(OSError(-2, "Name or service not known"))

    told = why_unreached("http", "studio.example", 80, error)

    assert "No host called studio.example" in str(told)


@pytest.mark.parametrize(
    "error", [ConnectionRefusedError(111, "refused"), OSError(-2, "Name or service not known")]
)
@pytest.mark.parametrize(
    ("scheme", "host", "is_proxied"),
    [
        ("http", "studio.example", True),
        ("https", "studio.example", False),
        ("http", "near.example", False),
    ],
)
def test_where_a_proxy_is_in_between_the_host_is_not_blamed(
    monkeypatch: pytest.MonkeyPatch, error: Exception, scheme: str, host: str, *, is_proxied: bool
) -> None:
    monkeypatch.setenv("http_proxy", "http://secret:word@gate.example:3128")
    monkeypatch.setenv("no_proxy", "near.example")

    told = why_unreached(scheme, host, 80, error)

    assert ("proxy" in str(told) and "PROXY" in told.hint) is is_proxied
    assert ("port 80" in str(told) or "No host called" in str(told)) is not is_proxied
    assert not any(word in f"{told} {told.hint}" for word in ("secret", "gate.example"))
