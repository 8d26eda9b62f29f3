from __future__ import annotations

import pytest

from bot.supervise.policy import RestartPolicy


def test_waits_twice_as_long_each_time_up_to_the_longest() -> None:
    policy, failures, delays = RestartPolicy(), 0, []
    for _ in range(8):
        restart = policy.after_death(failures, healthy_for=0)
        failures = restart.failures
        delays.append(restart.delay)
    assert delays == [1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize(("healthy_for", "delay", "failures"), [(59.9, 8, 4), (60, 1, 1), (3600, 1, 1)])
def test_good_health_forgets_earlier_failures(healthy_for: float, delay: float, failures: int) -> None:
    restart = RestartPolicy().after_death(3, healthy_for)
    assert (restart.delay, restart.failures) == (delay, failures)


def test_a_week_of_failures_is_still_thirty_seconds() -> None:
    assert RestartPolicy().after_death(100_000, 0).delay == 30
