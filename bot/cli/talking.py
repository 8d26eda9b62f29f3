"""`talk`: conversations from YAML files, played against the running stack."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent
from typing import Annotated

import typer

from bot.cli.options import AsJson, Url, url_of
from bot.cli.output import FAILED, line, working, write_json
from bot.talk import ConversationResult, TurnResult, play


def talk(
    files: Annotated[list[Path], typer.Argument(help="Conversation files, or folders of them.")],
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Conversations played at a time.")] = 4,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for each reply.")] = 30.0,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Play conversations against the running stack and say what was not as expected.

    Exit status 1 when a turn fails. A file is a list of conversations:

    ```yaml
    - name: 补领身份证
      turns:
        - says: 身份证丢了去哪补办
          expects: {outcome: answered, guide: 居民身份证补领, contains: [户籍地], lacks: [换领]}
        - says: 那要带什么
          expects: {aspect: materials}
    ```

    `expects` may name outcome, aspect, guide (title, id or item id), contains, lacks, options and
    regions {here, owner}; a list of outcomes, aspects or guides means any of them, "-" means none.

    Example: `bangban talk tests/conversations --jobs 2`
    """
    with working("playing …") as status:
        done = 0

        def show(result: ConversationResult) -> None:
            nonlocal done
            done += 1
            status(f"{done} played, the last: {result.name}")
            if not as_json:
                _show(result)

        report = play(files, url_of(url), jobs=jobs, turn_s=timeout, on_done=show)
    if as_json:
        write_json(report.to_json())
    else:
        line()
        line(str(report), "bold green" if report.passed else "bold red")
    if not report.passed:
        raise typer.Exit(FAILED)


def _show(result: ConversationResult) -> None:
    line(("✓ " if result.passed else "✗ ") + result.name, "green" if result.passed else "red")
    for turn in result.turns:
        _show_turn(turn)
    if result.unplayed:
        line(f"    {result.unplayed} more turns were not played", "red")


def _show_turn(turn: TurnResult) -> None:
    mark = "pass" if turn.passed else "FAIL"
    outcome = turn.reply.outcome if turn.reply and turn.reply.outcome else "no outcome"
    line(f"    {mark}  {turn.says}  → {outcome}  ({turn.seconds:.2f} s)", "dim" if turn.passed else "red")
    for difference in turn.differences:
        line(f"          {difference.field}")
        line(f"            expected  {difference.expected}")
        line(indent(f"received  {difference.received}", " " * 12))
    if turn.error:
        line(f"          {turn.error}")
