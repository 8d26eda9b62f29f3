/** The desk as this console has it: the lists, the open chats, what waits to be sent, and what is new. */

import { defineStore } from "pinia";
import { computed, reactive, ref, shallowReactive, shallowRef, watch } from "vue";

import { api, asRefusal, told, type Schemas } from "@/api/client";
import { isLookedAt, useAlerts } from "@/desk/alerts";
import type { Chat, Frame } from "@/desk/frames";
import { Link, type LinkState } from "@/desk/link";
import { PAGE, after, changedHands, lastSeq, merged, opened, sorted, type OpenChat } from "@/desk/open";
import { conversations, newId, next, readBox, refused, without, type Unsent } from "@/desk/outbox";
import { useBadges } from "@/frame/badges";
import { useSession } from "@/session/store";
import { words } from "@/words";

const BOX = "bangban.desk.outbox";
const DRAFTS = "bangban.desk.drafts";
const RETRY_MS = 3000;
/** So long somebody types who does not say so again. */
const TYPING_MS = 8000;

export type Notice = Schemas["NoticeFrame"] & { readonly key: number };

/** What a notice is about, and so where it leads. */
export type Place = Pick<Notice, "conversation" | "ticket">;

function keptDrafts(): Record<number, string> {
  try {
    return JSON.parse(sessionStorage.getItem(DRAFTS) ?? "{}") as Record<number, string>;
  } catch {
    return {};
  }
}

