"""Every stored field about a person, table by table: what a person would call it, and its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from maillage.domain.personal_data import TERMS, Category, Retention, Since, StoredField, Terms, fields_by_name


@dataclass(frozen=True)
class _Table:
    """The fields of one table: those a person reads about, by kind, and the technical ones, named only."""

    model: str
    label_fr: str
    label_en: str
    told: Mapping[Category, Mapping[str, tuple[str, str]]]
    technical: str = ""
    retention: Retention | None = field(default=None)


TABLES: tuple[_Table, ...] = (
    _Table(
        "people.Person",
        "La personne",
        "The person",
        {
            Category.IDENTITY: {
                "given_name": ("Prénom", "Given name"),
                "family_name": ("Nom", "Family name"),
                "birth_date": ("Date de naissance", "Date of birth"),
                "external_id_sealed": (
                    "Identifiant dans l’organisme, chiffré",
                    "Identifier in the organisation, encrypted",
                ),
            },
            Category.CONTACT: {
                "telephone": ("Téléphone", "Telephone"),
                "email": ("Adresse électronique", "E-mail address"),
                "prefers_to_be_called": ("Préfère être appelé", "Prefers to be called"),
                "no_voicemail": ("Ne pas laisser de message", "Leave no voicemail"),
                "language": ("Langue parlée", "Language spoken"),
                "needs_interpreter": ("Besoin d’un interprète", "Needs an interpreter"),
            },
            Category.SITUATION: {
                "municipality": ("Commune", "Municipality"),
                "registered": ("Inscrit à France Travail", "Registered with the employment service"),
                "registered_since": ("Inscrit depuis", "Registered since"),
                "target_groups": ("Publics dont la personne fait partie", "Groups the person belongs to"),
                "minimum_income": ("Touche un minimum social", "Receives a minimum income"),
                "priority_neighbourhood": ("Habite un quartier prioritaire", "Lives in a priority neighbourhood"),
                "qualification": ("Niveau de qualification", "Level of qualification"),
                "occupation": ("Métier recherché", "Occupation sought"),
            },
            Category.NEED: {
                "barriers": ("Ce qui complique la vie", "What makes life harder"),
                "themes": ("Besoins, dans l’ordre", "Needs, in order"),
            },
            Category.FOLLOW_UP: {
                "lead_organisation": ("Organisme qui suit la personne", "Organisation that follows the person"),
                "lead_site": ("Site qui suit la personne", "Site that follows the person"),
                "lead_team": ("Équipe qui suit la personne", "Team that follows the person"),
                "lead_adviser": ("Conseiller qui suit la personne", "Adviser who follows the person"),
                "last_contact_on": ("Dernier échange", "Last contact"),
            },
        },
        "id external_id_hash created_at merged_into version",
    ),
    _Table(
        "people.HealthFacts",
        "La santé, gardée à part",
        "Health, kept apart",
        {
            Category.HEALTH: {
                "boe": (
                    "Travailleur handicapé reconnu (ou titre équivalent)",
                    "Recognised disabled worker, or equivalent",
                ),
                "target_groups": ("Publics qui disent la santé", "Groups that tell health"),
                "barriers": ("Difficulté de santé", "Health difficulty"),
            }
        },
        "id person",
    ),
    _Table(
        "people.Link",
        "Pourquoi un partenaire voit la personne",
        "Why a partner sees the person",
        {
            Category.FOLLOW_UP: {
                "kind": ("Orientation ou accompagnement délégué", "Referral or delegation"),
                "organisation": ("Organisme partenaire", "Partner organisation"),
                "site": ("Site du partenaire", "Site of the partner"),
                "team": ("Équipe du partenaire", "Team of the partner"),
                "holder": ("Personne qui s’en occupe", "Who takes care of it"),
                "agreement": ("Accord", "Agreement"),
                "article": ("Article", "Article"),
                "passed_fields": ("Ce que le partenaire voit", "What the partner sees"),
                "passes_health": ("Le partenaire voit une donnée de santé", "The partner sees a health fact"),
                "opened_at": ("Depuis", "Since"),
                "until": ("Jusqu’au", "Until"),
                "closed_at": ("Fermé le", "Closed on"),
                "objected_at": ("Refusé par la personne le", "Objected to by the person on"),
            }
        },
        "id person subject lead_organisation lead_site lead_team lead_adviser",
    ),
    _Table(
        "sharing.Consent",
        "Ce que la personne a accepté",
        "What the person allowed",
        {
            Category.WILL: {
                "organisation": ("Pour quel organisme", "For which organisation"),
                "agreement": ("Au titre de quel accord", "Under which agreement"),
                "fields": ("Ce qui peut passer", "What may pass"),
                "purpose": ("Pour quoi faire", "What for"),
                "how": ("Donné comment", "Given how"),
                "given_on": ("Donné le", "Given on"),
                "until": ("Valable jusqu’au", "Valid until"),
                "revoked_at": ("Retiré le", "Withdrawn on"),
            }
        },
        "id person_id clause recorded_at",
    ),
    _Table(
        "sharing.Objection",
        "Ce que la personne a refusé",
        "What the person refused",
        {
            Category.WILL: {
                "organisation": ("Pour quel organisme", "For which organisation"),
                "made_on": ("Dit le", "Said on"),
                "reason": ("Raison, si la personne l’a dite", "Reason, if the person said it"),
                "lifted_at": ("Levé le", "Lifted on"),
            }
        },
        "id person_id recorded_at",
    ),
    _Table(
        "sharing.InformationSheet",
        "Ce que l’on a dit à la personne",
        "What the person was told",
        {
            Category.WILL: {
                "content": ("Le texte de la fiche", "The text of the sheet"),
                "how": ("Donnée comment", "Given how"),
                "told_at": ("Donnée le", "Given on"),
            }
        },
        "id person_id subject",
    ),
    _Table(
        "sharing.FollowLink",
        "Le lien privé de la personne",
        "The person's private link",
        {
            Category.WILL: {
                "made_at": ("Fait le", "Made on"),
                "until": ("Valable jusqu’au", "Valid until"),
                "revoked_at": ("Retiré le", "Withdrawn on"),
            }
        },
        "id person_id subject token_hash",
    ),
    _Table(
        "referrals.Referral",
        "La demande",
        "The request",
        {
            Category.FOLLOW_UP: {
                "why": ("Pourquoi, en une phrase", "Why, in a sentence"),
                "wish": ("Ce que la personne souhaite", "What the person wishes"),
                "sender_organisation": ("Organisme qui adresse", "Organisation that refers"),
                "is_walk_in": ("Venu de soi-même", "Came by themselves"),
                "made_at": ("Quand", "When"),
            }
        },
        "id person sender_site sender_team sender_membership chain based_on gathering",
    ),
    _Table(
        "referrals.Uptake",
        "Ce que le partenaire en fait",
        "What the partner does with it",
        {
            Category.FOLLOW_UP: {
                "service_name": ("Service", "Service"),
                "recipient_organisation": ("Partenaire", "Partner"),
                "channel": ("Par quel moyen", "By which means"),
                "basis": ("À quel titre", "On which ground"),
                "agreement": ("Accord", "Agreement"),
                "article": ("Article", "Article"),
                "state": ("Où l’on en est", "Where it stands"),
                "turn": ("À qui d’agir", "Whose turn it is"),
                "due_on": ("Pour quand", "By when"),
                "sent_on": ("Envoyé le", "Sent on"),
                "answered_on": ("Répondu le", "Answered on"),
                "accepted_on": ("Accepté le", "Accepted on"),
                "received_on": ("Reçu le", "Received on"),
                "appointment_on": ("Rendez-vous le", "Appointment on"),
                "appointment_at": ("Heure du rendez-vous", "Time of the appointment"),
                "appointment_place": ("Lieu du rendez-vous", "Place of the appointment"),
                "appointment_manner": ("Rendez-vous sur place ou à distance", "Appointment on site or from afar"),
                "expected_on": ("Attendu le", "Expected on"),
                "decision_on": ("Décision le", "Decision on"),
                "rank": ("Place dans la liste d’attente", "Place in the waiting list"),
                "absence_count": (
                    "Rendez-vous où la personne n’a pas pu venir",
                    "Appointments the person could not attend",
                ),
                "outcome_known": ("On sait ce qu’il en est advenu", "What came of it is known"),
                "outcome_positive": ("Une solution a été trouvée", "A solution was found"),
            }
        },
        "id referral person sender_organisation sender_site sender_team sender_membership service recipient_site "
        "recipient_team access_point holder clause version answer_days department sequence is_open hidden_at objected_at "
        "until is_reported is_walk_in since remind_on expire_on code_digest",
    ),
    _Table(
        "referrals.UptakeEvent",
        "Ce qui s’est passé",
        "What happened",
        {
            Category.FOLLOW_UP: {
                "kind": ("Ce qui s’est passé", "What happened"),
                "by_name": ("Noté par", "Noted by"),
                "organisation": ("De quel organisme", "From which organisation"),
                "recorded_at": ("Noté le", "Noted on"),
                "effective_on": ("Arrivé le", "Happened on"),
                "reason": ("Raison", "Reason"),
                "reported_with": ("Dit au téléphone par", "Said on the telephone by"),
                "data": ("Lieu, heure, manière", "Place, time, manner"),
            }
        },
        "id uptake sequence by membership role reported",
    ),
    _Table(
        "referrals.Outcome",
        "Ce qu’il en est advenu",
        "What came of it",
        {
            Category.FOLLOW_UP: {
                "kind": ("Ce qu’il en est advenu", "What came of it"),
                "on": ("Depuis le", "Since"),
                "source": ("Qui l’a dit", "Who said so"),
                "proof": ("Ce qui le montre", "What shows it"),
            }
        },
        "id uptake sequence recorded_at",
    ),
    _Table(
        "referrals.UptakeGroup",
        "Publics, pour les chiffres",
        "Groups, for the figures",
        {Category.SITUATION: {"group": ("Public dont la personne fait partie", "Group the person belongs to")}},
        "id uptake",
    ),
    _Table(
        "referrals.WalkIn",
        "Venu sans être adressé",
        "Came without being referred",
        {
            Category.IDENTITY: {
                "family_name": ("Nom, effacé dès la réponse", "Family name, erased once answered"),
                "given_name": ("Prénom, effacé dès la réponse", "Given name, erased once answered"),
                "birth_date": ("Date de naissance, effacée dès la réponse", "Date of birth, erased once answered"),
            },
            Category.FOLLOW_UP: {
                "service": ("Service", "Service"),
                "came_on": ("Venu le", "Came on"),
                "told_at": ("Dit le", "Said on"),
                "answered_at": ("Répondu le", "Answered on"),
            },
        },
        "id recipient_organisation recipient_site recipient_team recipient_membership asked_organisation asked_site "
        "asked_team asked_membership uptake",
    ),
    _Table(
        "delegation.Delegation",
        "Accompagnement confié à un partenaire",
        "Support led by a partner",
        {
            Category.FOLLOW_UP: {
                "from_organisation": ("Confié par", "Given by"),
                "to_organisation": ("Confié à", "Given to"),
                "holder": ("Personne qui accompagne", "Who supports"),
                "agreement": ("Accord", "Agreement"),
                "article": ("Article", "Article"),
                "state": ("Où l’on en est", "Where it stands"),
                "is_priority": ("Passe avant, selon l’accord", "Comes first, says the agreement"),
                "proposed_on": ("Proposé le", "Proposed on"),
                "waiting_since": ("En attente depuis", "Waiting since"),
                "agreed_on": ("Accepté par la personne le", "Agreed to by the person on"),
                "started_on": ("Commencé le", "Started on"),
                "review_due_on": ("Point à faire le", "Review due on"),
                "ended_on": ("Terminé le", "Ended on"),
                "end_reason": ("Raison de la fin", "Reason of the end"),
                "handed_to": ("Repris par", "Taken back by"),
            }
        },
        "id person uptake from_site from_team from_membership to_site to_team clause version sequence period_start "
        "hidden_at objected_at until",
    ),
    _Table(
        "delegation.DelegationEvent",
        "Étapes de l’accompagnement confié",
        "Steps of the support led by a partner",
        {
            Category.FOLLOW_UP: {
                "state": ("Étape", "Step"),
                "by_name": ("Noté par", "Noted by"),
                "organisation": ("De quel organisme", "From which organisation"),
                "recorded_at": ("Noté le", "Noted on"),
                "effective_on": ("Arrivé le", "Happened on"),
                "reason": ("Raison", "Reason"),
                "data": ("Précisions", "Details"),
            }
        },
        "id delegation sequence by",
    ),
    _Table(
        "delegation.LeadOrganisationDecision",
        "Changement d’organisme qui suit la personne",
        "Change of the organisation that follows the person",
        {
            Category.FOLLOW_UP: {
                "from_organisation": ("Suivi jusque-là par", "Followed until then by"),
                "to_organisation": ("Suivi ensuite par", "Followed then by"),
                "proposed_on": ("Proposé le", "Proposed on"),
                "decided_by": ("Décidé par", "Decided by"),
                "decided_on": ("Décidé le", "Decided on"),
                "reason": ("Raison", "Reason"),
            }
        },
        "id person recorded_by recorded_at",
    ),
    _Table(
        "audit.Reading",
        "Qui a regardé le dossier",
        "Who looked at the file",
        {
            Category.TRACE: {
                "at": ("Quand", "When"),
                "account": ("Par qui", "By whom"),
                "organisation": ("De quel organisme", "From which organisation"),
                "person": ("Quel dossier", "Which file"),
                "what": ("Sur quelle page", "On which page"),
                "basis": ("À quel titre", "On which ground"),
                "was_refused": ("Refusé", "Refused"),
            }
        },
        "id membership is_own",
        Retention(12, Since.RECORDED),
    ),
)


def _entries_of(table: _Table) -> Iterator[StoredField]:
    for category, told in table.told.items():
        for name, (french, english) in told.items():
            yield StoredField(f"{table.model}.{name}", category, french, english, _terms(category, table))
    for name in table.technical.split():
        label = (f"Numéro technique ({name})", f"Technical number ({name})")
        yield StoredField(f"{table.model}.{name}", Category.TECHNICAL, *label, _terms(Category.TECHNICAL, table))


def _terms(category: Category, table: _Table) -> Terms:
    terms = TERMS[category]
    if table.retention is None:
        return terms
    return replace(terms, retention=table.retention)


STORED_FIELDS: dict[str, StoredField] = fields_by_name(entry for table in TABLES for entry in _entries_of(table))
"""Every stored field about a person, by app.Model.field."""
