// @vitest-environment happy-dom
/** The element on a page, with a server that is a table of answers. Looks and real browsers: tests/browser. */

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { BangbanChat } from "./chat";

const EVIL = `<img src=x onerror="alert(1)"><script>alert(2)</script>"'><svg onload=alert(3)>javascript:alert(4)`;

interface Answered {
  readonly events: readonly unknown[];
}

let polls: Answered[] = [];
let sessions: unknown[] = [];
let conversation = "c";
let posted: { id: string; text: string; lang: string; large: boolean }[] = [];

function json(body: unknown): Response {
  return new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } });
}

function serve(url: string, init: RequestInit): Response | Promise<Response> {
  const { pathname } = new URL(url);
  switch (pathname) {
    case "/widget/config":
      return json({ title: EVIL, welcome: [EVIL], topics: [{ title: EVIL, question: EVIL }], ai_notice: "AI 提示" });
    case "/widget/session":
      sessions.push(JSON.parse(init.body as string));
      return json({ token: conversation, conversation });
    case "/widget/poll": {
      const events = polls.shift();
      return events ? json(events) : new Promise(() => undefined);
    }
    case "/widget/messages":
      posted.push(JSON.parse(init.body as string) as (typeof posted)[number]);
      return json({ accepted: true, id: posted.at(-1)?.id, seq: posted.length });
    default:
      return new Response("{}", { status: 404 });
  }
}

/** Where sockets are blocked. */
class NoSocket {
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    queueMicrotask(() => this.onclose?.({ code: 1006 }));
  }
  close(): void {
    // Never open.
  }
}

beforeEach(() => {
  polls = [];
  posted = [];
  sessions = [];
  conversation = "c";
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => Promise.resolve(serve(url, init)));
  vi.stubGlobal("WebSocket", NoSocket);
  if (!customElements.get("bangban-chat")) customElements.define("bangban-chat", BangbanChat);
});

afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
  localStorage.clear();
});

function placed(): BangbanChat {
  const chat = new BangbanChat();
  chat.setAttribute("host", "https://h.example/");
  document.body.append(chat);
  return chat;
}

function all(chat: BangbanChat, selector: string): readonly HTMLElement[] {
  return Array.from(chat.renderRoot.querySelectorAll<HTMLElement>(selector));
}

async function until(true_: () => boolean): Promise<void> {
  await vi.waitFor(
    () => {
      expect(true_()).toBe(true);
    },
    { timeout: 8_000, interval: 20 },
  );
}

it("is a launcher that asks the server for nothing but its configuration until it is opened", async () => {
  const chat = placed();
  await chat.updateComplete;
  expect(all(chat, ".launcher")).toHaveLength(1);
  expect(all(chat, ".panel")).toHaveLength(0);
  expect(sessionStorage.length + localStorage.length).toBe(0);
});

it("shows hostile words as words, and follows no hostile address", async () => {
  polls = [
    {
      events: [
        {
          type: "message",
          seq: 1,
          author: "agent",
          agent: { name: EVIL, number: EVIL },
          text: EVIL,
          at: EVIL,
          reply: {
            outcome: "answered",
            aspect: "where",
            guide: { title: EVIL, task_name: EVIL, authority: EVIL },
            options: [{ id: EVIL, title: EVIL }],
            suggestions: [EVIL],
            sources: [{ name: EVIL, url: "javascript:alert(5)" }],
            card: {
              fields: [{ label: EVIL, text: EVIL, aspect: EVIL }],
              materials: [{ name: EVIL, note: EVIL }],
              places: [{ title: EVIL, url: "javascript:alert(6)", phone: EVIL, address: EVIL }],
              steps: [EVIL],
              page: '/guides/x"onload="alert(7)',
              has_flow: true,
            },
          },
        },
      ],
    },
  ];
  const chat = placed();
  chat.open = true;
  await until(() => all(chat, "article.agent").length === 1);
  expect(all(chat, "script, iframe, object, embed, img:not(.flow)")).toEqual([]);
  const everything = all(chat, "*");
  const handlers = everything.flatMap((one) => one.getAttributeNames().filter((name) => name.startsWith("on")));
  expect(handlers).toEqual([]);
  const addresses = everything.flatMap((one) => [one.getAttribute("href"), one.getAttribute("src")]);
  expect(addresses.filter((one) => one !== null && !/^(https?:|tel:)/.test(one))).toEqual([]);
  expect(chat.renderRoot.querySelector("article.agent .bubble")?.textContent).toContain("<script>alert(2)</script>");
});

