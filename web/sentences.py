"""The sentences with which engine and workflows refuse something, for those who read English.

Errors carry their sentence in Danish from where they are raised. Here they are marked for the
catalogue; those with a name or a number in them as a template, in which the value is found again.
"""

import re
from functools import cache

from web.i18n import N_, _
from web.words import role_name

_WHOLE = (
    # tasks
    N_("Opgaven findes ikke."),
    N_("En kollega har allerede taget opgaven."),
    N_("Opgaven er til en anden rolle end din."),
    N_("Tag opgaven, før du afslutter den."),
    N_("Du kan kun lægge dine egne opgaver tilbage."),
    N_("Opgaven er din, fordi du har rollen i sagen. Bed en leder flytte den."),
    N_("Opgaven hører ikke til en proces."),
    N_("Opgaven hører til en kollegas sag. Spørg den, der har den, hvis du mangler noget."),
    N_("Du er ikke stedfortræder for den, der har opgaven."),
    # cases
    N_("Sagen findes ikke."),
    N_("Sagen findes ikke, eller du har ikke adgang til den."),
    N_("Sagen er lukket."),
    N_("Kun rummets egne medarbejdere kan få sagen."),
    N_("Sagen er allerede åben."),
    N_("Den unge har allerede en åben sag."),
    N_("Den unge har allerede en anden åben sag."),
    N_("Teksten findes ikke i sagen."),
    N_("Din rolle må ikke se CPR-nummeret."),
    N_("Skriv, hvad den unge siger, med højst 4.000 tegn."),
    # erasing
    N_("Kun lederen af enheden eller chefkonsulenten kan slette en ung."),
    N_("Skriv afgørelsens eller reglens nummer, for eksempel 2026-00123."),
    N_("En anden end den, der foreslog sletningen, skal godkende den."),
    N_("En af de to, der sletter, skal lede enheden."),
    N_("Den unge har en åben sag. Luk den, før der slettes."),
    N_("Den unge er allerede slettet."),
    N_("Sletningen er ikke foreslået endnu."),
    N_("Sletningen er holdt tilbage. Den, der holder den, skal give den fri først."),
    N_("Siden er for dem, der leder en enhed, og for chefkonsulenten."),
    # meetings
    N_("Sagen er ikke på dagsordenen for mødet."),
    N_("Planen findes ikke i sagen."),
    N_("Der er ingen åben overdragelse i sagen."),
    N_("Processen findes ikke i denne sag."),
    N_("Processerne i sagen svarer hinanden uden ende. Intet er ændret."),
    N_("Kun lederen af sagens enhed kan give tråden videre. Tal med din leder."),
    N_("Vælg en kollega i enheden eller teamet."),
    N_("Vælg, hvorfor tråden gives videre."),
    N_("Skriv hvorfor, med mindst 20 tegn."),
    N_("Din rolle kan ikke åbne sager. Spørg den, der holder tråden."),
    N_("Vi har ingen sag at åbne med det navn og den fødselsdag. Se stavemåden efter."),
    # deadlines
    N_("Fristen er allerede i bero. Lad den løbe igen først."),
    N_("Fristen er ikke i bero."),
    N_("Vælg en dag efter i dag, højst et halvt år frem."),
    N_("Så går fristen ud over lovens dato. Vælg den lov, der giver lov til det."),
    N_("Linjen findes ikke."),
    N_("Det er allerede fortrudt."),
    N_("Fristen har været i bero. De dage er gået og kan ikke fortrydes."),
    N_("Opgaven har ingen frist."),
    N_("En frist i timer kan hverken sættes i bero eller forlænges."),
    N_("Fristen er gået. En frist, der er gået, kan ikke ændres."),
    N_("Vælg en grund."),
    N_("Vælg den lov, der giver lov til det, eller at fristen er vores egen."),
    N_("Skriv et antal dage, for eksempel 10."),
    N_("Så længe kan en frist ikke forlænges. Vælg højst et halvt år."),
    N_("Fristen er lovens. Kun lederen kan sætte den i bero eller forlænge den."),
    N_("Kun den, der har opgaven, og lederen kan sætte fristen i bero eller forlænge den."),
    # birth date and handover
    N_("Kun den, der holder tråden, tovholderen og lederen kan rette datoen."),
    N_("En anden har rettet datoen, siden du hentede siden. Se den igen."),
    N_("Det er den dato, der står i forvejen. Skriv den rigtige."),
    N_("Datoen ligger i fremtiden. Skriv den dag, den unge er født."),
    N_("Så gammel er ingen i ungeindsatsen. Se årstallet efter."),
    N_("Vælg, hvorfor datoen rettes."),
    N_("Kun lederen og den, der holder tråden, kan begynde overgangen."),
    N_("En sag i et lukket rum går ikke over til voksenområdet."),
    N_("I et lukket rum er der ingen samtykker: de hører til den almindelige sag."),
    # settings
    N_("Den indstilling findes ikke."),
    N_("Den ændring findes ikke."),
    N_("Forummet findes ikke."),
    N_("Kalender og frister er for procesejere. Har du en idé, så fortæl den."),
    N_(
        "Nogen har ændret indstillingerne, siden du åbnede siden. Se, hvad de gjorde, og prøv igen."
    ),
    N_("Indstillingen er ændret igen siden. Ret den i stedet."),
    N_("Der er ikke ændret noget."),
    N_("Skriv, hvorfor I ændrer det. Det står i historikken."),
    N_("Dagen er allerede en lukkedag."),
    N_("Skolen står på listen i forvejen."),
    N_("Skolen står ikke på listen mere. Vælg en anden."),
    N_("Kun den, der holder tråden, tovholderen og lederen kan rette oplysningerne."),
    N_("Sidste dag ligger før første dag."),
    N_("En skoleferie er højst 100 dage."),
    N_(
        "Skriv for eksempel P14D (hver 14. dag), P1M (hver måned) "
        "eller »first Tuesday in March and September«."
    ),
    N_("Skriv for eksempel 5 WD (arbejdsdage) eller 7 CD (kalenderdage)."),
    N_("Skriv klokkeslættet som 09:00."),
    N_("Mødet slutter, før det begynder."),
    N_("Skriv et tal, for eksempel 4 eller 2,5."),
    N_("Skriv et tal fra 0 og op."),
    N_("Skriv 02-28 eller 03-01."),
    # meetings
    N_("Mødet findes ikke."),
    N_("Mødet findes ikke, eller du er ikke med i forummet."),
    N_("Punktet findes ikke."),
    N_("Medarbejderen har ikke den plads i forummet."),
    N_("Dagsordenen lukker først klokken 8 på den dag, der står på mødet."),
    N_("Dagsordenen er ikke lukket endnu."),
    N_("Mødet kan først holdes på dagen."),
    N_("Mødet er holdt."),
    N_("Mødet er aflyst."),
    N_("Det kan mødet ikke længere."),
    N_("Det kan punktet ikke længere."),
    N_("Punkter kan besluttes, fra mødet er åbnet, til referatet er godkendt."),
    N_("Punktet er taget af dagsordenen."),
    N_("Punktet er flyttet til et senere møde."),
    N_("Punktet er allerede besluttet."),
    N_("Punktet er ikke givet fri til mødet."),
    N_("Det gør mødelederen, eller lederen af sagens enhed."),
    N_("Der mangler nogen, der kan beslutte punktet. Skriv fremmødet ind, eller udsæt punktet."),
    N_("Sagens opgave er ikke åben endnu. Den åbner klokken 8 på mødedagen."),
    N_("Beslut eller udsæt alle punkter, før du godkender referatet."),
    N_("Referatet er godkendt, så mødet kan ikke ændres."),
    N_("Referatet er godkendt, eller mødet er aflyst. Fremmødet ligger fast."),
    N_("Vælg, om personen var der."),
    N_("Vælg, hvem der kom i stedet."),
    N_("Skriv målet med aftalen."),
    N_("Skriv, hvad der er aftalt."),
    N_("Vælg en kollega, der gør det."),
    N_("Vælg en dag, der ikke er gået."),
    N_("Forummet har allerede et møde den dag."),
    # calendars
    N_("Kalenderen findes ikke. Adressen kan være fornyet."),
    N_("Kalenderen findes ikke, eller du er ikke med i forummet."),
    # rehearsals
    N_("Prøven findes ikke. Den kan være afløst af nyere."),
    N_("Der prøves allerede på de åbne sager. Vent, til den prøve er færdig, eller afbryd den."),
    N_("Vælg en dag efter i dag og højst tre år frem."),
    N_("Vælg, hvordan mennesker opfører sig i prøven."),
    N_("Skriv tilfældighedens nummer som et helt tal fra 0."),
    N_("Prøven blev afbrudt, fordi den arbejder, der spillede den, blev stoppet."),
    N_("Der er ingen åbne sager at prøve på."),
    N_(
        "Der er færre end fem åbne sager, så tallene kunne fortælle om en enkelt ung. "
        "Prøv processen på de gennemregnede eksempler i stedet."
    ),
    N_("Dagen, der skulle prøves til, er gået. Vælg en senere, og prøv igen."),
    N_(
        "Prøven tog for lang tid og blev stoppet. Vælg en kortere tid frem, eller prøv om natten "
        "med »tovholder simulate«."
    ),
    N_(
        "Prøven kunne ikke spilles færdig: den fik ikke plads nok eller gik i stykker. Vælg en "
        "kortere tid frem. Sker det igen, så bed driften se i loggen."
    ),
    N_("Kladden har fejl og kan ikke prøves. Ret dem, og prøv igen."),
    # consent
    N_("Samtykket findes ikke."),
    N_("Samtykket gælder ikke længere."),
    N_("Samtykket findes ikke i sagen, eller det gælder ikke længere."),
    N_("Vælg, hvad du beder om lov til."),
    N_("Forældre til en ung under 15 år læser med uden det her samtykke."),
    N_("Vælg de slags oplysninger, det handler om."),
    N_("Alt på én gang er for bredt. Vælg kun det, der er brug for i den her sag."),
    N_("Rusmiddelbehandling har sit eget samtykke. Vælg kun den slags her."),
    N_("Rusmiddelbehandling skal have sit eget samtykke. Bed om det for sig."),
    N_("Vælg den forælder, der må læse med, og ingen andre."),
    N_("En forælder kan kun vælges, når det handler om at læse med."),
    N_("Vælg, hvem der må få oplysningerne, eller skriv dem på listen herunder."),
    N_("Skriv, hvem oplysningerne hentes hos."),
    N_("Skriv, hvad oplysningerne skal bruges til."),
    N_(
        "Det er for bredt. Loven kræver, at et samtykke er konkret: skriv hvilke oplysninger, hvem "
        "og hvad de skal bruges til."
    ),
    N_("Vælg en dag, der kommer, og højst et år frem."),
    N_("Der er allerede spurgt om det samme. Svaret mangler endnu."),
    N_("Det gør den, der holder tråden, tovholderen, den ansvarlige for planen eller lederen."),
    N_("Vælg det sted i loven, der giver lov."),
    N_("Vælg, hvem der får oplysningerne, eller skriv dem på listen herunder."),
    N_("Det grundlag rækker til et møde og ét opfølgende møde, og de er brugt."),
    N_("Den unge har allerede fået det at vide."),
    N_("Tallene er for ledere."),
    # people
    N_("Medarbejderen findes ikke eller er ikke længere ansat."),
    N_("Brugeren findes ikke eller er ikke længere ansat."),
    N_("Fraværet findes ikke."),
    N_("Du kan melde dig selv fraværende; for andre gør lederen det."),
    N_("Du kan ændre dit eget fravær; for andre gør lederen det."),
    N_("Den sidste dag ligger før den første."),
    N_("Den sidste dag er allerede forbi."),
    N_("Der er allerede skrevet fravær ind i de dage."),
    N_("Vælg en kollega fra enheden eller teamet som stedfortræder."),
    N_("Stedfortræderen er selv fraværende i de dage. Vælg en anden."),
    # processes and operations
    N_("Kun procesejere kan ændre processer. Bed en procesejer om hjælp."),
    N_("Studiet er for procesejere. Har du en idé, så fortæl den til en af dem."),
    N_("Der er ingen kladde at lægge i drift."),
    N_("Der kom ingen tegning med. Prøv at gemme igen."),
    N_("Der kom ingen fil med. Vælg en fil, og prøv igen."),
    N_("Filen fylder mere end 2 MB."),
    N_(
        "Navnet skal begynde med et lille bogstav og må kun have a-z, tal og understreg, for "
        "eksempel »home_visit«."
    ),
    N_("Siden er for dem, der passer driften."),
    N_(
        "Godkendelsen kan du ikke give på en andens vegne: den kræver rollen selv og en anden "
        "end den, der har lavet arbejdet. Tal med din leder."
    ),
    N_("Siden er for dem, der leder en enhed."),
    N_("Kun lederen af enheden kan låne dens beføjelser ud."),
    N_("Udlånet findes ikke, eller det er slut."),
    N_("Du kan ikke låne en beføjelse til dig selv."),
    N_("Vælg en beføjelse, som enheden har, og som må lånes ud."),
    N_("Den første dag er allerede gået."),
    N_("Et udlån varer højst et år. Forny det til den tid."),
    N_("Skriv, hvorfor beføjelsen lånes ud."),
    N_("Skriv et brugernavn uden mellemrum."),
    N_("Brugernavnet er taget. Vælg et andet."),
    N_("Skriv medarbejderens navn."),
    N_("Skriv en mailadresse med ét @."),
    N_("Vælg en rolle på listen."),
    N_("Vælg en enhed på listen."),
    N_("Din egen konto og dine egne poster ændrer en anden i driften."),
    N_("Medarbejderen findes ikke."),
    N_("Kommunens login svarer ikke. Prøv igen om lidt."),
    N_("Kommunens login lykkedes ikke. Prøv igen."),
    N_("Kommunens login var ikke stærkt nok. Log ind med to faktorer."),
    N_("Kommunens login giver sig ud for en anden. Sig det til driften."),
    N_("Her logger man ind med brugernavn og adgangskode."),
    N_("Her logger man ind gennem kommunens login."),
    N_("Din konto i Tovholder er lukket. Tal med din leder."),
    N_(
        "Du er logget ind hos kommunen, men ingen af dine grupper giver en rolle i Tovholder. "
        "Bed driften om at give dig en."
    ),
    N_("Dit brugernavn hos kommunen har en anden her. Bed driften om hjælp."),
    N_("Koden gælder ikke længere. Bed driften om en ny."),
    N_("Adgangskoden er for let at gætte. Brug flere ord, der ikke hører sammen."),
    N_("Hændelsen findes ikke."),
    N_("Hændelsen er allerede løst."),
    N_("Systemet kan ikke selv prøve igen. Den, der har opgaven, kan."),
    N_("Processen venter stadig på, at det lykkes. Så lukkes hændelsen af sig selv."),
    N_("Timeren er forfalden, men processen venter endnu."),
    N_("Processen er gået i stå: intet er i gang, og den er ikke slut."),
    N_("Tilstanden hører til en anden udgave af processen."),
    N_("Vælg, hvorfor du retter svaret."),
    # moving
    N_("Processen er slut."),
    N_("Processen er allerede i den udgave."),
    N_("Processen er ikke flyttet."),
    N_("Processen er slut. Flytningen kan ikke fortrydes."),
    N_("Processen er gået videre siden. Flytningen kan ikke fortrydes."),
    N_("Sagen er flyttet igen siden. Fortryd den seneste flytning først."),
    N_("Sagen har ændret sig, siden du så listen. Den er ikke rørt."),
    N_("Sagen ville ikke vente det samme sted som før."),
    N_("En frist, der skulle skifte, har ændret sig. Se listen igen."),
    N_("Vælg en grund til hver frist, der skal skifte."),
    N_("Der skete en uventet fejl. Sagen er ikke rørt."),
    N_("Beskeden findes ikke."),
    N_("Versionen findes ikke."),
    N_("Kommunens indstillinger er ikke lagt ind endnu: kør »tovholder deploy«."),
)
_WITH_VALUES = (
    N_("Filen »%(name)s« med grupper mangler."),
    N_("Enheden »%(name)s« i filen med grupper findes ikke."),
    N_("Det grundlag rækker kun til: %(name)s."),
    N_("Skriv hvorfor, med mindst %(number)s tegn."),
    N_("Adgangskoden skal have mindst %(number)s tegn. Brug gerne flere ord."),
    N_("Adgangskoden må højst have %(number)s tegn."),
    N_("Det gør mødelederen for %(name)s eller stedfortræderen."),
    N_("Vælg en arbejdsdag. Den dag er %(name)s."),
    N_(
        "Der sidder %(number)s fagpersoner sammen med den unge. Det er mange at tale til. "
        "Kan to være der, og resten skrive deres bidrag?"
    ),
    N_(
        "Højst %(number)s fagpersoner kan sidde sammen med den unge. "
        "Kun en leder af sagens enhed kan tillade flere, og skal skrive hvorfor."
    ),
    N_("Skriv, hvorfor den unge skal møde flere end %(number)s på én gang."),
    N_("Forummet »%(name)s« findes ikke."),
    N_("%(name)s har ingen møder i kalenderen. Sæt møderækken op."),
    N_("Den nye udgave bruger »%(name)s«, som sagen ikke har fået med."),
    N_("Sagen venter i »%(name)s«, som den nye udgave ikke har på samme måde."),
    N_("Sagen har været igennem »%(name)s«, som den nye udgave ikke har på samme måde."),
    N_("Delprocessen »%(name)s«, som sagen er i, findes ikke mere."),
    N_("»%(name)s« er en anden slags trin i den nye udgave."),
    N_("»%(name)s«, hvor sagen venter, venter på noget andet."),
    N_("Vejen fra »%(name)s« til »%(other)s«, som sagen er gået, er lavet om."),
    N_("Det, der går i gang ved »%(name)s«, er lavet om, og sagen er nået dertil."),
    N_("Vejene ind i »%(name)s« er lavet om, og sagen er nået dertil."),
    N_("Det kan ikke afgøres, hvor sagen står ved »%(name)s«."),
    N_("Uventet fejl i funktionen »%(name)s« (%(kind)s)."),
    N_("Uventet fejl i programmet (%(kind)s). Loggen fortæller mere."),
    N_("Ingen har taget imod beskeden »%(name)s«."),
    N_("Processen er vokset til over %(number)s trin og er standset."),
    N_("%(name)s har fået tråden, siden du hentede siden."),
    N_("%(name)s har stadig ansvar i %(number)s åbne sager. Giv dem videre først."),
    N_(
        "%(name)s er den sidste, der kan holde en tråd i %(other)s. "
        "Giv en anden en rolle der først."
    ),
    # what a step stops at
    N_(
        "Ingen i kommunen har rollen »%(role)s«. "
        "Vælg en anden rolle, eller bed en leder give en kollega rollen."
    ),
    N_("Kommunen har intet team %(name)s."),
    N_("Der er ingen i %(name)s, der kan få ansvaret for sagen."),
    N_("Processen »%(name)s« hører ikke til det rum, sagen ligger i."),
    N_("En sag i et lukket rum kan ikke have det, der ligger i »%(name)s«. Intet er gemt."),
    N_("Processen begynder ikke med beskeden »%(name)s«."),
    N_("Processen venter ikke længere på beskeden »%(name)s«."),
    N_("»%(name)s« gav ikke en liste."),
    N_("Navnet »%(name)s« er optaget: processen har allerede en værdi."),
    N_("Betingelsen »%(name)s« gav %(other)s, ikke ja eller nej."),
    N_("Nøglen »%(name)s« er tom."),
    N_("Værdierne kan ikke gemmes: %(name)s"),
    N_(
        "Tidspunktet »%(name)s« skal give en dato, et tidspunkt eller en varighed "
        "i dage eller timer, men gav %(other)s."
    ),
    # processes
    N_("Processen »%(name)s« er ikke lagt i drift."),
    N_("Processen »%(name)s« har ingen udgave %(number)s."),
    N_("Der er allerede en proces, der hedder »%(name)s«. Vælg et andet navn."),
    N_("Dagen tæller ikke i forvejen: %(name)s."),
    N_("Perioden overlapper »%(name)s«."),
    N_("Skriv en alder eller måneder, for eksempel %(name)s."),
    N_("Skriv en periode af samme slags som %(name)s."),
    N_("»%(name)s« er ikke en periode som 5 WD, 30 CD, 24 h, P3M eller 17y6m."),
)
_VALUE = re.compile(r"%\\\((\w+)\\\)s")  # as `re.escape` leaves it


def translated(sentence: str) -> str:
    """Return a sentence of an error in the language of the request; as it is if not marked."""
    for template in _WITH_VALUES:
        if found := _pattern(template).fullmatch(sentence):
            return _(template, **dict(map(_in_words, found.groupdict().items())))
    return _(sentence)


def _in_words(value: tuple[str, str]) -> tuple[str, str]:
    """Return a value of a sentence as people read it: what refuses knows roles by their codes."""
    kind, said = value
    return kind, role_name(said) if kind == "role" else said


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(_VALUE.sub(r"(?P<\1>.+)", re.escape(template)))
