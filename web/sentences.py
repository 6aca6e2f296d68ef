"""The sentences with which engine and workflows refuse something, for those who read English.

Errors carry their sentence in Danish from where they are raised. Here they are marked for the
catalogue; those with a name or a number in them as a template, in which the value is found again.
"""

import re
from functools import cache

from web.i18n import N_, _

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
    N_("Sagen er allerede åben."),
    N_("Den unge har allerede en åben sag."),
    N_("Den unge har allerede en anden åben sag."),
    N_("Sagen er ikke på dagsordenen for mødet."),
    N_("Planen findes ikke i sagen."),
    N_("Der er ingen åben overdragelse i sagen."),
    N_("Processen findes ikke i denne sag."),
    N_("Processerne i sagen svarer hinanden uden ende. Intet er ændret."),
    N_("Kun lederen af sagens enhed kan give tråden videre. Tal med din leder."),
    N_("Vælg en kollega i enheden eller teamet."),
    N_("Vælg, hvorfor tråden gives videre."),
    # consent
    N_("Samtykket findes ikke."),
    N_("Samtykket gælder ikke længere."),
    N_("Samtykket findes ikke i sagen, eller det gælder ikke længere."),
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
    N_("Siden er for dem, der passer driften."),
    N_("Hændelsen findes ikke."),
    N_("Hændelsen er allerede løst."),
    N_("Systemet kan ikke selv prøve igen. Den, der har opgaven, kan."),
    N_("Processen venter stadig på, at det lykkes. Så lukkes hændelsen af sig selv."),
    N_("Beskeden findes ikke."),
    N_("Versionen findes ikke."),
    N_("Kommunens indstillinger er ikke lagt ind endnu: kør »tovholder deploy«."),
)
_WITH_VALUES = (
    N_("%(name)s har fået tråden, siden du hentede siden."),
    N_("%(name)s har stadig ansvar i %(number)s åbne sager. Giv dem videre først."),
    N_("Processen »%(name)s« er ikke lagt i drift."),
    N_("Processen »%(name)s« har ingen udgave %(number)s."),
)
_VALUE = re.compile(r"%\\\((\w+)\\\)s")  # as `re.escape` leaves it


def translated(sentence: str) -> str:
    """Return a sentence of an error in the language of the request; as it is if not marked."""
    for template in _WITH_VALUES:
        if found := _pattern(template).fullmatch(sentence):
            return _(template, **found.groupdict())
    return _(sentence)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(_VALUE.sub(r"(?P<\1>.+)", re.escape(template)))
