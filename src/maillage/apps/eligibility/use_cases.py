"""Giving answers that can be given again: their versions are kept, nothing about a person is."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from maillage.apps.agreements.queries import agreements_in
from maillage.apps.agreements.use_cases import remember_texts
from maillage.apps.audit.use_cases import record_event
from maillage.apps.eligibility.keeping import written
from maillage.apps.eligibility.mapping import Context
from maillage.apps.eligibility.models import AnswerContext
from maillage.apps.eligibility.queries import Answer, answer, offered_on, wanted_on
from maillage.apps.territories.use_cases import keep_geography
from maillage.domain.eligibility import Question
from maillage.engine.storing import Manifest
from maillage.engine.wording import Language


def give_answer(  # noqa: PLR0913 (keyword-only: what is asked, by whom, when, shown how)
    *,
    by: str,
    question: Question,
    at: datetime,
    language: Language = "fr",
    shown: int = 40,
    folder: Path | None = None,
) -> Answer:
    """Answer one question and keep the versions the answer rests on, so that its id can be replayed.

    Raises:
        UnknownTerritory: the person's municipality is in no loaded vintage.
    """
    offered = offered_on(question.on, folder=folder)
    given = answer(offered, question, language=language, shown=shown)
    remember_context(by=by, context=offered.context, at=at, folder=folder)
    return given


def remember_context(*, by: str, context: Context, at: datetime, folder: Path | None = None) -> bool:
    """Keep the versions of a day's answers with the texts they name; gives whether they were new.

    Two who ask at the same time keep the same row: the second finds it there.
    """
    if AnswerContext.objects.filter(digest=context.digest()).exists():
        return False
    with transaction.atomic():
        remember_texts(by=by, loaded=agreements_in(folder), at=at)
        keep_geography(by=by, token=context.geography, at=at)
        _, is_new = AnswerContext.objects.get_or_create(
            digest=context.digest(), defaults={"content": context.content(), "first_asked_at": at}
        )
        if is_new:
            record_event(by=by, what="remember_context", subject=context.digest(), at=at)
    return is_new


def build_index(*, by: str, on: date, at: datetime, folder: Path | None = None) -> Manifest:
    """Keep on disk the index of a day's offer, so that processes open it instead of laying it out.

    It appears whole or not at all. The texts it rests on are kept, so that it can be carried to later ones.
    """
    remember_texts(by=by, loaded=agreements_in(folder), at=at)
    manifest = written(wanted_on(on, folder=folder))
    record_event(by=by, what="build_index", subject=manifest.folder.name, at=at)
    return manifest
