"""The channel between the front and Rasa: one message in, the actions' payloads out.

POST /webhooks/bangban/webhook   Authorization: Bearer <token>
    {"sender": str, "message": str, "metadata": {…}, "new_session": bool}
    → 200 {"messages": [payload, …], "intent": {"name", "confidence"}}, else 4xx or 5xx {"error": {…}}
POST /webhooks/bangban/forget    Authorization: Bearer <token>   {"sender": str}
    → 200 {"status": "forgotten"}: nothing of the conversation is left here
GET /webhooks/bangban/health     → 200 {"status": "ok"} once the model is loaded, else 503
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.rasa.errors import ModelMissing, RasaSideError, TurnFailed
from bot.rasa.turn import CHANNEL, forget_conversation, run_turn
from bot.rasa.wire import check_token, read_incoming, read_sender

logger = logging.getLogger(__name__)


class BangbanChannel(InputChannel):
    """Translates only: verify, read, hand over, answer."""

    def __init__(self, token: str, *, deadline_s: float, max_message_chars: int) -> None:
        self._token = token
        self._deadline_s = deadline_s
        self._max_message_chars = max_message_chars

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes. Turns go to the agent directly: its answer and its errors are needed here."""
        routes = Blueprint("bangban_webhook", __name__)

        @routes.get("/health")
        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                error = ModelMissing("No model is loaded.", mend="Run `bangban train`, then restart rasa.")
                return error_response(error)
            return response.json({"status": "ok"})

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            try:
                check_token(request.headers.get("Authorization"), self._token)
                incoming = read_incoming(request.body, max_message_chars=self._max_message_chars)
                result = await run_turn(request.app.ctx.agent, incoming, deadline_s=self._deadline_s)
            except RasaSideError as error:
                return error_response(error)
            except Exception:
                logger.exception("A turn failed.")
                return error_response(
                    TurnFailed("The turn failed unexpectedly.", mend="The log of rasa has the cause.")
                )
            return response.json(result.to_json())

        @routes.post("/forget")
        async def forget(request: Request) -> HTTPResponse:
            try:
                check_token(request.headers.get("Authorization"), self._token)
                sender = read_sender(request.body)
                await forget_conversation(request.app.ctx.agent, sender)
            except RasaSideError as error:
                return error_response(error)
            except Exception:
                logger.exception("A conversation could not be deleted.")
                return error_response(
                    TurnFailed("The conversation was not deleted.", mend="The log of rasa has the cause.")
                )
            return response.json({"status": "forgotten"})

        return routes


def error_response(error: RasaSideError, status: int | None = None) -> HTTPResponse:
    """The one error shape, with the error's own status unless another is given."""
    status = status or error.status
    if status >= 500:
        logger.error("%s: %s", error.code, error)
    return response.json(error.to_json(), status=status)
