"""What each operation and each parameter is for, in French and in English."""

from __future__ import annotations

from collections.abc import Mapping

from maillage.engine.wording import Language

ABOUT: Mapping[Language, str] = {
    "fr": (
        "Ce que disent les accords : quels services sont ouverts à qui, où, et par quel texte. "
        "Les faits sur une personne viennent dans le corps de la question, jamais dans une adresse ; rien n’est gardé."
    ),
    "en": (
        "What the agreements say: which services are open to whom, where, and by which text. "
        "Facts about a person come in the body of the question, never in an address; nothing is kept."
    ),
}
_AS_HSDS: Mapping[Language, str] = {
    "fr": "Chaque élément suit les schémas de HSDS 3.",
    "en": "Each item follows the schemas of HSDS 3.",
}
_AS_DATA_INCLUSION: Mapping[Language, str] = {
    "fr": "Chaque élément passe les modèles de data·inclusion ; ceux qu’ils refusent (sans date) n’y sont pas.",
    "en": "Each item passes the models of data·inclusion; those they refuse (without a date) are absent.",
}
_TABLE: Mapping[Language, str] = {
    "fr": "Un tableau dont aucune case n’est une formule, 10 000 lignes au plus à la fois.",
    "en": "A table of which no cell is a formula, at most 10,000 rows at a time.",
}
_LIST: Mapping[Language, str] = {
    "fr": "Par nom, dans l’ordre du français ; au-delà de la dernière page, la liste est vide.",
    "en": "By name, in French order; beyond the last page the list is empty.",
}

