// The phone: shows what the platform would show, and lets a person do what they could do.

const $ = (id) => document.getElementById(id);
const state = { me: "", data: null, entries: new Map(), typing: 0, menuShown: false };

async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body ?? {}),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ? `${answer.error.message} ${answer.error.mend}` : response.status);
  return answer;
}

function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// ---- the chat -------------------------------------------------------------

const VIA = { passive: "被动回复", customer_service: "客服消息" };
const LINK = /<a\s[^>]*?href\s*=\s*["']([^"']*)["'][^>]*>([\s\S]*?)<\/a>|https?:\/\/[^\s<>"'，。；）】]+/g;

/** Words as WeChat shows them: plain, but <a href> and bare addresses can be tapped. */
function words(text) {
  const parts = [];
  let done = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(done, found.index));
    const url = found[1] ?? found[0];
    parts.push(/^https?:\/\//.test(url) ? link(url, found[2] ?? found[0]) : (found[2] ?? found[0]));
    done = found.index + found[0].length;
  }
  parts.push(text.slice(done));
  return parts;
}

function link(url, shown) {
  return node("a", { href: url, onclick: (event) => { event.preventDefault(); openPage(url); } }, shown);
}

function openPage(url) {
  $("page-link").textContent = url;
  $("page-link").href = /^https?:\/\//.test(url) ? url : "#";
  $("page").hidden = false;
  $("page-link").focus();
}

function picture(mediaId) {
  return node("img", { src: `/sim/media/${encodeURIComponent(mediaId)}`, alt: "图片" });
}

function bubbleOf(entry) {
  const { bubble } = entry;
  const box = node("div", { class: "bubble" });
  if (bubble.kind === "image") {
    box.classList.add("picture");
    box.append(picture(bubble.media_id));
  } else if (bubble.kind === "voice") {
    box.append(`［语音］${bubble.text ? `（识别为：${bubble.text}）` : ""}`);
  } else if (bubble.kind === "video") {
    box.append("［视频］");
  } else if (bubble.kind === "music") {
    box.append(`［音乐］${bubble.text}`);
  } else if (bubble.kind === "location") {
    box.append(`［位置］${bubble.text}`);
  } else if (bubble.kind === "news") {
    box.classList.add("card");
    box.append(...bubble.articles.map(card));
  } else if (bubble.kind === "msgmenu") {
    const items = bubble.items.map((item) => node("button", {
      type: "button",
      onclick: () => act({ kind: "text", text: item.content, menu_item: item.id }),
    }, item.content));
    box.append(...words(bubble.text), node("div", { class: "items" }, ...items), ...words(bubble.tail));
  } else {
    box.append(...words(bubble.text));
  }
  return box;
}

function card(article) {
  const button = node("button", { type: "button", onclick: () => openPage(article.url) });
  if (article.picture) {
    const image = node("img", { src: `/sim/picture?url=${encodeURIComponent(article.picture)}`, alt: "" });
    image.addEventListener("error", () => image.remove());
    button.append(image);
  }
  button.append(node("strong", {}, article.title), node("span", {}, article.description));
  return button;
}

function row(entry) {
  const at = new Date(entry.at * 1000).toLocaleTimeString("zh-CN");
  if (entry.bubble.kind === "notice") {
    const down = entry.via === "platform" ? " down" : "";
    return node("p", { class: `notice${down}`, title: at }, entry.bubble.text);
  }
  const mine = entry.via === "citizen";
  const person = state.data.people.find((one) => one.openid === entry.openid);
  const face = node("span", { class: "face", "aria-hidden": "true" }, mine ? [...(person?.name ?? "我")][0] : "帮");
  const via = node("small", { class: "via" }, mine ? at : `${at} · ${VIA[entry.via] ?? ""}`);
  return node("article", { class: mine ? "said mine" : "said" }, face, node("div", { class: "body" }, bubbleOf(entry), via));
}

