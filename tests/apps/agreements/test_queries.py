"""Reading the signed texts: from a folder, again only when a file changed, or as they were kept."""

from __future__ import annotations

import pytest

from maillage.apps.agreements.models import AgreementText
from maillage.apps.agreements.queries import TextForgotten, agreements_in, agreements_recalled, shipped_folder
from maillage.apps.agreements.use_cases import remember_texts
from maillage.apps.audit.models import AuditEvent
from maillage.engine.loading import NoAgreement
from maillage.engine.reading import AgreementMistakes
from tests.apps.eligibility.conftest import AGREEMENT, NOON, amend


def test_the_agreements_shipped_are_read_by_default():
    assert [agreement.id for agreement in agreements_in().agreements] == [
        "2014-face-national",
        "2020-ave-national",
        "2021-ml-alsace-nord",
        "2022-la-poste-centre-val-de-loire",
        "2024-indre-experimentation-numerique",
    ]
    assert (shipped_folder() / "schema.json").is_file()


def test_a_folder_is_read_again_when_a_file_changed(agreements):
    first, again = agreements_in(agreements), agreements_in(agreements)
    amend(agreements, "aux jeunes", "à toutes les personnes")
    changed = agreements_in(agreements)

    assert again is first
    assert changed.digests != first.digests
    assert [text for _, text in first.texts.values()] == [AGREEMENT]


def test_a_folder_without_agreement_or_with_a_broken_one_is_refused(agreements):
    with pytest.raises(NoAgreement):
        agreements_in(agreements / "nowhere")
    amend(agreements, "level: LOCAL", "level: VILLAGE")
    with pytest.raises(AgreementMistakes, match="« VILLAGE »"):
        agreements_in(agreements)


@pytest.mark.django_db
def test_texts_are_kept_word_for_word_and_once(agreements):
    loaded = agreements_in(agreements)

    assert [remember_texts(by="amel", loaded=loaded, at=NOON) for _ in range(2)] == [1, 0]

    kept = AgreementText.objects.get()
    assert (kept.content, kept.first_known_at, str(kept)) == (AGREEMENT, NOON, f"essai+{kept.digest[:8]}")
    assert [(event.what, event.subject) for event in AuditEvent.objects.all()] == [("remember_text", "essai")]


@pytest.mark.django_db
def test_texts_are_recalled_as_they_were_after_the_file_changed(agreements):
    loaded = agreements_in(agreements)
    remember_texts(by="amel", loaded=loaded, at=NOON)
    amend(agreements, "{to: 25}", "{to: 99}")

    assert agreements_recalled(loaded.digests) == loaded.agreements


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["\r\n", "\n\n"])
def test_a_text_keeps_its_digest_whatever_its_line_endings(ending, agreements):
    (agreements / "essai" / "agreement.yaml").write_bytes(AGREEMENT.replace("\n", ending).encode())
    loaded = agreements_in(agreements)
    remember_texts(by="amel", loaded=loaded, at=NOON)

    assert [one.digest for one in agreements_recalled(loaded.digests)] == list(loaded.digests)


@pytest.mark.django_db
def test_a_text_never_read_here_is_not_recalled():
    with pytest.raises(TextForgotten, match="The text 00000000 was never read by this database"):
        agreements_recalled(["0" * 64])


def test_an_operator_chooses_the_folder_and_a_file_is_given_byte_for_byte(agreements, settings):
    settings.MAILLAGE_AGREEMENTS = agreements

    loaded = agreements_in()

    (only,) = loaded.agreements
    assert only.id == "essai"
    assert loaded.file_of(only) == (agreements / "essai" / "agreement.yaml").read_bytes()
