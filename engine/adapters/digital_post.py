"""Digital Post: a folder for those who only try the product, and what stands there until there is
a connection.

A connection is an agreement of the municipality with its sender system; it takes the place of
`DigitalPostFolder` in the wiring.
"""

import hashlib
import json
from pathlib import Path

from engine.adapters.mail import name_of
from engine.ports import Mail


class DigitalPostFolder:
    """Writes each letter as a text with its metadata beside it: the same key, the same files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: Mail) -> str:
        """Write the letter, the metadata last and whole; return the receipt. Raises `OSError`."""
        letter, metadata = files_of(self._folder, mail.key, mail.compartment)
        letter.parent.mkdir(parents=True, exist_ok=True)
        letter.write_text(mail.body, encoding="utf-8", newline="")
        receipt = hashlib.sha256(f"{mail.key}\n{mail.to}\n{mail.body}".encode()).hexdigest()[:32]
        told = {
            "message_id": mail.key,
            "recipient": mail.to,
            "subject": mail.subject,
            "letter": letter.name,
            "receipt": receipt,
        }
        part = metadata.with_name(f".{metadata.stem}.part")
        part.write_text(json.dumps(told, ensure_ascii=False, indent=2), encoding="utf-8")
        part.rename(metadata)
        return receipt


class NoDigitalPost:
    """Stands where the municipality has no connection: every letter waits and says so."""

    def send(self, mail: Mail) -> str:
        """Raise `OSError`, so that the letter is kept and tried again."""
        raise ConnectionError("Huset har ingen forbindelse til Digital Post.")


def files_of(folder: Path, key: str, compartment: str | None = None) -> tuple[Path, Path]:
    """Return the files of the letter with this key: its text and its metadata."""
    folder = folder / compartment if compartment else folder
    return folder / f"{name_of(key)}.txt", folder / f"{name_of(key)}.json"
