"""What a hosted endpoint answers, step by step, where a test decides when it is done."""

from __future__ import annotations

import base64

from fakes.recording import RecordingServer, Reply, prediction

__all__ = ["CREATE", "GET", "SLOW", "SMALL_LAYER", "finish"]

CREATE = "POST /v1/predictions"
GET = "GET /v1/predictions/p1"
# Nothing is selected, and the layer leaves something of the photo to copy from.
SMALL_LAYER = """
Gimp.Selection.none(image)
image.insert_layer(photo.copy(), None, 1)
photo.scale(60, 50, False)
image.set_selected_layers([photo])
Gimp.displays_flush()
"""
SLOW = {
    CREATE: Reply(201, prediction("starting")),
    GET: Reply(200, prediction("processing")),
    "POST /v1/predictions/p1/cancel": Reply(200, prediction("canceled")),
}


def finish(studio: RecordingServer) -> None:
    """Let the prediction succeed, with the very picture that was sent."""
    picture = studio.creates[0].json["input"]["image"].partition(",")[2]
    png = Reply(200, base64.b64decode(picture), headers={"Content-Type": "image/png"})
    done = prediction("succeeded", output=[f"{studio.url}/out.png"])
    studio.say({CREATE: Reply(201, done), GET: Reply(200, done), "GET /out.png": png})
