"""A place in the text of an expression, and the small steps of reading on from it."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from engine.feel.errors import FeelSyntaxError
from engine.feel.tokens import Scanner, Token

MAX_NESTING = 60

_T = TypeVar("_T")


class Cursor:
    """Stands at `token`. What does not fit raises `FeelSyntaxError`."""

    __slots__ = ("_depth", "_scanner", "token")

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self._scanner = Scanner(text, names)
        self._depth = 0
        self.token = self._scanner.at(0)

    def advance(self) -> Token:
        """Return the token and go on to the next."""
        token = self.token
        self.token = self._scanner.at(token.end)
        return token

    def ahead(self, name_first: bool = False) -> Token:
        """Return the token after this one, and stay."""
        return self._scanner.at(self.token.end, name_first)

    def name_first(self) -> None:
        """Read the token again, so that a known name wins over the keyword it begins with."""
        self.token = self._scanner.at(self.token.start, name_first=True)

    def at_symbol(self, *texts: str) -> bool:
        """Tell whether the token is one of these signs."""
        return self.token.kind == "symbol" and self.token.text in texts

    def accept(self, text: str) -> bool:
        """Pass over a sign or keyword if it stands here, and tell whether it did."""
        if self.token.text == text and self.token.kind in ("symbol", "keyword"):
            self.advance()
            return True
        return False

    def expect(self, text: str) -> None:
        """Pass over a sign or keyword, which has to stand here."""
        if not self.accept(text):
            raise self.unexpected(f"her skal stå »{text}«")

    def finish(self) -> None:
        """Check that the text ends here."""
        if self.token.kind != "end":
            raise self.unexpected("udtrykket skulle være slut her")

    def series(self, read: Callable[[], _T], closing: str) -> tuple[_T, ...]:
        """Return what `read` gives, between commas, up to `closing`."""
        if self.accept(closing):
            return ()
        return (read(), *self.series_after(read, closing))

    def series_after(self, read: Callable[[], _T], closing: str) -> tuple[_T, ...]:
        """Return the rest of a series whose first item has been read."""
        items: list[_T] = []
        while not self.accept(closing):
            self.expect(",")
            items.append(read())
        return tuple(items)

    def free_name(self) -> Token | None:
        """Return the words and signs up to a colon, if they make a name, and stay."""
        return self._scanner.key(self.token.start)

    def named(self) -> str:
        """Return the name before a colon, pass over both, and know the name from here on."""
        found = self.token if self.token.kind == "text" else self.free_name()
        if found is None:
            raise self.unexpected("her skal stå et navn og et kolon")
        name = str(found.value) if found.kind == "text" else found.text
        self.learn((name,))
        self.token = self._scanner.at(found.end)
        self.expect(":")
        return name

    def words_until(self, *ends: str) -> str:
        """Return the words up to one of `ends` or a sign, as one name that is known from here."""
        words: list[str] = []
        while self.token.kind in ("name", "keyword", "number") and self.token.text not in ends:
            words.append(self.advance().text)
        if not words:
            raise self.unexpected("her skal stå et navn")
        name = " ".join(words)
        self.learn((name,))
        return name

    def learn(self, names: Iterable[str]) -> None:
        """Know these names from here on."""
        self._scanner.learn(names)

    def enter(self) -> None:
        """Go one level down. Raises past the greatest depth."""
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise self.too_deep()

    def leave(self) -> None:
        """Come one level up again."""
        self._depth -= 1

    def too_deep(self) -> FeelSyntaxError:
        """Return the error for what is too deep."""
        return FeelSyntaxError("Udtrykket er for dybt", self.token.start)

    def unexpected(self, wanted: str) -> FeelSyntaxError:
        """Return the error for a token that does not fit here."""
        token = self.token
        if token.kind == "end":
            return FeelSyntaxError(f"Udtrykket slutter for tidligt: {wanted}", token.start)
        return FeelSyntaxError(f"Uventet »{token.text}«: {wanted}", token.start)
