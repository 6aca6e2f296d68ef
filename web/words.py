"""The words of the work for the codes of the database: roles, states, purposes, ways."""

from engine.domain.errors import NotFound
from web.i18n import N_, _, language
from workflows.access.disclosures import MAIL
from workflows.consent.vocabulary import vocabulary
from workflows.house import TEXTS
from workflows.texts import read_text

# What a role is called, in Danish.
ROLE_TITLES = {
    "intake": N_("modtagelsen"),
    "primary_responsible": N_("den, der holder tråden"),
    "coordinator": N_("tovholder"),
    "education_coordinator": N_("uddannelseskoordinator"),
    "plan_owner": N_("ansvarlig for planen"),
    "handover_receiver": N_("modtager af overgangen"),
    "handover_sender": N_("afgiver af overgangen"),
    "unit_leader": N_("leder"),
    "area_chief": N_("chef for fagområdet"),
    "team_convenor": N_("mødeleder"),
    "mandated_member": N_("deltager med mandat"),
    "committee_member": N_("medlem af visitationsudvalget"),
    "background_group": N_("baggrundsgruppe"),
    "chief_consultant": N_("chefkonsulent"),
    "leader_forum": N_("lederforum"),
    "steering_group": N_("styregruppe"),
    "committee_politician": N_("fagudvalg"),
    "uu_counsellor": N_("UU-vejleder"),
    "job_adviser": N_("jobrådgiver"),
    "youth_adviser": N_("ungerådgiver"),
    "youth_consultant": N_("ungekonsulent"),
    "case_worker": N_("sagsbehandler"),
    "guide": N_("guide"),
    "contact_person": N_("kontaktperson"),
    "support_contact": N_("støtte-kontaktperson"),
    "mentor": N_("mentor"),
    "home_support": N_("bostøtte"),
    "ppr_psychologist": N_("PPR-psykolog"),
    "health_nurse": N_("sundhedsplejerske"),
    "disability_psychiatry_authority": N_("handicap og psykiatri"),
    "youth_disability_authority": N_("Myndighed Unge og Handicap"),
    "drug_adviser": N_("rusmiddelkonsulent"),
    "physician_drug": N_("læge i rusmiddelbehandlingen"),
    "teacher": N_("lærer"),
    "class_contact_teacher": N_("kontaktlærer"),
    "school_leader": N_("skoleleder"),
    "preventive_social_worker": N_("forebyggende socialrådgiver"),
    "inclusion_adviser": N_("inklusionsvejleder"),
    "ssp_adviser": N_("SSP-vejleder"),
    "education_ambassador": N_("uddannelsesambassadør"),
    "company_consultant": N_("virksomhedskonsulent"),
    "benefit_officer": N_("medarbejder i ydelsescentret"),
    "buddy_pair": N_("makkerpar"),
    "young_person": N_("den unge"),
    "guardian": N_("forældremyndighedsindehaver"),
    "network_person": N_("den unges netværk"),
    "education_institution": N_("uddannelsesinstitution"),
    "company": N_("virksomhed"),
    "volunteer": N_("frivillig"),
    "association": N_("forening"),
    "psychiatry_region": N_("regionspsykiatrien"),
    "police_ssp": N_("politi og SSP"),
    "process_designer": N_("procesejer"),
    "system_admin": N_("drift"),
    "dpo": N_("databeskyttelsesrådgiver"),
    "auditor": N_("revisor"),
}
_CASE_STATES = {
    "received": N_("Modtaget"),
    "screening": N_("Screenes"),
    "awaiting_consent": N_("Venter på samtykke"),
    "on_agenda": N_("På dagsordenen"),
    "assessed": N_("Vurderet"),
    "offered": N_("Tovholder tilbudt"),
    "active_single": N_("Én indsats"),
    "active_multi": N_("Flere indsatser"),
    "handover": N_("Overgang til 18 år"),
    "aftercare": N_("Fulgt efter 18 år"),
    "reopened": N_("Genåbnet"),
    "closed": N_("Lukket"),
}
_OUTCOMES = {
    "guidance_only": N_("vejledning og en vej tilbage"),
    "declined_consent": N_("familien ønskede ikke hjælpen"),
    "single_effort": N_("én indsats"),
    "no_basis": N_("lukket, fordi der ikke er et grundlag"),
    "handed_over": N_("overdraget"),
    "stopped": N_("opfølgningen er stoppet"),
    "treatment_started": N_("behandlingen er begyndt"),
    "talk_held": N_("samtalen var nok"),
    "declined": N_("den unge sagde nej tak"),
    "other_provider": N_("behandles et andet sted"),
    "anonymous": N_("behandles anonymt"),
}
_PURPOSES = {
    "team_assessment": N_("drøftelse i det tværfaglige team"),
    "own_15": N_("den unges eget samtykke ved 15 år"),
    "adult_18": N_("den unges samtykke som voksen"),
    "renewal": N_("fornyelse af samtykke"),
    "narrowed": N_("et snævrere samtykke"),
    "disclose": N_("at give oplysninger videre"),
    "obtain": N_("at hente oplysninger hos andre"),
    "participate": N_("at tage andre med til møder"),
    "coordinator": N_("en frivillig tovholder"),
    "social_effort": N_("en social indsats"),
    "holistic_plan": N_("en helhedsorienteret plan i stedet for ungeplanen"),
    "parent_read": N_("at forældre må læse med"),
    "drug_compartment": N_("oplysninger om rusmiddelbehandling"),
}
_CONSENT_STATES = {
    "asked": N_("venter på svar"),
    "partly": N_("venter på de sidste svar"),
    "active": N_("gælder"),
    "refused": N_("afslået"),
    "suspended": N_("sat på pause"),
    "withdrawn": N_("trukket tilbage"),
    "superseded": N_("afløst af et nyere"),
    "expired": N_("udløbet"),
}
_CHANNELS = {
    "mitid": N_("MitID"),
    "paper": N_("på papir"),
    "oral": N_("mundtligt"),
}
# What somebody saw, and what that rested on. What they did there stands in the journal.
_PURPOSES_OF_LOOKS = {
    "case": N_("så sagen"),
    "process": N_("så en proces i sagen"),
    "consent": N_("så samtykkerne"),
    "thread": N_("så på at give tråden videre"),
    "task": N_("så en opgave"),
    "receipt": N_("så kvitteringen for en opgave"),
    "deadline": N_("så på en frist"),
    "handover": N_("så overgangen"),
    "birth_date": N_("så fødselsdatoen"),
    "cpr": N_("så siden med CPR-nummeret skjult"),
    "cpr_letter": N_("så CPR-nummeret for at sende et brev"),
    "cpr_register": N_("så CPR-nummeret for at slå op i et andet system"),
    "cpr_identity": N_("så CPR-nummeret for at være sikker på, at det var den rigtige"),
    "cpr_authority": N_("så CPR-nummeret for at give det til en anden myndighed efter loven"),
    "annotation": N_("så teksterne for at skrive den unges bemærkning"),
    "facts": N_("så skole og post"),
    "meeting": N_("så et møde"),
    "inbox": N_("så opgaver i indbakken"),
    "list": N_("så listen over sager"),
    "board": N_("så tavlen »Fylder 18«"),
    "looks": N_("så, hvem der har set sagen"),
    "erasure": N_("arbejdede med en sletning"),
    "export": N_("lavede en udskrift af alt om den unge"),
    "calendar": N_("hentede sin kalender"),
    "mail": N_("fik en mail"),
    "post": N_("læste en mail igen"),
}
_MAILS = {  # those without a text of their own
    "invitation": N_("Indkaldelse til et møde"),
    "invitation_cancelled": N_("Afbud til et møde"),
}
_BEHIND_LOOKS = {
    "office:primary_responsible": N_("holder tråden"),
    "office:coordinator": N_("er tovholder"),
    "office:plan_owner": N_("har ansvaret for planen"),
    "office:deputy": N_("er stedfortræder"),
    "task": N_("har en opgave i sagen"),
    "handover": N_("har del i overgangen"),
    "item": N_("sagen er på mødets dagsorden"),
    "unit": N_("leder enheden"),
    "consent": N_("et samtykke giver lov"),
    "legal_basis": N_("loven giver lov"),
    "break_glass": N_("åbnede med en begrundelse"),
}
_PASSED_ON = {
    "young_person_asks": N_("den unge har bedt om det"),
    "knows_them_better": N_("en anden kender den unge bedre"),
    "workload": N_("arbejdet skal fordeles bedre"),
    "away": N_("den tidligere er væk i længere tid"),
    "leaves": N_("den tidligere skifter arbejde"),
    "other": N_("en anden grund"),
    "coordinator_accepted": N_("tovholderen sagde ja"),
    "coordinator_declined": N_("den unge ønskede ingen tovholder"),
    "handover_accepted": N_("overgangen blev taget imod"),
}
_BIRTH_DATES = {
    "register": N_("den stemte ikke med folkeregistret"),
    "misspelt": N_("den var skrevet forkert"),
    "told_by_family": N_("den unge eller familien har oplyst det"),
    "other": N_("en anden grund"),
}
_PLAN_TYPES = {
    "education_plan": N_("uddannelsesplan"),
    "min_plan": N_("Min Plan"),
    "action_plan": N_("handleplan"),
    "young_plan": N_("ungeplan"),
}
_RUNGS = {
    "reminder": N_("En påmindelse er sendt"),
    "prewarning": N_("Lederen er varslet, før fristen udløber"),
    "E1": N_("Fristen er overskredet: mødelederen har fået besked"),
    "E2": N_("Fristen er overskredet: lederen har fået en opgave"),
    "E3": N_("Fristen er overskredet: opgaven er på lederforums dagsorden"),
}


