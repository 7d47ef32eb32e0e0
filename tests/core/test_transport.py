"""Where the key goes, whom the client trusts, and what it says when nobody is there."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import socket
import ssl
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import trustme

from fakes.clients import COLOURS as HURRIED
from fakes.clients import SHORT, UNHURRIED, endpoint
from fakes.keys import KEY
from fakes.recording import Reply, prediction, recording
from overpaint import Client, Endpoint
from overpaint.calls import Call
from overpaint.errors import (
    AuthenticationError,
    ConfigurationError,
    NotSentError,
    OutputError,
    ServerError,
    TransportError,
    UnexpectedAnswerError,
)
from overpaint.lifecycle.asking import delay
from overpaint.transport import open_async, open_sync

# Nothing here is about a deadline.
COLOURS = {name: partial(colour, patience=UNHURRIED) for name, colour in HURRIED.items()}
BOTH = pytest.mark.parametrize("colour", COLOURS)
BEARER = f"Bearer {KEY}"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def serving(authority: trustme.CA, host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


@BOTH
def test_the_endpoint_gets_its_key_and_its_headers_with_every_call(colour: str) -> None:
    script = {
        "POST /v1/predictions": Reply(201, prediction("starting")),
        "GET /v1/predictions/p1": Reply(200, prediction()),
    }
    with recording(script) as server:
        place = endpoint(f"{server.url}/v1", headers={"X-Connection-Api-Key": "second"})

        COLOURS[colour](place, "run")

        assert {seen.key for seen in server.seen} == {BEARER}
        assert {seen.headers["x-connection-api-key"] for seen in server.seen} == {"second"}


@BOTH
def test_an_output_elsewhere_is_fetched_without_the_key(colour: str) -> None:
    with recording({"GET /out.png": Reply(200, b"pixels")}) as files:
        done = prediction(output=[f"{files.url}/out.png"])
        with recording({"POST /v1/predictions": Reply(200, done)}) as server:
            outputs = COLOURS[colour](endpoint(f"{server.url}/v1"), "run")

        assert outputs == [b"pixels"]
        assert [seen.key for seen in files.seen] == [None]


@pytest.mark.parametrize("is_awaited", [False, True])
def test_a_call_that_wants_the_key_gets_it_at_the_endpoints_own_origin_only(
    *, is_awaited: bool
) -> None:
    with recording({"GET .*": Reply(200)}) as foreign, recording({"GET .*": Reply(200)}) as server:
        place = endpoint(f"{server.url}/v1", headers={"X-Api-Key": KEY})
        calls = [Call("GET", url, with_key=True) for url in ("/here", f"{foreign.url}/there")]

        async def send() -> None:
            transport = open_async(place)
            for call in calls:
                await transport.send(call)
            await transport.close()

        if is_awaited:
            asyncio.run(send())
        else:
            transport = open_sync(place)
            for call in calls:
                transport.send(call)
            transport.close()

        (here,), (there,) = server.seen, foreign.seen
        assert (here.key, here.headers["x-api-key"]) == (BEARER, KEY)
        assert (there.key, there.headers.get("x-api-key")) == (None, None)


@BOTH
def test_a_foreign_host_that_asks_for_a_key_is_not_given_ours(colour: str) -> None:
    with recording({"GET /out.png": Reply(401)}) as files:
        done = prediction(output=f"{files.url}/out.png")
        with (
            recording({"POST /v1/predictions": Reply(200, done)}) as server,
            pytest.raises(OutputError),
        ):
            COLOURS[colour](endpoint(f"{server.url}/v1"), "run")

        assert [seen.key for seen in files.seen] == [None]


@BOTH
def test_the_endpoints_own_files_are_asked_for_with_the_key_the_second_time(colour: str) -> None:
    with recording({}) as server:
        server.say(
            {
                "POST /v1/predictions": Reply(200, prediction(output=f"{server.url}/files/1")),
                "GET /files/1": [Reply(401), Reply(200, b"pixels")],
            }
        )

        outputs = COLOURS[colour](endpoint(f"{server.url}/v1"), "run")

        assert outputs == [b"pixels"]
        assert [seen.key for seen in server.seen[1:]] == [None, BEARER]


@BOTH
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_origin_leaves_the_key_behind(colour: str, status: int) -> None:
    with recording({"GET /moved": Reply(200, prediction())}) as elsewhere:
        there = Reply(status, headers={"Location": f"{elsewhere.url}/moved"})
        with recording({"GET /v1/predictions/p1": there}) as server:
            COLOURS[colour](endpoint(f"{server.url}/v1"), "get_prediction")

        assert [seen.key for seen in elsewhere.seen] == [None]
        assert "x-connection-api-key" not in elsewhere.seen[0].headers


def test_a_calls_own_headers_go_no_further_than_where_it_was_sent() -> None:
    with recording({"GET /moved": Reply(200)}) as elsewhere:
        there = Reply(302, headers={"Location": f"{elsewhere.url}/moved"})
        with recording({"GET /v1/x": there}) as server:
            transport = open_sync(endpoint(f"{server.url}/v1"))
            transport.send(Call("GET", "/x", headers={"X-Own": "for the endpoint"}))
            transport.close()

        own = [one.headers.get("x-own") for one in (server.seen[0], elsewhere.seen[0])]
        assert own == ["for the endpoint", None]


@BOTH
def test_the_key_does_not_return_by_way_of_a_foreign_host(colour: str) -> None:
    with recording({}) as server, recording({}) as elsewhere:
        elsewhere.say({"GET /x": Reply(302, headers={"Location": f"{server.url}/v1/account"})})
        server.say(
            {
                "GET /v1/predictions/p1": Reply(302, headers={"Location": f"{elsewhere.url}/x"}),
                "GET /v1/account": Reply(200, prediction()),
            }
        )

        COLOURS[colour](endpoint(f"{server.url}/v1"), "get_prediction")

        assert [seen.key for seen in server.seen] == [BEARER, None]


@BOTH
def test_another_port_of_the_same_host_is_another_origin(colour: str) -> None:
    with recording({"GET /p": Reply(200, prediction())}) as neighbour:
        there = Reply(302, headers={"Location": f"{neighbour.url}/p"})
        with recording({"GET /v1/predictions/p1": there}) as server:
            COLOURS[colour](endpoint(f"{server.url}/v1"), "get_prediction")

        assert neighbour.seen[0].key is None


@BOTH
def test_a_create_is_never_sent_on_to_where_it_is_redirected(colour: str) -> None:
    with recording({}) as elsewhere:
        there = Reply(307, headers={"Location": f"{elsewhere.url}/v1/predictions"})
        with (
            recording({"POST /v1/predictions": there}) as server,
            pytest.raises(UnexpectedAnswerError, match="redirects to"),
        ):
            COLOURS[colour](endpoint(f"{server.url}/v1"), "run")

        assert elsewhere.seen == []


@BOTH
def test_an_authority_of_ones_own_can_be_trusted(
    colour: str, authority: trustme.CA, tmp_path: Path
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    script = {"GET /v1/predictions/p1": Reply(200, prediction())}
    with recording(script, tls=serving(authority, "127.0.0.1")) as server:
        place = endpoint(f"{server.url}/v1", ca_file=str(tmp_path / "ca.pem"))

        found = COLOURS[colour](place, "get_prediction")

        assert found.id == "p1"


@pytest.mark.parametrize("host", ["studio.example", "other.example"])
def test_an_address_that_was_looked_up_before_must_prove_the_hosts_name(
    authority: trustme.CA, tmp_path: Path, host: str
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with recording({"GET /x": Reply(200)}, tls=serving(authority, "studio.example")) as server:
        place = endpoint("https://nowhere.example/v1", ca_file=str(tmp_path / "ca.pem"))
        transport = open_sync(place)
        call = Call("GET", f"https://{host}:{server.port}/x", connect_to="127.0.0.1")
        try:
            if host == "studio.example":
                assert transport.send(call).status == 200
            else:
                with pytest.raises(NotSentError, match="prove who it is"):
                    transport.send(call)
        finally:
            transport.close()

        named = [seen.headers["host"] for seen in server.seen]
        assert named == ([f"{host}:{server.port}"] if host == "studio.example" else [])
        assert not [seen for seen in server.seen if seen.key]


@BOTH
def test_no_cookie_is_kept(colour: str) -> None:
    script = {
        "POST /v1/predictions": Reply(
            201, prediction("starting"), headers={"Set-Cookie": "session=x; Path=/"}
        ),
        "GET /v1/predictions/p1": Reply(200, prediction(output=[])),
    }
    with recording(script) as server:
        COLOURS[colour](endpoint(f"{server.url}/v1"), "run")

        assert len(server.seen) > 1
        assert not [seen for seen in server.seen if "cookie" in seen.headers]


@BOTH
def test_a_certificate_nobody_vouches_for_is_refused(colour: str, authority: trustme.CA) -> None:
    with recording({}, tls=serving(authority, "127.0.0.1")) as server:
        with pytest.raises(NotSentError, match="prove who it is") as caught:
            COLOURS[colour](endpoint(f"{server.url}/v1"), "run")

        assert "--ca-file" in caught.value.hint
        assert server.seen == []


@BOTH
def test_a_certificate_of_another_host_is_refused(
    colour: str, authority: trustme.CA, tmp_path: Path
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with recording({}, tls=serving(authority, "other.invalid")) as server:
        place = endpoint(f"{server.url}/v1", ca_file=str(tmp_path / "ca.pem"))

        with pytest.raises(NotSentError, match="prove who it is"):
            COLOURS[colour](place, "run")

        assert server.seen == []


@BOTH
def test_https_is_not_followed_into_the_open(
    colour: str, authority: trustme.CA, tmp_path: Path
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with recording({}) as plain:
        there = Reply(302, headers={"Location": f"{plain.url}/p"})
        script = {"GET /v1/predictions/p1": there}
        with recording(script, tls=serving(authority, "127.0.0.1")) as server:
            place = endpoint(f"{server.url}/v1", ca_file=str(tmp_path / "ca.pem"))
            with pytest.raises(TransportError, match="in the open"):
                COLOURS[colour](place, "get_prediction")

        assert plain.seen == []


@BOTH
def test_https_to_a_server_without_it_says_so(colour: str) -> None:
    with recording({}) as server:
        place = endpoint(server.url.replace("http:", "https:") + "/v1")

        with pytest.raises(NotSentError, match="does not speak https"):
            COLOURS[colour](place, "run")


@BOTH
def test_a_port_where_nobody_listens_is_named(colour: str) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]

        with pytest.raises(NotSentError, match="could not be reached") as caught:
            COLOURS[colour](endpoint(f"http://127.0.0.1:{port}/v1"), "run")

        assert f"nothing answers on port {port}." in str(caught.value)
        assert caught.value.exit_code == 5


@BOTH
def test_a_host_that_does_not_exist_is_named(colour: str) -> None:
    with pytest.raises(NotSentError, match=r"nowhere\.invalid"):
        COLOURS[colour](endpoint("http://nowhere.invalid/v1"), "run")


@BOTH
def test_a_proxy_that_refuses_is_named(colour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with recording({r"CONNECT .*": Reply(403, "no")}) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)

        with pytest.raises(NotSentError, match="proxy"):
            COLOURS[colour](endpoint("https://api.invalid/v1"), "run")

        assert {seen.method for seen in proxy.seen} == {"CONNECT"}
        assert all(KEY not in str(seen) for seen in proxy.seen)


@BOTH
def test_a_proxy_that_is_not_there_is_hinted_at(
    colour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{reserved.getsockname()[1]}")

        with pytest.raises(NotSentError) as caught:
            COLOURS[colour](endpoint("https://api.invalid/v1"), "run")

        assert "The proxy on the way to api.invalid could not be reached" in str(caught.value)
        assert "proxy" in caught.value.hint


@BOTH
def test_a_plain_proxys_own_error_is_the_endpoints(
    colour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recording({r"GET http://api.invalid.*": Reply(502, "no such host")}) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)

        with pytest.raises(ServerError, match="no such host"):
            COLOURS[colour](endpoint("http://api.invalid/v1"), "get_prediction")

        assert len(proxy.seen) == SHORT.tries


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "nonsense://x"])
def test_a_proxy_that_cannot_be_used_is_a_matter_of_configuration(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)

    with pytest.raises(ConfigurationError, match="proxy"):
        Client(endpoint("https://api.invalid/v1"))


def test_a_certificate_file_that_does_not_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")

    with pytest.raises(ConfigurationError, match=r"ca\.pem"):
        open_sync(endpoint("https://api.invalid/v1", ca_file=str(tmp_path / "ca.pem")))


def test_a_key_with_a_line_break_is_refused_and_not_shown() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Endpoint("test", "https://api.invalid/v1", token=f"{KEY}\nX-Other: 1")

    assert KEY not in str(caught.value)


@BOTH
def test_compressed_answers_are_read(colour: str) -> None:
    packed = gzip.compress(json.dumps(prediction()).encode())
    reply = Reply(200, packed, headers={"Content-Encoding": "gzip"})
    with recording({"GET /v1/predictions/p1": reply}) as server:
        found = COLOURS[colour](endpoint(f"{server.url}/v1"), "get_prediction")

    assert found.id == "p1"


@BOTH
def test_what_unpacks_to_too_much_is_broken_off(colour: str) -> None:
    bomb = gzip.compress(b" " * 2**22)
    reply = Reply(200, bomb, headers={"Content-Encoding": "gzip"})
    with (
        recording({"GET /v1/predictions/p1": reply}) as server,
        pytest.raises(OutputError, match="larger"),
    ):
        COLOURS[colour](endpoint(f"{server.url}/v1"), "get_prediction")


def test_no_log_shows_a_key_that_an_answer_quotes(caplog: pytest.LogCaptureFixture) -> None:
    quoted = Reply(500, f"Bearer {KEY}", headers={"X-Debug": f"Bearer {KEY}"})
    with caplog.at_level(logging.DEBUG), recording({".*": quoted}) as server:
        answer = open_sync(endpoint(f"{server.url}/v1")).send(Call("GET", "/predictions"))

    assert answer.headers["x-debug"] == "Bearer [key]"
    assert answer.body == b"Bearer [key]"
    assert KEY not in caplog.text


@BOTH
@pytest.mark.parametrize(
    "shown", [KEY, "".join(f"%{ord(sign):02x}" for sign in KEY)], ids=["as it is", "escaped"]
)
def test_a_redirect_that_would_take_the_key_along_is_not_followed(
    colour: str, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    with recording({"GET /moved.*": Reply(200, prediction())}) as elsewhere:
        there = Reply(302, headers={"Location": f"{elsewhere.url}/moved?key={shown}"})
        with (
            caplog.at_level(logging.DEBUG),
            recording({"GET /v1/predictions/p1": there}) as server,
            pytest.raises(TransportError, match="the key in it") as caught,
        ):
            COLOURS[colour](endpoint(f"{server.url}/v1"), "get_prediction")

        assert elsewhere.seen == []
        assert shown not in f"{caplog.text} {caught.value}"


@pytest.mark.parametrize(
    ("name", "fields"),
    [("X-Connection-Api-Key", {}), ("X-Studio", {"secret_headers": ("x-studio",)})],
)
def test_a_secret_headers_value_is_shown_as_little_as_the_key(
    name: str, fields: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    value = f"{KEY}-of-another-header"
    quoted = Reply(500, f"{name}: {value}", headers={"X-Debug": value})
    with caplog.at_level(logging.DEBUG), recording({".*": quoted}) as server:
        place = endpoint(f"{server.url}/v1", headers={name: value, "X-Team": "animals"}, **fields)

        answer = open_sync(place).send(Call("GET", "/predictions"))

    assert server.seen[0].headers[name.lower()] == value
    assert answer.headers["x-debug"] == "[key]"
    assert answer.body == f"{name}: [key]".encode()
    assert value not in f"{caplog.text} {place!r}"


def test_a_header_that_is_no_secret_does_not_change_answers() -> None:
    with recording({".*": Reply(200, "animals and people")}) as server:
        place = endpoint(f"{server.url}/v1", headers={"X-Team": "animals and people"})

        answer = open_sync(place).send(Call("GET", "/predictions"))

    assert answer.body == b"animals and people"


@BOTH
def test_a_key_that_an_answer_quotes_is_not_shown(colour: str) -> None:
    quoted = {"detail": f"Incorrect API key provided: {KEY}.", "title": "Unauthenticated"}
    with (
        recording({"POST /v1/predictions": Reply(401, quoted)}) as server,
        pytest.raises(AuthenticationError) as caught,
    ):
        COLOURS[colour](endpoint(f"{server.url}/v1"), "run")

    assert KEY not in f"{caught.value!r} {caught.value} {vars(caught.value)}"
    assert "[key]" in str(caught.value)


def test_a_key_as_short_as_a_word_does_not_change_answers() -> None:
    with recording({".*": Reply(200, "animals and people")}) as server:
        place = endpoint(f"{server.url}/v1", token="people")

        answer = open_sync(place).send(Call("GET", "/predictions"))

    assert answer.body == b"animals and people"


@BOTH
def test_a_circle_of_redirects_is_left_after_a_few(colour: str) -> None:
    with recording({".*": Reply(302, headers={"Location": "/v1/predictions/p1"})}) as server:
        with pytest.raises(TransportError, match="in circles"):
            COLOURS[colour](endpoint(f"{server.url}/v1"), "get_prediction")

        # Five for each of the few times that a read without an answer is tried.
        assert len(server.seen) % 5 == 0
        assert len(server.seen) <= 15


def test_what_is_announced_as_too_large_is_not_read() -> None:
    """Its body never comes, so that whoever reads it first says something else."""
    there = Reply(200, b"x", announce=1_000_000)
    with (
        recording({".*": there}) as server,
        pytest.raises(OutputError, match="larger than"),
    ):
        open_sync(endpoint(f"{server.url}/v1")).send(Call("GET", "/x", largest=1000, timeout=2.0))


def test_what_can_not_become_better_is_not_tried_again() -> None:
    no_such_host = NotSentError("No host called studio was found.", lasting=True)

    assert delay(1, no_such_host, SHORT) is None
    assert delay(1, NotSentError("It is starting."), SHORT) is not None
