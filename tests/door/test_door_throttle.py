from __future__ import annotations

from door.throttle import MOST_KEYS, Gate, Quota, Throttle, visitor


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def a_throttle(clock: Clock) -> Throttle:
    return Throttle(free=3, first_s=2.0, longest_s=60.0, forget_s=600.0, clock=clock)


def test_after_the_free_attempts_every_wait_is_twice_the_one_before() -> None:
    clock = Clock()
    throttle = a_throttle(clock)
    waits = []
    for _ in range(9):
        assert throttle.attempt("a") == 0.0
        wait_s = throttle.attempt("a")
        waits.append(wait_s)
        if wait_s:
            clock.now += wait_s
    assert [wait for wait in waits if wait][:5] == [2.0, 4.0, 8.0, 16.0, 32.0]
    assert max(waits) <= 60.0


def test_hundred_guesses_in_a_row_are_a_handful_of_real_attempts() -> None:
    clock = Clock()
    throttle = a_throttle(clock)
    real = 0
    for _ in range(100):
        real += throttle.attempt("a") == 0.0
        clock.now += 0.1
    assert real <= 6


def test_twenty_at_once_count_as_twenty() -> None:
    throttle = a_throttle(Clock())
    assert sum(throttle.attempt("a") == 0.0 for _ in range(20)) == 3


def test_waiting_in_vain_does_not_make_the_wait_longer() -> None:
    clock = Clock()
    throttle = a_throttle(clock)
    for _ in range(3):
        throttle.attempt("a")
    clock.now += 1.0
    assert throttle.attempt("a") == 1.0


def test_one_visitor_never_waits_for_another() -> None:
    throttle = a_throttle(Clock())
    for _ in range(50):
        throttle.attempt("a")
    assert throttle.attempt("b") == 0.0


def test_somebody_in_good_faith_starts_clean() -> None:
    throttle = a_throttle(Clock())
    for _ in range(3):
        throttle.attempt("a")
    throttle.forgive("a")
    assert throttle.attempt("a") == 0.0


def test_after_an_hour_of_rest_all_is_forgotten() -> None:
    clock = Clock()
    throttle = a_throttle(clock)
    for _ in range(30):
        throttle.attempt("a")
    clock.now += 601
    assert throttle.attempt("a") == 0.0


def test_pressure_never_refuses_and_never_grows_past_its_limit() -> None:
    throttle = a_throttle(Clock())
    delays = [throttle.pressure("account") for _ in range(1000)]
    assert delays[:2] == [0.0, 0.0]
    assert max(delays) == 60.0


def test_a_million_addresses_do_not_fill_the_memory() -> None:
    throttle = a_throttle(Clock())
    for number in range(MOST_KEYS + 50):
        throttle.attempt(number)
    assert len(throttle._seen) == MOST_KEYS


def test_a_quota_is_per_visitor_and_per_hour() -> None:
    clock = Clock()
    quota = Quota(100, 3600, clock)
    assert quota.take("a", 90)
    assert not quota.take("a", 20)
    assert quota.take("a", 10)
    assert quota.take("b", 100)
    clock.now += 3601
    assert quota.take("a", 100)


def test_a_gate_lets_in_so_many_in_all_and_so_many_of_each() -> None:
    gate = Gate(most=3, most_each=2)
    assert [gate.enter("a"), gate.enter("a"), gate.enter("a")] == [True, True, False]
    assert [gate.enter("b"), gate.enter("b")] == [True, False]
    gate.leave("a")
    assert gate.enter("b")


def test_a_household_with_ipv6_is_one_visitor() -> None:
    assert visitor(("2001:db8:1:2::1", 1)) == visitor(("2001:db8:1:2:ffff::9", 2))
    assert visitor(("2001:db8:1:3::1", 1)) != visitor(("2001:db8:1:2::1", 1))
    assert visitor(("::ffff:10.0.0.1", 1)) == visitor(("10.0.0.1", 9)) == "10.0.0.1"
    assert visitor(None) == visitor(("nonsense", 1)) == "?"
