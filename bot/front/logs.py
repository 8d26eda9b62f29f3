"""Log lines of the front: one JSON object each, on standard error, without personal numbers.

What citizens say is never logged. As a second line of defence every text in a line is masked.
"""

from __future__ import annotations

import logging
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.masking import mask_text


def mask_all(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Mask every text of a line, also inside lists and mappings; time, level and event come first."""
    first = {key: line[key] for key in ("at", "level", "event") if key in line}
    return {key: _masked(value) for key, value in {**first, **line}.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {key: _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value


class _NoBrokenRequests(logging.Filter):
    """aiohttp quotes a request it cannot parse; of such a one only the kind of error is kept."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0] is not None:
            kind = record.exc_info[0].__name__
            record.msg, record.args = f"{record.msg.split('%')[0].strip()}: {kind}", ()
            record.exc_info = record.exc_text = None
        return True


def set_up_logging(level: str, stream: TextIO | None = None) -> None:
    """Route structlog and the standard library's logging to the same lines (standard error by default)."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask_all,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("aiohttp.server").addFilter(_NoBrokenRequests())
    logging.getLogger("alembic").setLevel(max(logging.WARNING, logging.getLogger().level))
