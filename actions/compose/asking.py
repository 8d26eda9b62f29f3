"""What is asked and offered under an answer: the open question, the second matter, the one that waits."""

from __future__ import annotations

from collections.abc import Sequence

from actions.compose.section import Context, Section
from actions.dialogue.model import SKIP, Ask, Asking, Note, Option
from actions.words import Words

NUMBERS = "①②③④⑤⑥"
"""Numbers of options that stand in one line; an ordinary 1 picks the first."""


def note_before(c: Context) -> Section:
    """What is said before the answer itself: that it was asked before, that the matter before is back."""
    note = c.answer.note
    return Section((c.words.say(f"noted.{note.value}"),)) if note else Section()


def asked_after(c: Context) -> Section:
    """What follows the answer: the second matter, the matter that waits, the question still open."""
    say, answer = c.words.say, c.answer
    lines = []
    if answer.second:
        lines.append(say("said.second", title=answer.second.title))
    if answer.waiting:
        lines.append(say("said.waiting", title=answer.waiting.title))
    if answer.ask:
        lines += _question(c, answer.ask)
    return Section(tuple(lines))


def offered_next(c: Context) -> tuple[str, ...]:
    """The second matter and the way back, ready to be sent."""
    second, waits = c.answer.second, c.answer.waiting
    return ((second.title,) if second else ()) + ((c.words.say("said.back_words"),) if waits else ())


def titled(options: Sequence[Option], words: Words) -> tuple[Option, ...]:
    """The options with the words of the one that leaves the question open."""
    leave = words.say("ask.leave_open")
    return tuple(Option(o.id, leave) if o.id == SKIP else o for o in options)


def _question(c: Context, ask: Ask) -> list[str]:
    say = c.words.say
    match ask.asking:
        case Asking.SITUATION:
            question, reply = say("ask.situation", question=ask.subject.rstrip("？?")), "ask.reply_choice"
        case Asking.OWNER:
            role = say(f"role.{c.answer.item.owner_role.value}")
            question, reply = say("ask.owner", role=role), "ask.reply_place"
        case _:
            question, reply = say("ask.here"), "ask.reply_place"
    if len(ask.options) == 1:
        return [*_opening(c, ask, question), say("ask.reply_name")]
    shown = zip(NUMBERS, titled(ask.options, c.words), strict=False)
    numbered = "　".join(say("ask.option", n=n, title=option.title) for n, option in shown)
    return [*_opening(c, ask, question), say(reply, options=numbered)]


def _opening(c: Context, ask: Ask, question: str) -> list[str]:
    again = c.words.say("ask.again") if ask.again and c.answer.note is not Note.LEFT_OPEN else ""
    return [again + question]
