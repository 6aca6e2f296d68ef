"""Every address of the product, the kind of page it is, and what is sent there.

A new address needs one line in `ROUTES`. Its kind says in `answers.py` who is answered what; where
none of them fits, a new kind needs a line there. `sends` names a body in `bodies.py`, for what is
posted. An address that is not here fails `test_crawl.py` by name, and so does a line without one.

`<uuid:case_id>` and the like are filled with what `house.py` keeps by that name. Where a route
names an object of a case (its kind stands in `answers.CASES`), each relation to the case is walked;
elsewhere there are two: an id that nothing has ("none"), and one that is somebody else's
("stranger"). A new kind of id needs one of its kind in `house.py`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """The kind of the page, and the name of the body that is posted to it."""

    kind: str
    sends: str = "nothing"


ROUTES = {
    # signing in, and one's own
    "/": Route("home"),
    "/static/<path:filename>": Route("file"),
    "/log-ind": Route("door", "sign_in"),
    "/log-ind/kode": Route("door with a code", "code"),
    "/log-ind/kommune": Route("way to a provider"),
    "/log-ind/retur": Route("way from a provider"),
    "/log-ud": Route("act of one's own"),
    "/sprog": Route("act of anybody", "language"),
    "/konto": Route("page of one's own"),
    "/konto/post": Route("page of one's own"),
    "/konto/post/<uuid:mail_id>": Route("mail of another"),
    "/konto/adgangskode": Route("password", "password"),
    "/konto/log-ud-overalt": Route("act of one's own", "shown_again"),
    "/konto/log-ud/<digest>": Route("act of one's own", "shown_again"),
    "/kalender": Route("page and button of one's own"),
    "/kalender/<token>.ics": Route("feed"),
    "/kalender/<token>/<code>.ics": Route("feed of a forum"),
    "/fravaer": Route("page and form of one's own", "absence"),
    "/fravaer/<uuid:absence_id>/slut": Route("absence of another"),
    # lists and forms in which everybody finds their own
    "/indbakke": Route("page of one's own"),
    "/sager": Route("page of one's own"),
    "/moeder": Route("page of one's own"),
    "/fylder-18": Route("page of one's own"),
    "/sager/cpr": Route("search by number", "number"),
    "/sager/ny": Route("page and form of one's own", "referral"),
    "/behandling/ny": Route("page and form of one's own", "wish"),
    "/sager/aabn": Route("break-glass", "glass"),
    "/uden-samtykke": Route("counts"),
    # a case
    "/sager/<uuid:case_id>": Route("case page"),
    "/sager/<uuid:case_id>/hvem-har-set": Route("case page"),
    "/sager/<uuid:case_id>/processer/<uuid:instance_id>": Route("case page"),
    "/sager/<uuid:case_id>/udskrift": Route("export"),
    "/sager/<uuid:case_id>/udskrift.json": Route("export"),
    "/sager/<uuid:case_id>/samtykker": Route("case page"),
    "/sager/<uuid:case_id>/samtykker/nyt": Route("form of those who answer", "consent"),
    "/sager/<uuid:case_id>/uden-samtykke": Route("form of those who answer", "basis"),
    "/sager/<uuid:case_id>/uden-samtykke/<uuid:use_id>/fortalt": Route("act of those who answer"),
    "/sager/<uuid:case_id>/samtykker/<uuid:consent_id>/traek-tilbage": Route("withdrawal"),
    "/sager/<uuid:case_id>/foedselsdato": Route("birth date", "birth_date"),
    "/sager/<uuid:case_id>/oplysninger": Route("birth date", "facts"),
    "/sager/<uuid:case_id>/bemaerkninger": Route("annotations", "annotation"),
    "/sager/<uuid:case_id>/cpr": Route("number", "number"),
    "/sager/<uuid:case_id>/giv-videre": Route("thread", "thread"),
    "/fylder-18/<uuid:case_id>/overgang": Route("handover"),
    # a task of a case
    "/opgaver/<uuid:task_id>": Route("task page", "task"),
    "/opgaver/<uuid:task_id>/kvittering": Route("receipt"),
    "/opgaver/<uuid:task_id>/tag": Route("taking"),
    "/opgaver/<uuid:task_id>/overtag": Route("taking over"),
    "/opgaver/<uuid:task_id>/laeg-tilbage": Route("putting back"),
    "/opgaver/<uuid:task_id>/frist/<any(bero, forlaeng):what>": Route("deadline", "longer"),
    "/opgaver/<uuid:task_id>/frist/loeb": Route("act on a deadline"),
    "/opgaver/<uuid:task_id>/frist/<uuid:line_id>/fortryd": Route("act on a deadline"),
    "/api/opgaver/<uuid:task_id>/frist": Route("receipt"),
    # a meeting on whose agenda it is
    "/moeder/<uuid:meeting_id>": Route("meeting"),
    "/moeder/<uuid:meeting_id>/luk-dagsorden": Route("state of a meeting"),
    "/moeder/<uuid:meeting_id>/aabn": Route("state of a meeting"),
    "/moeder/<uuid:meeting_id>/godkend": Route("state of a meeting"),
    "/moeder/<uuid:meeting_id>/fremmoede": Route("attendance", "came"),
    "/moeder/<uuid:meeting_id>/flyt": Route("day of a meeting", "another_day"),
    "/moeder/<uuid:meeting_id>/aflys": Route("day of a meeting"),
    "/moeder/<uuid:meeting_id>/punkter/<uuid:item_id>": Route("item", "decision"),
    "/moeder/punkter/<uuid:item_id>/bordet": Route("table"),
    "/moeder/<uuid:meeting_id>/punkter/<uuid:item_id>/udsaet": Route("putting off"),
    # the unit one leads
    "/udlaan": Route("page and form of leaders", "loan"),
    "/udlaan/<uuid:posting_id>/slut": Route("loan of another"),
    # erasing, which a leader of the unit proposes and the chief consultant may approve
    "/sletning": Route("erasures"),
    "/sletning/<uuid:case_id>": Route("erasure"),
    "/sletning/<uuid:case_id>/foreslaa": Route("erasure, without a number"),
    "/sletning/<uuid:case_id>/godkend": Route("erasure, not proposed"),
    "/sletning/<uuid:case_id>/hold": Route("erasure, without a number"),
    "/sletning/<uuid:case_id>/slip": Route("erasure, let go"),
    # what operations look after
    "/drift/": Route("operations page"),
    "/drift/udbakke": Route("operations page"),
    "/drift/indstillinger": Route("operations page"),
    "/drift/medarbejdere": Route("operations page and form", "employee"),
    "/drift/medarbejdere/<uuid:employee_id>": Route("operations, one page"),
    "/drift/medarbejdere/<uuid:employee_id>/kode": Route("operations, one code"),
    "/drift/medarbejdere/<uuid:employee_id>/luk": Route("operations, one act"),
    "/drift/medarbejdere/<uuid:employee_id>/aabn": Route("operations, one act"),
    "/drift/medarbejdere/<uuid:employee_id>/poster": Route("operations, one act", "post"),
    "/drift/medarbejdere/<uuid:employee_id>/poster/<uuid:post_id>/fjern": Route(
        "operations, one act"
    ),
    "/drift/haendelser/<uuid:incident_id>/proev-igen": Route("operations, nothing to try"),
    "/drift/haendelser/<uuid:incident_id>/taget-haand-om": Route("operations, an incident"),
    # what process owners draw
    "/processer": Route("studio page"),
    "/processer/ny": Route("studio, a drawing", "drawing"),
    "/processer/<process>": Route("studio, one page"),
    "/processer/<process>/tegning": Route("studio, one page"),
    "/processer/<process>/tegning.json": Route("studio, one page"),
    "/processer/<process>/kladde.bpmn": Route("studio, one page"),
    "/processer/<process>/udgave-<int:number>.bpmn": Route("studio, one page"),
    "/processer/<process>/kladde": Route("studio, said at once", "draft"),
    "/processer/<process>/kladde/slet": Route("studio, no draft"),
    "/processer/<process>/kontrol": Route("studio, said at once"),
    "/processer/<process>/drift": Route("studio, no draft"),
    "/processer/<process>/fil": Route("studio, one act", "file"),
    "/processer/<process>/tilpas": Route("studio, one drawing", "drawing"),
    "/processer/<process>/tilpas/gem": Route("studio, one act", "xml"),
    "/processer/<process>/flyt": Route("studio, cases that move", "instance"),
    "/processer/<process>/flytninger": Route("studio, of owners alone"),
    "/processer/<process>/flytninger/<uuid:instance_id>/fortryd": Route("studio, a move not made"),
    "/processer/<process>/proeve": Route("studio, one at a time", "rehearsal"),
    "/processer/<process>/proeve/<uuid:rehearsal_id>": Route("studio, one page"),
    "/processer/<process>/proeve/<uuid:rehearsal_id>.json": Route("studio, one page"),
    "/processer/<process>/proeve/<uuid:rehearsal_id>/afbryd": Route("studio, one act"),
    # what process owners set
    "/kalender-og-frister": Route("studio page"),
    "/kalender-og-frister/historik": Route("studio page"),
    "/kalender-og-frister/historik/<int:number>/fortryd": Route(
        "studio, one page and form", "undo"
    ),
    "/kalender-og-frister/<kind>/<act>": Route("studio, one page and form", "closing_day"),
    "/kalender-og-frister/<kind>/<act>/<path:key>": Route(
        "studio, one page and form", "no_closing_day"
    ),
}
