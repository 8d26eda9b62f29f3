"""`wechat`: look whether the account is set up, set its menu, and play the platform without an account."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import typer

from bot.cli import simulating
from bot.cli.options import AsJson
from bot.cli.output import FAILED, line, note, write_json
from bot.errors import CommandFailed, SetupIncomplete
from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.channels.wechat.check import Finding
    from bot.channels.wechat.client import WeChatClient

app = typer.Typer(help="The WeChat account: check it, set its menu, or try it all without one.")
menu_app = typer.Typer(help="The account's menu.", no_args_is_help=True)
app.add_typer(menu_app, name="menu")
app.command("simulate")(simulating.simulate)

_MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "wrong": ("✗", "red")}


@app.command("check")
def check(as_json: AsJson = False) -> None:
    """Look at settings, access token, permissions, menu and callback, and say what to do about each.

    The front should be running. Exit status 1 when something is wrong.
    """
    import aiohttp

    from bot.channels.wechat.check import check_account
    from bot.channels.wechat.running import make_client

    settings = _settings()

    async def look() -> list[Finding]:
        found = []
        async with aiohttp.ClientSession() as http:
            async for finding in check_account(settings, http, make_client(settings, http, None)):
                found.append(finding)
                if not as_json:
                    _show(finding)
        return found

    found = asyncio.run(look())
    if as_json:
        shown = [
            {"name": one.name, "result": one.result, "said": one.said, "mend": one.mend} for one in found
        ]
        write_json({"findings": shown})
    if any(one.result == "wrong" for one in found):
        raise typer.Exit(FAILED)


@menu_app.command("push")
def push() -> None:
    """Give the account the menu of bot/channels/wechat/content/menu.yml. People see it within minutes."""
    from bot.channels.wechat.menu import load_menu, menu_to_push

    settings = _settings()
    menu = menu_to_push(load_menu(), settings.public_url)
    _call(settings, lambda client: client.create_menu(menu))
    _show_menu(menu)
    note("The menu is set. A phone shows it when the chat is opened the next time, or some minutes later.")


@menu_app.command("show")
def show(as_json: AsJson = False) -> None:
    """Show the menu the account has now."""
    found = _call(_settings(), lambda client: client.menu())
    if as_json:
        write_json(found)
    else:
        _show_menu(found.get("menu") or {})


def _settings() -> Settings:
    settings = load_settings()
    if not settings.wechat_is_on:
        raise SetupIncomplete(
            "There is no WeChat account.",
            mend="Set BANGBAN_WECHAT_TOKEN and the settings beside it: docs/wechat.md, step by step.\n"
            "To try it without an account: bangban wechat simulate --serve",
        )
    return settings


def _call(settings: Settings, work: Callable[[WeChatClient], Awaitable[Any]]) -> Any:
    """The result of one call of the API; CommandFailed says what is wrong in words."""
    import aiohttp

    from bot.channels.wechat.check import Result, failing
    from bot.channels.wechat.errors import ApiFailed
    from bot.channels.wechat.running import make_client

    async def call() -> Any:
        async with aiohttp.ClientSession() as http:
            client = make_client(settings, http, None)
            if client is None:
                raise SetupIncomplete(
                    "The API needs the account's AppID and AppSecret.",
                    mend="Set BANGBAN_WECHAT_APP_ID and BANGBAN_WECHAT_APP_SECRET.",
                )
            return await work(client)

    try:
        return asyncio.run(call())
    except ApiFailed as failed:
        finding = failing("api", failed, Result.WRONG)
        raise CommandFailed(finding.said, mend=finding.mend) from None


def _show(finding: Finding) -> None:
    mark, style = _MARKS[finding.result]
    line(f"{mark} {finding.name}: {finding.said}", style)
    if finding.mend:
        line(f"    {finding.mend}", "dim")


def _show_menu(menu: dict[str, Any]) -> None:
    for button in menu.get("button", []):
        line(_button(button))
        for entry in button.get("sub_button") or []:
            line("    " + _button(entry))
    if not menu.get("button"):
        line("(no menu)")


def _button(button: dict[str, Any]) -> str:
    target = button.get("url") or button.get("key") or ""
    return f"{button.get('name', '')}  {target}".rstrip()
