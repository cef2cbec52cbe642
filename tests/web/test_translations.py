from __future__ import annotations

from maillage.web.translations import ENGLISH, compiled, missing, sentences, translated


def test_every_sentence_has_its_english():
    written = {message.id for message in translated() if message.id}

    assert {message.id for message in sentences() if message.id} == written
    assert missing(translated()) == []


def test_the_compiled_translations_are_those_written():
    assert ENGLISH.with_suffix(".mo").read_bytes() == compiled(translated())