it("keeps what is written, sends it once, and shows it as delivered", async () => {
  const chat = placed();
  chat.ask("身份证丢了去哪补办");
  await chat.updateComplete;
  expect(all(chat, ".mine .bubble")[0]?.textContent.trim()).toBe("身份证丢了去哪补办");
  polls = [{ events: [] }];
  await until(() => posted.length === 1);
  await until(() => all(chat, ".delivery")[0]?.textContent.trim() === "已送达");
  expect(sessionStorage.getItem("bangban:outbox")).toBeNull();
});

it("changes to English and to large print, and remembers both", async () => {
  const chat = placed();
  chat.open = true;
  await chat.updateComplete;
  all(chat, ".head-button")[0]?.click();
  all(chat, "#to-menu")[0]?.click();
  await chat.updateComplete;
  all(chat, ".menu button").at(-1)?.click();
  await chat.updateComplete;
  expect([chat.plain, localStorage.getItem("bangban:plain")]).toEqual([true, "1"]);
  expect(all(chat, ".root")[0]?.lang).toBe("en-GB");
  expect(localStorage.getItem("bangban:language")).toBe("en");
});

it("tells with every message in which language it is read, and whether in large print", async () => {
  const chat = placed();
  polls = [{ events: [] }];
  chat.ask("一");
  await until(() => posted.length === 1);
  all(chat, ".head-button")[0]?.click();
  all(chat, "#to-menu")[0]?.click();
  await chat.updateComplete;
  all(chat, ".menu button").at(-1)?.click();
  await chat.updateComplete;
  chat.ask("two");
  await until(() => posted.length === 2);
  expect(posted.map(({ lang, large }) => [lang, large])).toEqual([["zh-CN", false], ["en", true]]);
});

it("a conversation that is ended leaves nothing on the screen and in the browser", async () => {
  const chat = placed();
  chat.ask("我的事");
  polls = [{ events: [] }];
  await until(() => posted.length === 1);
  conversation = "next";
  all(chat, "#to-menu")[0]?.click();
  await chat.updateComplete;
  all(chat, ".menu button")[3]?.click();
  await until(() => all(chat, "article.mine").length === 0);
  expect(sessions).toContainEqual(expect.objectContaining({ new: true }));
  expect(localStorage.getItem("bangban:token")).toBe("next");
  expect(JSON.stringify([localStorage, sessionStorage])).not.toContain("我的事");
});

it("moved on the page while it is open, goes on with the conversation", async () => {
  const chat = placed();
  chat.open = true;
  await chat.updateComplete;
  const elsewhere = document.createElement("div");
  document.body.append(elsewhere);
  elsewhere.append(chat);
  chat.ask("在吗");
  polls = [{ events: [] }];
  await until(() => posted.length === 1);
});

it("Escape that only ends the composing of a word does not close the panel", async () => {
  const chat = placed();
  chat.open = true;
  await chat.updateComplete;
  const press = (more: KeyboardEventInit): void => {
    all(chat, "#say")[0]?.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Escape", bubbles: true, composed: true, ...more }),
    );
  };
  press({ isComposing: true });
  expect(chat.open).toBe(true);
  press({});
  expect(chat.open).toBe(false);
});

it("the focus does not go away with the button that was pressed", async () => {
  const chat = placed();
  chat.open = true;
  await until(() => all(chat, ".chips button").length === 1);
  const chip = all(chat, ".chips button")[0]!;
  chip.focus();
  chip.click();
  await chat.updateComplete;
  expect(chat.shadowRoot?.activeElement?.id).toBe("say");
});

it("in the queue it tells the place and takes the wish back; with a person it says who", async () => {
  const WANG = { name: `王芳${EVIL}`, number: "017" };
  polls = [{ events: [{ type: "owner", owner: "queued", position: 2 }] }];
  const chat = placed();
  chat.open = true;
  await until(() => all(chat, ".queue")[0]?.textContent.includes("第 2 位") === true);
  expect(all(chat, ".queue")[0]?.hidden).toBe(false);
  const button = all(chat, "#to-human")[0]!;
  expect(button.textContent.trim()).toBe("不用人工了");
  polls = [{ events: [{ type: "owner", owner: "human", agent: WANG }, { type: "typing", who: "agent", on: true }] }];
  button.click();
  await until(() => posted.length === 1);
  expect(posted[0]?.text).toBe("不用人工了");
  const again = placed(); // the waiting poll of the first is never answered
  again.open = true;
  await until(() => all(again, "#title + p")[0]?.textContent.includes("（工号 017）为您服务") === true);
  expect(all(again, ".queue")[0]?.hidden).toBe(true);
  expect(all(again, ".typing")[0]?.textContent).toContain("（工号 017）正在输入");
  expect(all(again, "script, img")).toEqual([]);
  all(again, "#to-human")[0]?.click();
  await again.updateComplete;
  expect([all(again, "#to-human")[0]?.getAttribute("aria-disabled"), posted.length]).toEqual(["true", 1]);
});
