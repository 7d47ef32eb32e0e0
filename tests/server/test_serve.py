"""What the prediction server takes, refuses, limits and hands out; over a real socket."""

from __future__ import annotations

import base64
import hmac
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakes.outside import insist, install_system
from fakes.recording import Reply, recording
from fakes.serving import SERVER_KEY, Serving, mask, photo, serving
from overpaint.encoding import data_uri
from overpaint.models.catalogue import DEFAULT_VERSION

PAGE = {
    "version": "95b7223104132402a9ae91cc677285bc5eb997834bd2349fa486f53910fd68b3",
    "input": {
        "mask": "https://replicate.delivery/pbxt/HtGQBqO9MtVbPm0G0K43nsvvjBB0E0PaWOhuNRrRBBT4ttbf/mask.png",
        "image": "https://replicate.delivery/pbxt/HtGQBfA5TrqFYZBf0UL18NTqHrzt8UiSIsAkUuMHtjvFDO6p/overture-creations-5sI6fQgYIuo.png",
        "width": 512,
        "height": 512,
        "prompt": "Face of a yellow cat, high resolution, sitting on a park bench",
        "scheduler": "DPMSolverMultistep",
        "num_outputs": 1,
        "guidance_scale": 7.5,
        "num_inference_steps": 25,
    },
}
SMALL = {"image": data_uri(photo()), "mask": data_uri(mask())}
LARGE = {"image": data_uri(photo(1400, 1400)), "mask": data_uri(mask(1400, 1400)), "num_outputs": 8}
FILL = {"version": "overpaint/fill", "input": SMALL}
ENDED = ("succeeded", "failed", "canceled", "aborted")


@pytest.fixture
def api(server: Serving) -> Iterator[httpx.Client]:
    with client_of(server) as client:
        yield client


def client_of(server: Serving, **headers: str) -> httpx.Client:
    given = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    return httpx.Client(
        base_url=server.address, headers=given | headers, timeout=60, trust_env=False
    )


def ended(api: httpx.Client, made: dict[str, Any]) -> dict[str, Any]:
    for _ in range(1500):
        seen: dict[str, Any] = api.get(f"/v1/predictions/{made['id']}").json()
        if seen["status"] in ENDED:
            return seen
        time.sleep(0.02)
    raise AssertionError(f"it did not end: {seen}")


