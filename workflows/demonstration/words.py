"""What people write in the forms of the demonstration: a few plain sentences for every field."""

from collections.abc import Mapping
from random import Random

WORDS: Mapping[str, tuple[str, ...]] = {
    # the referral
    "reason_own_words": (
        "Jeg orker ikke at komme i skole, når jeg ikke ved, hvem der er der.",
        "Jeg vil gerne i gang med noget, men jeg ved ikke hvad.",
        "Det hele kører rundt, og jeg sover ikke om natten.",
        "Jeg er træt af at fortælle det samme til nye mennesker.",
    ),
    "wished_outcome": (
        "En, jeg kan ringe til.",
        "At komme tilbage til min klasse.",
        "En praktikplads på et værksted.",
        "At der er ro derhjemme.",
    ),
    "reason_referrer": (
        "Fraværet er steget siden efterårsferien, og den unge trækker sig fra de andre.",
        "Flere fagpersoner er inde over, og ingen har hele billedet.",
        "Den unge er færdig med 9. klasse og har ingen plan for det næste.",
        "Uddannelsen er afbrudt to gange. Økonomien er usikker.",
    ),
    "tried_before": (
        "Samtaler med trivselsvejleder og et møde med forældrene.",
        "Kortere skoledage i seks uger.",
        "Mentor i efteråret. Det hjalp, så længe det varede.",
    ),
    "meeting_wishes": ("Helst om eftermiddagen.", "På skolen, ikke på rådhuset.", "En gåtur."),
    "referrer_name": ("Kim Eksempel", "Robin Eksempel", "Alex Eksempel"),
    "referrer_role": ("Klasselærer", "Trivselsvejleder", "Kontaktperson", "Læge"),
    "screening_note": (
        "Skole, familie og helbred er i spil. Den unge kender én af os i forvejen.",
        "Samtale med den unge og henviser. Flere fagområder skal se på det sammen.",
        "Den unge har været til en åben rådgivning to gange.",
    ),
    "known_cases": ("En afsluttet sag i familieafdelingen.", "PPR har set den unge i 7. klasse."),
    # before and at the meeting
    "contribution_strength": ("Møder til tiden, når aftalen er lille.", "God til dyr og motorer."),
    "contribution": (
        "Den unge trives i små grupper og falder fra, når der er mange skift.",
        "Karaktererne er fine. Det er morgenerne, der er svære.",
        "Familien vil gerne samarbejde og er trætte af mange møder.",
    ),
    "contribution_proposal": ("En fast samtale om ugen.", "Et kort forløb i værkstedet."),
    "prepared_view": (
        "Start småt og hold fast. Ét menneske, én aftale om ugen.",
        "Søvn og skole hænger sammen. Tag det i den rækkefølge.",
    ),
    "young_persons_view": (
        "Den unge vil helst have én at tale med. Det har vejet tungest.",
        "Den unge vil ikke flytte skole. Derfor prøver vi støtte dér, hvor den unge er.",
    ),
    "why": (
        "Der er brug for flere fagområder, og nogen skal holde den samlede tråd.",
        "Skole, familie og fritid skal trække i samme retning.",
    ),
    "agreements": (
        "Vejlederen ringer til skolen inden fredag. Rådgiveren taler med forældrene.",
        "Psykologen ser den unge én gang. Vejlederen aftaler et besøg på FGU.",
    ),
    "subject": ("Det besluttede vi på mødet om dig",),
    "text": (
        "Hej.\n\nVi har talt om dig på et møde. Du får tilbudt en tovholder: én person, der "
        "hjælper dig med at holde styr på det hele. Du bestemmer selv, om du vil.\n\nDu kan ringe "
        "til mig, hvis du er i tvivl om noget.",
    ),
    # the coordinator
    "young_persons_words": (
        "Det lyder fint nok, hvis det er den samme hver gang.",
        "Bedre end sidst. Jeg har været der tre dage i denne uge.",
        "Jeg ved ikke rigtig. Men I må gerne ringe.",
    ),
    "best_way": ("En besked først, så et opkald.", "I bilen på vej et sted hen."),
    "important_now": ("At få ro på derhjemme.", "At finde et sted at være om dagen."),
    # the plan
    "vision": ("Min egen lejlighed og et arbejde, jeg kan lide.", "At blive mekaniker."),
    "my_strengths": ("Jeg er god til at lave mad.", "Jeg er tålmodig med små børn."),
    "purpose_for_me": ("At jeg ikke skal huske det hele selv.", "At vi er enige om det samme."),
    "goal": ("Komme i gang på en uddannelse.", "Være i skole hver dag.", "Få et fritidsjob."),
    "sub_goals": (
        "Op kl. 7 på hverdage\nTre dage om ugen på skolen\nBesøg på en erhvervsskole",
        "En samtale om ugen\nEn dag om ugen på værkstedet",
    ),
    "efforts": ("Tovholderen ringer hver mandag. Skolen gør dagen kortere til jul.",),
    "people_i_trust": ("Min mormor.", "Min storebror."),
    "next_step": ("Vi besøger værkstedet sammen.", "Jeg ringer til skolen i morgen."),
    "contributes": ("En fast vejledersamtale hver anden uge.", "Et kort forløb i grupper på fire."),
    "status": (
        "Op om morgenen: næsten hver dag. Skole: to dage om ugen. Besøg: mangler.",
        "Samtalerne bliver holdt. Værkstedet går godt.",
    ),
    "interval_reason": (
        "Det går fremad, og den unge vil gerne have ro til det.",
        "Der er et skift på vej, så vi ses igen, når det er sket.",
    ),
    # the handover
    "works_best": ("Faste aftaler, og at der bliver sagt til, hvis de bliver flyttet.",),
    "hopes_after_18": ("At jeg kan blive boende, til jeg er færdig.",),
    "support_needs": ("Kontaktperson et par timer om ugen.",),
    "education": ("Grundforløb på erhvervsskolen fra august.",),
    "work_income": ("Fritidsjob i et supermarked. SU fra 18 år.",),
    "housing": ("Bor hjemme. Skal skrives op til en ungdomsbolig.",),
    "relations": ("Mormor, to gode venner og fodbold.",),
    "continuing_efforts": ("Kontaktpersonen fortsætter. Jobcentret tager over på uddannelsen.",),
    "contact_next": ("Tovholderen",),
    "conference_view": ("Jeg vil gerne beholde min tovholder.",),
    "conference_agreements": ("Jobcentret kommer med et navn. Vejlederen følger med til mødet.",),
    "support_reason": ("Den unge har stadig brug for en fast voksen i hverdagen.",),
    "support_statute": ("Barnets lov, ungestøtte",),
    "next_one_should_know": ("Ring ikke fra skjult nummer. Skriv først.",),
    "young_person_after": ("Fint nok. Det er godt at vide, hvem det er.",),
    "agreed_at_meeting": ("Vi ses igen i ugen efter fødselsdagen.",),
    "aftercare_note": ("Husk at spørge til boligen.",),
}

# What a meeting agrees: the goal, and what somebody does for it.
AGREED = (
    ("At komme op om morgenen", "Ringer til den unge hver mandag kl. 9"),
    ("Ro på derhjemme", "Taler med forældrene om aftalerne i hverdagen"),
    ("At prøve noget praktisk", "Aftaler et besøg på et værksted"),
    ("At nogen kender hele billedet", "Indhenter en udtalelse fra skolen"),
)


def words(random: Random) -> Mapping[str, str]:
    """Return one sentence for every field."""
    return {field: random.choice(sentences) for field, sentences in WORDS.items()}
