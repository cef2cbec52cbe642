"""Reading the signed texts, from a folder or as they were remembered."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from maillage.apps.agreements.models import AgreementText
from maillage.domain.agreements import Agreement, AgreementSet
from maillage.domain.shared import MaillageError
from maillage.engine.loading import agreement_files, load_folder, load_text
from maillage.engine.reading import schema_file


class TextForgotten(MaillageError):
    """An answer rests on a text that this database never read."""


@dataclass(frozen=True)
class LoadedAgreements:
    """The agreements of a folder with the text of each file, by digest."""

    agreements: AgreementSet
    texts: Mapping[str, tuple[str, str]]
    """Digest -> (id of the agreement, text)."""

    @property
    def digests(self) -> tuple[str, ...]:
        """The digests of all files, sorted: together they name the state of the folder."""
        return tuple(sorted(self.texts))

    def file_of(self, agreement: Agreement) -> bytes:
        """Give the file of an agreement, byte for byte as it was read."""
        return self.texts[agreement.digest][1].encode()


_lock = threading.Lock()
_loaded: dict[Path, tuple[tuple[object, ...], LoadedAgreements]] = {}


def shipped_folder() -> Path:
    """Give the folder of the agreements that come with the product."""
    return schema_file().parent


def chosen_folder() -> Path:
    """Give the folder whose agreements are applied: the operator's, else the one shipped."""
    return settings.MAILLAGE_AGREEMENTS or shipped_folder()


def agreements_in(folder: Path | None = None) -> LoadedAgreements:
    """Read the agreements of a folder (default: the operator's, else those shipped), again only when a file changed.

    Raises:
        AgreementMistakes: a file cannot be applied as it is written.
        NoAgreement: the folder holds none.
    """
    where = (folder or chosen_folder()).resolve()
    stamp = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in agreement_files(where))
    with _lock:
        known = _loaded.get(where)
        if known is None or known[0] != stamp:
            before = known[1].agreements if known else ()
            agreements = load_folder(where, known={agreement.digest: agreement for agreement in before})
            of_digest = {agreement.digest: agreement for agreement in agreements}
            files = [path.read_bytes() for path in agreement_files(where)]
            digests = [hashlib.sha256(content).hexdigest() for content in files]
            # A file that changes while it is read is read again at the next request: its stamp differs.
            read = [(of_digest.get(digest) or load_text(one), one) for digest, one in zip(digests, files, strict=True)]
            texts = {agreement.digest: (agreement.id, content.decode()) for agreement, content in read}
            known = _loaded[where] = (stamp, LoadedAgreements(agreements, texts))
        return known[1]


def agreements_recalled(digests: Iterable[str]) -> AgreementSet:
    """Give agreements as their texts were remembered.

    Raises:
        TextForgotten: one of the digests was never remembered here.
    """
    wanted = set(digests)
    rows = dict(AgreementText.objects.filter(digest__in=wanted).values_list("digest", "content"))
    absent = sorted(wanted - rows.keys())
    if absent:
        raise TextForgotten(
            f"The text {absent[0][:8]} was never read by this database: give the answer again where it was first given, "
            f"or ask once with --agreements FOLDER and that text in the folder."
        )
    read = [load_text(content.encode()) for content in rows.values()]
    return AgreementSet({agreement.id: agreement for agreement in read})