function show(entry) {
  if (entry.openid !== state.me || state.entries.has(entry.number)) return;
  state.entries.set(entry.number, entry);
  const chat = $("chat");
  if (state.entries.size === 1) chat.replaceChildren();
  const atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 160;
  const shown = row(entry);
  chat.append(shown);
  shown.querySelectorAll("img").forEach((image) => image.addEventListener("load", () => { if (atEnd) chat.scrollTop = chat.scrollHeight; }));
  if (atEnd || entry.via === "citizen") chat.scrollTop = chat.scrollHeight;
}

function showTyping(seconds) {
  clearTimeout(state.typing);
  $("typing").hidden = seconds <= 0;
  if (seconds > 0) state.typing = setTimeout(() => { $("typing").hidden = true; }, seconds * 1000);
}

async function loadChat() {
  const { person, entries } = await get(`/sim/people/${state.me}`);
  state.entries.clear();
  $("chat").replaceChildren();
  if (!entries.length) $("chat").append(node("p", { class: "notice" }, "在下面打字，或点＋试试别的消息"));
  entries.forEach(show);
  $("chat").scrollTop = $("chat").scrollHeight;
  showTyping(person.typing);
  showGrants(person);
}

// ---- acting ---------------------------------------------------------------

async function act(body) {
  try {
    await post(`/sim/people/${state.me}/acts`, body);
    if (["subscribe", "unsubscribe"].includes(body.kind)) await refresh();
  } catch (error) {
    $("chat").append(node("p", { class: "notice down" }, `模拟器没有收下：${error.message}`));
  }
}

/** Ask for a few values; nothing when the person thinks better of it. */
function ask(title, fields) {
  $("ask-title").textContent = title;
  $("ask-fields").replaceChildren(...fields.map(([name, label, value]) =>
    node("label", {}, label, node("input", { name, value, maxlength: "2000" }))));
  const dialog = $("ask");
  dialog.returnValue = "cancel";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "ok") return resolve(null);
      const values = {};
      dialog.querySelectorAll("input").forEach((input) => { values[input.name] = input.value; });
      resolve(values);
    }, { once: true });
  });
}

const PLACES = [["text", "地点名称", "示例市政务服务中心"], ["latitude", "纬度", "36.68"], ["longitude", "经度", "117.02"]];
const ACTS = [
  ["照片", () => $("photo").click()],
  ["示例照片", () => act({ kind: "image" })],
  ["语音", async () => {
    const said = await ask("语音", [["text", "识别出的话（空：没听清）", "社保卡丢了怎么办"]]);
    if (said) act({ kind: "voice", text: said.text });
  }],
  ["语音（无识别）", () => act({ kind: "voice", recognised: false })],
  ["位置", async () => {
    const place = await ask("发送位置", PLACES);
    if (place) act({ kind: "location", text: place.text, latitude: +place.latitude, longitude: +place.longitude });
  }],
  ["上报位置", () => act({ kind: "reported_location", latitude: 36.68, longitude: 117.02 })],
  ["视频", () => act({ kind: "video" })],
  ["小视频", () => act({ kind: "video", short: true })],
  ["链接", async () => {
    const page = await ask("分享网页", [["text", "标题", "办事指南"], ["url", "网址", "https://example.org/"]]);
    if (page) act({ kind: "link", ...page });
  }],
  ["文件", () => act({ kind: "file" })],
  ["表情", () => act({ kind: "sticker" })],
  ["扫二维码", async () => {
    const code = await ask("扫带参数的二维码", [["scene", "场景值", "990100"]]);
    if (code?.scene) act({ kind: "scan", scene: code.scene });
  }],
  ["关注", () => act({ kind: "subscribe" })],
  ["扫码关注", async () => {
    const code = await ask("扫码关注", [["scene", "场景值", "990100"]]);
    if (code) act({ kind: "subscribe", scene: code.scene });
  }],
  ["取消关注", () => act({ kind: "unsubscribe" })],
];

function openMore(open) {
  $("more").hidden = !open;
  $("plus").setAttribute("aria-expanded", String(open));
  if (open) $("chat").scrollTop = $("chat").scrollHeight;
}

function buildMore() {
  $("more").replaceChildren(...ACTS.map(([label, work]) =>
    node("button", { type: "button", onclick: () => { openMore(false); work(); } }, label)));
}

