"""Fictional staff for a pack: one or two in every role, a leader in every unit, every chair taken.

Names are made of lists and belong to nobody. The same pack gives the same staff.
"""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from engine.storage.work import Work
from workflows.municipalities.records import (
    EmployeeRow,
    ForumMemberRow,
    ForumRow,
    PostRow,
    UnitRow,
)

FIRST_NAMES = (
    "Anne", "Bo", "Camilla", "Dorte", "Erik", "Frida", "Gitte", "Henrik", "Ida", "Jens",
    "Karin", "Lars", "Mette", "Niels", "Olga", "Per", "Rikke", "Søren", "Tina", "Ulla",
    "Vibeke", "William", "Yrsa", "Åse", "Ørjan", "Birgit", "Casper", "Dagny", "Esben", "Freja",
    "Gunnar", "Helle", "Ivar", "Johanne", "Kaj", "Lone",
)  # fmt: skip
LAST_NAMES = (
    "Agerskov", "Bøgelund", "Damkær", "Egebjerg", "Fuglsang", "Grønvang", "Hedelund", "Kildal",
    "Lyngby", "Mosevang", "Nørreskov", "Overgård", "Pilegård", "Rosenvang", "Sandbæk",
    "Tranekær", "Vestergren", "Åkjær",
)  # fmt: skip
DOMAIN = "kommune.example"
# roles that belong to the product and to no unit of a pack
PRODUCT_ROLES = ("process_designer", "system_admin")


@dataclass(slots=True)
class Cast:
    """The staff of one pack while it is being made; `by_username` is what stands."""

    work: Work
    per_role: int
    password_hash: str
    by_username: dict[str, EmployeeRow] = field(default_factory=dict)
    posts: set[tuple[UUID, str, UUID]] = field(default_factory=set)

    def employee(self, username: str) -> EmployeeRow:
        """Return the employee of that name, engaged now if there is none."""
        if username not in self.by_username:
            number = len(self.by_username)
            first = FIRST_NAMES[number % len(FIRST_NAMES)]
            last = LAST_NAMES[(number * 7) % len(LAST_NAMES)]
            row = EmployeeRow(
                username=username,
                name=f"{first} {last}",
                email=f"{username}@{DOMAIN}",
                phone=f"5500 {1000 + number}",
                password_hash=self.password_hash,
                is_demo=True,
            )
            self.work.session.add(row)
            self.by_username[username] = row
        return self.by_username[username]

    def post(self, employee: EmployeeRow, role: str, unit_id: UUID) -> None:
        """Let the employee hold the role in the unit."""
        if (employee.id, role, unit_id) not in self.posts:
            self.posts.add((employee.id, role, unit_id))
            self.work.session.add(PostRow(employee_id=employee.id, role=role, unit_id=unit_id))


def engage_staff(
    work: Work, role_units: dict[str, str], *, per_role: int = 1, password_hash: str = ""
) -> dict[str, EmployeeRow]:
    """Fill every role, unit and forum of the installed pack; return the staff by username.

    `role_units` maps a role to the code of the unit that holds it. Usernames are the role
    (`uu_counsellor`, `uu_counsellor2` …) and `leader_<unit>`. Who works in a compartment
    sits in no forum.
    """
    cast = Cast(work, per_role, password_hash)
    every = {unit.code: unit for unit in work.session.scalars(select(UnitRow))}
    units = {code: unit for code, unit in every.items() if unit.compartment is None}
    _fill_units(cast, units, role_units)
    for role in PRODUCT_ROLES:
        cast.post(cast.employee(role), role, units[min(units)].id)
    work.flush()
    for forum in work.session.scalars(select(ForumRow).order_by(ForumRow.code)):
        _fill_forum(cast, forum, units)
    _fill_units(cast, {code: every[code] for code in every.keys() - units.keys()}, role_units)
    work.flush()
    return cast.by_username


def _fill_units(cast: Cast, units: dict[str, UnitRow], role_units: dict[str, str]) -> None:
    for code, unit in sorted(units.items()):
        leader = cast.employee(f"leader_{code}")
        cast.post(leader, "unit_leader", unit.id)
        unit.leader_id = leader.id
    for role, code in sorted(role_units.items()):
        if code in units:
            for number in range(1, (1 if role in _ALONE else cast.per_role) + 1):
                cast.post(cast.employee(_username(role, number)), role, units[code].id)


_ALONE = {"chief_consultant"}


def _username(role: str, number: int) -> str:
    return role if number == 1 else f"{role}{number}"


def _fill_forum(cast: Cast, forum: ForumRow, units: dict[str, UnitRow]) -> None:
    if forum.type == "team":
        for role in forum.disciplines:
            for number in range(1, cast.per_role + 1):
                _seat(cast, forum, cast.employee(_username(role, number)), role)
        forum.convenor_id = cast.employee(forum.convenor_role or forum.disciplines[0]).id
        return
    for unit in units.values():
        leader = cast.employee(f"leader_{unit.code}")
        _seat(cast, forum, leader, "unit_leader")
    forum.convenor_id = cast.employee("chief_consultant").id
    _seat(cast, forum, cast.employee("chief_consultant"), forum.type)


def _seat(cast: Cast, forum: ForumRow, employee: EmployeeRow, role: str) -> None:
    cast.work.session.add(ForumMemberRow(forum_id=forum.id, employee_id=employee.id, role=role))
