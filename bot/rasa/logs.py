"""Log lines on stdout that a person can read: `INFO rasa.core.run: …`. Messages of citizens are not logged."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import MutableMapping
from typing import Any

import structlog

_AT_LEAST = {
    "apscheduler": "WARNING",
    "asyncio": "WARNING",
    "sanic.access": "WARNING",
    "sanic.root": "WARNING",
    "sqlalchemy": "WARNING",
}
_OWN_HANDLERS = ("sanic.root", "sanic.error", "sanic.access")
_SAYS_NOTHING_OF_PEOPLE = frozenset({"event", "event_info", "exception", "exc_info", "stack_info"})
_HUSHED = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
_HUSHED_TEXTS = (
    "Slot auto-fill has been removed",
    # The classifier stops early on purpose (max_iter in config.yml): more rounds changed no answer.
    "lbfgs failed to converge",
)

logger = logging.getLogger("bangban.rasa")


class FailedActionInOneLine(logging.Filter):
    """Rasa logs the whole stack for each turn while the action server is away; the reason is enough."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            reason = record.exc_info[1]
            first_line = str(reason).partition("\n")[0]
            record.msg, record.args = "%s: %s", (type(reason).__name__, first_line)
            record.exc_info = record.exc_text = None
        return True


def hush_libraries() -> None:
    """Deprecations inside libraries that are pinned on purpose help nobody who reads the log.

    Filters alone do not do: some libraries set their own while they are imported.
    """
    warnings.showwarning = _show_warning


def configure(level: str) -> None:
    """One handler on stdout for Rasa, Sanic and our own lines; structured lines become plain ones."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _OWN_HANDLERS:
        logging.getLogger(name).handlers.clear()
    for name, least in _AT_LEAST.items():
        logging.getLogger(name).setLevel(max(logging.getLevelName(level), logging.getLevelName(least)))
    if level != "DEBUG":
        logging.getLogger("rasa.core.processor").addFilter(FailedActionInOneLine())
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, structlog.processors.format_exc_info, plain],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def plain(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    """A structured line without its values: they can hold what a citizen wrote."""
    text = str(event.get("event_info") or event.get("event", ""))
    hidden = sorted(set(event) - _SAYS_NOTHING_OF_PEOPLE)
    if hidden:
        text += f" (without {', '.join(hidden)})"
    return f"{text}\n{event['exception']}" if "exception" in event else text


def _show_warning(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    if not issubclass(category, _HUSHED) and not str(message).startswith(_HUSHED_TEXTS):
        logger.warning("%s", message)
