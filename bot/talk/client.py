"""One turn through the running stack, by the front's REST webhook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.errors import CommandFailed, PartUnavailable, TurnTimeout

WEBHOOK = "/webhooks/rest/webhook"
_START = "Start everything with `bangban serve`, or name the right address with --url."


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for one message: the payload of the answer, and the messages as they were sent."""

    outcome: str | None = None
    aspect: str | None = None
    guide: Mapping[str, Any] | None = None
    regions: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    options: tuple[Mapping[str, Any], ...] = ()
    messages: tuple[Mapping[str, Any], ...] = ()

    @property
    def message_id(self) -> str | None:
        """The id under which `bangban replay` finds the answer."""
        ids = (message.get("custom", {}).get("message_id") for message in self.messages)
        return next((str(found) for found in ids if found is not None), None)

    def to_json(self) -> dict[str, Any]:
        """The report of a turn."""
        return {
            "outcome": self.outcome,
            "aspect": self.aspect,
            "guide": {"id": self.guide.get("id"), "title": self.guide.get("title")} if self.guide else None,
            "regions": {"here": self.regions.get("here"), "owner": self.regions.get("owner")},
            "text": self.text,
            "options": list(self.options),
            "messages": list(self.messages),
        }


def reply_of(messages: Sequence[Any]) -> Reply:
    """The messages of one turn as a reply; the payload is that of the message which carries an outcome."""
    known = [message for message in messages if isinstance(message, dict)]
    payloads = [message["custom"] for message in known if isinstance(message.get("custom"), dict)]
    payload: dict[str, Any] = next((found for found in payloads if found.get("outcome")), {})
    texts = [message["text"] for message in known if isinstance(message.get("text"), str)]
    return Reply(
        outcome=payload.get("outcome"),
        aspect=payload.get("aspect"),
        guide=payload.get("guide"),
        regions=payload.get("regions") or {},
        text="\n".join(texts),
        options=tuple(payload.get("options") or ()),
        messages=tuple(known),
    )


class RestClient:
    """Sends messages as a citizen's client would. Use it as `async with RestClient(url) as client`."""

    def __init__(self, base_url: str, *, turn_s: float = 30.0) -> None:
        self._base_url = base_url.rstrip("/")
        self._turn_s = turn_s

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._turn_s))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def probe(self) -> None:
        """Return when the front answers at all; PartUnavailable says how to start it."""
        try:
            async with self._session.get(f"{self._base_url}/healthz"):
                return
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError):
            raise PartUnavailable(f"Nothing answers at {self._base_url}.", mend=_START) from None

    async def say(self, sender: str, text: str) -> Reply:
        """One message and the reply to it. PartUnavailable, TurnTimeout or CommandFailed when none came."""
        body = {"sender": sender, "message": text}
        try:
            async with self._session.post(self._base_url + WEBHOOK, json=body) as response:
                answer = await response.json(content_type=None)
                status = response.status
        except TimeoutError:
            raise TurnTimeout(f"No reply came within {self._turn_s:g} s.") from None
        except ValueError as error:
            raise CommandFailed(
                f"{self._base_url} does not speak our wire format: {error}", mend=_START
            ) from None
        except (aiohttp.ClientError, OSError):
            raise PartUnavailable(f"Nothing answers at {self._base_url}.", mend=_START) from None
        if status == 200 and isinstance(answer, list):
            return reply_of(answer)
        told = answer.get("error", {}) if isinstance(answer, dict) else {}
        if not isinstance(told, dict) or "message" not in told:
            raise CommandFailed(f"{self._base_url} replied with status {status}.", mend=_START)
        raise CommandFailed(str(told["message"]), mend=str(told.get("mend", "")))
