"""What may be sent: five after a message for two days, three after a tap for a minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wechat.people import PeopleStore
from bot.channels.wechat.window import Trigger, Window
from bot.store import Database

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def spend(window: Window, now: datetime) -> int:
    """How many messages can be sent one after the other."""
    count = 0
    while window.budget(now) and count < 99:
        window, count = window.spent(now), count + 1
    return count


def test_nothing_may_be_sent_to_a_stranger() -> None:
    assert Window().budget(NOW) == 0


def test_a_message_allows_five_for_two_days() -> None:
    window = Window().after(Trigger.MESSAGE, NOW)

    assert spend(window, NOW) == 5
    assert window.budget(NOW + timedelta(hours=47, minutes=59)) == 5
    assert window.budget(NOW + timedelta(hours=48)) == 0
    assert window.spent(NOW).after(Trigger.MESSAGE, NOW).budget(NOW) == 5, "another message renews them"


def test_an_event_allows_three_for_a_minute() -> None:
    window = Window().after(Trigger.EVENT, NOW)

    assert spend(window, NOW) == 3
    assert window.budget(NOW + timedelta(seconds=60)) == 0


def test_what_ends_first_is_used_first() -> None:
    window = Window().after(Trigger.MESSAGE, NOW).after(Trigger.EVENT, NOW)

    assert spend(window, NOW) == 8
    assert window.spent(NOW).budget(NOW + timedelta(minutes=2)) == 5


def test_the_platform_knows_better() -> None:
    assert Window().after(Trigger.MESSAGE, NOW).closed().budget(NOW) == 0


def test_when_the_platform_says_the_time_is_over_it_is() -> None:
    window = Window().after(Trigger.MESSAGE, NOW)
    later = NOW + timedelta(hours=1)

    assert window.over(later) == Window(message_left=0, message_until=later, event_until=None)
    assert window.over(NOW + timedelta(hours=50)).message_until == window.message_until, "never prolonged"
    assert Window().over(NOW) == Window()
    assert window.over(later).after(Trigger.MESSAGE, later).budget(later) == 5


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([*Trigger, "spent"]), st.integers(0, 100_000)), max_size=30))
def test_it_never_allows_more_than_the_platform(deeds: list[tuple[str, int]]) -> None:
    window, now = Window(), NOW
    for deed, seconds in deeds:
        now += timedelta(seconds=seconds)
        window = window.spent(now) if deed == "spent" else window.after(Trigger(deed), now)
        assert 0 <= window.budget(now) <= 8
        assert window.message_left >= 0 and window.event_left >= 0


async def test_a_window_is_kept(tmp_path: object) -> None:
    async with Database.open(f"sqlite:///{tmp_path}/x.db") as database:
        people = PeopleStore(database)
        assert await people.window("anna") == Window()
        await people.did("anna", Trigger.MESSAGE, NOW)
        await people.spent("anna", NOW)
        assert (await people.window("anna")).budget(NOW) == 4
        await people.shown("anna", (7, 120))
        assert await people.more("anna") == (7, 120)
        await people.shown("anna", None)
        assert await people.more("anna") is None
        await people.closed("anna", NOW)
        assert (await people.window("anna")).budget(NOW) == 0
        assert await people.window("berta") == Window()
        await people.forget("anna")
        assert await people.window("anna") == Window()
        await people.count("wechat_unfollowed")
        await people.count("wechat_unfollowed", 4)
