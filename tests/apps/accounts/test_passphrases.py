from __future__ import annotations

import pytest
from django.contrib.auth.hashers import check_password, make_password

from maillage.apps.accounts.passphrases import PassphraseTooEasy, check_passphrase
from maillage.apps.accounts.sealing import SealBroken, digest_of, new_link, seal, unseal


@pytest.mark.parametrize(
    "passphrase",
    [
        "quatre mots sans lien aucun",
        "tisane-oseille-domino",
        "EXACTEMENT 14 c",
        "été à la mer du Nord",
        "a7b!kd93hq_zx82m",
    ],
)
def test_a_long_passphrase_is_accepted_without_composition_rule(passphrase):
    check_passphrase(passphrase, email="amel@exemple.invalid", name="Amel Exemple")


@pytest.mark.parametrize(
    ("passphrase", "code"),
    [
        ("treize lettre", "short"),
        ("x" * 129, "long"),
        ("aaaaaaaaaaaaaaaa", "repeated"),
        ("azertyuiopqsdf", "repeated"),
        ("1234567890123456", "repeated"),
        ("nbvcxw mlkjhgfdsq", "repeated"),
        ("motdepassemotdepasse", "common"),
        ("Motdepasse-Motdepasse-2026", "common"),
        ("passwordpassword1", "common"),
        ("francetravail2026", "common"),
        ("amel.exemple.2026!", "own"),
    ],
)
def test_what_is_easy_to_guess_is_refused_and_says_why(passphrase, code):
    with pytest.raises(PassphraseTooEasy) as refused:
        check_passphrase(passphrase, email="amel.exemple@agence.invalid", name="Amel Exemple")

    assert refused.value.code == code


def test_a_passphrase_is_kept_by_argon2id():
    kept = make_password("quatre mots sans lien aucun")

    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password("quatre mots sans lien aucun", kept)


def test_a_sealed_text_is_opened_by_its_key_alone(settings):
    sealed = seal("JBSWY3DPEHPK3PXP")

    assert unseal(sealed) == "JBSWY3DPEHPK3PXP"
    assert "JBSWY" not in sealed
    settings.SECRET_KEY = "another key, of forty characters or more."
    with pytest.raises(SealBroken):
        unseal(sealed)


def test_a_digest_depends_on_its_purpose_and_on_the_key(settings):
    before = digest_of("link", purpose="invitation")

    assert before != digest_of("link", purpose="recovery code")
    settings.SECRET_KEY = "another key, of forty characters or more."
    assert digest_of("link", purpose="invitation") != before


def test_two_links_are_never_the_same():
    assert len({new_link() for _ in range(100)}) == 100
