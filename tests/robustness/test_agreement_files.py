"""An agreement broken in any way is applied, or its mistakes are told with their lines; and neither takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.domain.agreements import AgreementSet
from maillage.engine.checking import check
from maillage.engine.loading import load_text
from maillage.engine.reading import AgreementMistakes
from tests.robustness.mutations import broken
from tools.boot import ROOT

FILES = sorted((ROOT / "agreements").glob("*/agreement.yaml"))
SOUND = [file.read_bytes() for file in FILES]
SLIPPED = (
    *(
        b":",
        b" - ",
        b"  ",
        b"\t",
        b"\n",
        b"\r\n",
        b"#",
        b"'",
        b'"',
        b"{",
        b"}",
        b"[",
        b"]",
        b"&a ",
        b"*a",
        b"!!int ",
        b"|\n",
    ),
    *(
        b"\x00",
        b"\xe9",
        b"\xff\xfe",
        b"null",
        b"true",
        b"2024-02-30",
        b"-1",
        b"1e999",
        b"0x10",
        b"x" * 5000,
        b"? ",
        b"<<: ",
    ),
    *(b"condition: {not: {not: {age: 3}}}", b"from: 26, to: 16", b"catchment_area", b"id: objectifs", b"number: P1"),
    *(b"\n---\n", b"{" * 60, b"[" * 60, b"amendments: [{}]\n", b"all: []", b"territory: commune:00000"),
)
SECONDS_AT_MOST = 5


def read(content: bytes):
    """Load a text; ``None`` when its mistakes were told."""
    try:
        return load_text(content)
    except AgreementMistakes as refusal:
        mistakes = refusal.mistakes
    last_line = content.count(b"\n") + content.count(b"\r") + 2
    assert mistakes
    assert all(1 <= mistake.line <= last_line for mistake in mistakes)
    assert all(mistake.found and mistake.expected for mistake in mistakes)
    return None


@pytest.mark.parametrize("content", SOUND, ids=[file.parent.name for file in FILES])
def test_the_sound_files_are_read(content):
    assert read(content) is not None


@given(content=st.sampled_from(SOUND).flatmap(lambda sound: broken(sound, SLIPPED)))
def test_a_broken_agreement_is_applied_or_its_mistakes_are_told(content):
    started = time.process_time()
    agreement = read(content)
    assert time.process_time() - started < SECONDS_AT_MOST

    if agreement is not None:
        known = {one.id: one for one in map(load_text, SOUND)} if agreement.framework else {}
        assert all(remark.sentence for remark in check(AgreementSet({**known, agreement.id: agreement})))
