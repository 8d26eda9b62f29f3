"""Builds the channel from the settings and keeps it running."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
from redis.asyncio import Redis

from bot.channels.message import ChannelName
from bot.channels.wechat.api import Api
from bot.channels.wechat.channel import WeChat
from bot.channels.wechat.client import WeChatClient
from bot.channels.wechat.codec import Codec
from bot.channels.wechat.delivery import Delivery, Rules
from bot.channels.wechat.door import Door
from bot.channels.wechat.extras import Draw, Extras
from bot.channels.wechat.people import PeopleStore
from bot.channels.wechat.permission import Permission
from bot.channels.wechat.replay import Seen, SeenByAll, SeenHere
from bot.channels.wechat.settings import Sending
from bot.channels.wechat.token import TokenKeeper
from bot.channels.wechat.web import Account, keys_of
from bot.channels.wechat.words import load_words
from bot.conversation.service import Conversations
from bot.settings import Settings
from bot.store import ConversationStore, Database, KnowledgeStore
from bot.store.published import PublishedKnowledge


def make_client(settings: Settings, http: aiohttp.ClientSession, redis: Redis | None) -> WeChatClient | None:
    """The API for the account; None when there is no secret to use it with."""
    if not (settings.wechat_app_id and settings.wechat_app_secret):
        return None
    api = Api(http, settings.wechat_api_url)
    return WeChatClient(api, TokenKeeper(api, settings.wechat_app_id, settings.wechat_app_secret, redis))


def make_codec(settings: Settings) -> Codec | None:
    """Encryption for the account; None when no key is set."""
    keys = keys_of(settings.wechat_aes_key, settings.wechat_aes_key_previous)
    return Codec(settings.wechat_app_id, keys) if keys else None


@asynccontextmanager
async def wechat_running(
    settings: Settings,
    http: aiohttp.ClientSession,
    database: Database,
    redis: Redis | None,
    conversations: Conversations,
    ready: Callable[[], Awaitable[bool]],
    draw: Draw,
) -> AsyncIterator[Account]:
    """The account, served until the end of the context. `draw`: the process of a guide as a picture."""
    client = make_client(settings, http, redis)
    permission = Permission(client, Sending(settings.wechat_customer_service))
    words, store, people = load_words(), ConversationStore(database), PeopleStore(database)
    delivery = Delivery(
        store,
        people,
        client,
        permission,
        words,
        Rules(settings.public_url, settings.wechat_msgmenu),
        Extras(client, words, settings.public_url, draw) if client else None,
        lambda person: conversations.name_of(ChannelName.WECHAT, person),
    )
    channel = WeChat(
        conversations,
        store,
        KnowledgeStore(database),
        PublishedKnowledge(database),
        people,
        delivery,
        permission,
        client,
        words,
    )
    seen: Seen = SeenByAll(redis) if redis is not None else SeenHere()
    codec = make_codec(settings)
    door = Door(settings.wechat_token, settings.wechat_mode, codec, seen)
    async with channel.running(ready, alone=redis is None, finish_s=settings.turn_deadline_s + 2):
        yield Account(door, channel, codec, settings.wechat_token, settings.wechat_passive_deadline_s)
