"""Downloading a publisher's file because an operator asked for it; nothing else ever does."""

from __future__ import annotations

import contextlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from maillage.apps.audit.use_cases import record_event
from maillage.apps.imports.sources import Source
from maillage.domain.shared import MaillageError

TIMEOUT_SECONDS = 30
LARGEST_DOWNLOAD = 1024**3
PIECE = 256 * 1024


class FetchFailed(MaillageError):
    """The file could not be downloaded; whatever was there before is untouched."""


def fetch_file(  # noqa: PLR0913 (keyword-only)
    *,
    by: str,
    source: Source,
    folder: Path,
    at: datetime,
    progress: Callable[[int, int | None], None],
    largest: int = LARGEST_DOWNLOAD,
) -> Path:
    """Download the file of a source into a folder, replacing an earlier one only once it is whole.

    Raises:
        FetchFailed: its address is not known or not of the web, does not answer, or answers too much.
    """
    if not source.address:
        raise FetchFailed(f"We do not know the address of {source.name}. {_instead(source)}")
    _require_web(source, source.address)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / source.file
        part = folder / f"{source.file}.part"
        try:
            size = _download(source, part, progress, largest)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as failure:
        reason = getattr(failure, "reason", None) or failure
        raise FetchFailed(f"{source.address} could not be fetched ({reason}). {_instead(source)}") from failure
    record_event(by=by, what="fetch_file", subject=source.name, at=at, details={"from": source.address, "bytes": size})
    return target


def _download(source: Source, part: Path, progress: Callable[[int, int | None], None], largest: int) -> int:
    request = urllib.request.Request(source.address, headers={"User-Agent": "Maillage"})  # noqa: S310 (checked)
    done = 0
    with (
        contextlib.closing(urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS)) as answer,  # noqa: S310
        part.open("wb") as stream,
    ):
        _require_web(source, answer.geturl())
        announced = answer.headers.get("Content-Length") or ""
        total = int(announced) if announced.isdigit() else None
        while piece := answer.read(PIECE):
            done += len(piece)
            if done > largest:
                raise FetchFailed(f"{source.address} gives more than {largest // 1024**2} MB. {_instead(source)}")
            stream.write(piece)
            progress(done, total)
    if not done or (total is not None and done != total):
        raise FetchFailed(f"{source.address} gave {done} bytes of {total or 'none'}: not whole. Try again.")
    return done


def _require_web(source: Source, address: str) -> None:
    if urlsplit(address).scheme not in {"http", "https"}:
        raise FetchFailed(f"{source.name}: {address} is not an address of the web. {_instead(source)}")


def _instead(source: Source) -> str:
    where = f" (look for it on {source.page})" if source.page else ""
    return f"Get the file another way{where}, then give it: maillage import {source.format} FILE"
