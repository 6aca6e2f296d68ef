"""Each message leaves by its channel."""

from engine.ports import DIGITAL_POST, Mail, Notifier


class WaysOut:
    """Hands letters to Digital Post and everything else to the mail."""

    def __init__(self, mail: Notifier, digital_post: Notifier) -> None:
        self._mail, self._digital_post = mail, digital_post

    def send(self, mail: Mail) -> str | None:
        """Hand it over by its channel and return the receipt, if there is one. Raises as they."""
        way = self._digital_post if mail.channel == DIGITAL_POST else self._mail
        return way.send(mail)
