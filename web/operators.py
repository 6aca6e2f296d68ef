"""The first one of operations, made by whoever runs the machine."""

import click
from sqlalchemy import select

from engine.domain.errors import CaseworkError
from engine.ports import SYSTEM
from engine.settings import Settings
from engine.storage.work import Work
from web.wiring import build, migrate
from workflows.identity.passwords import make_code
from workflows.municipalities.engaging import OPERATOR, NewEmployee, engage, give_post
from workflows.municipalities.records import EmployeeRow, UnitRow


def add_operator(settings: Settings, new: NewEmployee) -> None:
    """Let somebody look after the house, and print the code with which they set a password.

    One who works here already gets the role. Raises `CaseworkError` before the house has units.
    """
    casework = build(settings)
    migrate(casework)
    code = casework.act(SYSTEM, lambda work: _operator(work, new))
    click.echo(f"{new.username} vælger en adgangskode på {settings.public_url}/log-ind/kode")
    click.echo(f"med koden {code}. Den gælder én gang og i et døgn.")


def _operator(work: Work, new: NewEmployee) -> str:
    query = select(EmployeeRow).where(EmployeeRow.username == new.username)
    who = work.session.scalars(query).one_or_none() or engage(work, new)
    unit = work.session.scalars(select(UnitRow.id).order_by(UnitRow.code)).first()
    if unit is None:
        raise CaseworkError("Kommunens pakke er ikke lagt ind endnu: kør »tovholder deploy«.")
    give_post(work, who.id, OPERATOR, unit)
    return make_code(work, who.id)
