"""The texts of the pages and their English: `python -m web.messages` (`make messages`).

Finds every text that code and templates mark for translation, brings the catalogue up to date
(translations stay, texts that are gone go), and names what has no English yet.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PRODUCT = ("engine", "workflows", "web")
ENGLISH = ROOT / "web/translations/en/LC_MESSAGES/messages.po"
# Our own header: the library's holds the time of writing, and no two branches would merge.
HEADER = r"""# English for the texts of the pages; `make messages` keeps the list complete.
msgid ""
msgstr ""
"Project-Id-Version: tovholder\n"
"Language: en\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
# The engine gets its translator as an argument of that name.
KEYWORDS = {**DEFAULT_KEYWORDS, "translate": None}
OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}


def marked() -> Catalog:
    """Return a catalogue of every text that the product marks, without translations."""
    found = Catalog(charset="utf-8")
    for package in PRODUCT:
        for entry in extract_from_dir(ROOT / package, METHODS, OPTIONS, KEYWORDS):
            found.add(entry[2])
    return found


def english() -> Catalog:
    """Return the catalogue as it is committed."""
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def untranslated(marked: Catalog, translated: Catalog) -> list[str]:
    """Return the marked texts that `translated` lacks, or has only as a guess or in part."""
    return [
        text if isinstance(text := message.id, str) else text[0]
        for message in marked
        if message.id and not _is_whole(translated.get(message.id))
    ]


def _is_whole(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    text = message.string
    return text is not None and text != "" and (isinstance(text, str) or all(text))


def update() -> list[str]:
    """Write the catalogue anew and return the texts that have no English yet."""
    texts, catalogue = marked(), english()
    catalogue.update(texts, no_fuzzy_matching=True)
    with ENGLISH.open("wb") as file:
        file.write(HEADER.encode())
        write_po(
            file,
            catalogue,
            width=98,
            no_location=True,
            omit_header=True,
            sort_output=True,
            ignore_obsolete=True,
        )
    return untranslated(texts, catalogue)


def _sentences() -> Iterator[str]:
    """Update the catalogue and tell what is left to do."""
    missing = update()
    yield f"{ENGLISH.relative_to(ROOT)}: {len(missing)} texts without English"
    yield from (f"  {text}" for text in missing)


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in _sentences())
