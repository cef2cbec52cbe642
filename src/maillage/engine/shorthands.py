"""Shorthands that an author may write in a clause, put in full before the schema is asked.

``priority: jeunes`` for a list of one, ``target_group: [jeunes, RQTH]`` for ``{in: [...]}``, ``volume: 100`` for
``{count: 100}``, and nothing after a key for a key that is not there. What they mean is never in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maillage.domain.people import FACTS

LISTS = frozenset(
    {
        "priority",
        "priority_target_groups",
        "required_documents",
        "themes",
        "ids",
        "kinds",
        "networks",
        "levels",
        "must_contain",
        "fields",
        "duties",
        "what",
        "hypotheses",
        "indicators",
    }
)


def in_full(content: Mapping[str, Any]) -> dict[str, Any]:
    """Give an agreement's content with the shorthands of its clauses put in full; the rest is given back as it is."""
    whole = dict(content)
    if isinstance(whole.get("articles"), list):
        whole["articles"] = [_article_in_full(article) for article in whole["articles"]]
    if isinstance(whole.get("amendments"), list):
        whole["amendments"] = [_amendment_in_full(amendment) for amendment in whole["amendments"]]
    return whole


def _amendment_in_full(amendment: Any) -> Any:
    if not isinstance(amendment, dict) or not isinstance(amendment.get("instructions"), list):
        return amendment
    instructions = [
        {kind: _article_in_full(article) for kind, article in one.items()} if isinstance(one, dict) else one
        for one in amendment["instructions"]
    ]
    return {**amendment, "instructions": instructions}


def _article_in_full(article: Any) -> Any:
    if not isinstance(article, dict) or not isinstance(article.get("clauses"), list):
        return article
    return {**article, "clauses": [_value_in_full("clause", clause) for clause in article["clauses"]]}


def _value_in_full(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _value_in_full(name, one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        parts = [_value_in_full("part", one) for one in value]
        return {"in": parts} if key in FACTS else parts
    if key in LISTS and isinstance(value, str):
        return [value]
    if key == "volume" and isinstance(value, int):
        return {"count": value}
    return value
