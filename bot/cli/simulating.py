"""`wechat simulate`: the WeChat platform on this machine, with a page that looks like a phone."""

from __future__ import annotations

import asyncio
import shlex
from dataclasses import replace
from typing import Annotated

import typer

from bot.cli.output import line, note
from bot.settings import Settings, load_settings
from bot.simulator.account import Account, AccountKind, Mode


def simulate(
    serve: Annotated[
        bool, typer.Option("--serve", help="Start the whole of Bangban as well, joined to the simulator.")
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the simulator.")] = 8089,
    account: Annotated[
        AccountKind, typer.Option(help="What kind of account is played.")
    ] = AccountKind.VERIFIED_SERVICE,
    mode: Annotated[Mode, typer.Option(help="How messages are wrapped.")] = Mode.SAFE,
    callback: Annotated[
        str, typer.Option(help="Where it delivers; by default /wechat of the front.", metavar="URL")
    ] = "",
) -> None:
    """Play the WeChat platform here, with a phone to try it on. No account is needed.

    One command starts everything: `bangban wechat simulate --serve`. Then open the address it prints.
    """
    from bot.simulator.wiring import front_settings, kept_account

    settings = load_settings()
    url = f"http://127.0.0.1:{port}"
    target = callback or f"{settings.front_url}/wechat"
    played = kept_account(settings.var_dir, account, mode)
    wanted = front_settings(played, url, settings.public_url or settings.front_url)
    line(f"WeChat simulator: {url}/   {played.abilities.label}, {mode} mode", "bold")
    line(f"It delivers to {target}")
    if not serve:
        line("Start Bangban with these settings (the secrets belong to this simulator only):")
        for name, value in wanted.items():
            line(f"  export {name}={shlex.quote(value)}")
        line("  bangban serve")
        note("Or everything at once: bangban wechat simulate --serve")
    note("Stop with Ctrl-C.")
    asyncio.run(_serve(settings, played, target, port, wanted if serve else None))


async def _serve(
    settings: Settings, account: Account, callback: str, port: int, front_env: dict[str, str] | None
) -> None:
    import sys

    from bot.channels.wechat.menu import load_menu, menu_to_push
    from bot.simulator.menu import checked
    from bot.simulator.serving import served, until_told
    from bot.supervise import preflight
    from bot.supervise.log import Log
    from bot.supervise.parts import actions_part, front_part, rasa_part
    from bot.supervise.supervisor import Supervisor

    if front_env is None:
        async with served(account, callback, port):
            await until_told()
        return
    preflight.check(settings)
    log = Log(sys.stdout)
    front = front_part(settings)
    supervisor = Supervisor(
        behind=(actions_part(settings), rasa_part(settings)),
        front=replace(front, env={**front.env, **front_env}),
        log=log,
        summary=f"WeChat is played at http://127.0.0.1:{port}/\n  stop with Ctrl-C",
    )
    log.write("serve", "starting actions and rasa; the phone answers in about half a minute")
    async with served(account, callback, port) as platform:
        if account.abilities.menu:
            menu = menu_to_push(load_menu(), front_env["BANGBAN_PUBLIC_URL"])
            platform.menu = checked(menu)
        await supervisor.run()
