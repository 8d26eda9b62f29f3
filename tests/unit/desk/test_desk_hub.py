"""Consoles hear of what they asked for, once each, and of nothing else."""

from __future__ import annotations

from bot.desk.hub import QUEUE, DeskHub, agent_topic, chat_topic


async def test_a_console_hears_of_its_topics_only() -> None:
    hub = DeskHub()
    with hub.subscribe(QUEUE, agent_topic(1)) as console:
        assert console.take() == ({QUEUE, "agent:1"}, [])  # it has seen nothing yet

        hub.notify(QUEUE, chat_topic(5))
        hub.tell(agent_topic(1), {"type": "notice"})
        hub.tell(agent_topic(2), {"type": "notice"})
        await console.wait()

        assert console.take() == ({QUEUE}, [("agent:1", {"type": "notice"})])
        assert console.take() == (set(), [])


async def test_topics_come_and_go() -> None:
    hub = DeskHub()
    with hub.subscribe() as console:
        console.add(chat_topic(5))
        console.take()
        hub.notify(chat_topic(5))
        console.drop(chat_topic(5))
        hub.notify(chat_topic(5))

        assert console.take() == (set(), [])
        assert len(hub) == 0
        console.add(QUEUE)
        assert len(hub) == 1
    assert len(hub) == 0