OPERATIONS: Mapping[Language, Mapping[str, tuple[str, str]]] = {
    "fr": {
        "askOpenings": (
            "Les portes ouvertes à une personne",
            (
                "Ce que dit la commande « maillage openings --json » : chaque porte avec ses raisons et le nom de la "
                "réponse, qui permet de la redonner. Au plus « limit » portes de chaque sorte."
            ),
        ),
        "askManyOpenings": (
            "Les portes ouvertes à plusieurs personnes",
            "Au plus 200 personnes, le même jour, dans l’ordre donné.",
        ),
        "listServices": ("Les services", _LIST["fr"]),
        "findService": ("Un service", "Tel qu’il est ce jour-là."),
        "listAccessPoints": ("Les lieux d’accueil", _LIST["fr"]),
        "findAccessPoint": ("Un lieu d’accueil", "Tel qu’il est ce jour-là."),
        "listOrganisations": ("Les organismes", _LIST["fr"]),
        "findOrganisation": ("Un organisme", "Tel qu’il est ce jour-là."),
        "listTerritories": ("Les territoires", _LIST["fr"]),
        "findTerritory": ("Un territoire", "Ses communes et sa population municipale, au dernier millésime chargé."),
        "listAgreements": (
            "Les accords",
            "Par titre, avec leur état ce jour-là, et pourquoi s’ils ne s’appliquent pas.",
        ),
        "readAgreement": (
            "Le texte d’un accord",
            "Tel qu’il se lit ce jour-là, avenants compris, article par article.",
        ),
        "measureCoverage": (
            "À quelle distance vivent les gens",
            (
                "La part des habitants au-delà de « km », à vol d’oiseau, du lieu le plus proche, et leur distance "
                "moyenne. « excluded » compte les communes sans point ou sans population. Chargez les lieux voisins : "
                "le plus proche compte où qu’il soit."
            ),
        ),
        "mapOffer": (
            "Qui offre quoi, et où il n’y a rien",
            (
                "Pour une thématique, les habitants qui ont deux partenaires ou plus à portée (commune), un seul "
                "(complémentaire) ou aucun (zone blanche), aujourd’hui et si des services ouvraient ou si un partenaire "
                "partait. Les services à distance sont comptés à part et ne changent pas la classe."
            ),
        ),
        "listCodes": ("Les codes", "Ceux qui servent à écrire les faits, les accords et les fichiers."),
        "exportDataInclusionStructures": ("Structures data·inclusion v1", _AS_DATA_INCLUSION["fr"]),
        "exportDataInclusionServices": ("Services data·inclusion v1", _AS_DATA_INCLUSION["fr"]),
        "aboutHsds": ("Ce que cette API est pour HSDS", "Sa version et son contrat."),
        "exportHsdsServices": ("Services HSDS 3", _AS_HSDS["fr"]),
        "exportHsdsOrganizations": ("Organismes HSDS 3", _AS_HSDS["fr"]),
        "exportCsvServices": ("Services en CSV", _TABLE["fr"]),
        "exportCsvAccessPoints": ("Lieux d’accueil en CSV", _TABLE["fr"]),
        "exportCsvOrganisations": ("Organismes en CSV", _TABLE["fr"]),
        "exportOpeningDays": (
            "Les jours d’ouverture d’un lieu",
            "Un calendrier iCalendar ; il est vide quand personne ne connaît les horaires.",
        ),
        "readInbox": (
            "Les demandes reçues",
            "À traiter, attendues aujourd’hui, en retard, en cours ; 200 de chaque au plus.",
        ),
        "listUptakes": ("Les demandes d’une personne", "Celles que le titulaire de la clé voit, la dernière d’abord."),
        "findUptake": (
            "Une demande",
            "Où elle en est, ce qui s’est passé, ce que cela a donné. Son ETag se renvoie dans If-Match.",
        ),
        "readAppointment": ("Le rendez-vous", "Un fichier iCalendar, qui ne nomme personne."),
        "exportAnswers": (
            "Les réponses de la semaine",
            "Un tableau CSV sous l’identifiant que l’organisme détient déjà ; aucune case n’est une formule.",
        ),
        "readFhir": (
            "Une demande en FHIR R4",
            "ServiceRequest et Task, selon le profil de Gravity ou de BSeR, nommé dans « meta.profile ».",
        ),
        "readPerson": (
            "Une personne",
            "Ce que l’accord laisse voir au titulaire de la clé ; chaque lecture est journalisée.",
        ),
        "readOrientation": (
            "Une personne, sous les noms de l’orientation",
            "Les champs de l’orientation de France Travail ; vide : inconnu, ou tu au titulaire de la clé.",
        ),
        "findPerson": (
            "Retrouver une personne",
            "Par l’identifiant que l’organisme détient déjà ; jamais un numéro de sécurité sociale.",
        ),
        "sendReferral": (
            "Adresser une personne",
            "À un service ou plusieurs ; « is_draft » prépare sans envoyer. Un refus dit pourquoi et ce qu’il faut faire.",
        ),
        "redirectUptake": ("Adresser ailleurs", "Une nouvelle demande, dans la même chaîne."),
        "moveUptake": (
            "Dire ce qui se passe",
            "Ouvrir, accepter, fixer un rendez-vous, recevoir, refuser, terminer… Les motifs sont dans /api/v1/codes.",
        ),
    },
    "en": {
        "askOpenings": (
            "The doors open to one person",
            (
                "What the command “maillage openings --json” says: each door with its reasons and the name of the answer, "
                "by which it can be given again. At most “limit” doors of each kind."
            ),
        ),
        "askManyOpenings": ("The doors open to several people", "At most 200 people, on one day, in the order given."),
        "listServices": ("Services", _LIST["en"]),
        "findService": ("One service", "As it stands on that day."),
        "listAccessPoints": ("Access points", _LIST["en"]),
        "findAccessPoint": ("One access point", "As it stands on that day."),
        "listOrganisations": ("Organisations", _LIST["en"]),
        "findOrganisation": ("One organisation", "As it stands on that day."),
        "listTerritories": ("Territories", _LIST["en"]),
        "findTerritory": (
            "One territory",
            "Its municipalities and municipal population, of the latest loaded vintage.",
        ),
        "listAgreements": ("Agreements", "By title, with their state on that day, and why if they do not apply."),
        "readAgreement": (
            "The text of an agreement",
            "As it reads on that day, amendments replayed, article by article.",
        ),
        "measureCoverage": (
            "How far people live",
            (
                "The share of people who live beyond “km”, in a straight line, of the nearest place, and their mean "
                "distance. “excluded” counts the municipalities without point or population. Load the places of the "
                "neighbours: the nearest counts wherever it lies."
            ),
        ),
        "mapOffer": (
            "Who offers what, and where there is nothing",
            (
                "For a theme, the people who have two partners or more within reach (common), one (complementary) or "
                "none (white), today and if services opened or a partner left. Remote services are counted apart and "
                "do not change the class."
            ),
        ),
        "listCodes": ("Codes", "Those that facts, agreements and files are written with."),
        "exportDataInclusionStructures": ("data·inclusion v1 structures", _AS_DATA_INCLUSION["en"]),
        "exportDataInclusionServices": ("data·inclusion v1 services", _AS_DATA_INCLUSION["en"]),
        "aboutHsds": ("What this API is to HSDS", "Its version and its contract."),
        "exportHsdsServices": ("HSDS 3 services", _AS_HSDS["en"]),
        "exportHsdsOrganizations": ("HSDS 3 organizations", _AS_HSDS["en"]),
        "exportCsvServices": ("Services as CSV", _TABLE["en"]),
        "exportCsvAccessPoints": ("Access points as CSV", _TABLE["en"]),
        "exportCsvOrganisations": ("Organisations as CSV", _TABLE["en"]),
        "exportOpeningDays": (
            "The opening days of an access point",
            "An iCalendar calendar; it is empty when nobody knows the hours.",
        ),
        "readInbox": ("The requests received", "To answer, expected today, late, going on; at most 200 of each."),
        "listUptakes": ("The requests about a person", "Those that the holder of the key sees, the latest first."),
        "findUptake": (
            "One request",
            "Where it stands, what happened, what came of it. Its ETag goes back in If-Match.",
        ),
        "readAppointment": ("The appointment", "An iCalendar file, which names nobody."),
        "exportAnswers": (
            "The answers of the week",
            "A CSV table under the identifier that the organisation already holds; no cell is a formula.",
        ),
        "readFhir": (
            "A request as FHIR R4",
            "ServiceRequest and Task, under the profile of Gravity or of BSeR, named in “meta.profile”.",
        ),
        "readPerson": (
            "One person",
            "What the agreement lets the holder of the key see; every reading is in the journal.",
        ),
        "readOrientation": (
            "One person, under the names of the orientation",
            "The fields of France Travail's orientation; null: unknown, or withheld from the holder of the key.",
        ),
        "findPerson": (
            "Find a person",
            "By the identifier that the organisation already holds; never a national identity number.",
        ),
        "sendReferral": (
            "Send a person",
            "To one service or several; “is_draft” prepares without sending. A refusal says why and what to do.",
        ),
        "redirectUptake": ("Send elsewhere", "A new request, in the same chain."),
        "moveUptake": (
            "Say what happens",
            "Open, accept, appoint, receive, refuse, complete… The reasons are in /api/v1/codes.",
        ),
    },
}

