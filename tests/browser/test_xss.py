"""Nothing that anybody says becomes markup: hundreds of payloads through every field that reaches the page.

The page's own policy is switched off here: what holds is the widget alone, as on a site without a policy.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from bot.channels.message import AgentNote
from bot.channels.widget.catalog import Catalog
from bot.channels.widget.floor import Floor
from bot.channels.widget.token import Visitor
from bot.store import Contact, NewReply, Owner
from knowledge.model import Faq, Item
from tests.browser.conftest import Chat, Front
from tests.support.desk import FakeDesk
from tests.support.owners import belongs_to

PAYLOADS: list[str] = json.loads(Path(__file__).with_name("xss.json").read_text(encoding="utf-8"))
BATCH = 50
"""Four messages each: no more than are shown again to somebody who comes back."""
BATCHES = [PAYLOADS[start : start + BATCH] for start in range(0, len(PAYLOADS), BATCH)]

WATCH = """
window.executed = [];
for (const name of ["alert", "confirm", "prompt", "print"]) {
  window[name] = (...given) => { window.executed.push([name, String(given)]); };
}
"""
FOUND = """() => {
  const strange = [];
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) walk(node.shadowRoot);
      const name = node.localName;
      if (["script", "iframe", "object", "embed", "base", "meta", "link", "style", "template", "math"].includes(name))
        strange.push(name);
      for (const { name: attribute, value } of node.attributes) {
        if (attribute.startsWith("on") || attribute === "srcdoc" || attribute === "style")
          strange.push(`${name} ${attribute}=${value}`);
        if (["href", "src", "action", "formaction", "xlink:href"].includes(attribute)) {
          const url = new URL(value, location.href);
          if (!["http:", "https:", "tel:"].includes(url.protocol)) strange.push(`${name} ${attribute}=${value}`);
        }
      }
    }
  };
  for (const element of document.querySelectorAll("bangban-chat, bangban-print")) walk(element.shadowRoot);
  return strange;
}"""


def everywhere(text: str) -> dict[str, Any]:
    """A reply with a text in every field it has."""
    place = dict.fromkeys(
        (
            "title",
            "kind",
            "region_name",
            "hall",
            "window",
            "address",
            "hours",
            "phone",
            "url",
            "rule",
            "note",
        ),
        text,
    )
    material = {**dict.fromkeys(("name", "copies", "where_from", "note"), text), "need": "required"}
    card = {
        "fields": [{"aspect": "where", "label": text, "text": text}],
        "materials": [material],
        "places": [{**place, "lat": 1.0, "lon": 2.0}],
        "steps": [text],
        "situation": text,
        "page": f"/guides/{text}",
        "has_flow": True,
    }
    guide = dict.fromkeys(
        ("id", "title", "task_name", "item_id", "region", "region_name", "authority", "publish_date"), text
    )
    return {
        "outcome": "answered",
        "aspect": text,
        "guide": {**guide, "version": 1},
        "regions": {"here": {"code": text, "name": text}, "owner": {"code": text, "name": text}},
        "options": [{"id": text, "title": text}],
        "suggestions": [text],
        "sources": [{"name": text, "url": text, "published": text}],
        "card": card,
    }


async def fill(front: Front, visitor: Visitor, payloads: Sequence[str]) -> None:
    """A conversation in which citizen, assistant and staff say the payloads."""
    key = front.widget.key(visitor)
    for number, text in enumerate(payloads):
        arrival = await front.store.receive("widget", key, f"m{number}", text, contact=Contact(address=key))
        said = [
            NewReply(author="bot", text=text, payload=everywhere(text), outcome="answered", aspect=text[:32]),
            NewReply(
                author="agent", text=text, payload={"agent": {"name": text, "number": text}}, outcome=""
            ),
            NewReply(author="system", text=text, payload={}, outcome=""),
        ]
        await front.store.answer(arrival.message_id, said, None, timings={})


async def watched(browser: Browser, front: Front, visitor: Visitor | None = None) -> Page:
    """A page that notes what is executed, without a policy that would prevent it."""
    context = await browser.new_context(bypass_csp=True, locale="zh-CN")
    context.set_default_timeout(15_000)
    await context.add_init_script(WATCH)
    if visitor is not None:
        cookie = {"name": "bangban_chat", "value": visitor.token, "domain": "127.0.0.1", "path": "/widget/"}
        await context.add_cookies([cookie])  # type: ignore[list-item]
    return await context.new_page()


async def nothing_ran(page: Page) -> None:
    await page.wait_for_timeout(150)
    assert await page.evaluate("window.executed") == []
    assert await page.evaluate(FOUND) == []
    await page.context.close()


async def test_there_are_enough_of_them() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 200


async def test_the_watch_sees_what_runs(browser: Browser, front: Front) -> None:
    page = await watched(browser, front)
    await page.goto(f"{front.url}/chat")
    await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    await page.wait_for_function("window.executed.length === 1")
    await page.context.close()


@pytest.mark.parametrize("batch", range(len(BATCHES)))
async def test_nothing_said_is_executed(browser: Browser, front: Front, batch: int) -> None:
    payloads = BATCHES[batch]
    visitor = front.widget.tokens.new(None)
    await fill(front, visitor, payloads)
    page = await watched(browser, front, visitor)
    await page.goto(front.url)
    chat = Chat(page)
    await chat.open()
    await expect(chat.own).to_have_count(len(payloads), timeout=20_000)
    await expect(chat.answers).to_have_count(2 * len(payloads))
    for place in ("details:not([open]) > summary", "article .chips button, article .options button"):
        assert await chat.log.locator(place).count() >= 1
    await page.evaluate(
        """() => {
          const root = document.querySelector("bangban-chat").shadowRoot;
          for (const one of root.querySelectorAll("details")) one.open = true;
          for (const one of root.querySelectorAll("article *")) {
            for (const kind of ["mouseover", "mouseenter", "pointerover", "focusin", "focus", "toggle", "animationstart"])
              one.dispatchEvent(new Event(kind, { bubbles: true }));
          }
        }"""
    )
    first = chat.answers.first
    shown = await first.locator(".card .name").first.inner_text()
    assert shown.split() == payloads[0].split(), "it is shown as it was said"
    await first.get_by_role("button", name="打印清单").click()
    await expect(page.locator("bangban-print dialog")).to_be_visible()
    await nothing_ran(page)


async def test_nothing_typed_is_executed(browser: Browser, front: Front) -> None:
    page = await watched(browser, front)
    await page.goto(front.url)
    chat = Chat(page)
    await chat.open()
    for text in PAYLOADS[::12]:
        await chat.ask(text)
    assert await chat.own.count() == len(PAYLOADS[::12])
    await nothing_ran(page)


async def test_the_name_of_who_has_the_conversation_is_not_executed(browser: Browser, front: Front) -> None:
    visitor = front.widget.tokens.new(None)
    await fill(front, visitor, PAYLOADS[:1])
    key = front.widget.key(visitor)
    [question, *_] = await front.store.messages("widget", key)
    await belongs_to(front.store, question.conversation_id, Owner.HUMAN)
    desk = front.widget.desk = FakeDesk()
    page = await watched(browser, front, visitor)
    await page.goto(front.url)
    await Chat(page).open()
    head = page.locator("#title + p")
    for number, text in enumerate(PAYLOADS):
        desk.known = Floor(agent=AgentNote.model_construct(name=text, number=f"{number} {text}"))
        front.widget.hub.notify(key)
        await expect(head).to_contain_text(f"（工号 {number} ")
        front.widget.hub.tell(key, {"type": "typing", "who": "agent", "on": True})
        await expect(page.locator(".typing")).to_contain_text(f"（工号 {number} ")
    await nothing_ran(page)


async def test_names_of_matters_and_the_sites_own_words_are_not_executed(
    browser: Browser, front: Front
) -> None:
    items = [Item(id=f"i{n}", task_name=text, category=text) for n, text in enumerate(PAYLOADS)]
    faqs = [Faq(id=f"f{n}", question=text, answer="x") for n, text in enumerate(PAYLOADS)]
    config = front.widget.words.config
    text = PAYLOADS[0] + PAYLOADS[40]
    evil = config.model_copy(
        update={
            "title": config.title.model_copy(update={"zh": text}),
            "accent": "red;}*{background:url(javascript:alert(1))",
            "welcome": config.welcome.model_copy(update={"zh": tuple(PAYLOADS)}),
            "topics": tuple(
                config.topics[0].model_copy(update={"title": one, "question": one}) for one in PAYLOADS
            ),
            "notices": tuple(
                config.notices[0].model_copy(update={"text": one, "url": one}) for one in PAYLOADS
            ),
            "ai_notice": config.ai_notice.model_copy(update={"zh": text}),
            "hours": config.hours.model_copy(update={"zh": text}),
            "phone": text,
        }
    )
    front.widget.words = front.widget.words.model_copy(update={"config": evil})
    front.widget.map_url = f"javascript:{PAYLOADS[0]}"
    page = await watched(browser, front)
    await page.goto(front.url)
    chat = Chat(page)
    await chat.open()
    await expect(chat.log).to_contain_text(PAYLOADS[1])
    front.widget.catalog = Catalog(items, faqs)  # by now the one of the empty store was read
    await chat.field.press_sequentially("<img")
    await expect(page.get_by_role("option").first).to_be_visible()
    await page.keyboard.press("Escape")
    await page.locator("#to-topics").click()
    await expect(page.locator(".sheet details").nth(199)).to_be_attached()
    await nothing_ran(page)
