"""What a desk does to a conversation, as far as a browser sees it: moves, notices, a person's words."""

from __future__ import annotations

from playwright.async_api import Page

from bot.channels.message import AgentNote, Outcome, Reply
from bot.channels.widget.floor import Floor
from bot.store import NewReply, Owner
from tests.browser.conftest import Front
from tests.support.desk import FakeDesk
from tests.support.owners import belongs_to

WANG = AgentNote(name="王芳", number="017")


class Desk:
    """Acts on the conversation of a page."""

    def __init__(self, front: Front, page: Page) -> None:
        self._front = front
        self._page = page

    async def moves(self, owner: Owner, notice: str, known: Floor) -> None:
        """The conversation changes hands, or its place in the queue, and the citizen is told in words."""
        desk = FakeDesk()
        desk.known = known
        self._front.widget.desk = desk
        await self._add(Reply(outcome=Outcome.HANDOFF, text=notice), "system", owner)

    async def says(self, text: str, agent: AgentNote = WANG) -> None:
        """A person writes."""
        await self._add(Reply(outcome=Outcome.HANDOFF, text=text, agent=agent), "wang", Owner.HUMAN)

    async def types(self) -> None:
        """A person types."""
        [question, *_] = await self._front.stored(self._page)
        self._front.widget.hub.tell(question.sender, {"type": "typing", "who": "agent", "on": True})

    async def _add(self, reply: Reply, author: str, owner: Owner) -> None:
        [question, *_] = await self._front.stored(self._page)
        new = NewReply(author=author, text=reply.text, payload=reply.public(), outcome="")
        await self._front.store.answer(question.id, [new], None, timings={})
        await belongs_to(self._front.store, question.conversation_id, owner)
        self._front.widget.hub.notify(question.sender)