export const useDesk = defineStore("desk", () => {
  const session = useSession();
  const alerts = useAlerts();
  const badges = useBadges();

  const me = shallowRef<Schemas["MeAtDesk"] | null>(null);
  const state = ref<LinkState>("closed");
  const chats = shallowRef<readonly Chat[]>([]);
  const known = ref(false);
  const open = shallowReactive(new Map<number, OpenChat>());
  const current = ref<number | null>(null);
  const box = ref<Unsent[]>(readBox(sessionStorage.getItem(BOX)));
  const drafts = reactive<Record<number, string>>(keptDrafts());
  const seen = reactive(new Map<number, number>());
  const notices = ref<Notice[]>([]);
  const tickets = ref({ open: 0, mine: 0, overdue: 0 });
  let noticed = 0;
  let isOn = false;
  let goTo: (place: Place) => void = () => undefined;
  const sending = new Set<number>();
  const typists = new Map<number, ReturnType<typeof setTimeout>>();

  const accountId = computed(() => session.account?.id ?? 0);
  const lists = computed(() => sorted(chats.value, accountId.value));
  const presence = computed(() => me.value?.agent.presence ?? "offline");
  const fresh = computed(() => lists.value.mine.filter(isNew).length);

  function isNew(chat: Chat): boolean {
    const last = chat.last;
    return last?.author === "citizen" && last.seq > (seen.get(chat.conversation_id) ?? 0);
  }

  const link = new Link({
    url: () => `${location.origin.replace(/^http/, "ws")}/api/desk/socket`,
    watched: () => Object.fromEntries([...open].map(([id, chat]) => [id, lastSeq(chat)])),
    onFrame: take,
    onState(now) {
      state.value = now;
      if (now === "open") void flush();
      if (now === "ended") void session.load().catch(() => undefined);
    },
    onRefused() {
      // 401 on the handshake looks like any other failure: ask in words. A server that is away is asked again later.
      void session.load().catch(() => undefined);
    },
  });

  function take(frame: Frame): void {
    switch (frame.type) {
      case "welcome":
        if (me.value !== null) me.value = { ...me.value, agent: { ...me.value.agent, presence: frame.presence } };
        // What became of the messages that are here already, while nobody could tell us.
        for (const id of open.keys()) void refresh(id);
        break;
      case "chats":
        takeList(frame.chats);
        break;
      case "tickets":
        tickets.value = { open: frame.open, mine: frame.mine, overdue: frame.overdue };
        badges.set("tickets", frame.open);
        break;
      case "notice":
        notice(frame);
        break;
      case "unwatched":
        void refresh(frame.conversation);
        break;
      default:
        for (const [id, chat] of open) {
          const now = after(chat, frame);
          if (now !== chat) open.set(id, now);
        }
        if (frame.type === "typing") stopTyping(frame);
        if (frame.type === "message") {
          const { client_id } = frame.message;
          if (client_id !== null) keep(without(box.value, client_id));
          if (frame.message.author === "system") void refresh(frame.conversation);
        }
    }
  }

  /** Nobody says that they have stopped when their line was cut. */
  function stopTyping(frame: Schemas["TypingFrame"]): void {
    clearTimeout(typists.get(frame.conversation));
    if (!frame.on) return;
    const later = setTimeout(() => {
      take({ ...frame, on: false });
    }, TYPING_MS);
    typists.set(frame.conversation, later);
  }

  function takeList(lines: readonly Chat[]): void {
    const before = new Map(chats.value.map((chat) => [chat.conversation_id, chat]));
    chats.value = lines;
    for (const chat of lines) {
      const id = chat.conversation_id;
      const there = open.get(id);
      if (there !== undefined) {
        open.set(id, { ...there, chat });
        if (changedHands(there.chat, chat)) void refresh(id);
      }
      const isOwn = chat.owner === "human" && chat.agent?.account_id === accountId.value;
      const wasAt = before.get(id)?.last?.seq ?? 0;
      if (known.value && isOwn && isNew(chat) && (chat.last?.seq ?? 0) > wasAt) {
        if (isBeingRead(id)) see(id);
        else alertOf(chat);
      }
    }
    for (const [id, there] of open) {
      if (before.has(id) && !lines.some((chat) => chat.conversation_id === id) && there.chat.owner !== "closed") void refresh(id);
    }
    if (!known.value) for (const chat of lines) if (!chat.unanswered) seen.set(chat.conversation_id, chat.last?.seq ?? 0);
    known.value = true;
    if (current.value !== null && isBeingRead(current.value)) see(current.value);
  }

  /** Our name of the matter, not theirs: what a citizen wrote stays in the chat. */
  function alertOf(chat: Chat): void {
    const place: Place = { conversation: chat.conversation_id, ticket: null };
    const text = chat.guide?.title ?? words("desk.openToRead");
    alerts.alert({ title: words("desk.newMessage"), text, tag: `chat-${chat.conversation_id}`, open: () => goTo(place) });
  }

  function isBeingRead(id: number): boolean {
    return current.value === id && isLookedAt();
  }

  function see(id: number): void {
    const listed = chats.value.find((chat) => chat.conversation_id === id)?.last?.seq ?? 0;
    const there = open.get(id);
    seen.set(id, Math.max(listed, there === undefined ? 0 : lastSeq(there)));
  }

  function notice(frame: Schemas["NoticeFrame"]): void {
    const key = ++noticed;
    notices.value = [...notices.value.slice(-3), { ...frame, key }];
    setTimeout(() => {
      dismiss(key);
    }, 12_000);
    if (frame.kind === "taken_by_other") return;
    const open = (): void => {
      dismiss(key);
      goTo(frame);
    };
    alerts.alert({ title: words("product.title"), text: frame.text, tag: `notice-${frame.kind}`, open });
  }

  function dismiss(key: number): void {
    notices.value = notices.value.filter((one) => one.key !== key);
  }

  async function loadMe(): Promise<void> {
    me.value = await told(api.GET("/api/desk/me"));
  }

  async function setPresence(presence: Schemas["PresenceSet"]["presence"]): Promise<void> {
    me.value = await told(api.PUT("/api/desk/presence", { body: { presence } }));
  }

  /** Reads a chat from the server, and follows it. */
  async function openChat(id: number): Promise<void> {
    current.value = id;
    const detail = await told(api.GET("/api/desk/chats/{conversation_id}", { params: { path: { conversation_id: id } } }));
    const before = open.get(id);
    const now = opened(detail);
    open.set(id, before === undefined ? now : { ...now, messages: merged(before.messages, now.messages), hasEarlier: before.hasEarlier });
    link.send({ type: "watch", conversation: id, after: lastSeq(now) });
    see(id);
    leaveOthers(id);
  }

  /** Only one's own chats and the one on show are followed. */
  function leaveOthers(id: number): void {
    const own = new Set(lists.value.mine.map((chat) => chat.conversation_id));
    for (const other of [...open.keys()]) {
      if (other === id || own.has(other)) continue;
      open.delete(other);
      link.send({ type: "unwatch", conversation: other });
    }
  }

  /** What changed besides messages: whose it is, what one may do. Gone when it is nothing of ours any more. */
  async function refresh(id: number): Promise<void> {
    const there = open.get(id);
    if (there === undefined) return;
    try {
      const detail = await told(api.GET("/api/desk/chats/{conversation_id}", { params: { path: { conversation_id: id } } }));
      const now = open.get(id);
      if (now !== undefined) open.set(id, { ...now, ...detail, messages: merged(now.messages, detail.messages) });
    } catch (error) {
      const wrong = asRefusal(error);
      if (wrong.status !== 404 && wrong.status !== 403) return;
      open.delete(id);
      if (current.value === id) current.value = null;
    }
  }

  async function earlier(id: number): Promise<void> {
    const there = open.get(id);
    const before = there?.messages[0]?.seq;
    if (there === undefined || before === undefined) return;
    const { messages } = await told(
      api.GET("/api/desk/chats/{conversation_id}/messages", { params: { path: { conversation_id: id }, query: { before } } }),
    );
    const now = open.get(id) ?? there;
    open.set(id, { ...now, messages: merged(messages, now.messages), hasEarlier: messages.length >= PAGE });
  }

  function keep(now: Unsent[]): void {
    box.value = now;
    sessionStorage.setItem(BOX, JSON.stringify(now));
  }

  /** Puts a message on its way; it stays in the tab until the server has it. */
  function say(conversation: number, text: string, cited: Unsent["cited"]): void {
    keep([...box.value, { id: newId(), conversation, text, cited, at: new Date().toISOString(), wrong: null }]);
    void flush();
  }

  async function flush(): Promise<void> {
    await Promise.all(conversations(box.value).map(sendAll));
  }

  /** Sends what waits in one chat, one after the other, so that the order stays. */
  async function sendAll(conversation: number): Promise<void> {
    if (sending.has(conversation)) return;
    sending.add(conversation);
    try {
      for (let one = next(box.value, conversation); one !== null; one = next(box.value, conversation)) {
        const { id, text, cited } = one;
        const params = { path: { conversation_id: conversation } };
        const message = await told(api.POST("/api/desk/chats/{conversation_id}/messages", { params, body: { id, text, cited } }));
        keep(without(box.value, id));
        // The news of it may have been quicker than this answer, and knows more.
        const there = open.get(conversation);
        if (there !== undefined) open.set(conversation, { ...there, messages: merged([message], there.messages) });
      }
    } catch (error) {
      const wrong = asRefusal(error);
      const first = next(box.value, conversation);
      if (!wrong.passing && wrong.code !== "no_session" && first !== null) {
        const { code, message, mend } = wrong;
        keep(refused(box.value, first.id, { code, message, mend }));
      } else {
        setTimeout(() => void flush(), RETRY_MS);
      }
    } finally {
      sending.delete(conversation);
    }
  }

  function sayAgain(id: string): void {
    keep(refused(box.value, id, null));
    void flush();
  }

  function drop(id: string): void {
    keep(without(box.value, id));
    void flush();
  }

  function draft(id: number, text: string): void {
    if (text === "") Reflect.deleteProperty(drafts, id);
    else drafts[id] = text;
    sessionStorage.setItem(DRAFTS, JSON.stringify(drafts));
  }

  let typedAt = 0;
  function types(id: number, on: boolean): void {
    const now = Date.now();
    if (on && now - typedAt < 3000) return;
    typedAt = on ? now : 0;
    link.send({ type: "typing", conversation: id, on });
  }

  const onLine = (): void => link.now();
  const offLine = (): void => link.broken();
  const onVisible = (): void => {
    if (current.value !== null && isBeingRead(current.value)) see(current.value);
    if (!document.hidden) link.now();
  };

  /** In: opens a chat or a ticket, whatever page is shown. */
  async function start(opens: (place: Place) => void): Promise<void> {
    goTo = opens;
    if (isOn) return;
    isOn = true;
    window.addEventListener("online", onLine);
    window.addEventListener("offline", offLine);
    document.addEventListener("visibilitychange", onVisible);
    window.addEventListener("focus", onVisible);
    link.start();
    await loadMe().catch(() => undefined); // the header shows that it is not known; the next frame or click asks again
  }

  /** Signed out: nothing of it stays in the tab. */
  function stop(): void {
    isOn = false;
    window.removeEventListener("online", onLine);
    window.removeEventListener("offline", offLine);
    document.removeEventListener("visibilitychange", onVisible);
    window.removeEventListener("focus", onVisible);
    link.stop();
    me.value = null;
    chats.value = [];
    known.value = false;
    open.clear();
    current.value = null;
    notices.value = [];
  }

  /** The person left: drafts and unsent messages are not for the next one at this computer. */
  function forget(): void {
    keep([]);
    for (const id of Object.keys(drafts)) Reflect.deleteProperty(drafts, id);
    sessionStorage.removeItem(DRAFTS);
    seen.clear();
  }

  watch([fresh, () => lists.value.queue.length], ([ours, waiting]) => {
    badges.set("desk", ours + waiting);
  });

  return {
    me, state, chats, known, open, current, box, drafts, notices, notice, tickets, lists, presence, fresh,
    isNew, dismiss, loadMe, setPresence, openChat, refresh, earlier, say, sayAgain, drop, draft, types, start, stop, forget,
    reconnect: () => link.now(),
  };
});
