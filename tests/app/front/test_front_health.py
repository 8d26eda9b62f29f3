"""/healthz and /readyz: alive, and which part is missing."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.app.front.conftest import Front, StartFront


async def ready(front: Front) -> tuple[int, dict[str, Any]]:
    response = await front.client.get("/readyz")
    said: dict[str, Any] = await response.json()
    return response.status, said


async def test_the_front_lives(front: Front) -> None:
    response = await front.client.get("/healthz")

    assert (response.status, await response.json()) == (200, {"status": "ok"})


async def test_ready_names_every_part_and_the_index(front: Front) -> None:
    status, said = await ready(front)

    assert status == 200
    assert said["status"] == "ready"
    assert set(said["parts"]) == {"database", "rasa", "actions", "index"}
    assert said["parts"]["index"] == {
        "ok": True,
        "digest": "d1",
        "created": "2021-11-20T00:00:00Z",
        "items": 120,
    }


async def test_a_part_that_is_down_is_named_with_the_mend(start_front: StartFront) -> None:
    front = await start_front(rasa_port=1)

    status, said = await ready(front)

    assert status == 503
    assert said["status"] == "not_ready"
    assert not said["parts"]["rasa"]["ok"]
    assert said["parts"]["rasa"]["mend"]
    assert said["parts"]["actions"]["ok"]
    assert (await front.client.get("/healthz")).status == 200


async def test_actions_without_an_index_are_not_ready(front: Front) -> None:
    front.rasa.index = None

    status, said = await ready(front)

    assert status == 503
    assert said["parts"]["actions"]["ok"]
    assert not said["parts"]["index"]["ok"]
    assert "bangban train" in said["parts"]["index"]["mend"]


async def test_without_actions_the_index_is_missing_too(start_front: StartFront) -> None:
    front = await start_front(actions_port=1)

    status, said = await ready(front)

    assert status == 503
    assert [name for name, part in said["parts"].items() if not part["ok"]] == ["actions", "index"]


async def test_redis_is_a_part_when_it_is_configured(start_front: StartFront) -> None:
    front = await start_front(redis_url="redis://127.0.0.1:1/0")

    status, said = await ready(front)

    assert status == 503
    assert "REDIS_URL" in said["parts"]["redis"]["mend"]


async def test_a_citizen_is_answered_while_redis_is_down(start_front: StartFront) -> None:
    front = await start_front(redis_url="redis://127.0.0.1:1/0")

    assert (await front.say("在吗"))[0]["text"] == "答：在吗"


async def test_many_who_ask_at_once_share_one_check(front: Front) -> None:
    answers = await asyncio.gather(*(ready(front) for _ in range(30)))

    assert {status for status, _ in answers} == {200}
