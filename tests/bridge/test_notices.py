"""What went wrong is shown over the picture it is about, and over no other."""

from __future__ import annotations

from overpaint_bridge.notices import Notices
from overpaint_bridge.runs import PanelRun
from overpaint_bridge.trouble import Trouble

BOTH = {"one", "other"}


def failed(document: str, title: str = "No") -> PanelRun:
    run = PanelRun(document)
    run.end("failed", Trouble(title, "It says no."))
    return run


def title(notices: Notices, document: str, there: set[str] = BOTH) -> str:
    notice = notices.shown(document, there)
    return notice.said(there).title if notice is not None else ""


def test_a_failed_run_is_told_over_its_own_picture_alone() -> None:
    notices = Notices()
    notices.hear([PanelRun("other"), failed("one")])

    assert [title(notices, each) for each in ("one", "other", "", "one")] == ["No", "", "", "No"]


def test_one_that_was_closed_does_not_come_back() -> None:
    notices, runs = Notices(), [failed("one")]
    notices.hear(runs)
    notices.dismiss(notices.shown("one", BOTH))
    notices.hear(runs)

    assert title(notices, "one") == ""


def test_a_closed_pictures_is_told_over_the_one_in_front_and_says_so() -> None:
    notices = Notices()
    notices.hear([failed("one")])

    assert title(notices, "", set()) == title(notices, "other", {"other"}) == "No"
    notice = notices.shown("other", {"other"})
    assert notice is not None
    assert notice.said({"other"}).what == "It says no. It was about a picture that is closed now."
    assert notice.said(BOTH).what == "It says no."


def test_one_that_was_seen_goes_with_its_picture() -> None:
    notices = Notices()
    notices.hear([failed("one"), failed("other", "Unseen")])

    assert title(notices, "one") == "No"
    assert title(notices, "third", {"third"}) == "Unseen"


def test_a_pictures_own_goes_before_a_closed_ones_which_is_kept() -> None:
    notices = Notices()
    notices.hear([failed("one", "Own"), failed("closed", "Closed")])

    assert title(notices, "one") == "Own"
    notices.dismiss(notices.shown("one", BOTH))
    assert title(notices, "one") == "Closed"


def test_the_newest_is_told_of_each_picture() -> None:
    notices = Notices()
    notices.hear([failed("one", "First"), failed("one", "Second"), failed("other", "Third")])

    assert [title(notices, each) for each in ("one", "other")] == ["Second", "Third"]
    notices.dismiss(notices.shown("one", BOTH))
    assert title(notices, "one") == ""


def test_one_about_no_picture_is_told_over_every_one() -> None:
    notices = Notices()
    notices.tell(Trouble("General", ""))

    assert [title(notices, each) for each in ("one", "other", "")] == ["General"] * 3


def test_what_is_told_elsewhere_is_not_told_here_later() -> None:
    notices, runs = Notices(), [failed("one")]
    notices.hear(runs, elsewhere=True)
    notices.hear(runs)

    assert title(notices, "one") == ""


def test_it_follows_a_run_whose_picture_was_opened_again() -> None:
    notices, run = Notices(), failed("one")
    notices.hear([run])
    run.document = "again"

    assert title(notices, "again", {"again"}) == "No"