PARAMETERS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "on": "Le jour, AAAA-MM-JJ ; aujourd’hui s’il manque.",
        "page": "La page, à partir de 1.",
        "size": "Combien d’éléments par page.",
        "per_page": "Combien d’éléments par page.",
        "search": "Des mots du nom, de la ville ou de l’identifiant ; accents et majuscules ne comptent pas.",
        "network": "Un réseau porteur de data·inclusion.",
        "municipality": "Une commune, par son code INSEE : là où le service ou le lieu se trouve.",
        "territory": "Un territoire : departement:36, clpe:CLPE36004, ou un code officiel seul.",
        "kind": "Une sorte de lieu, ou de territoire.",
        "organisation": "L’identifiant d’un organisme.",
        "theme": "Une thématique de data·inclusion, entière ou sa famille.",
        "in_force": "true : seulement ceux qui s’appliquent ce jour-là ; false : les autres.",
        "points": "Les lieux qui comptent : AGENCY, ou FRANCE_SERVICES:la-poste ; se répète.",
        "km": "Au-delà de combien de kilomètres.",
        "by": "Une ligne pour chacun de ces territoires.",
        "within": "Jusqu’à combien de kilomètres, en ligne droite.",
        "group": "Un public : les services qui le nomment et ceux qui n’en demandent aucun ; tous s’il manque.",
        "agreement": "Un accord : ses parties sont les partenaires.",
        "networks": "Des réseaux : ce sont les partenaires ; se répète, deux au moins.",
        "opened": "La commune, par son code INSEE, où un service de plus ouvrirait ; se répète.",
        "lost": "La clé du partenaire qui partirait, telle que la réponse la donne.",
        "days": "Combien de jours, 92 au plus.",
        "service_id": "L’identifiant du service.",
        "access_point_id": "L’identifiant du lieu.",
        "organisation_id": "L’identifiant de l’organisme.",
        "agreement_id": "L’identifiant de l’accord.",
        "profile": "Le profil d’échange : GRAVITY ou BSER.",
        "person": "L’identifiant de la personne.",
        "uptake": "L’identifiant de la demande.",
        "Idempotency-Key": "Une clé à vous : la même demande renvoyée sous la même clé, pendant 24 heures, ne compte qu’une fois.",
        "If-Match": "L’ETag de la demande telle que vous l’avez lue.",
    },
    "en": {
        "on": "The day, YYYY-MM-DD; today when absent.",
        "page": "The page, from 1.",
        "size": "How many items a page.",
        "per_page": "How many items a page.",
        "search": "Words of the name, the town or the id; accents and case do not count.",
        "network": "A network of data·inclusion.",
        "municipality": "A municipality, by its INSEE code: where the service or the place stands.",
        "territory": "A territory: departement:36, clpe:CLPE36004, or an official code alone.",
        "kind": "A kind of place, or of territory.",
        "organisation": "The id of an organisation.",
        "theme": "A theme of data·inclusion, whole or its family.",
        "in_force": "true: only those in force on that day; false: the others.",
        "points": "The places that count: AGENCY, or FRANCE_SERVICES:la-poste; may be repeated.",
        "km": "Beyond how many kilometres.",
        "by": "A row for each of these territories.",
        "within": "Up to how many kilometres, in a straight line.",
        "group": "A target group: the services that name it and those that ask for none; all when absent.",
        "agreement": "An agreement: its parties are the partners.",
        "networks": "Networks: they are the partners; may be repeated, two at least.",
        "opened": "The municipality, by its INSEE code, where one more service would open; may be repeated.",
        "lost": "The key of the partner that would leave, as the answer gives it.",
        "days": "How many days, 92 at most.",
        "service_id": "The id of the service.",
        "access_point_id": "The id of the access point.",
        "organisation_id": "The id of the organisation.",
        "agreement_id": "The id of the agreement.",
        "profile": "The exchange profile: GRAVITY or BSER.",
        "person": "The id of the person.",
        "uptake": "The id of the request.",
        "Idempotency-Key": "A key of yours: the same request sent again under the same key, for 24 hours, counts once.",
        "If-Match": "The ETag of the request as you read it.",
    },
}

