"""The command line. Everything is imported inside the commands, so that help comes at once."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from uuid import UUID

    from engine.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

_HOME = click.option("--home", help="Mappen med database, post og hemmelighed (var).")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Tovholder holder fast, til en anden har taget imod."""


@main.command()
@_HOME
@click.option("--host", help="Adressen, der lyttes på (127.0.0.1).")
@click.option("--port", help="Porten, der lyttes på (8000).")
@click.option("--demo", is_flag=True, help="Fyld en tom database med opdigtede unge.")
@click.option(
    "--worker/--no-worker",
    "looks",
    default=True,
    help="Hold øje med fristerne og send post imens. Uden: kør »tovholder worker« ved siden af.",
)
def serve(home: str | None, host: str | None, port: str | None, demo: bool, looks: bool) -> None:
    """Gør alt klar, og vis siderne; holder øje med fristerne imens."""
    from web.serving import serve as serve_pages

    _run(lambda: serve_pages(_settings(home=home, host=host, port=port), demo=demo, looks=looks))


@main.command()
@_HOME
def worker(home: str | None) -> None:
    """Hold øje med fristerne og send post, uden at vise sider."""
    from web.working import work_until_stopped

    click.echo("Holder øje med fristerne. Ctrl+C stopper.")
    _run(lambda: work_until_stopped(_settings(home=home)))


@main.command()
@_HOME
def watch(home: str | None) -> None:
    """Se efter, om noget står stille: 1, hvis en åben proces venter på noget, der ikke kommer."""
    from web.watching import watch_all

    if not _run(lambda: watch_all(_settings(home=home))):
        raise SystemExit(1)


@main.group()
def erase() -> None:
    """Sletning af en ung: foreslås af én, godkendes af en anden. Intet slettes af sig selv."""


@erase.command("list")
@_HOME
def list_candidates(home: str | None) -> None:
    """Vis de lukkede sager, hvis tid er gået."""
    from web.erasing import show_candidates

    _run(lambda: show_candidates(_settings(home=home)))


@erase.command()
@click.argument("case", type=click.UUID)
@click.option("--decision", required=True, help="Afgørelsens eller reglens nummer.")
@click.option("--by", "username", required=True, help="Lederen, der foreslår det.")
@_HOME
def propose(case: "UUID", decision: str, username: str, home: str | None) -> None:
    """Foreslå, at den unge i sagen CASE slettes."""
    from web.erasing import propose as propose_one

    _run(lambda: propose_one(_settings(home=home), case, decision, username))


@erase.command()
@click.argument("case", type=click.UUID)
@click.option("--by", "username", required=True, help="Lederen, der godkender det.")
@_HOME
def approve(case: "UUID", username: str, home: str | None) -> None:
    """Slet den unge i sagen CASE: alt, der er skrevet, og nøglen til det."""
    from web.erasing import approve as approve_one

    _run(lambda: approve_one(_settings(home=home), case, username))


@erase.command()
@_HOME
def again(home: str | None) -> None:
    """Gør hver sletning om, som databasen ikke kender: efter at en kopi er lagt tilbage."""
    from web.erasing import erase_again_all

    _run(lambda: erase_again_all(_settings(home=home)))


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@_HOME
def backup(file: Path, home: str | None) -> None:
    """Skriv en kopi af databasen i FILE, mens huset er åbent."""
    from web.backing_up import back_up

    _run(lambda: back_up(_settings(home=home), file))


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@_HOME
def restore(file: Path, home: str | None) -> None:
    """Læg kopien FILE tilbage; det, der er slettet siden, slettes igen, før huset åbnes."""
    from web.backing_up import restore as restore_from

    _run(lambda: restore_from(_settings(home=home), file))


@main.command("export-person")
@click.argument("case", type=click.UUID)
@click.option("--by", "username", required=True, help="Den, der holder tråden.")
@click.option("--to", "folder", required=True, help="Mappen, udskriften lægges i.")
@_HOME
def export_person(case: "UUID", username: str, folder: str, home: str | None) -> None:
    """Lav en udskrift af alt om den unge i sagen CASE: som side og som fil."""
    from web.exporting import export_to

    _run(lambda: export_to(_settings(home=home), case, username, folder))


@main.command()
@_HOME
def verify(home: str | None) -> None:
    """Se efter, om nogen har ændret, fjernet eller byttet om på noget i journaler og læselog."""
    from web.verifying import verify_all

    if not _run(lambda: verify_all(_settings(home=home))):
        raise SystemExit(1)


@main.command()
@_HOME
def tick(home: str | None) -> None:
    """Se efter én gang, hvad der er forfaldent, og sig hvor meget det var."""
    from web.wiring import build, look, notifier

    settings = _settings(home=home)
    _run(lambda: click.echo(f"{look(build(settings), notifier(settings))} gjort"))


@main.group()
def db() -> None:
    """Databasen."""


@db.command()
@_HOME
def upgrade(home: str | None) -> None:
    """Bring databasens tabeller op til denne udgave."""
    from web.wiring import build, migrate

    _run(lambda: migrate(build(_settings(home=home))))
    click.echo("Databasen passer til denne udgave.")


@main.group()
def keys() -> None:
    """Nøglerne, som det, der er skrevet om de unge, er krypteret med."""


