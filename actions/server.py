"""aiohttp around rasa_sdk's ActionExecutor (`POST /webhook`), `/assist` and `/replay` for staff, `/health`, the live search
index."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

from aiohttp import web
from pydantic import ValidationError
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from actions.assist import Asked, assist
from actions.rasa_actions import ACTION_NAMES, TurnAction
from actions.recipe import RecipeBroken
from actions.replay import ReplayAsked, replay
from actions.settings import ActionsSettings
from actions.words import load_words
from knowledge.errors import KnowledgeError
from knowledge.search import LiveIndex

logger = logging.getLogger(__name__)

INDEX = web.AppKey("index", LiveIndex)
EXECUTOR = web.AppKey("executor", ActionExecutor)
REFRESH_SECONDS = 1.0
MAX_REQUEST_BYTES = 4 * 1024 * 1024


class Executor(ActionExecutor):
    """rasa_sdk's executor for actions that read no domain, so that Rasa need not send it every turn
    (`enable_selective_domain` in endpoints.yml); the stock one refuses a call without it."""

    def update_and_return_domain(self, payload: dict[str, Any], action_name: str) -> dict[str, Any]:
        return {}


def init_app(settings: ActionsSettings, index: LiveIndex | None = None) -> web.Application:
    """The action server. It starts without an index too, says so in /health, and takes one when it comes."""
    app = web.Application(client_max_size=MAX_REQUEST_BYTES)
    live = index or LiveIndex(settings.index_dir, settings)
    executor = Executor()
    for name in ACTION_NAMES:
        executor.register_action(TurnAction(name, lambda: live.searcher, load_words()))
    app[INDEX], app[EXECUTOR] = live, executor
    app.cleanup_ctx.append(_follow_index)
    app.router.add_post("/webhook", webhook)
    app.router.add_post("/assist", assist_staff)
    app.router.add_post("/replay", replay_answer)
    app.router.add_get("/health", health)
    return app


async def webhook(request: web.Request) -> web.Response:
    """Run one action call from Rasa: 400 malformed or rejected, 404 unknown action, 503 no index, 500 failed."""
    try:
        call = await request.json()
    except ValueError:
        call = None
    if not isinstance(call, dict):
        return _refusal("an action call is a JSON object", "", 400)
    name = str(call.get("next_action", ""))
    try:
        result = await request.app[EXECUTOR].run(call)
    except ActionExecutionRejection as rejection:
        return _refusal(str(rejection), rejection.action_name, 400)
    except ActionNotFoundException as missing:
        return _refusal(str(missing), missing.action_name, 404)
    except KnowledgeError as unusable:
        logger.error("no answer without an index: %s", unusable)
        return _refusal(unusable.code, name, 503)
    except Exception as error:  # the edge: Rasa must hear of a failure in words it knows
        logger.exception("the action failed")
        return _refusal(f"{type(error).__name__} in the action", name, 500)
    return web.json_response(result.model_dump() if result else {"events": [], "responses": []})


def _refusal(error: str, action_name: str, status: int) -> web.Response:
    """The error shape Rasa reads from an action server."""
    return web.json_response({"error": error, "action_name": action_name}, status=status)


async def assist_staff(request: web.Request) -> web.Response:
    """What the bot would answer, for staff: 400 malformed, 503 no index, both in the one error shape."""
    try:
        asked = Asked.model_validate(await request.json())
    except ValidationError as error:
        fields = sorted({str(problem["loc"][0]) if problem["loc"] else "-" for problem in error.errors()})
        return _error(400, "bad_request", f"Not as agreed: {', '.join(fields)}.", "See actions/assist.py.")
    except ValueError:
        return _error(400, "bad_request", "The request is not JSON.", "Send one JSON object.")
    live = request.app[INDEX]
    if not live.ready:
        return _no_index(live)
    found = await asyncio.to_thread(assist, asked, live.searcher, load_words(), today=date.today())
    return web.json_response(found)


def _error(status: int, code: str, message: str, mend: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message, "mend": mend}}, status=status)


def _no_index(live: LiveIndex) -> web.Response:
    error = live.error
    body = {"code": error.code, "message": error.message, "mend": error.mend} if error else {}
    return web.json_response({"error": body}, status=503)


async def replay_answer(request: web.Request) -> web.Response:
    """An answer once more: 400 malformed, 409 what it is made of is not whole, 503 no index."""
    try:
        asked = ReplayAsked.model_validate(await request.json())
    except ValidationError as error:
        fields = sorted({str(problem["loc"][0]) if problem["loc"] else "-" for problem in error.errors()})
        return _error(400, "bad_request", f"Not as agreed: {', '.join(fields)}.", "See actions/replay.py.")
    except ValueError:
        return _error(400, "bad_request", "The request is not JSON.", "Send one JSON object.")
    live = request.app[INDEX]
    if not live.ready:
        return _no_index(live)
    try:
        found = await asyncio.to_thread(replay, asked, live.searcher.base, load_words())
    except (RecipeBroken, ValidationError) as broken:
        return _error(409, "recipe_broken", f"The answer cannot be made again: {broken}.", "")
    return web.json_response(found)


async def health(request: web.Request) -> web.Response:
    """Alive, and which index answers; 503 with the mend while there is none."""
    live = request.app[INDEX]
    if not live.ready:
        return _no_index(live)
    searcher = live.searcher
    index = {key: searcher.meta[key] for key in ("digest", "created")}
    return web.json_response({"status": "ok", "index": index | {"items": len(searcher.base.items)}})


async def _follow_index(app: web.Application) -> AsyncIterator[None]:
    """Swap to a newly published index without a restart."""
    task = asyncio.create_task(_refresh_forever(app[INDEX]))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _refresh_forever(index: LiveIndex) -> None:
    while True:
        await asyncio.sleep(REFRESH_SECONDS)
        try:
            if await asyncio.to_thread(index.refresh):
                logger.info("search index swapped to %s", index.searcher.meta["digest"])
        except Exception:  # a full disk, say: whatever one look met, the next index must be taken
            logger.exception("the new search index could not be opened, the old one stays")