function showMenu() {
  const menu = state.data.menu;
  $("switch").hidden = !menu;
  const shown = Boolean(menu) && state.menuShown;
  $("menubar").hidden = !shown;
  $("composer").hidden = shown;
  $("submenu").hidden = true;
  if (!menu) return;
  const back = node("button", { type: "button", title: "打字", onclick: () => { state.menuShown = false; showMenu(); $("say").focus(); } }, "⌨");
  $("menubar").replaceChildren(back, ...menu.map((button) =>
    node("button", { type: "button", onclick: (event) => tapMenu(button, event.currentTarget) }, button.name)));
}

function tapMenu(button, tapped) {
  const inner = button.sub_button ?? [];
  const submenu = $("submenu");
  if (!inner.length) {
    submenu.hidden = true;
    act({ kind: "menu", type: button.type, key: button.key ?? button.url ?? "", name: button.name });
    if (button.type === "view") openPage(button.url);
    return;
  }
  submenu.replaceChildren(...inner.map((one) =>
    node("button", { type: "button", onclick: () => tapMenu({ ...one, sub_button: [] }, null) }, one.name)));
  submenu.style.left = `${Math.max(8, Math.min(tapped.offsetLeft, $("menubar").clientWidth - 190))}px`;
  submenu.hidden = !submenu.hidden && submenu.dataset.of === button.name;
  submenu.dataset.of = button.name;
}

// ---- the developer's side ---------------------------------------------------

const TRIGGERS = { message: "发了消息", menu: "点了菜单", follow: "关注", scan: "扫码" };

function showGrants(person) {
  const lines = person.grants.map((grant) =>
    node("li", {}, `${TRIGGERS[grant.trigger]}：还可下发 ${grant.left} 条，${lasting(grant.seconds)}内有效`));
  $("grants").replaceChildren(...(lines.length ? lines : [node("li", {}, "没有额度：此人 48 小时内没有互动")]));
}

