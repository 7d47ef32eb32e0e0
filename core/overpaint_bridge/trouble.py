"""What went wrong, as a person reads it: what happened, why, and what to do next."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import BridgeError, CanvasGone, RuntimeMissingError, WorkerGoneError
from .language import N_, gettext, language
from .reports import Failed, Refused

__all__ = ["Trouble", "trouble"]


LOOK = N_("Look at the endpoint in the settings, and press Test.")
# By an error's name: title, what happened, what to do.
SENTENCES: dict[str, tuple[str, str, str]] = {
    # What was noticed before anything was sent.
    "input": (
        N_("That can't be asked for"),
        N_("A setting has a value that does not go; nothing was sent."),
        N_("Change the setting that the details name."),
    ),
    "image": (
        N_("The picture can't be used"),
        N_("The picture or the selection does not fit; nothing was sent."),
        N_("Select again, and start the run again."),
    ),
    "configuration": (
        N_("The endpoint is not set up"),
        N_("Its address, its key or the settings file is missing or wrong; nothing was sent."),
        LOOK,
    ),
    "journal": (
        N_("The journal can't be used"),
        N_("What is asked and paid for could not be written down, or not be found there."),
        N_("Make room on the disk, and start the run again."),
    ),
    "protocol": (
        N_("The plug-in and its worker do not understand each other"),
        N_("They may be of different versions; nothing in your picture has changed."),
        N_("Update Overpaint, then the plug-in, and restart the editor."),
    ),
    "no_room": (
        N_("No room for the pixels"),
        N_("The memory, or the disk for temporary files, is full; nothing was sent."),
        N_("Close something, or make room on the disk, and start the run again."),
    ),
    "internal": (
        N_("Overpaint made a mistake"),
        N_("Nothing in your picture has changed."),
        N_("Please report it, with the details."),
    ),
    "nothing_selected": (
        N_("Nothing is selected"),
        N_("Nothing is selected, so nothing says where to paint."),
        N_("Select something, take the whole layer, or expand the canvas."),
    ),
    "nothing_left": (
        N_("Nothing would be left to copy from"),
        N_("The built-in engine fills from what is not selected."),
        N_("Select a part, expand the canvas, or choose an endpoint with a model."),
    ),
    "nothing_to_expand": (
        N_("No side to expand"),
        N_("Every side is set to 0 pixels."),
        N_("Give at least one side some pixels."),
    ),
    # What an endpoint answered with.
    "authentication": (
        N_("The endpoint does not take the key"),
        N_("The key is missing, unknown, or may not do this."),
        N_("Enter the key again in the settings, and press Test."),
    ),
    "out_of_credit": (
        N_("The account has no credit"),
        N_("The account behind the key can't pay for the run."),
        N_("Add credit at the endpoint's website, then start the run again."),
    ),
    "not_found": (
        N_("The endpoint does not know that"),
        N_("It knows no such model, prediction or address."),
        LOOK,
    ),
    "too_large": (
        N_("Too large for the endpoint"),
        N_("The picture is larger than the endpoint takes."),
        N_("Choose a smaller context, or a smaller selection."),
    ),
    "refused_input": (
        N_("The model does not take these settings"),
        N_("It refused the request as it was."),
        N_("Change the setting that the details name."),
    ),
    "rate_limited": (
        N_("Too many requests"),
        N_("The endpoint or its model is busy."),
        N_("Wait a minute, then start the run again."),
    ),
    "server": (
        N_("The endpoint is in trouble"),
        N_("It broke while answering."),
        N_("Try again later. If it lasts, tell its operator the request id."),
    ),
    "unexpected_answer": (
        N_("The endpoint answered in an unknown way"),
        N_("What came back is not an answer of the prediction API."),
        LOOK,
    ),
    "api": (N_("The endpoint said no"), N_("It answered with an error."), LOOK),
    "refused": (N_("That did not work"), "", ""),
    # What the network did.
    "not_sent": (
        N_("The endpoint can't be reached"),
        N_("The request never got there."),
        N_("Look at the network and the endpoint's address, then start the run again."),
    ),
    "answer_timeout": (
        N_("No answer came"),
        N_("The request was sent, and no answer came in time; a run may have begun."),
        N_("Look under Recover before you start the run again."),
    ),
    "transport": (
        N_("The network broke off"),
        N_("No answer came."),
        N_("Look under Recover before you start the run again."),
    ),
    "output": (
        N_("The result could not be read"),
        N_("The model has painted, and its result could not be fetched or read."),
        N_("Look under Recover."),
    ),
    # What became of the prediction.
    "recovery": (
        N_("Nobody can tell whether this run was created"),
        N_("The endpoint's list does not say what was asked, or does not go back that far."),
        N_("Look at the endpoint's own page; then try again, or dismiss it."),
    ),
    "not_created": (
        N_("This run was never created"),
        N_("The endpoint has no such prediction, and nothing was charged."),
        N_("Start the run again."),
    ),
    "prediction_failed": (
        N_("The model could not paint that"),
        N_("It ran and failed; the details have its own words."),
        N_("Change the prompt or the selection, then start the run again."),
    ),
    "prediction_canceled": (
        N_("The run was canceled at the endpoint"),
        N_("Somebody else, or the endpoint itself, has stopped it."),
        N_("Start the run again."),
    ),
    "prediction_timeout": (
        N_("The model took too long"),
        N_("It had not ended in time, and was asked to stop."),
        N_("Start the run again, with a smaller selection or fewer steps."),
    ),
    "prediction": (
        N_("There is no result"),
        N_("The prediction ended without one."),
        N_("Start the run again."),
    ),
}
# After these a person asks what it has cost. The same answers come while a run that was created is
# waited for, or recovered; so nothing is promised but where the worker knows it.
REFUSALS = ("authentication", "not_sent", "out_of_credit", "rate_limited", "refused_input")

# What is mended in the settings, if anywhere: another key, another address.
IN_SETTINGS = (
    *("authentication", "configuration", "not_found", "not_sent"),
    *("unexpected_answer", "api"),
)

# What only who works in a terminal can follow: a command, its option, a variable. Many who paint
# have never seen one, and the editor's windows do the same.
FOR_A_TERMINAL = re.compile(r"`overpaint |`--[a-z]|\bOVERPAINT_[A-Z]|(?<!\S)--[a-z]")


@dataclass(frozen=True)
class Trouble:
    """One thing that went wrong.

    Attributes:
        title: a few words, for a heading.
        what: what happened, and why.
        next: what to do about it; may be empty.
        details: for a report: the worker's own words, the request's id, the end of the log.
        code: the error's name, as `failed` has it.
    """

    title: str
    what: str
    next: str = ""
    details: str = ""
    code: str = ""

    @property
    def is_for_settings(self) -> bool:
        """True where a person would look at the endpoint in the settings next."""
        return self.code in IN_SETTINGS

    @property
    def text(self) -> str:
        """Everything, for Copy."""
        parts = (self.title, self.what, self.next, self.details)
        return "\n".join(part for part in parts if part)


def trouble(cause: Failed | Refused | BridgeError | CanvasGone) -> Trouble:
    """Put what went wrong into a person's words.

    In English the worker's own sentence is the exact one. In another language a translated sentence
    stands for it, and it goes into the details.
    """
    if isinstance(cause, (RuntimeMissingError, WorkerGoneError)):
        return _of_the_worker(cause)
    if isinstance(cause, CanvasGone):
        title = gettext("The picture is not there any more")
        again = gettext("Open it again, and start the run again. Nothing was sent.")
        return Trouble(title, str(cause), again, code="canvas_gone")
    code, message, hint, request_id = _parts(cause)
    sentences = SENTENCES.get(code, (N_("That did not work"), "", ""))
    title, what, following = (gettext(sentence) for sentence in sentences)
    details = [f"request id: {request_id}"] if request_id else []
    if isinstance(cause, BridgeError) and cause.detail:
        details.append(cause.detail)
    if isinstance(cause, Failed) and cause.charged == "no" and code in REFUSALS:
        what = f"{what} {gettext('Nothing was charged.')}"
    if following and FOR_A_TERMINAL.search(hint):
        details.append(hint)
        hint = ""
    if language() == "en" or not what:
        return Trouble(title, message, hint or following, "\n".join(details), code)
    details.insert(0, f"{message} {hint}".strip())
    return Trouble(title, what, following, "\n".join(details), code)


def _parts(cause: Failed | Refused | BridgeError) -> tuple[str, str, str, str]:
    """Code, message, hint and request id."""
    if isinstance(cause, Failed):
        return cause.code, cause.message, cause.hint, cause.request_id or ""
    if isinstance(cause, Refused):
        return "refused", cause.message, cause.hint, ""
    return cause.code, str(cause), "", ""


def _of_the_worker(cause: BridgeError) -> Trouble:
    _ = gettext
    if isinstance(cause, RuntimeMissingError):
        return Trouble(
            _("Overpaint is not set up yet"),
            _("No Python with Overpaint in it was found on this computer."),
            _("Set it up, or name its interpreter in the settings."),
            "\n".join(part for part in (str(cause), cause.detail) if part),
            "runtime_missing",
        )
    return Trouble(
        _("Overpaint's worker has ended"),
        _("What was running has stopped. Finished results are kept."),
        _("Start the run again; the worker starts with it."),
        "\n".join(part for part in (str(cause), cause.detail) if part),
        "worker_gone",
    )
