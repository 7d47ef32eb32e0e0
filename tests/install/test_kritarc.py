"""Krita's settings file: our line goes in and out, every other byte stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overpaint.installing import kritarc

LINES = st.sampled_from(
    [
        b"",
        b"[python]",
        b"[python][inner]",
        b"[theme]",
        b"enable_other=true",
        b"enable_overpaint_krita=false",
        b"enable_overpaint_krita_too=true",
        b"Name=\xc3\xa9",
        b"# note",
    ]
)
FILES = st.builds(
    lambda lines, ending, last: ending.join(lines) + (ending if last else b""),
    st.lists(LINES, max_size=8),
    st.sampled_from([b"\n", b"\r\n"]),
    st.booleans(),
)


@given(FILES)
def test_the_change_is_taken_back_exactly(content: bytes) -> None:
    edit = kritarc.enabled(content)

    if edit is None:
        assert kritarc.is_enabled(content)
    else:
        after = edit.apply(content)
        assert kritarc.is_enabled(after)
        assert edit.undo(after) == content


@given(FILES)
def test_every_other_line_stays_in_its_order(content: bytes) -> None:
    edit = kritarc.enabled(content)
    after = edit.apply(content) if edit else content

    def others(text: bytes) -> list[bytes]:
        return [
            line
            for line in text.splitlines()
            if line.strip()
            and line.partition(b"=")[0] != b"enable_overpaint_krita"
            and line != b"[python]"
        ]

    assert others(after) == others(content)


@given(FILES)
def test_switching_it_on_twice_changes_nothing_more(content: bytes) -> None:
    edit = kritarc.enabled(content)
    after = edit.apply(content) if edit else content

    assert kritarc.enabled(after) is None


@pytest.mark.parametrize(
    ("content", "left"),
    [
        (b"[python]\nenable_overpaint_krita=true\n", b""),
        (
            b"[a]\nx=1\n\n[python]\nenable_overpaint_krita=true\n\n[z]\ny=1\n",
            b"[a]\nx=1\n\n[z]\ny=1\n",
        ),
        (
            b"[a]\r\nx=1\r\n\r\n[python]\r\nenable_overpaint_krita=true\r\n\r\n[z]\r\n",
            b"[a]\r\nx=1\r\n\r\n[z]\r\n",
        ),
        (b"[a]\nx=1\n\n[python]\nenable_overpaint_krita=true\n", b"[a]\nx=1\n"),
        (
            b"[python]\nenable_other=true\nenable_overpaint_krita=true\n",
            b"[python]\nenable_other=true\n",
        ),
        (b"[other]\nenable_overpaint_krita=true\n", b"[other]\nenable_overpaint_krita=true\n"),
    ],
)
def test_our_line_goes_from_a_file_krita_has_rewritten(content: bytes, left: bytes) -> None:
    assert kritarc.disabled(content) == left