FACTS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "on": "Le jour, AAAA-MM-JJ ; aujourd’hui s’il manque.",
        "include": "Les autres portes à donner aussi.",
        "language": "La langue des raisons.",
        "limit": "Combien de portes de chaque sorte, au plus.",
        "people": "Les faits de chaque personne, sous les mêmes noms que pour une seule.",
        "municipality": "Le code INSEE de la commune où elle habite.",
        "point": "[latitude, longitude] du lieu exact ; sinon, le point de la commune.",
        "age": "En années révolues, ce jour-là.",
        "registered": "Inscrite à France Travail.",
        "registered_for_months": "Depuis combien de mois.",
        "target_groups": "Ses situations ; une liste vide : on sait qu’elle n’en a aucune.",
        "barriers": "Ce qui lui complique la vie ; de même.",
        "boe": "Relève de l’obligation d’emploi des travailleurs handicapés.",
        "minimum_income": "Touche un revenu minimum.",
        "priority_neighbourhood": "Habite un quartier prioritaire.",
        "qualification": "Son niveau de qualification.",
        "occupation": "Le métier qu’elle cherche, code ROME.",
        "themes": "Ses besoins, dans l’ordre qui compte pour elle ; aucun : tous.",
        "identifier": "L’identifiant que l’organisme détient déjà.",
        "person": "L’identifiant de la personne.",
        "to": "Les services où l’adresser ; pour HAND_OVER, le collègue.",
        "why": "Pourquoi, en une phrase que la personne pourra relire.",
        "wish": "Ce qu’elle souhaite, en une phrase.",
        "confirmed": "Les faits vérifiés avec elle, quand personne ne les avait notés.",
        "agreed_on": "Le jour où elle a accepté que son suivi passe.",
        "is_draft": "Préparer sans envoyer.",
        "move": "Ce qui se passe : un code de la liste « moves ».",
        "reason": "Le motif, quand il en faut un.",
        "day": "Le jour annoncé : décision, place attendue.",
        "rank": "Le rang dans la liste d’attente.",
        "starts_at": "Le jour et l’heure du rendez-vous, avec le fuseau.",
        "place": "Le lieu du rendez-vous.",
        "manner": "Sur place, par téléphone, en visio, à domicile.",
        "outcome": "Ce que cela a donné : kind, on, source, proof.",
        "reported_with": "Qui l’a dit au téléphone, quand on le note pour le partenaire.",
    },
    "en": {
        "on": "The day, YYYY-MM-DD; today when absent.",
        "include": "The other doors to give too.",
        "language": "The language of the reasons.",
        "limit": "How many doors of each kind, at most.",
        "people": "The facts of each person, under the same names as for one.",
        "municipality": "The INSEE code of the municipality where the person lives.",
        "point": "[latitude, longitude] of the exact place; else the point of the municipality.",
        "age": "In completed years, on that day.",
        "registered": "With France Travail.",
        "registered_for_months": "For how many months.",
        "target_groups": "The person’s situations; an empty list: known to have none.",
        "barriers": "What makes life difficult; likewise.",
        "boe": "Covered by the duty to employ disabled workers.",
        "minimum_income": "Receives a minimum income.",
        "priority_neighbourhood": "Lives in a priority neighbourhood.",
        "qualification": "Level of qualification.",
        "occupation": "The work looked for, ROME code.",
        "themes": "Needs, in the order that matters to the person; none: all.",
        "identifier": "The identifier that the organisation already holds.",
        "person": "The id of the person.",
        "to": "The services to send them to; for HAND_OVER, the colleague.",
        "why": "Why, in a sentence that the person can read.",
        "wish": "What they wish, in a sentence.",
        "confirmed": "The facts checked with them, where nobody had recorded them.",
        "agreed_on": "The day they agreed that their support passes.",
        "is_draft": "Prepare without sending.",
        "move": "What happens: a code of the list “moves”.",
        "reason": "The reason, where one is due.",
        "day": "The day announced: decision, place expected.",
        "rank": "The rank on the waiting list.",
        "starts_at": "Day and time of the appointment, with the time zone.",
        "place": "Where the appointment is.",
        "manner": "On site, by telephone, by video, at home.",
        "outcome": "What came of it: kind, on, source, proof.",
        "reported_with": "Who said it on the telephone, when it is noted for the partner.",
    },
}
"""What each field of a question about openings is; one that is left out is unknown."""
