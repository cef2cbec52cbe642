"""Who may do what, in which state, as tables: action -> rule; a refusal is a sentence and what to do instead."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum

from maillage.domain.accounts import Actor, Role
from maillage.domain.shared import MaillageError


class Relation(Enum):
    """What somebody is to the thing acted on; several may hold at once."""

    OWN = "OWN"
    TEAM = "TEAM"
    SITE = "SITE"
    ORGANISATION = "ORGANISATION"
    SENDER = "SENDER"
    RECIPIENT = "RECIPIENT"
    PARTY = "PARTY"
    NONE = "NONE"


ANY_ROLE = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Sentence:
    """The same sentence in both languages of the product."""

    french: str
    english: str


NO_SENTENCE = Sentence("", "")
SIGN_IN = Sentence("Connectez-vous d’abord.", "Sign in first.")
NOBODY_IS_SIGNED_IN = Sentence("Cette page est réservée aux comptes.", "This page is for accounts.")


class Ground(Enum):
    """What forbids an action."""

    SIGNED_OUT = "SIGNED_OUT"
    ROLE = "ROLE"
    RELATION = "RELATION"
    STATE = "STATE"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a table: who may act (any of ``roles`` with any of ``relations``), and in which ``states``.

    ``sentence`` says who may; ``when`` says in which state it is possible; ``remedy`` what to do instead. ``states``
    is ``None`` when the state does not matter.
    """

    roles: frozenset[Role]
    relations: frozenset[Relation]
    sentence: Sentence
    states: frozenset[Enum] | None = None
    when: Sentence = NO_SENTENCE
    remedy: Sentence = NO_SENTENCE


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody may not do something now, and what to do; ``code`` is the action and the ground."""

    code: str
    ground: Ground
    sentence_fr: str
    sentence_en: str
    remedy_fr: str = ""
    remedy_en: str = ""


class NotPermitted(MaillageError):
    """Somebody asked for what their role, their place or the state of things forbids."""

    def __init__(self, refusal: Refusal) -> None:
        """Say the refusal in French, the first language of the product; pages say it in their own."""
        super().__init__(" ".join(filter(None, (refusal.sentence_fr, refusal.remedy_fr))))
        self.refusal = refusal


Table = Mapping[str, Rule]


def refusal_of(
    table: Table,
    action: str,
    actor: Actor | None,
    relation: Relation | AbstractSet[Relation] = Relation.NONE,
    state: Enum | None = None,
) -> Refusal | None:
    """Say what forbids an action to somebody, or ``None`` when it is permitted.

    ``relation`` is one relation or all those that hold. The first ground found is the one said: nobody signed in,
    the role, the relation, then the state.

    Raises:
        KeyError: the table has no such action; that is a mistake of the code, never of a user.
    """
    rule = table[action]
    relations = frozenset({relation}) if isinstance(relation, Relation) else relation
    if actor is None:
        return _refusal(action, Ground.SIGNED_OUT, NOBODY_IS_SIGNED_IN, SIGN_IN)
    if actor.role not in rule.roles:
        return _refusal(action, Ground.ROLE, rule.sentence, rule.remedy)
    if not rule.relations & relations:
        return _refusal(action, Ground.RELATION, rule.sentence, rule.remedy)
    if rule.states is not None and state not in rule.states:
        return _refusal(action, Ground.STATE, rule.when, rule.remedy)
    return None


def require(
    table: Table,
    action: str,
    actor: Actor | None,
    relation: Relation | AbstractSet[Relation] = Relation.NONE,
    state: Enum | None = None,
) -> None:
    """Let a permitted action through.

    Raises:
        NotPermitted: it is not, with the same refusal that ``refusal_of`` gives.
    """
    refusal = refusal_of(table, action, actor, relation, state)
    if refusal is not None:
        raise NotPermitted(refusal)


def _refusal(action: str, ground: Ground, sentence: Sentence, remedy: Sentence) -> Refusal:
    return Refusal(
        code=f"{action}:{ground.value}",
        ground=ground,
        sentence_fr=sentence.french,
        sentence_en=sentence.english,
        remedy_fr=remedy.french,
        remedy_en=remedy.english,
    )


def impossible(code: str, sentence: Sentence, remedy: Sentence = NO_SENTENCE) -> NotPermitted:
    """Make the refusal of something that the state of things forbids, where no table can say it beforehand."""
    return NotPermitted(_refusal(code, Ground.STATE, sentence, remedy))
