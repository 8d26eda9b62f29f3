"""Replies are put into as many messages as there may be, and what does not fit can be asked for."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wechat.plan import Plan, Unit, plan
from bot.channels.wechat.splitting import fits

MORE = "后面还有，回复“继续”接着看。"
LONG = "".join(f"第{n}句话，说明第{n}件事。" for n in range(120))

UNITS = st.lists(
    st.integers(min_value=1, max_value=900).map(
        lambda length: ("办理居民身份证补领，请带户口簿。" * 60)[:length]
    ),
    max_size=6,
).map(lambda texts: [Unit(number, text) for number, text in enumerate(texts, start=1)])


def plain(text: str) -> str:
    return "".join(text.split())


def complete(planned: Plan) -> list[int]:
    return [unit for message in planned.messages for unit in message.complete]


def test_short_replies_share_a_message() -> None:
    planned = plan([Unit(1, "好的。", lead="（补上）\n"), Unit(2, "请带户口簿。")], 5, MORE)

    assert [message.text for message in planned.messages] == ["（补上）\n好的。\n\n请带户口簿。"]
    assert complete(planned) == [1, 2]


def test_a_long_reply_becomes_several_messages() -> None:
    planned = plan([Unit(1, LONG)], 5, MORE)

    assert len(planned.messages) == 3
    assert [message.begun for message in planned.messages] == [1, 1, None]
    assert plain("".join(message.text for message in planned.messages)) == LONG


def test_what_is_cut_off_says_how_to_see_the_rest() -> None:
    planned = plan([Unit(1, LONG, lead="（补上）\n"), Unit(2, "另一条。")], 1, MORE)

    [message] = planned.messages
    assert message.text.endswith(MORE)
    assert message.complete == ()
    assert message.shown is not None
    unit, shown = message.shown
    assert (unit, planned.left) == (1, (2,))
    rest = plan([Unit(1, LONG, shown), Unit(2, "另一条。")], 9, MORE)
    whole = plain(message.text.removesuffix(MORE) + "".join(one.text for one in rest.messages))
    assert whole == "（补上）" + LONG + "另一条。"


def test_without_room_everything_is_left() -> None:
    assert plan([Unit(1, "好"), Unit(2, "的")], 0, MORE) == Plan((), (1, 2))
    assert plan([], 3, MORE) == Plan((), ())


@settings(deadline=None)
@given(UNITS, st.integers(min_value=0, max_value=6))
def test_every_message_can_be_sent_and_every_reply_is_accounted_for(units: list[Unit], room: int) -> None:
    planned = plan(units, room, MORE)

    assert len(planned.messages) <= room
    assert all(fits(message.text) for message in planned.messages)
    cut = [message.shown[0] for message in planned.messages if message.shown]
    assert complete(planned) + cut + list(planned.left) == [unit.id for unit in units]


@settings(deadline=None)
@given(UNITS, st.integers(min_value=1, max_value=3))
def test_going_on_shows_everything_once(units: list[Unit], room: int) -> None:
    said, texts = "", {unit.id: unit.text for unit in units}
    rest = units
    for _ in range(40):
        planned = plan(rest, room, MORE)
        said += "".join(message.text.removesuffix(MORE) for message in planned.messages)
        shown = planned.messages[-1].shown if planned.messages else None
        rest = [Unit(shown[0], texts[shown[0]], shown[1])] if shown else []
        rest += [Unit(unit, texts[unit]) for unit in planned.left]
        if not rest:
            break
    assert plain(said) == plain("".join(texts.values()))