def fields(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [item["field"] for item in answer.json()["invalid_fields"]]


@pytest.mark.parametrize("prefix", ["/v1", "/replicate/v1"])
def test_both_prefixes_serve_the_same_and_name_themselves(
    api: httpx.Client, server: Serving, prefix: str
) -> None:
    answer = api.post(f"{prefix}/predictions", json=FILL, headers={"Prefer": "wait"})
    made = answer.json()

    assert (answer.status_code, made["status"]) == (201, "succeeded")
    assert answer.headers["location"] == made["urls"]["get"]
    assert made["urls"]["get"] == f"{server.address}{prefix}/predictions/{made['id']}"
    assert made["output"][0].startswith(f"{made['urls']['get']}/outputs/")
    assert api.get(made["urls"]["get"]).json() == made
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", made["created_at"])
    assert made["metrics"]["predict_time"] > 0


def test_the_curl_line_of_the_api_page_succeeds(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Its pictures come from a folder, as on a machine with no way to their host."""
    for address, content in (("mask", mask(512, 512)), ("image", photo(640, 480))):
        place = tmp_path / Path(PAGE["input"][address]).relative_to("https:/replicate.delivery")  # type: ignore[index]  # the page's object
        place.parent.mkdir(parents=True)
        place.write_bytes(content)
    if shutil.which("curl") is None:
        insist(request, "curl")
        install_system("curl", "curl")
    mirror = f"https://replicate.delivery/={tmp_path}"

    # A key of its own: curl shows it to whoever lists the processes.
    with serving("--mirror", mirror, key="shown-by-curl") as server, client_of(server) as api:
        done = subprocess.run(
            [
                *("curl", "--silent", "--location", "--request", "POST"),
                f"{server.address}/replicate/v1/predictions",
                *("--header", "Content-Type: application/json"),
                *("--header", f"Authorization: Bearer {server.key}"),
                *("--data-raw", json.dumps(PAGE), "--write-out", "\n%{http_code}"),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
        body, _, status = done.stdout.rpartition("\n")
        last = ended(api, json.loads(body))

    assert status in ("200", "201", "202")
    assert (last["status"], last["error"]) == ("succeeded", None)
    assert last["input"] == PAGE["input"]
    assert len(last["output"]) == 1


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"input": SMALL}, ["version"]),
        ({"version": 7, "input": SMALL}, ["version"]),
        ({"version": "overpaint/fill"}, ["input"]),
        ({"version": "overpaint/fill", "input": []}, ["input"]),
        (FILL | {"signal": {}}, ["signal"]),
        ({"version": "overpaint/fill", "input": {}}, ["input.image", "input.mask"]),
        (
            {"version": DEFAULT_VERSION, "input": SMALL | {"width": 500, "scheduler": "Karras"}},
            ["input.width", "input.scheduler"],
        ),
        ({"version": "overpaint/fill", "input": SMALL | {"num_outputs": 9}}, ["input.num_outputs"]),
        ({"version": "overpaint/fill", "input": SMALL | {"mask": "data:,x"}}, ["input.mask"]),
        (
            {"version": "overpaint/fill", "input": SMALL | {"image": data_uri(b"no picture")}},
            ["input.image"],
        ),
        (FILL | {"webhook": 7}, ["webhook"]),
        (FILL | {"webhook": "ftp://x.example"}, ["webhook"]),
        (FILL | {"webhook": "http://studio.example"}, ["webhook"]),
        (FILL | {"webhook": "https://u:p@studio.example"}, ["webhook"]),
        (
            FILL | {"webhook": "https://x.example", "webhook_events_filter": [[]]},
            ["webhook_events_filter.0"],
        ),
    ],
)
def test_what_the_api_would_not_take_is_refused_by_field(
    api: httpx.Client, body: dict[str, Any], named: list[str]
) -> None:
    before = api.get("/v1/predictions").json()["results"][:1]

    answer = api.post("/v1/predictions", json=body)

    assert fields(answer) == named
    assert answer.headers["content-type"] == "application/problem+json"
    assert api.get("/v1/predictions").json()["results"][:1] == before


def test_an_unknown_version_is_refused_in_the_apis_words(api: httpx.Client) -> None:
    answer = api.post("/v1/predictions", json=FILL | {"version": "a/b:c"})

    assert answer.status_code == 422
    assert answer.json()["title"] == "Invalid version or not permitted"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff",
        b"[" * 100_000,
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": {"b": [-1e999]}}',
    ],
)
def test_what_is_no_json_object_is_a_bad_request(api: httpx.Client, content: bytes) -> None:
    answer = api.post("/v1/predictions", content=content)

    assert answer.status_code == 400
    assert answer.json()["status"] == 400


def test_half_a_character_is_a_bad_request_and_nothing_that_could_not_be_shown(
    api: httpx.Client,
) -> None:
    body = json.dumps(FILL).replace('"input": {', '"input": {"prompt": "\\ud800", ', 1)

    answer = api.post("/v1/predictions", content=body.encode())

    assert answer.status_code == 400


FLAT = {
    "seed": 7,
    "image": SMALL["image"],
    "steps": 20,
    "prompt": "a bench",
    "cfg_scale": 7,
    "scheduler": "Karras",
    "sampler_name": "DPM++ 2M SDE",
    "negative_prompt": "",
    "denoising_strength": 0.75,
    "outpaint_direction": "only width",
    "overlay_original_img": False,
}


@pytest.mark.parametrize("version", ["overpaint/fill", DEFAULT_VERSION])
def test_the_pages_flat_fields_are_taken_at_top_level(api: httpx.Client, version: str) -> None:
    body = FLAT | {"version": version, "input": {"mask": SMALL["mask"]}}

    made = api.post("/v1/predictions", json=body, headers={"Prefer": "wait"}).json()

    assert made["status"] == "succeeded"
    assert "Using seed: 7" in made["logs"]


def test_flat_fields_of_another_model_are_left_out(api: httpx.Client) -> None:
    body = FLAT | {"version": DEFAULT_VERSION, "input": SMALL, "seed": -1, "steps": 0}

    made = api.post("/v1/predictions", json=body, headers={"Prefer": "wait"}).json()

    assert made["status"] == "succeeded"
    assert not {"num_inference_steps", "scheduler"} & made["input"].keys()


def test_a_client_may_ask_for_data_uris(api: httpx.Client) -> None:
    headers = {"Prefer": "wait=30, outputs=inline"}

    made = api.post("/v1/predictions", json=FILL, headers=headers).json()

    assert made["output"][0].startswith("data:image/png;base64,")


def test_a_wait_that_ends_too_soon_is_accepted_and_goes_on(api: httpx.Client) -> None:
    body = {"version": "overpaint/fill", "input": LARGE}

    answer = api.post("/v1/predictions", json=body, headers={"Prefer": "wait=1"})
    made = answer.json()
    api.post(f"/v1/predictions/{made['id']}/cancel")

    assert answer.status_code == 202
    assert made["status"] in ("starting", "processing")
    assert made["output"] is None


def test_a_run_stops_when_its_time_is_up(api: httpx.Client) -> None:
    body = {"version": "overpaint/fill", "input": LARGE}

    made = api.post("/v1/predictions", json=body, headers={"Cancel-After": "1"}).json()

    assert made["deadline"] > made["created_at"]
    assert ended(api, made)["status"] == "canceled"


@pytest.mark.parametrize("value", ["soon", "1x", "-3", "5 s"])
def test_a_time_that_is_none_is_refused(api: httpx.Client, value: str) -> None:
    answer = api.post("/v1/predictions", json=FILL, headers={"Cancel-After": value})

    assert fields(answer) == ["Cancel-After"]


def test_a_full_queue_says_when_to_come_back() -> None:
    body = {"version": "overpaint/fill", "input": LARGE}
    with serving("--jobs", "1", "--queue", "1") as server, client_of(server) as api:
        answers = [api.post("/v1/predictions", json=body) for _ in range(4)]
        health = api.get("/health-check").json()
        for made in api.get("/v1/predictions").json()["results"]:
            api.post(f"/v1/predictions/{made['id']}/cancel")

    statuses = [answer.status_code for answer in answers]
    assert statuses[0] == 201
    assert statuses[-1] == 429
    assert int(answers[-1].headers["retry-after"]) == answers[-1].json()["retry_after"] > 0
    assert health["status"] == "BUSY"


def test_too_large_a_body_is_refused_before_it_is_read(api: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(70):
            yield b" " * 2**20

    announced = api.post("/v1/predictions", content=b" " * (64 * 2**20 + 1))
    unannounced = api.post("/v1/predictions", content=endless())

    assert announced.status_code == unannounced.status_code == 413
    assert announced.json()["status"] == 413


def test_a_picture_that_unpacks_to_too_much_is_refused(api: httpx.Client) -> None:
    import struct
    import zlib

    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + crc

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    body = {"version": "overpaint/fill", "input": SMALL | {"image": data_uri(bomb)}}

    answer = api.post("/v1/predictions", json=body)

    assert fields(answer) == ["input.image"]
    assert "megapixels" in answer.json()["detail"]


def test_a_run_whose_mask_does_not_fit_fails_with_a_sentence(api: httpx.Client) -> None:
    body = {"version": "overpaint/fill", "input": SMALL | {"mask": data_uri(mask(32, 32))}}

    last = ended(api, api.post("/v1/predictions", json=body).json())

    assert last["status"] == "failed"
    assert last["error"] == "The mask is 32 × 32 pixels and the picture 64 × 64."


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/predictions/none"),
        ("POST", "/v1/predictions/none/cancel"),
        ("GET", "/v1/predictions/none/outputs/0.png"),
        ("GET", "/v1/predictions?cursor=none"),
        ("GET", "/v1/models/a/b"),
        ("GET", "/v1/models/overpaint/fill/versions/none"),
        ("POST", "/v1/models/a/b/predictions"),
        ("GET", "/v1/files/none"),
        ("DELETE", "/v1/files/none"),
        ("GET", "/v1/nothing"),
    ],
)
def test_what_is_not_there_is_a_problem_in_json(api: httpx.Client, method: str, path: str) -> None:
    answer = api.request(method, path)

    assert answer.status_code == 404
    assert answer.json()["status"] == 404
    assert answer.json()["detail"]


def test_every_call_but_the_open_ones_wants_the_key(api: httpx.Client, server: Serving) -> None:
    made = api.post("/v1/predictions", json=FILL, headers={"Prefer": "wait"}).json()
    with httpx.Client(base_url=server.address, trust_env=False) as stranger:
        for path in ("/v1/predictions", "/v1/models", "/v1/files", "/openapi.json", "/docs"):
            refused = stranger.get(path)
            assert refused.status_code == 401, path
            assert refused.headers["www-authenticate"] == "Bearer"
        assert stranger.get("/health-check").status_code == 200
        assert stranger.get("/v1").json()["name"] == "overpaint"
        assert stranger.get(made["output"][0]).status_code == 200
        wrong = stranger.get("/v1/predictions", headers={"Authorization": "Bearer x"})
        assert "valid" in wrong.json()["detail"]
        old = stranger.get("/v1/predictions", headers={"Authorization": f"Token {SERVER_KEY}"})
        assert old.status_code == 200


def test_without_a_key_only_this_machine_is_let_in() -> None:
    with serving(key=None) as server, client_of(server) as api:
        port = server.address.rpartition(":")[2]

        def status(**headers: str) -> int:
            return api.get("/v1/predictions", headers=headers).status_code

        assert status() == 200
        assert status(Host=f"localhost:{port}") == 200
        assert status(Host="evil.example") == 403
        assert status(Host=f"evil.example:{port}") == 403
        assert status(Origin="https://evil.example") == 403
        assert status(Origin="null") == 403
        assert status(Origin=f"http://localhost:{port}") == 200


@pytest.mark.parametrize("host", ["127.0.0.2", "::1", "localhost"])
def test_a_server_without_a_key_answers_by_the_address_it_listens_on(host: str) -> None:
    with serving("--host", host, key=None) as server, client_of(server) as api:
        answer = api.get("/v1/models")
        stranger = api.get("/v1/models", headers={"Host": "127.0.0.3"})

    assert (answer.status_code, stranger.status_code) == (200, 403)


def test_a_server_says_a_line_of_each_prediction_and_nothing_of_what_was_asked(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    refused = {"image": "https://u.example/secret.png", "mask": SMALL["mask"], "prompt": "secret"}
    with serving(log=log) as server, client_of(server) as api:
        made = api.post("/v1/predictions", json=FILL, headers={"Prefer": "wait"}).json()
        body = {"version": "overpaint/fill", "input": refused}
        failed = ended(api, api.post("/v1/predictions", json=body).json())

    lines = log.read_text().splitlines()
    assert [line.split()[2:5] for line in lines] == [
        [made["id"], "patchmatch", "succeeded"],
        [failed["id"], "patchmatch", "failed"],
    ]
    assert "secret" not in log.read_text()
    assert SERVER_KEY not in log.read_text()


def test_a_quiet_server_says_nothing_of_its_work(tmp_path: Path) -> None:
    log = tmp_path / "log"
    # What it listens on is said nevertheless where a program asks.
    with serving("--quiet", "--json", log=log) as server, client_of(server) as api:
        api.post("/v1/predictions", json=FILL, headers={"Prefer": "wait"})

    assert log.read_text() == ""


def test_the_fill_versions_name_changes_with_its_inputs_and_with_nothing_else(
    api: httpx.Client,
) -> None:
    version = api.get("/v1/models/overpaint/fill").json()["latest_version"]
    taken = version["openapi_schema"]["components"]["schemas"]["Input"]
    facts = {
        name: [
            (part.get("type"), part.get("minimum"), part.get("maximum"))
            for part in field.get("anyOf", [field])
        ]
        for name, field in taken["properties"].items()
    }

    # Where this fails, the inputs have changed, and the version needs another name.
    assert (version["id"], taken["required"], facts) == (
        "21e5235685a228bd85f00637a619cb6cd2fd9ce0c1e9f2abf2f52bec59edb22e",
        ["image", "mask"],
        {
            "image": [("string", None, None)],
            "mask": [("string", None, None)],
            "prompt": [("string", None, None)],
            "negative_prompt": [("string", None, None), ("null", None, None)],
            "seed": [("integer", 0, 4294967295), ("null", None, None)],
            "num_outputs": [("integer", 1, 8)],
        },
    )


def test_the_description_needs_no_other_host(api: httpx.Client) -> None:
    assert api.get("/openapi.json").json()["openapi"].startswith("3.")
    assert [api.get(path).status_code for path in ("/docs", "/redoc")] == [404, 404]


def test_a_server_that_others_can_reach_insists_on_a_key() -> None:
    with pytest.raises(AssertionError), serving("--host", "0.0.0.0", key=None):  # noqa: S104  the case
        pass


def test_inputs_are_read_from_addresses_that_are_allowed(api: httpx.Client) -> None:
    with recording(
        {
            "GET /image.png": Reply(302, headers={"Location": "/moved.png"}),
            "GET /moved.png": Reply(200, photo()),
            "GET /mask.png": Reply(200, mask()),
        }
    ) as host:
        given = {"image": f"{host.url}/image.png", "mask": f"{host.url}/mask.png"}
        body = {"version": "overpaint/fill", "input": given}

        made = api.post("/v1/predictions", json=body, headers={"Prefer": "wait"}).json()

    assert (made["status"], made["error"]) == ("succeeded", None)
    assert host.lines == ["GET /image.png", "GET /moved.png", "GET /mask.png"]
    assert not [seen for seen in host.seen if seen.key]


def test_private_addresses_are_not_reached(inline_server: Serving) -> None:
    with recording({"GET .*": Reply(200, photo())}) as host, client_of(inline_server) as api:
        port = host.port
        for name in (
            f"127.0.0.1:{port}",
            f"localhost:{port}",
            f"[::1]:{port}",
            f"[::ffff:127.0.0.1]:{port}",
            f"2130706433:{port}",
            f"0.0.0.0:{port}",
            "169.254.169.254",
            "10.0.0.1",
        ):
            given = SMALL | {"image": f"http://{name}/image.png"}
            body = {"version": "overpaint/fill", "input": given}
            last = ended(api, api.post("/v1/predictions", json=body).json())
            assert last["status"] == "failed"
            assert "private network" in last["error"], name
        given = SMALL | {"image": "file:///etc/passwd"}
        body = {"version": "overpaint/fill", "input": given}
        assert "neither" in ended(api, api.post("/v1/predictions", json=body).json())["error"]

        assert host.seen == []


def test_a_redirect_to_a_private_address_is_not_followed() -> None:
    with (
        recording({"GET .*": Reply(200, photo())}) as private,
        recording(
            {"GET .*": Reply(302, headers={"Location": f"http://localhost:{private.port}/x"})}
        ) as host,
        serving("--reach", "127.0.0.1") as server,
        client_of(server) as api,
    ):
        body = {"version": "overpaint/fill", "input": SMALL | {"image": f"{host.url}/image.png"}}

        last = ended(api, api.post("/v1/predictions", json=body).json())

    assert "private network" in last["error"]
    assert private.seen == []


def test_webhooks_are_sent_in_order_and_the_last_one_until_it_is_heard(api: httpx.Client) -> None:
    heard = Reply(200)
    with recording({"POST /hook": [heard, heard, Reply(500), Reply(hang_up=True), heard]}) as host:
        body = FILL | {
            "webhook": f"{host.url}/hook",
            "webhook_events_filter": ["start", "output", "completed"],
        }
        made = api.post("/v1/predictions", json=body).json()
        seen = host.wait_for(5)

    assert [item.json["status"] for item in seen] == ["starting"] + ["succeeded"] * 4
    assert {item.json["id"] for item in seen} == {made["id"]}
    # Whoever hears it twice knows it by its name; another event has another.
    names = [item.headers["webhook-id"] for item in seen]
    assert (len(set(names)), len(set(names[2:]))) == (3, 1)
    assert seen[0].json["urls"]["get"].startswith(str(api.base_url))


def test_a_webhook_is_signed_with_its_time_and_the_key_that_the_server_shows(
    api: httpx.Client,
) -> None:
    secret = api.get("/v1/webhooks/default/secret").json()["key"]
    before = int(time.time())
    with recording({"POST /hook": Reply(200)}) as host:
        body = FILL | {"webhook": f"{host.url}/hook", "webhook_events_filter": ["completed"]}
        api.post("/v1/predictions", json=body)
        (seen,) = host.wait_for(1)
    after = int(time.time())

    name, moment = seen.headers["webhook-id"], seen.headers["webhook-timestamp"]
    assert before <= int(moment) <= after  # or one that was overheard could be sent again for ever
    signed = f"{name}.{moment}.".encode() + seen.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = base64.b64encode(hmac.new(key, signed, "sha256").digest()).decode()
    assert seen.headers["webhook-signature"] == f"v1,{made}"


def test_a_poll_does_not_carry_the_pictures_that_were_sent_along(api: httpx.Client) -> None:
    made = api.post("/v1/predictions", json=FILL, headers={"Prefer": "wait"}).json()

    assert made["input"]["image"] == f"{made['urls']['get']}/inputs/image"
    assert api.get(made["input"]["image"]).content == photo()
    assert api.get(f"{made['urls']['get']}/inputs/seed").status_code == 404


def test_a_file_serves_as_an_input_until_it_is_deleted(api: httpx.Client) -> None:
    files = {"content": ("image.png", photo(), "image/png")}
    kept = api.post("/v1/files", files=files).json()
    body = {"version": "overpaint/fill", "input": SMALL | {"image": kept["urls"]["get"]}}

    made = api.post("/v1/predictions", json=body, headers={"Prefer": "wait"}).json()

    assert made["status"] == "succeeded"
    assert api.get(f"/v1/files/{kept['id']}/download").content == photo()
    assert api.delete(f"/v1/files/{kept['id']}").status_code == 204
    assert api.get(f"/v1/files/{kept['id']}").status_code == 404


def test_a_form_in_another_charset_brings_no_half_character_in(api: httpx.Client) -> None:
    """`+2AA-` is half a character in UTF-7."""
    part = b'--b\r\nContent-Disposition: form-data; name="'
    body = part + b'metadata"\r\n\r\n{"of": "+2AA-"}\r\n'
    body += part + b'content"; filename="image.png"\r\n\r\n' + photo() + b"\r\n--b--\r\n"
    kind = "multipart/form-data; boundary=b; charset=utf-7"

    answer = api.post("/v1/files", content=body, headers={"Content-Type": kind})

    assert fields(answer) == ["metadata"]


@pytest.mark.parametrize("metadata", ['{"of": "\\ud800"}', '{"of": 1e999}', '{"of": NaN}', "[]"])
def test_metadata_that_could_not_be_shown_again_is_refused(
    api: httpx.Client, metadata: str
) -> None:
    files = {"content": ("image.png", photo(), "image/png")}

    answer = api.post("/v1/files", files=files, data={"metadata": metadata})

    assert fields(answer) == ["metadata"]
    assert api.get("/v1/files").status_code == 200
