"""Rasa's lock store in the Redis named by a URL: one turn of a conversation at a time, over all workers."""

from __future__ import annotations

from typing import Any

import redis
from rasa.core.lock_store import LockStore, RedisLockStore

_KEY_PREFIX = "bangban:rasa:lock:"
_TIMEOUT_S = 5


class RedisUrlLockStore(RedisLockStore):
    """Rasa's own Redis store takes host, port and password one by one; this takes what REDIS_URL holds."""

    def __init__(self, endpoint_config: Any) -> None:
        self.red = redis.Redis.from_url(
            endpoint_config.url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S
        )
        self.key_prefix = _KEY_PREFIX
        LockStore.__init__(self)