def role_name(role: str) -> str:
    """Return what a role is called; a role that the product does not know is shown as it is."""
    return _(ROLE_TITLES.get(role, role.replace("_", " ")))


def case_state(state: str) -> str:
    """Return what the state of a case is called."""
    return _(_CASE_STATES.get(state, state.replace("_", " ")))


def outcome(code: str) -> str:
    """Return how a case or a process ended."""
    return _(_OUTCOMES.get(code, code.replace("_", " ")))


def purpose(code: str) -> str:
    """Return what a consent is for."""
    return _(_PURPOSES.get(code, code.replace("_", " ")))


def consent_state(code: str) -> str:
    """Return where a consent stands."""
    return _(_CONSENT_STATES.get(code, code))


def channel(code: str) -> str:
    """Return by which way an answer came."""
    return _(_CHANNELS.get(code, code))


def basis(code: str) -> str:
    """Return what a basis in law is called; one that is listed no more is shown as it is."""
    found = vocabulary().bases.get(code)
    if found is None:
        return code.replace("_", " ")
    return found.title_en if language() == "en" else found.title


def why_looked(purpose: str, behind: str) -> str:
    """Return what somebody looked for, and what that rested on; of a mail, which it was."""
    word, _colon, which = behind.partition(":")
    said = _PURPOSES_OF_LOOKS.get(purpose, purpose.replace("_", " "))
    rests = _BEHIND_LOOKS.get(behind if behind in _BEHIND_LOOKS else word, "")
    told = title_of_mail(which) if word == MAIL else _(rests) if rests else ""
    return f"{_(said)} ({told})" if told else _(said)


def title_of_mail(kind: str) -> str:
    """Return what a message of this kind is called."""
    if kind in _MAILS:
        return _(_MAILS[kind])
    try:
        return read_text(TEXTS, kind).title
    except NotFound:
        return kind.replace("_", " ")


def why_passed_on(code: str) -> str:
    """Return why the thread passed from one to another."""
    return _(_PASSED_ON.get(code, code.replace("_", " ")))


def why_birth_date(code: str) -> str:
    """Return why a birth date was corrected."""
    return _(_BIRTH_DATES.get(code, code.replace("_", " ")))


def plan_type(code: str) -> str:
    """Return what a plan is called."""
    return _(_PLAN_TYPES.get(code, code.replace("_", " ")))


def rung(code: str) -> str:
    """Return what a rung of a ladder did."""
    return _(_RUNGS.get(code, code))
