"""The explicit list of what diagrams may call: nothing else can be reached from a drawing."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain.errors import NotFound
from engine.storage.house import Handler
from workflows.cases import handlers as cases
from workflows.consent import handlers as consent
from workflows.forums import handlers as forums
from workflows.handover import handlers as handover
from workflows.plans import handlers as plans


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One function: what it takes, what it gives, and what it does in a sentence.

    `optional` inputs may be left out of the drawing. One that `stays` writes to nobody and into
    nothing that others read, so a process in a closed compartment may call it.
    """

    function: Handler
    help_da: str
    help_en: str
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    stays: bool = False


CATALOGUE: Mapping[str, Entry] = {
    "send_receipt": Entry(
        function=cases.send_receipt,
        inputs=("due",),
        help_da="Kvitterer til henviseren uden at sige noget om sagen.",
        help_en="Acknowledges to the referrer without saying anything of the case.",
    ),
    "place_in_team": Entry(
        function=cases.place_in_team,
        inputs=("team",),
        help_da="Giver sagen til et team; teamets enhed har den fra nu af.",
        help_en="Puts the case in a team, whose unit leads from now on.",
    ),
    "set_case_state": Entry(
        function=cases.set_case_state,
        stays=True,
        inputs=("state",),
        help_da="Noterer, hvor langt sagen er.",
        help_en="Notes how far the case has come.",
    ),
    "close_case": Entry(
        function=cases.close_case,
        stays=True,
        inputs=("outcome",),
        help_da="Lukker sagen og stopper alt andet i den.",
        help_en="Closes the case and stops everything else in it.",
    ),
    "send_letter": Entry(
        function=cases.send_letter,
        inputs=("text",),
        optional=("subject",),
        help_da="Sender et brev til den unge, eller til forældrene til en under 15 år.",
        help_en="Sends a letter to the young person, or to the guardians of one under 15.",
    ),
    "find_candidate": Entry(
        function=cases.find_candidate,
        inputs=("role",),
        outputs=("candidate_role",),
        help_da="Finder den kollega, der kan blive tovholder.",
        help_en="Finds the colleague who could coordinate.",
    ),
    "appoint_coordinator": Entry(
        function=cases.appoint_coordinator,
        inputs=("role",),
        optional=("plan_owner_role",),
        outputs=("appointed_on",),
        help_da="Udpeger tovholderen.",
        help_en="Appoints the coordinator.",
    ),
    "take_over_thread": Entry(
        function=cases.take_over_thread,
        help_da="Gør tovholderen til den, der holder tråden.",
        help_en="Makes the coordinator primary responsible.",
    ),
    "record_decline": Entry(
        function=cases.record_decline,
        outputs=("declined_on",),
        help_da="Noterer et nej tak til en tovholder; planejeren holder tråden.",
        help_en="Notes that no coordinator is wanted; the plan owner holds the thread.",
    ),
    "open_consent": Entry(
        function=consent.open_consent,
        inputs=("purpose", "giver", "due"),
        optional=("kind", "types", "recipients", "replaces", "also"),
        outputs=("consent_id", "signatories", "answer_due"),
        help_da="Opretter et samtykke og finder dem, der skal svare.",
        help_en="Opens a consent and finds those who must answer.",
    ),
    "record_consent_answer": Entry(
        function=consent.record_consent_answer,
        inputs=("consent_id", "signatory", "answer"),
        optional=("channel", "note", "evidence"),
        help_da="Gemmer ét svar på et samtykke.",
        help_en="Keeps one answer to a consent.",
    ),
    "activate_consent": Entry(
        function=consent.activate_consent,
        inputs=("consent_id",),
        outputs=("status",),
        help_da="Lader samtykket gælde i stedet for det tidligere.",
        help_en="Lets the consent take the place of the one before.",
    ),
    "refuse_consent": Entry(
        function=consent.refuse_consent,
        inputs=("consent_id",),
        outputs=("status",),
        help_da="Noterer et nej; intet deles mere.",
        help_en="Notes a no; nothing is shared any more.",
    ),
    "suspend_unanswered": Entry(
        function=consent.suspend_unanswered,
        inputs=("consent_id",),
        help_da="Sætter delingen i bero, fordi svaret mangler.",
        help_en="Suspends the sharing because the answer is missing.",
    ),
    "confirm_withdrawal": Entry(
        function=consent.confirm_withdrawal,
        inputs=("consent_id", "outcome"),
        optional=("types",),
        help_da="Bekræfter et tilbagetrukket samtykke og lader følgerne ske.",
        help_en="Confirms a withdrawn consent and lets what follows happen.",
    ),
    "place_on_agenda": Entry(
        function=forums.place_on_agenda,
        inputs=("reason",),
        optional=("forum",),
        outputs=("meeting_id", "meets_on", "cut_off"),
        help_da="Sætter sagen på det næste møde, hvis dagsorden er åben.",
        help_en="Puts the case on the next meeting whose agenda is open.",
    ),
    "release_material": Entry(
        function=forums.release_material,
        inputs=("meeting_id", "reason"),
        outputs=("released", "members"),
        help_da="Giver mødets deltagere adgang, hvis samtykket gælder.",
        help_en="Lets the members read the case, if the consent holds.",
    ),
    "record_decision": Entry(
        function=forums.record_decision,
        inputs=("meeting_id", "result", "reason", "meets_on"),
        optional=("disciplines",),
        outputs=("decided_on",),
        help_da="Gemmer, hvad mødet besluttede.",
        help_en="Keeps what the meeting decided.",
    ),
    "save_plan_draft": Entry(
        function=plans.save_plan_draft,
        inputs=("overarching",),
        optional=("sector_plans",),
        outputs=("plan_id", "sector_owners"),
        help_da="Gemmer en ny udgave af planen som udkast.",
        help_en="Keeps a new version of the plan as a draft.",
    ),
    "activate_plan": Entry(
        function=plans.activate_plan,
        inputs=("plan_id",),
        outputs=("active_on",),
        help_da="Lader den nyeste udgave af planen gælde.",
        help_en="Lets the newest version of the plan apply.",
    ),
    "record_follow_up": Entry(
        function=plans.record_follow_up,
        inputs=("due", "interval"),
        help_da="Gemmer en opfølgning og tjekker tiden til den næste.",
        help_en="Keeps a follow-up and checks the time until the next.",
    ),
    "open_handover": Entry(
        function=handover.open_handover,
        outputs=("checklist_due", "sender_role"),
        help_da="Åbner overgangen til 18 år; den ansvarlige er afgiver.",
        help_en="Opens the handover at 18; the primary responsible is the sender.",
    ),
    "offer_handover": Entry(
        function=handover.offer_handover,
        inputs=("receiver_role",),
        optional=("keep_coordinator",),
        help_da="Tilbyder overdragelsen til en modtager; afgiveren beholder ansvaret.",
        help_en="Offers the handover to a receiver; the sender stays responsible.",
    ),
    "reject_handover": Entry(
        function=handover.reject_handover,
        inputs=("reason",),
        help_da="Noterer, at modtageren sagde nej, og hvorfor.",
        help_en="Notes that the receiver said no, and why.",
    ),
    "settle_handover": Entry(
        function=handover.settle_handover,
        inputs=("receiver_role",),
        help_da="Noterer, hvem lederforum bestemte.",
        help_en="Notes whom the leader forum decided on.",
    ),
    "complete_handover": Entry(
        function=handover.complete_handover,
        outputs=("outcome",),
        help_da="Gennemfører en overdragelse, der er taget imod.",
        help_en="Carries an accepted handover through.",
    ),
    "turn_adult": Entry(
        function=handover.turn_adult,
        help_da="Skifter team, plantype og planejer på 18-årsdagen.",
        help_en="Changes team, plan and plan owner on the 18th birthday.",
    ),
}


def handler_named(name: str) -> Handler:
    """Return the function that diagrams know by `name`. Raises `NotFound`."""
    if name not in CATALOGUE:
        raise NotFound(f"Diagrammet kalder »{name}«, som ikke findes i kataloget.")
    return CATALOGUE[name].function
