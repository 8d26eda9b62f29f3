"""Nothing that anybody says, writes, labels or names becomes markup in the pages of the review.

The page's own policy is switched off here: what holds is the pages alone.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.review.parts import API
from bot.store.review_judging import Lesson, NewJudgement
from bot.store.review_values import ProposalKind, Verdict
from bot.store.staff_values import Act
from bot.store.tables import Message
from tests.browser.review.conftest import Log
from tests.support.talks import handed_over, talk

PAYLOADS: list[str] = json.loads((Path(__file__).parents[1] / "xss.json").read_text(encoding="utf-8"))
BATCH = 120
BATCHES = [PAYLOADS[start : start + BATCH] for start in range(0, len(PAYLOADS), BATCH)]
WATCH = """
window.executed = [];
for (const name of ["alert", "confirm", "prompt", "print"]) {
  window[name] = (...given) => { window.executed.push([name, String(given)]); };
}
"""
STIR = """() => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  for (const one of document.querySelectorAll("#app *")) {
    for (const kind of ["mouseover", "mouseenter", "pointerover", "focusin", "focus", "toggle", "animationstart"])
      one.dispatchEvent(new Event(kind, { bubbles: true }));
  }
}"""
FOUND = """() => {
  const strange = [];
  for (const node of document.querySelectorAll("#app *")) {
    const name = node.localName;
    if (["script", "iframe", "object", "embed", "base", "meta", "style", "template", "math"].includes(name))
      strange.push(name);
    for (const { name: attribute, value } of node.attributes) {
      if (attribute.startsWith("on") || attribute === "srcdoc") strange.push(`${name} ${attribute}=${value}`);
      if (["href", "src", "action", "formaction", "xlink:href"].includes(attribute)) {
        const url = new URL(value, location.href);
        if (!["http:", "https:"].includes(url.protocol)) strange.push(`${name} ${attribute}=${value}`);
      }
    }
  }
  return strange;
}"""


async def fill(log: Log, payloads: list[str]) -> int:
    """Each payload as question, answer, provenance, comment, label, note, name of a filter; out: a conversation."""
    agent = (log.reviewer.id, log.reviewer.name, log.reviewer.display_name)
    at = datetime.now(UTC) - timedelta(hours=1)

    def said(session: Session) -> tuple[int, list[int]]:
        whole = handed_over(session, 9999, at, agent)
        turns = []
        for n, text in enumerate(payloads):
            conversation = talk(session, n, at + timedelta(seconds=n), [text], Random(n))
            turns.append(spoil(session, conversation.id, text))
        evil = talk(session, 9998, at, payloads, Random(1))
        session.flush()
        for n, text in enumerate(payloads):
            turns.append(spoil(session, evil.id, text, 2 * n + 1))
        assert whole.id
        return evil.id, turns

    number, turns = await log.database.write(said)
    judging = log.console.front.app[API].judging
    act = Act(datetime.now(UTC), "test", log.reviewer.id, log.reviewer.name)
    for turn, text in zip(turns, payloads + payloads, strict=True):
        lesson = Lesson(ProposalKind.PAIR, text[:200], "id_card_renew", "id_card_renew@000000")
        await judging.judge(turn, NewJudgement(Verdict.WRONG_GUIDE, text, seen=None, lesson=lesson), act)
        await judging.label([turn], text[:40], act)
    for text in payloads:
        await judging.save_filter(log.reviewer.id, text[:60], {"q": text}, act)
    await judging.assign(turns, log.reviewer.id, "\n".join(payloads), act)
    return number


def spoil(session: Session, conversation_id: int, text: str, seq: int = 1) -> int:
    """The answer to a turn says the payload wherever it says anything; out: the turn."""
    query = select(Message).where(Message.conversation_id == conversation_id).order_by(Message.seq)
    question, answer = [one for one in session.execute(query).scalars() if one.seq in (seq, seq + 1)]
    guide = {"id": text, "title": text, "item_id": text, "version": 1}
    place = {"code": text, "name": text}
    answer.text, answer.reason, answer.guide_id = text, text[:200], text[:120]
    answer.payload = {
        "guide": guide,
        "regions": {"here": place, "owner": place},
        "options": [{"id": text, "title": text}],
        "sources": [{"name": text, "url": text, "published": text}],
        "agent": {"name": text, "number": text},
    }
    answer.provenance = {
        "index": text,
        "intent": {"name": text, "confidence": 0.5},
        "needle": text,
        "decision": text,
        "hits": [{"item_id": text, "probability": 0.5, "score": 1.0}],
        "guide": {"id": text, "version": 1},
        **{name: [text] for name in ("fields", "rules", "alternatives", "halls", "situation")},
        "turn": {"route": text, "failure": text},
    }
    answer.timings = {text: 1}
    return question.id


async def nothing_ran(page: Page) -> None:
    await page.evaluate(STIR)
    await page.wait_for_timeout(150)
    assert await page.evaluate("window.executed") == []
    assert await page.evaluate(FOUND) == []


async def opened(page: Page, address: str) -> None:
    await page.goto(address)
    await page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("batch", range(len(BATCHES)))
async def test_nothing_said_or_written_is_executed(log: Log, batch: int) -> None:
    payloads = BATCHES[batch]
    number = await fill(log, payloads)
    page: Page = await log.page("account", bypass_csp=True)
    await page.add_init_script(WATCH)
    console: Any = log.console
    for path in ("review", "assignments", "proposals", "unanswered", "overview"):
        await opened(page, console.address(path))
        await nothing_ran(page)
    await opened(page, console.address("review"))
    await expect(page.locator("table.found tbody tr")).to_have_count(min(50, 2 * len(payloads) + 4))
    shown = await page.locator(".saved .chip").count()
    assert shown == len({one[:60] for one in payloads})
    await opened(page, console.address(f"review/conversations/{number}"))
    await expect(page.locator("article.in")).to_have_count(len(payloads))
    looks = page.locator("article.out .look")
    for place in range(0, len(payloads), 9):
        await looks.nth(place).click()
        await nothing_ran(page)
        await page.get_by_role("tab", name="评判").click()
        await nothing_ran(page)
        await page.get_by_role("tab", name="为什么这样答").click()
    first = await page.locator("article.in .text").first.inner_text()
    assert first.split() == payloads[0].split(), "it is shown as it was said"