function lasting(seconds) {
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)} 小时 ${Math.floor((seconds % 3600) / 60)} 分`;
  return seconds >= 60 ? `${Math.floor(seconds / 60)} 分` : `${seconds} 秒`;
}

function showExchange(exchange) {
  const kind = exchange.direction === "api" ? "api" : "callback";
  const arrow = kind === "api" ? "服务器 → 平台" : "平台 → 服务器";
  const note = exchange.note ? node("em", {}, ` ${exchange.note}`) : "";
  const at = new Date(exchange.at * 1000).toLocaleTimeString("zh-CN");
  const line = node("li", { class: exchange.good ? kind : `${kind} bad` },
    node("details", {},
      node("summary", {}, `${exchange.title} `, node("small", {}, `${arrow} · ${exchange.ms} 毫秒 · ${at}`), note),
      node("pre", {}, exchange.request), node("pre", {}, exchange.answer)));
  $("exchanges").prepend(line);
  while ($("exchanges").children.length > 300) $("exchanges").lastElementChild.remove();
}

function showState(data) {
  state.data = data;
  const { account } = data;
  $("title").textContent = account.name;
  $("kind").textContent = account.kinds.find((one) => one.id === account.kind).label;
  $("who").replaceChildren(...data.people.map((person) =>
    node("option", { value: person.openid }, person.name + (person.follows ? "" : "（未关注）"))));
  if (!data.people.some((person) => person.openid === state.me)) state.me = data.people[0].openid;
  $("who").value = state.me;
  $("account-kind").replaceChildren(...account.kinds.map((one) => node("option", { value: one.id }, one.label)));
  $("account-kind").value = account.kind;
  $("account-mode").value = account.mode;
  $("offset").textContent = data.clock_offset_s ? `平台比实际快 ${lasting(data.clock_offset_s)}` : "与实际时间一致";
  for (const [name, value] of Object.entries(data.faults)) {
    const input = $(`fault-${name}`);
    if (input.type === "checkbox") input.checked = value;
    else if (document.activeElement !== input) input.value = value;
  }
  $("callback").textContent = data.callback;
  $("settings").textContent = Object.entries(data.settings).map(([name, value]) => `export ${name}=${value}`).join("\n");
  showGrants(data.people.find((person) => person.openid === state.me));
  showMenu();
}

async function refresh() {
  showState(await get("/sim/state"));
}

function choose(tab) {
  document.querySelectorAll("[role=tab]").forEach((one) => {
    const chosen = one === tab;
    one.setAttribute("aria-selected", String(chosen));
    $(one.getAttribute("aria-controls")).hidden = !chosen;
  });
  if (tab.id === "tab-switches") refresh();
}

function develop(open) {
  document.body.classList.toggle("developing", open);
  $("open-panel").setAttribute("aria-expanded", String(open));
  if (!open) $("chat").scrollTop = $("chat").scrollHeight;
}

// ---- wiring -----------------------------------------------------------------

function listen() {
  const events = new EventSource("/sim/events");
  let opened = false;
  events.addEventListener("open", async () => {
    if (opened) { await refresh(); await loadChat(); }
    opened = true;
  });
  events.addEventListener("message", (event) => {
    const news = JSON.parse(event.data);
    if (news.what === "entry") show(news.entry);
    else if (news.what === "exchange") showExchange(news.exchange);
    else if (news.what === "menu") { state.data.menu = news.menu; state.menuShown = Boolean(news.menu); showMenu(); }
    else if (news.what === "typing" && news.openid === state.me) showTyping(news.seconds);
  });
}

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("say").value;
  if (!text.trim()) return;
  $("say").value = "";
  openMore(false);
  act({ kind: "text", text });
});
$("plus").addEventListener("click", () => openMore($("more").hidden));
$("switch").addEventListener("click", () => { state.menuShown = true; openMore(false); showMenu(); });
$("photo").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  const response = await fetch(`/sim/people/${state.me}/photos`, { method: "POST", body: file });
  if (!response.ok) $("chat").append(node("p", { class: "notice down" }, "这张图片平台不收（要 PNG、JPEG 或 GIF，不超过 10 MB）"));
});
$("who").addEventListener("change", () => { state.me = $("who").value; loadChat(); });
$("add-person").addEventListener("click", async () => {
  const values = await ask("新的人", [["name", "怎么称呼", `市民${state.data.people.length + 1}`]]);
  if (!values?.name.trim()) return;
  state.me = (await post("/sim/people", { name: values.name })).openid;
  await refresh();
  await loadChat();
  await act({ kind: "subscribe" });
});
$("page-close").addEventListener("click", () => { $("page").hidden = true; $("say").focus(); });
$("open-panel").addEventListener("click", () => develop(true));
$("close-panel").addEventListener("click", () => develop(false));
document.querySelectorAll("[role=tab]").forEach((tab) => tab.addEventListener("click", () => choose(tab)));
for (const id of ["account-kind", "account-mode"]) {
  $(id).addEventListener("change", async () =>
    showState(await post("/sim/account", { kind: $("account-kind").value, mode: $("account-mode").value })));
}
document.querySelectorAll("[data-advance]").forEach((button) => button.addEventListener("click", async () =>
  showState(await post("/sim/clock", { advance_s: +button.dataset.advance }))));
document.querySelectorAll("[id^=fault-]").forEach((input) => input.addEventListener("change", async () => {
  const value = input.type === "checkbox" ? input.checked : +input.value;
  try {
    showState(await post("/sim/faults", { [input.id.slice(6)]: value }));
  } catch (error) {
    $("checked").textContent = error.message;
    refresh();
  }
}));
$("revoke").addEventListener("click", async () => { await post("/sim/revoke"); $("checked").textContent = "已失效"; });
$("check").addEventListener("click", async () => {
  $("checked").textContent = "正在检查…";
  const { good } = await post("/sim/check");
  $("checked").textContent = good ? "回调地址回应正确" : "回调地址没有正确回应";
});

buildMore();
showState(await get("/sim/state"));
state.menuShown = Boolean(state.data.menu);
showMenu();
(await get("/sim/exchanges")).forEach(showExchange);
await loadChat();
listen();
