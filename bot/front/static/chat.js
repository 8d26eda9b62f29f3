"use strict";

// The chat page: one citizen, one conversation, over the REST channel. Everything that was said by anyone
// reaches the page as text nodes, never as markup. All words are in the templates of index.html.

(() => {
  const ADDRESS = "/webhooks/rest/webhook";
  const PATIENCE_MS = 60_000;
  const log = document.getElementById("log");
  const form = document.getElementById("composer");
  const field = document.getElementById("say");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const sender = rememberedName();

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    fit();
    say(text);
  });

  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });

  field.addEventListener("input", fit);

  log.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-say]");
    if (button) say(button.dataset.say);
  });

  if (window.matchMedia("(hover: hover)").matches) field.focus();

  /** Show what the citizen says, and the answer below it when it comes. */
  function say(text) {
    const question = add("question");
    question.querySelector(".bubble").textContent = text;
    const bubble = add("answer").querySelector(".bubble");
    ask({ sender, message: text, metadata: { message_id: randomName() } }, bubble, question);
  }

  /** Send a message; a retry sends the same message_id, so that it is never answered twice. */
  async function ask(message, bubble, question) {
    bubble.replaceChildren(copy("waiting"));
    bubble.setAttribute("aria-busy", "true");
    show(question);
    const patience = new AbortController();
    const end = setTimeout(() => patience.abort(), PATIENCE_MS);
    try {
      const response = await fetch(ADDRESS, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(message),
        signal: patience.signal,
      });
      if (response.status === 413) {
        bubble.replaceChildren(copy("too-long"));
      } else if (response.status === 409) {
        offerAgain("still-working", message, bubble, question);
      } else if (!response.ok) {
        offerAgain("unsent", message, bubble, question);
      } else {
        const replies = await response.json();
        bubble.replaceChildren(...replies.flatMap(rendered));
      }
    } catch {
      offerAgain("unsent", message, bubble, question);
    } finally {
      clearTimeout(end);
    }
    bubble.removeAttribute("aria-busy");
    show(question);
  }

  function offerAgain(template, message, bubble, question) {
    bubble.replaceChildren(copy(template));
    bubble.querySelector(".again").addEventListener("click", () => ask(message, bubble, question));
  }

  /** The nodes of one reply: its lines with the choices among them, its sources, what to ask next. */
  function rendered(reply) {
    const text = reply.text ?? "";
    const named = reply.custom?.sources ?? [];
    const nodes = lines(text, (reply.buttons ?? []).map((button) => button.title), named);
    const unnamed = named.filter((source) => !text.includes(source.name));
    if (unnamed.length) nodes.push(sources(unnamed));
    nodes.find((node) => node.classList.contains("small"))?.classList.add("answer-end");
    if (reply.custom?.suggestions?.length) nodes.push(suggestions(reply.custom.suggestions));
    return nodes;
  }

  /** One paragraph per line. The buttons stand where the text lists the choices, else at its end. */
  function lines(text, titles, named) {
    const nodes = [];
    const list = titles.length ? choices(titles) : null;
    let blank = false;
    for (const line of text.split("\n")) {
      const choice = line.match(/^\s*\d+[.、．]\s*(.+?)\s*$/);
      if (choice && titles.includes(choice[1])) {
        if (!nodes.includes(list)) nodes.push(list);
      } else if (line.trim()) {
        const node = document.createElement("p");
        node.className = look(line);
        if (blank) node.classList.add("gap");
        const source = look(line) === "small" && named.find(({ name }) => name && line.includes(name));
        node.append(...(source ? around(line, source) : linked(line.trim())));
        nodes.push(node);
      }
      blank = nodes.length > 0 && !line.trim();
    }
    if (list && !nodes.includes(list)) nodes.push(list);
    return nodes;
  }

  function look(line) {
    if (/^【.+】/.test(line)) return "title";
    if (/^(来源：|资料日期：|※|以办理窗口|以窗口|〔)/.test(line)) return "small";
    if (/^(\d+[.、．]|·)/.test(line)) return "point";
    return /^[\s\u3000]/.test(line) ? "inner" : "";
  }

  /** A line as text nodes, with web addresses and national hotlines as links. */
  function linked(line) {
    const link = /(https?:\/\/[^\s，。；、（）《》【】“”<>"']+)|(^|[^\d.-])(12[0-9]{3})(?![\d.元年-])/g;
    const nodes = [];
    let done = 0;
    for (const found of line.matchAll(link)) {
      const start = found.index + (found[2] ?? "").length;
      nodes.push(line.slice(done, start), found[1] ? webLink(found[1], found[1]) : callLink(found[3]));
      done = found.index + found[0].length;
    }
    nodes.push(line.slice(done));
    return nodes;
  }

  function callLink(number) {
    const node = document.createElement("a");
    node.href = `tel:${number}`;
    node.textContent = number;
    return node;
  }

  /** A line that names a source, the name as a link to it. */
  function around(line, source) {
    const start = line.indexOf(source.name);
    return [line.slice(0, start), sourceLink(source), line.slice(start + source.name.length)];
  }

  function sourceLink(source) {
    return /^https?:\/\//.test(source.url ?? "") ? webLink(source.url, source.name) : source.name;
  }

  function webLink(address, text) {
    const node = document.createElement("a");
    node.href = address;
    node.target = "_blank";
    node.rel = "noopener noreferrer";
    node.textContent = text;
    return node;
  }

  function sources(named) {
    const node = copy("sources").firstElementChild;
    named.forEach((source, index) => {
      node.append(index ? "；" : "", sourceLink(source), source.published ? `（${source.published}）` : "");
    });
    return node;
  }

  function choices(titles) {
    const list = copy("choices").firstElementChild;
    list.append(
      ...titles.map((title, index) => {
        const number = document.createElement("span");
        number.className = "number";
        number.textContent = String(index + 1);
        return sayButton(title, number);
      }),
    );
    return list;
  }

  function suggestions(texts) {
    const more = copy("suggestions").firstElementChild;
    more.querySelector("ul").append(...texts.map((text) => sayButton(text)));
    return more;
  }

  /** A list item with a button that says its text. */
  function sayButton(text, ...before) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.say = text;
    button.append(...before, text);
    const item = document.createElement("li");
    item.append(button);
    return item;
  }

  function add(template) {
    const node = copy(template).firstElementChild;
    log.append(node);
    return node;
  }

  function copy(template) {
    const content = document.getElementById(template).content.cloneNode(true);
    content.querySelectorAll("p").forEach((line) => {
      if (!line.children.length) line.replaceChildren(...linked(line.textContent.trim()));
    });
    return content;
  }

  /** The question stays in sight, with as much of its answer as fits below it. */
  function show(question) {
    question.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }

  function fit() {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 4}px`;
  }

  /** The name of this visitor: kept for as long as the tab is open, told to nobody else. */
  function rememberedName() {
    try {
      const known = sessionStorage.getItem("bangban-sender");
      if (known) return known;
      const name = `web-${randomName()}`;
      sessionStorage.setItem("bangban-sender", name);
      return name;
    } catch {
      return `web-${randomName()}`;
    }
  }

  function randomName() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
})();
