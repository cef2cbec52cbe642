"""An index kept in a folder: arrays that several processes map in memory together, and a manifest that names versions.

Nothing in the folder is code: arrays, and texts read by whoever opens it. A folder is written under another name, then
renamed; each file is in the manifest with its checksum, so that a damaged one is noticed before it is used.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from maillage.domain.shared import MaillageError
from maillage.engine.kernels import Bytes, Ints

LAYOUT = 5
"""Changes whenever what the files hold is laid out otherwise: a folder of another layout is not read."""
MANIFEST = "manifest.json"
MAPPED_FROM = 1 << 16
"""Files of more bytes than these are mapped in memory; smaller ones are read."""
READERS = 2
_AT_ONCE = 1 << 22
_DRAFT, _DONE = ".writing-", "index-"
Arrays = Mapping[str, NDArray[Any]]


class IndexDamaged(MaillageError):
    """A folder does not hold the index that its manifest says."""


@dataclass(frozen=True)
class Manifest:
    """What a folder holds: the versions it was made from, small things by name, the checksum of each file, the size."""

    folder: Path
    versions: Mapping[str, Any]
    parts: Mapping[str, Any]
    files: Mapping[str, int]

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(file.stat().st_size for file in self.folder.iterdir())


def write_folder(parent: Path, arrays: Arrays, *, versions: Mapping[str, Any], parts: Mapping[str, Any]) -> Manifest:
    """Write arrays in a new folder, which appears whole or not at all; those that came before are then taken away.

    Whoever has an earlier folder open keeps its files until it lets go of them.
    """
    parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{_DRAFT}{os.getpid()}-", dir=parent))
    try:
        for name, array in arrays.items():
            np.save(_file_of(draft, name), array, allow_pickle=False)
        files = dict(zip(arrays, _checksums(draft, list(arrays)), strict=True))
        text = json.dumps({"layout": LAYOUT, "versions": versions, "parts": parts, "files": files}, ensure_ascii=False)
        sealed = json.dumps({"checksum": crc32(text.encode()), "content": text}, ensure_ascii=False)
        (draft / MANIFEST).write_text(sealed, encoding="utf-8")
        final = parent / f"{_DONE}{uuid4().hex}"
        draft.rename(final)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    for other in parent.iterdir():
        if other != final and (other.name.startswith(_DONE) or _is_abandoned(other)):
            shutil.rmtree(other, ignore_errors=True)
    return Manifest(final, versions, parts, files)


def _is_abandoned(folder: Path) -> bool:
    """Tell whether a folder is the draft of a process that is no longer there."""
    if not folder.name.startswith(_DRAFT):
        return False
    try:
        os.kill(int(folder.name.removeprefix(_DRAFT).partition("-")[0]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def manifests_in(parent: Path) -> tuple[Manifest, ...]:
    """Read the manifests of a folder, the latest first; a folder of another layout or half written is left out."""
    if not parent.is_dir():
        return ()
    folders = sorted(parent.glob(f"{_DONE}*"), key=_written_at, reverse=True)
    return tuple(found for folder in folders if (found := _manifest_of(folder)) is not None)


def _written_at(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:  # taken away meanwhile by a newer one
        return 0.0


def _manifest_of(folder: Path) -> Manifest | None:
    try:
        sealed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        text = sealed["content"]
        content = json.loads(text)
        if sealed["checksum"] != crc32(text.encode()) or content["layout"] != LAYOUT:
            return None
        return Manifest(folder, content["versions"], content["parts"], content["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_arrays(manifest: Manifest) -> dict[str, NDArray[Any]]:
    """Open the arrays of a folder, large ones mapped in memory: what several processes open is in memory once.

    What a process would write into them is its own. Cost: one reading of the files, which their checksum needs.

    Raises:
        IndexDamaged: a file is absent, or not the one that was written.
    """
    names = list(manifest.files)
    try:
        found = _checksums(manifest.folder, names)
        damaged = [name for name, checksum in zip(names, found, strict=True) if checksum != manifest.files[name]]
        if damaged:
            raise IndexDamaged(f"{_file_of(manifest.folder, damaged[0])} is not the file that was written.")
        return {name: _opened(_file_of(manifest.folder, name)) for name in names}
    except (OSError, ValueError) as failure:
        raise IndexDamaged(f"{manifest.folder} cannot be read: {failure}.") from failure


def _opened(file: Path) -> NDArray[Any]:
    mode: Any = "c" if file.stat().st_size > MAPPED_FROM else None
    # Compiled loops take an array, not what maps it; they are compiled for arrays that could be written.
    found: NDArray[Any] = np.load(file, mmap_mode=mode, allow_pickle=False).view(np.ndarray)
    return found


def _file_of(folder: Path, name: str) -> Path:
    return folder / f"{name}.npy"


def _checksums(folder: Path, names: Sequence[str]) -> list[int]:
    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(lambda name: checksum_of(_file_of(folder, name)), names))


def checksum_of(file: Path) -> int:
    """Give the CRC-32 of a file: it tells damage, not malice; whoever can write here can write the database too."""
    found = 0
    with file.open("rb") as opened:
        while block := opened.read(_AT_ONCE):
            found = crc32(block, found)
    return found


def let_go(array: NDArray[Any], first: int, last: int) -> None:
    """Give back the memory of the values ``first`` to ``last`` of a mapped array; asked for again, the file says them.

    Nothing happens to an array that is not mapped. What was written in a part that is let go is lost.
    """
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap):
        begin = len(base) - array.nbytes  # a file ends with its array
        start = -(-(begin + first * array.itemsize) // mmap.PAGESIZE) * mmap.PAGESIZE
        length = (begin + last * array.itemsize) // mmap.PAGESIZE * mmap.PAGESIZE - start
        if length > 0:
            base.madvise(mmap.MADV_DONTNEED, start, length)


def texts_of(texts: Sequence[bytes]) -> tuple[Bytes, Ints]:
    """Lay texts out one after the other; gives them with where each begins, and where the last ends."""
    start = np.cumsum([0, *(len(text) for text in texts)]).astype(np.int64)
    whole = b"".join(texts)
    return np.frombuffer(whole, np.uint8) if whole else np.zeros(0, np.uint8), start


def words_of(texts: Bytes, start: Ints) -> list[str]:
    """Give texts laid out, each as a word."""
    whole, ends = texts.tobytes(), start.tolist()
    return [whole[first:last].decode() for first, last in pairwise(ends)]
