"""A host is changed when the policy allows it and never in doubt, on the nights when clocks change
too.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuile.policy.change.safety import opening, refusal, said
from tuile.policy.traits import Day, Safety, Traits, Window

PARIS = ZoneInfo("Europe/Paris")
EVERY = tuple(Day)
NIGHT = Window((Day.tue, Day.thu), time(2), time(4, 30), "Europe/Paris")
LATE = Window((Day.fri,), time(22), time(4), "Europe/Paris")


def traits(*windows: Window, blackout: tuple[date, ...] = ()) -> Traits:
    """Return what is said of a host that is changed in these windows only."""
    return Traits(safety=Safety.window, windows=windows, blackout=blackout)


def paris(day: int, hour: int, minute: int = 0, *, month: int = 11, fold: int = 0) -> datetime:
    """Return a time of 2026 as clocks show it in Paris."""
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS, fold=fold)


def opens(found: Traits, now: datetime) -> tuple[str, str]:
    """Return the opening at or after an instant, as clocks show it in Paris, with its offset from
    UTC.
    """
    one = opening(found, now)
    assert one is not None
    return one.start.astimezone(PARIS).isoformat(" ", "minutes"), one.end.astimezone(
        PARIS
    ).isoformat(" ", "minutes")


def test_any_time_is_any_time() -> None:
    """Where the policy says nothing, nothing is refused and nothing said."""
    assert refusal(Traits(), paris(24, 10)) is None
    assert said(Traits(), paris(24, 10)) is None


def test_never_is_never() -> None:
    """Such a host is refused at every time, windows or not, and says that it is checked only."""
    found = Traits(safety=Safety.never, windows=(NIGHT,))
    why = refusal(found, paris(24, 3))
    assert why is not None
    assert why.en == "it is checked only: policy.yaml says safety never"
    assert said(found, paris(24, 3)) == why


@pytest.mark.parametrize(
    ("now", "allowed"),
    [
        (paris(24, 1, 59), False),
        (paris(24, 2), True),
        (paris(24, 4, 29), True),
        (paris(24, 4, 30), False),
        (paris(25, 3), False),
        (paris(26, 3), True),
        (paris(24, 2).astimezone(UTC), True),
        (datetime(2026, 11, 24, 2, tzinfo=UTC), True),
        (datetime(2026, 11, 24, 4, tzinfo=UTC), False),
    ],
)
def test_a_window_is_open_from_its_first_minute_to_before_its_last(
    now: datetime,
    allowed: bool,  # noqa: FBT001 -- a table
) -> None:
    """It holds on its days, from its start and up to its end, whatever the zone in which the
    instant is given.
    """
    assert (refusal(traits(NIGHT), now) is None) is allowed


def test_a_refusal_says_when_the_next_window_opens() -> None:
    """Day, time and zone are in it, in both languages."""
    why = refusal(traits(NIGHT), paris(24, 10))
    assert why is not None
    assert (
        why.en
        == "its window is closed; the next one opens on Thu 26 Nov 2026 at 02:00 (Europe/Paris)"
    )
    assert (
        why.fr == "hors créneau ; le prochain s’ouvre le jeu. 26 nov. 2026 à 02:00 (Europe/Paris)"
    )


def test_an_open_window_says_until_when() -> None:
    """The words that go with a preview say when it closes."""
    words = said(traits(NIGHT), paris(24, 3))
    assert words is not None
    assert words.en == "its window is open until Tue 24 Nov 2026 at 04:30 (Europe/Paris)"


@pytest.mark.parametrize(
    ("now", "allowed"),
    [
        (paris(27, 21, 59), False),
        (paris(27, 22), True),
        (paris(28, 3, 59), True),
        (paris(28, 4), False),
    ],
)
# A table
def test_a_window_may_go_past_midnight(now: datetime, allowed: bool) -> None:  # noqa: FBT001
    """Its day is the one on which it opens: Friday night ends on Saturday morning."""
    assert (refusal(traits(LATE), now) is None) is allowed


def test_windows_that_touch_are_one() -> None:
    """What is said to be the end is the end."""
    more = Window((Day.sat,), time(4), time(6), "Europe/Paris")
    assert opens(traits(more, LATE), paris(27, 23)) == (
        "2026-11-27 22:00+01:00",
        "2026-11-28 06:00+01:00",
    )


def test_a_window_skipped_in_part_when_clocks_go_forward_is_shorter() -> None:
    """On 29 March 2026 there is no 02:00 to 03:00 in Paris: what would start then starts at 03:00."""
    spring = traits(Window(EVERY, time(2), time(4, 30), "Europe/Paris"))
    assert opens(spring, paris(28, 12, month=3)) == (
        "2026-03-29 03:00+02:00",
        "2026-03-29 04:30+02:00",
    )


def test_a_window_skipped_whole_when_clocks_go_forward_does_not_open() -> None:
    """A window from 02:10 to 02:50 does not exist in that night, and opens in the next."""
    spring = traits(Window(EVERY, time(2, 10), time(2, 50), "Europe/Paris"))
    assert opens(spring, paris(28, 12, month=3)) == (
        "2026-03-30 02:10+02:00",
        "2026-03-30 02:50+02:00",
    )


def test_a_time_that_comes_twice_when_clocks_go_back_opens_late_and_closes_early() -> None:
    """On 25 October 2026 02:00 to 03:00 comes twice in Paris: a window opens at its second and
    closes at its first.
    """
    autumn = traits(Window(EVERY, time(2), time(4, 30), "Europe/Paris"))
    assert opens(autumn, paris(24, 12, month=10)) == (
        "2026-10-25 02:00+01:00",
        "2026-10-25 04:30+01:00",
    )
    ending = traits(Window(EVERY, time(1), time(2, 30), "Europe/Paris"))
    assert opens(ending, paris(24, 12, month=10)) == (
        "2026-10-25 01:00+02:00",
        "2026-10-25 02:30+02:00",
    )
    assert refusal(ending, paris(25, 2, 15, month=10)) is None
    assert refusal(ending, paris(25, 2, 15, month=10, fold=1)) is not None


def test_a_blackout_closes_the_days_that_it_names() -> None:
    """Of a window over midnight only the part of the other day is open; the next opening is after
    the blackout.
    """
    one = traits(LATE, blackout=(date(2026, 11, 28),))
    assert opens(one, paris(27, 12)) == ("2026-11-27 22:00+01:00", "2026-11-28 00:00+01:00")
    other = traits(LATE, blackout=(date(2026, 11, 27),))
    assert opens(other, paris(27, 12)) == ("2026-11-28 00:00+01:00", "2026-11-28 04:00+01:00")


def test_a_long_blackout_hides_no_opening_behind_it() -> None:
    """Twenty Tuesdays in blackout: the one after them is found."""
    tuesdays = tuple(date(2026, 11, 24) + n * timedelta(days=7) for n in range(20))
    found = traits(Window((Day.tue,), time(2), time(3), "Europe/Paris"), blackout=tuesdays)
    assert opens(found, paris(23, 12))[0] == "2027-04-13 02:00+02:00"


def test_a_blackout_holds_for_hosts_without_windows_too() -> None:
    """Such a day is one of the zone in which the instant is given; the refusal says from when it is
    over.
    """
    christmas = Traits(blackout=(date(2026, 12, 24), date(2026, 12, 25)))
    assert refusal(christmas, paris(23, 23, 59, month=12)) is None
    why = refusal(christmas, paris(24, 0, month=12))
    assert why is not None
    assert (
        why.en
        == "nothing is changed on this day (blackout); it may be from Sat 26 Dec 2026 at 00:00"
        " (Europe/Paris)"
    )
    assert refusal(christmas, paris(26, 0, month=12)) is None


def test_a_window_that_never_opens_is_told() -> None:
    """Without any opening there is nothing to wait for, and that is said."""
    assert opening(Traits(safety=Safety.window), paris(24, 1)) is None
    why = refusal(Traits(safety=Safety.window), paris(24, 1))
    assert why is not None
    assert "no other opens" in why.en


@given(
    # Hypothesis adds the zone
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.times().map(lambda clock: clock.replace(microsecond=0, second=0)),
    st.times().map(lambda clock: clock.replace(microsecond=0, second=0)),
    st.sets(st.sampled_from(Day), min_size=1),
    st.sampled_from(
        [
            "Europe/Paris",
            "America/Martinique",
            "Indian/Reunion",
            "Pacific/Auckland",
            "America/St_Johns",
        ]
    ),
)
def test_what_is_open_is_open_on_the_wall(
    now: datetime, start: time, end: time, days: set[Day], zone: str
) -> None:
    """Wherever an apply is allowed, clocks on the wall show a time within the window, on one of its
    days.
    """
    window = Window(tuple(days), start, end, zone)
    found = opening(traits(window), now)
    assert found is not None
    assert found.start < found.end
    for moment in (found.start, found.end - timedelta(minutes=1)):
        local = moment.astimezone(ZoneInfo(zone))
        clock, today = local.time(), list(Day)[local.weekday()]
        yesterday = list(Day)[local.weekday() - 1]
        if start < end:
            assert start <= clock < end
            assert today in days
        else:
            assert (clock >= start and today in days) or (clock < end and yesterday in days)
    assert (refusal(traits(window), now) is None) is found.holds(now)
