"""What the files of mail are called: a key may hold what a person has typed."""

from pathlib import Path

import pytest

from engine.adapters.mail import file_of

MAIL = Path("/srv/tovholder/var/mail")


@pytest.mark.parametrize("key", ["../../etc/passwd", "/etc/passwd", "..", "a/../../b", "a\x00b"])
def test_no_key_leads_out_of_the_folder_of_mail(key: str) -> None:
    file = file_of(MAIL, key)

    assert file.resolve().parent == MAIL
    assert "\x00" not in file.name