@keys.command()
@_HOME
@click.option("--forget", is_flag=True, help="Fjern de gamle; ældre kopier kan så ikke læses.")
def rotate(home: str | None, forget: bool) -> None:
    """Lav en ny hovednøgle, og læg alle de unges nøgler under den. Serveren må gerne køre."""
    from web.rotating import rotate_keys

    _run(lambda: rotate_keys(_settings(home=home), forget=forget))


@main.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False))
@_HOME
@click.option("--note", default="", help="Hvad der er ændret, med få ord.")
def deploy(path: str, home: str | None, note: str) -> None:
    """Kontrollér processerne i PATH, og læg dem i drift. En pakke installeres."""
    from web.deploying import deploy_path

    _run(lambda: deploy_path(_settings(home=home), path, note))


@main.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Skriv fundene som JSON.")
def check(path: str, as_json: bool) -> None:
    """Kontrollér processerne i PATH; 1, hvis en fil ikke må lægges i drift."""
    from web.deploying import check_path

    if not _run(lambda: check_path(path, as_json=as_json)):
        raise SystemExit(1)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--to", help="Mappen eller filen, kopien skrives til (FILE med ».adapted«).")
@click.option("--process", help="Hvad processen skal hedde; efter filen, når det ikke er nævnt.")
@click.option("--choose", default="", help="Id'et på den proces i filen, der skal køre.")
@click.option("--json", "as_json", is_flag=True, help="Skriv listerne som JSON.")
def adapt(file: str, to: str | None, process: str | None, choose: str, as_json: bool) -> None:
    """Gør en tegning fra et andet program kørbar; 1, hvis det ikke lader sig gøre.

    FILE er tegningen. Du får en tilpasset kopi og en liste over det, der mangler. FILE ændres ikke.
    """
    from web.adapting import adapt_file

    if not _run(lambda: adapt_file(file, to, process, choose, as_json=as_json)):
        raise SystemExit(1)


@main.group()
def scenario() -> None:
    """Gennemregnede eksempler."""


@scenario.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
def run(files: tuple[str, ...]) -> None:
    """Spil FILES igennem på et simuleret ur; 1, hvis en linje ikke holder."""
    from web.playing import play

    hold = _run(lambda: [play(file) for file in files])
    if not all(hold):
        raise SystemExit(1)


@main.command()
@_HOME
@click.option("--draft", metavar="PROCESS", help="Prøv kladden af denne proces.")
@click.option("--version", metavar="ID", help="Prøv denne udgave, for eksempel follow_up:3.")
@click.option("--until", metavar="DATO", help="Til og med denne dag (12 måneder frem).")
@click.option(
    "--behaviour",
    type=click.Choice(["nobody", "on_due_day", "like_last_year"]),
    default="like_last_year",
    show_default=True,
    help="Ingen gør noget, alle på fristens dag, eller som de seneste 12 måneder.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Tilfældighedens nummer.")
@click.option("--demo", is_flag=True, help="Prøv på en ny opdigtet kommune, ikke på sagerne.")
@click.option("--json", "as_json", is_flag=True, help="Skriv rapporten med alle rækker som JSON.")
def simulate(home: str | None, **given: Any) -> None:
    """Prøv på en kopi af de åbne sager: hvem får hvad hvornår, og hvilke frister brydes.

    Intet sendes eller ændres uden for kopien. Med --draft eller --version sammenlignes der med
    det, der er i drift.
    """
    from web.simulating import simulate as run_simulation

    _run(lambda: run_simulation(_settings(home=home), **given))


@main.command()
@click.argument("username")
@_HOME
@click.option("--name", default="", help="Navnet; brugernavnet, når det ikke er nævnt.")
@click.option("--email", default="", help="Mailadressen.")
def operator(username: str, home: str | None, name: str, email: str) -> None:
    """Lad USERNAME passe driften, og vis en kode, som de vælger en adgangskode med."""
    from web.operators import add_operator
    from workflows.municipalities.engaging import NewEmployee

    new = NewEmployee(
        username=username, name=name or username, email=email or f"{username}@localhost"
    )
    _run(lambda: add_operator(_settings(home=home), new))


@main.command()
@_HOME
def demo(home: str | None) -> None:
    """Fyld en tom database med den opdigtede kommune."""
    from web.demo import fill_if_empty
    from web.wiring import build, migrate

    def fill() -> bool:
        settings = _settings(home=home)
        migrate(build(settings))
        return fill_if_empty(settings)

    if not _run(fill):
        raise click.ClickException("Databasen er ikke tom; den er ikke rørt.")


@main.command()
@click.argument("process")
@click.argument("folder", required=False, type=click.Path(file_okay=False))
@_HOME
@click.option("--number", type=int, help="Udgaven; den nyeste, når den ikke er nævnt.")
def export(process: str, folder: str | None, home: str | None, number: int | None) -> None:
    """Skriv en udgave af PROCESS, der er lagt i drift, som en mappe (FOLDER eller PROCESS)."""
    from web.deploying import export_process

    _run(lambda: export_process(_settings(home=home), process, folder or process, number))


def _settings(**given: str | None) -> "Settings":
    from engine.settings import Settings

    return Settings.from_env(None, **given)


T = TypeVar("T")


def _run(command: Callable[[], T]) -> T:
    """Run a command; what it cannot do is one sentence, not a stack trace."""
    from engine.domain.errors import CaseworkError

    try:
        return command()
    except CaseworkError as error:
        raise click.ClickException(str(error)) from error
