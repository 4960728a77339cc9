"""A quarter walked day by day: every word that Parley says unasked, to whom, at which local hour, and no other.

The tables were worked out by hand from `product.md` §5 and a wall calendar, not with Parley's own code.
Each line is a local day and time, who hears it, and what: a ref and the kind of word. `all` are all six
members, `CCG` and `OHP` those of one side, a channel is named as its room.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests import cast
from tests.harness import Parley
from tests.slack_api import direct_id

LONDON = ZoneInfo("Europe/London")
PEOPLE = {
    "Margaret": cast.chair,
    "Tom": cast.scribe,
    "Anjali": cast.analyst,
    "Daniel": cast.lead,
    "Ruth": cast.negotiator,
    "Siân": cast.observer,
}
CIRCLES = {"CCG": ("Margaret", "Tom", "Anjali"), "OHP": ("Daniel", "Ruth", "Siân"), "all": tuple(PEOPLE)}
ROOMS = {"joint": cast.joint, "ccg": cast.ccg_caucus, "ohp": cast.ohp_caucus, "finance": cast.finance}

# Two of them a day would be enough for what is said at nine; the others are there to catch what is not.
# In summer time 08:00 and 10:00 are nine o'clock for a Parley that got the clock change wrong.
TIMES = tuple(map(time.fromisoformat, ("07:59", "08:00", "08:59", "09:00", "10:00", "17:59", "23:30")))

Said = tuple[datetime, str, str, str]  # local, to whom, ref, kind of word
Deed = tuple[str, Callable[[Parley], object]]


# -- the quarter ----------------------------------------------------------------------------------------

# Good Friday is 26 March, the clocks go forward on the 28th, Easter Monday is the 29th; 3 and 31 May are
# holidays too.
SPRING = """
# An action due on Friday the 5th: three working days before is Tuesday. Done on Wednesday, so that is all.
Tue 2 Mar 09:00 | Tom | A5 ahead
Mon 8 Mar 09:00 | joint | OXMH digest, M1 digest
# Five working days before the pre-meets of the 17th.
Wed 10 Mar 09:00 | CCG | CCG-P1 meeting
Wed 10 Mar 09:00 | OHP | OHP-P1 meeting
# Five before N1 on the 18th.
Thu 11 Mar 09:00 | all | N1 meeting
# AG2 has waited two working days, M1 was planned for yesterday.
Fri 12 Mar 09:00 | joint | AG2 awaited, M1 missed
Fri 12 Mar 09:00 | Siân | A3 ahead
Mon 15 Mar 09:00 | joint | OXMH digest, N1 digest, M1 digest, A3 digest, AG2 digest
# N1 has moved to the 23rd, its pre-meets to the 22nd: five before the one, none left of five before the other.
Tue 16 Mar 09:00 | all | N1 meeting
# One before the pre-meets; five before the gateway of the 30th and the sub-group of the 29th.
Fri 19 Mar 09:00 | CCG | G1 meeting
Fri 19 Mar 09:00 | OHP | G1 meeting
Fri 19 Mar 09:00 | CCG | CCG-P1 meeting
Fri 19 Mar 09:00 | OHP | OHP-P1 meeting
Fri 19 Mar 09:00 | Anjali Ruth | S1 meeting
# Siân sent apologies for N1.
Mon 22 Mar 09:00 | joint | OXMH digest, N1 digest, A1 digest, AG2 digest
Mon 22 Mar 09:00 | CCG | N1 meeting
Mon 22 Mar 09:00 | Daniel Ruth | N1 meeting
Mon 22 Mar 13:45 | CCG | CCG-P1 soon
Mon 22 Mar 13:45 | OHP | OHP-P1 soon
# CCG began its pre-meet and nobody ended it; OHP did not begin its own, which Parley had placed and nobody planned.
Mon 22 Mar 15:15 | Tom | CCG-P1 unended
# Good Friday is day 1 before nothing: three working days before it is Tuesday.
Tue 23 Mar 09:00 | Daniel Tom | A1 ahead
Tue 23 Mar 09:45 | CCG | N1 soon
Tue 23 Mar 09:45 | Daniel Ruth | N1 soon
Tue 23 Mar 12:15 | Tom | N1 unended
# The last working day before Easter: what is due on Good Friday, the gateway of Tuesday, the sub-group of Monday.
Thu 25 Mar 09:00 | Daniel Tom | A1 due
Thu 25 Mar 09:00 | all | G1 meeting
Thu 25 Mar 09:00 | Anjali Ruth | S1 meeting
# Nothing is said on Easter Monday, when the sub-group should have met: its scribe is asked with Tuesday's words.
Tue 30 Mar 09:00 | Daniel | A1 late
Tue 30 Mar 09:00 | Tom | A1 late, S1 unstarted
Tue 30 Mar 09:00 | joint | OXMH digest, G1 digest, A1 digest, AG2 digest
Tue 30 Mar 09:45 | all | G1 soon
# A milestone that is known to the month only is late once its month is over.
Thu 1 Apr 09:00 | joint | M5 missed
Mon 5 Apr 09:00 | joint | OXMH digest, M2 digest, M5 digest, A2 digest, A3 digest, A4 digest, AG2 digest
Mon 5 Apr 09:00 | Siân | A3 ahead
Tue 6 Apr 09:00 | Daniel | A4 ahead
# Due on Saturday the 10th: Friday, Thursday, Wednesday.
Wed 7 Apr 09:00 | Ruth | A2 ahead
Thu 8 Apr 09:00 | Siân | A3 due
Fri 9 Apr 09:00 | Ruth | A2 due
Fri 9 Apr 09:00 | Daniel | A4 due
# M2 was planned for Saturday; the digest says so, and nothing else does.
Mon 12 Apr 09:00 | joint | OXMH digest, M2 digest, A2 digest, A4 digest, AG2 digest
Mon 12 Apr 09:00 | Ruth | A2 late
Mon 12 Apr 09:00 | Daniel | A4 late
Mon 12 Apr 09:00 | Anjali | CCG-A1 ahead
Thu 15 Apr 09:00 | Anjali | CCG-A1 due
Fri 16 Apr 09:00 | Anjali | CCG-A1 late
Fri 16 Apr 09:00 | Ruth | OHP-A1 ahead
Fri 16 Apr 09:00 | Margaret | A2 chair, A4 chair
Mon 19 Apr 09:00 | joint | OXMH digest, M2 digest, M4 digest, A2 digest, A4 digest, AG2 digest
Mon 19 Apr 09:00 | Ruth | A2 late again
Mon 19 Apr 09:00 | Daniel | A4 late again
Wed 21 Apr 09:00 | Ruth | OHP-A1 due
Wed 21 Apr 09:00 | Margaret | A6 ahead
# Five before the gateway of the 29th, which is cancelled the day after.
Thu 22 Apr 09:00 | all | G2 meeting
Thu 22 Apr 09:00 | Ruth | OHP-A1 late
Thu 22 Apr 09:00 | Margaret | CCG-A1 chair
Fri 23 Apr 09:00 | Anjali | CCG-A1 late again
Mon 26 Apr 09:00 | joint | OXMH digest, M2 digest, A4 digest, A6 digest, AG2 digest
Mon 26 Apr 09:00 | Margaret | A6 due
Mon 26 Apr 09:00 | Daniel | A4 late again
Tue 27 Apr 09:00 | Margaret | A6 late
# OHP has no chair: what is private to it goes to its lead.
Wed 28 Apr 09:00 | Daniel | OHP-A1 chair
Thu 29 Apr 09:00 | Ruth | OHP-A1 late again
Fri 30 Apr 09:00 | Anjali | CCG-A1 late again
# The weekly word of Monday the 3rd, a holiday, and that week's digest. M3 is later than first planned by now.
# A6 is five working days late, but its owner is the chair.
Tue 4 May 09:00 | joint | OXMH digest, M2 digest, M3 digest, A4 digest, A6 digest, AG2 digest
Tue 4 May 09:00 | Daniel | A4 late again
Tue 4 May 09:00 | Margaret | A6 late again
Mon 10 May 09:00 | joint | OXMH digest, M2 digest, M3 digest, A4 digest, A6 digest, AG2 digest
Mon 10 May 09:00 | Daniel | A4 late again
Tue 11 May 09:00 | Margaret | A6 late again
Mon 17 May 09:00 | joint | OXMH digest, M2 digest, M3 digest, A4 digest, A6 digest, AG2 digest
Mon 17 May 09:00 | Daniel | A4 late again
Tue 18 May 09:00 | Margaret | A6 late again
Thu 20 May 09:00 | joint | M3 missed
Mon 24 May 09:00 | joint | OXMH digest, M2 digest, M3 digest, A4 digest, A6 digest, AG2 digest
Mon 24 May 09:00 | Daniel | A4 late again
Tue 25 May 09:00 | Margaret | A6 late again
"""

# What else is posted, because somebody did something just then.
SPRING_ANSWERS = """
Mon 1 Mar 10:30 | joint | N1 invitation, N1 calendar, G1 invitation, G1 calendar, G2 invitation, G2 calendar
Mon 1 Mar 10:30 | ccg | CCG-P1 invitation, CCG-P1 calendar
Mon 1 Mar 10:30 | ohp | OHP-P1 invitation, OHP-P1 calendar
Mon 1 Mar 10:30 | finance | S1 invitation, S1 calendar
Tue 9 Mar 11:00 | joint | AG1 card
Wed 10 Mar 15:00 | joint | AG2 card
Mon 15 Mar 14:00 | joint | N1 moved
Mon 15 Mar 14:00 | ccg | CCG-P1 moved
Mon 15 Mar 14:00 | ohp | OHP-P1 moved
Mon 22 Mar 14:00 | ccg | CCG-P1 live
Mon 22 Mar 15:20 | ccg | CCG-P1 minutes, CCG-P1 standing
Tue 23 Mar 10:00 | joint | N1 live
Tue 23 Mar 12:40 | joint | N1 minutes, N1 standing
Tue 30 Mar 10:05 | joint | G1 live
Tue 30 Mar 10:55 | joint | G1 minutes, G1 standing
Fri 23 Apr 11:00 | joint | G2 cancelled
"""


def typed(text: str, by: cast.Person, where: cast.Room = cast.joint) -> Callable[[Parley], object]:
    """Somebody types `/parley …`, and is not refused."""

    def deed(parley: Parley) -> None:
        reply = parley.slash(text, by=by, where=where)
        assert "You typed:" not in reply.shown, reply.shown

    return deed


def to_do(what: str, when: str, *owners: cast.Person, where: cast.Room = cast.joint) -> Callable[[Parley], object]:
    author = cast.negotiator if where is cast.ohp_caucus else cast.chair
    return typed(f"action {what} {', '.join(person.mention for person in owners)} by {when}", author, where)


SPRING_DEEDS: list[Deed] = [
    ("Mon 1 Mar 10:00", Parley.set_up),
    ("Mon 1 Mar 10:10", to_do("Send the activity figures", "26 mar", cast.lead, cast.scribe)),
    ("Mon 1 Mar 10:10", to_do("Draft the tariff", "10 apr", cast.negotiator)),
    ("Mon 1 Mar 10:10", to_do("Ask the board", "17 mar", cast.observer)),
    ("Mon 1 Mar 10:10", to_do("Cost the model", "9 apr", cast.lead)),
    ("Mon 1 Mar 10:10", to_do("Book the rooms", "5 mar", cast.scribe)),
    ("Mon 1 Mar 10:10", to_do("Write to the region", "26 apr", cast.chair)),
    ("Mon 1 Mar 10:10", to_do("Settle our line", "15 apr", cast.analyst, where=cast.ccg_caucus)),
    ("Mon 1 Mar 10:10", to_do("Ring the bank", "21 apr", cast.negotiator, where=cast.ohp_caucus)),
    ("Mon 1 Mar 10:20", typed("milestone add Full draft issued on 11 mar", cast.chair)),
    ("Mon 1 Mar 10:20", typed("milestone add Board approval on 10 apr", cast.chair)),
    ("Mon 1 Mar 10:20", typed("milestone add Signature on 5 may", cast.chair)),
    ("Mon 1 Mar 10:20", typed("milestone add Evaluation on 22 apr", cast.chair)),
    ("Mon 1 Mar 10:20", typed("milestone add Samples seen on march 2027", cast.chair)),
    # Its pre-meets: two hours of preparation, with contingency three, after one hour: at 14:00 the day before.
    ("Mon 1 Mar 10:30", typed("meeting add negotiation First round on 18 mar at 10:00 for 2h prep 2h", cast.chair)),
    ("Mon 1 Mar 10:30", typed("meeting add gateway Readiness on 30 mar at 10:00 for 1h", cast.chair)),
    ("Mon 1 Mar 10:30", typed("meeting add gateway Sign-off on 29 apr at 10:00 for 1h", cast.chair)),
    (
        "Mon 1 Mar 10:30",
        typed("meeting add subgroup Finance on 29 mar at 11:00 for 1h anyway", cast.scribe, cast.finance),
    ),
    (
        "Mon 1 Mar 10:40",
        typed(f"attend S1 {cast.analyst.mention}, {cast.negotiator.mention}", cast.scribe, cast.finance),
    ),
    ("Wed 3 Mar 11:00", typed("done A5", cast.scribe)),
    ("Tue 9 Mar 11:00", typed("agree Payment falls due within 30 days.", cast.chair)),
    ("Wed 10 Mar 10:00", typed("confirm AG1", cast.lead)),
    ("Wed 10 Mar 15:00", typed("agree The trust shares its model.", cast.chair)),
    ("Mon 15 Mar 14:00", typed("meeting move N1 to 23 mar at 10:00 because the board meets then", cast.chair)),
    ("Tue 16 Mar 10:30", typed("milestone done M1", cast.chair)),
    ("Tue 16 Mar 11:00", typed("extend A3 to 8 apr because the board meets later", cast.observer)),
    ("Tue 16 Mar 16:00", lambda parley: parley.presses("meeting.no", "OXMH N1", by=cast.observer)),
    ("Mon 22 Mar 14:00", typed("start CCG-P1", cast.scribe, cast.ccg_caucus)),
    ("Mon 22 Mar 15:20", typed("close", cast.scribe, cast.ccg_caucus)),
    ("Tue 23 Mar 10:00", typed("start N1", cast.chair)),
    ("Tue 23 Mar 12:40", typed("close", cast.chair)),
    ("Tue 30 Mar 10:05", typed("start G1", cast.chair)),
    ("Tue 30 Mar 10:55", typed("close", cast.chair)),
    ("Wed 31 Mar 15:00", typed("done A1", cast.lead)),
    ("Tue 6 Apr 12:00", typed("milestone done M5", cast.chair)),
    ("Thu 8 Apr 16:00", typed("done A3", cast.observer)),
    ("Tue 20 Apr 11:00", typed("done A2", cast.negotiator)),
    ("Wed 21 Apr 12:00", typed("milestone done M4", cast.chair)),
    ("Fri 23 Apr 11:00", typed("meeting cancel G2 because the draft is not ready", cast.chair)),
    ("Wed 28 Apr 10:00", typed("milestone move M3 to 19 may because the board meets later", cast.chair)),
    ("Fri 30 Apr 11:00", typed("done OHP-A1", cast.negotiator, cast.ohp_caucus)),
    ("Wed 5 May 12:00", typed("done CCG-A1", cast.analyst, cast.ccg_caucus)),
]


def test_a_quarter_with_easter_and_summer_time_brings_exactly_the_expected_words(parley: Parley) -> None:
    walk(parley, date(2027, 3, 1), date(2027, 5, 31), SPRING_DEEDS, SPRING)
    check_exactly(parley, 2027, SPRING, SPRING_ANSWERS)
    said_at = utc_of_daily_words(parley)
    assert said_at[date(2027, 3, 25)] == time(9)  # Greenwich time
    assert said_at[date(2027, 3, 30)] == time(8)  # summer time


# -- the clocks going back ------------------------------------------------------------------------------

AUTUMN = """
# Begun on a Sunday: Monday is the first day on which anything is said.
Mon 25 Oct 09:00 | joint | OXMH digest, A2 digest
Mon 25 Oct 09:00 | all | G1 meeting
Tue 26 Oct 09:00 | Anjali Ruth | S1 meeting
# Due on Monday the 1st, and on Sunday the 31st: three working days before is Wednesday for both.
Wed 27 Oct 09:00 | Daniel | A1 ahead
Wed 27 Oct 09:00 | Ruth | A2 ahead
Fri 29 Oct 09:00 | Ruth | A2 due
Fri 29 Oct 09:00 | all | G1 meeting
Mon 1 Nov 09:00 | joint | OXMH digest, G1 digest, M1 digest, A1 digest, A2 digest, AG1 digest, S1 digest
Mon 1 Nov 09:00 | Daniel | A1 due
Mon 1 Nov 09:00 | Ruth | A2 late
Mon 1 Nov 09:00 | Anjali Ruth | S1 meeting
Mon 1 Nov 09:45 | all | G1 soon
Mon 1 Nov 11:15 | Tom | G1 unended
# A quarter of an hour before ten past eight is a quiet hour; eight is not.
Tue 2 Nov 08:00 | Anjali Ruth | S1 soon
Tue 2 Nov 09:00 | Daniel | A1 late
# Put to the parties half an hour after midnight of Friday, London time: Monday is day 1.
Tue 2 Nov 09:00 | joint | AG1 awaited
# M1 was planned for Wednesday the 3rd.
Thu 4 Nov 09:00 | joint | M1 missed
Fri 5 Nov 09:00 | Margaret | A2 chair
Mon 8 Nov 09:00 | joint | OXMH digest, M1 digest, A2 digest, AG1 digest
Mon 8 Nov 09:00 | Ruth | A2 late again
"""

AUTUMN_ANSWERS = """
Sun 24 Oct 12:20 | joint | G1 invitation, G1 calendar
Sun 24 Oct 12:20 | finance | S1 invitation, S1 calendar
Fri 29 Oct 00:30 | joint | AG1 card
Mon 1 Nov 10:00 | joint | G1 live
Mon 1 Nov 11:20 | joint | G1 minutes, G1 standing
Tue 2 Nov 08:10 | finance | S1 live
Tue 2 Nov 08:40 | finance | S1 minutes, S1 standing
"""

AUTUMN_DEEDS: list[Deed] = [
    ("Sun 24 Oct 12:00", Parley.set_up),
    ("Sun 24 Oct 12:10", to_do("Send the activity figures", "1 nov", cast.lead)),
    ("Sun 24 Oct 12:10", to_do("Draft the tariff", "31 oct", cast.negotiator)),
    ("Sun 24 Oct 12:10", typed("milestone add Full draft issued on 3 nov", cast.chair)),
    ("Sun 24 Oct 12:20", typed("meeting add gateway Readiness on 1 nov at 10:00 for 1h", cast.chair)),
    ("Sun 24 Oct 12:20", typed("meeting add subgroup Finance on 2 nov at 08:10 for 1h", cast.scribe, cast.finance)),
    (
        "Sun 24 Oct 12:30",
        typed(f"attend S1 {cast.analyst.mention}, {cast.negotiator.mention}", cast.scribe, cast.finance),
    ),
    ("Fri 29 Oct 00:30", typed("agree Payment falls due within 30 days.", cast.chair)),
    ("Mon 1 Nov 10:00", typed("start G1", cast.chair)),
    ("Mon 1 Nov 11:20", typed("close", cast.chair)),
    ("Tue 2 Nov 08:10", typed("start S1", cast.scribe, cast.finance)),
    ("Tue 2 Nov 08:40", typed("close", cast.scribe, cast.finance)),
    ("Wed 3 Nov 15:00", typed("done A1", cast.lead)),
]


def test_the_clocks_going_back_move_no_word_by_an_hour(parley: Parley) -> None:
    walk(parley, date(2027, 10, 24), date(2027, 11, 8), AUTUMN_DEEDS, AUTUMN)
    check_exactly(parley, 2027, AUTUMN, AUTUMN_ANSWERS)
    said_at = utc_of_daily_words(parley)
    assert said_at[date(2027, 10, 29)] == time(8)  # summer time
    assert said_at[date(2027, 11, 1)] == time(9)  # Greenwich time


# -- walking --------------------------------------------------------------------------------------------


def walk(parley: Parley, first: date, last: date, deeds: list[Deed], expected: str) -> None:
    """Let every deed be done at its time, and Parley's clock tick around it, and several times on every day."""
    parley.api.now = lambda: parley.now.timestamp()  # so that each message carries the instant it was posted at
    done_at: dict[datetime, list[Callable[[Parley], object]]] = {}
    for when, deed in deeds:
        done_at.setdefault(local_time(when, first.year), []).append(deed)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    ticks = {datetime.combine(day, clock, tzinfo=LONDON) for day in days for clock in TIMES}
    # Words of a minute: that very minute, and the one before, in which nothing may be said yet.
    minutes = {local_time(line.partition(" | ")[0], first.year) for line in lines(expected)}
    ticks |= minutes | {minute - timedelta(minutes=1) for minute in minutes}
    begun = min(done_at)
    for instant in sorted(ticks | set(done_at), key=datetime.timestamp):
        if instant < begun:
            continue
        parley.now = instant.astimezone(UTC)
        for deed in done_at.get(instant, []):
            deed(parley)
        parley.tick()
        if instant in minutes:
            parley.tick()  # what was said just now is not said again


def lines(table: str) -> list[str]:
    return [line for line in table.strip().splitlines() if not line.startswith("#")]


def local_time(words: str, year: int) -> datetime:
    """ "Tue 2 Mar 09:00" in London; the weekday must be right."""
    local = datetime.strptime(f"{words} {year}", "%a %d %b %H:%M %Y").replace(tzinfo=LONDON)
    assert words.startswith(f"{local:%a}"), f"{words} is a {local:%A}"
    return local


# -- comparing ------------------------------------------------------------------------------------------


def check_exactly(parley: Parley, year: int, expected: str, answers: str) -> None:
    """Nothing was posted but this, each of it once; in one message for each recipient and instant."""
    found, wanted = Counter(everything_said(parley)), Counter(table(expected, year) + table(answers, year))
    assert sorted(wanted - found) == []  # not said
    assert sorted(found - wanted) == []  # said without cause, twice, to others or at another hour
    occasions = Counter(
        (to, local) for to, local, message in everything_posted(parley) if opening(message) in (REMINDER, TABLE)
    )
    assert [occasion for occasion, messages in occasions.items() if messages > 1] == []


def table(words: str, year: int) -> list[Said]:
    found = []
    for line in lines(words):
        when, recipients, what = line.split(" | ")
        for to in [name for word in recipients.split() for name in CIRCLES.get(word, (word,))]:
            for item in what.split(", "):
                ref, kind = item.split(" ", 1)
                found.append((local_time(when, year), to, ref, kind))
    return found


def everything_said(parley: Parley) -> list[Said]:
    return [
        (local, to, ref, kind) for to, local, message in everything_posted(parley) for ref, kind in words_of(message)
    ]


def utc_of_daily_words(parley: Parley) -> dict[date, time]:
    """What clocks in Greenwich showed when the words of each day were said."""
    said = everything_said(parley)
    return {local.date(): local.astimezone(UTC).time() for local, _, _, kind in said if kind in DAILY}


def everything_posted(parley: Parley) -> Iterator[tuple[str, datetime, dict[str, Any]]]:
    """Every message posted anywhere in the workspace, as it was then: where, at which local minute, and what."""
    as_posted = {message["ts"]: message for message in parley.api.posts()}
    names = {direct_id(person.id): name for name, person in PEOPLE.items()}
    names |= {room.id: name for name, room in ROOMS.items()}
    for channel in parley.api.channels.values():
        for message in channel.messages:
            posted = datetime.fromtimestamp(int(float(message["ts"])), UTC).astimezone(LONDON)
            yield names.get(channel.id, channel.id), posted, as_posted.get(message["ts"], message)


REMINDER, TABLE, SOON = "*Reminder* from Parley", "*For the table*", "*About to begin*"
DAILY = ("ahead", "due", "late", "late again", "chair", "meeting", "awaited", "missed", "digest")

# What a line of a reminder says, tried in this order.
KINDS = (
    ("chair", r"\*(\S+)\* .* nobody has marked it as done$"),
    ("ahead", r"\*(\S+)\* .*: due on [^,]*, in \d working days?(, with .*)?$"),
    ("due", r"\*(\S+)\* .*: due (today, [^,]*|on [^,]*)(, with .*)?$"),
    ("late", r"\*(\S+)\* .*: was due on [^,]*, 1 working day ago(, with .*)?$"),
    ("late again", r"\*(\S+)\* .*: was due on [^,]*, \d+ working days ago(, with .*)?$"),
    ("unstarted", r"\*(\S+)\* .* should have begun at .*"),
    ("unended", r"\*(\S+)\* .* should have ended at .*"),
    ("awaited", r"<@\w+>.*: \*(\S+)\* has waited since .*"),
    ("missed", r"\*(\S+)\* .* was planned for .* and is not marked as done: .*"),
    ("meeting", r"\*(\S+)\* .*: \w+ \d+ \w+ 2027, \d\d:\d\d to \d\d:\d\d \((?:GMT|BST)\).*"),
)
ANSWERS = (
    ("invitation", r"\*(\S+)\* .* Will you come\?.*"),
    ("calendar", r"(\S+) for your calendar"),
    ("moved", r"OXMH: \*(\S+)\* .* has moved from .*"),
    ("cancelled", r"OXMH: \*(\S+)\* .* is cancelled, .*"),
    ("standing", r"\*Minutes of (\S+) .*, version 1: draft, not yet circulated.*"),
    ("minutes", r"\*Minutes of (\S+) .* The whole is in the file .*"),
    ("card", r"(AG\d+), .*"),
    ("live", r"Meeting \*(\S+)\* .*: open since .*"),
)


def opening(message: dict[str, Any]) -> str:
    return str(message["text"]).partition("\n")[0]


def words_of(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a message says: the ref and the kind of each thing in it."""
    first, _, rest = str(message["text"]).partition("\n")
    if first not in (REMINDER, TABLE, SOON):
        yield recognised(str(message["text"]).replace("\n", " "), ANSWERS)
        return
    head, *spoken = rest.splitlines()
    assert head == "*OXMH* Outcomes contract for mental health"
    in_digest = False
    for line in spoken:
        said = line.removeprefix("• ")
        if said.startswith("*The week to "):
            in_digest = True
            yield "OXMH", "digest"
        elif in_digest:
            yield said.partition("*")[2].partition("*")[0], "digest"
        elif first == SOON:
            yield recognised(said, KINDS)[0], "soon"
        else:
            yield recognised(said, KINDS)


def recognised(words: str, kinds: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    for kind, pattern in kinds:
        if found := re.fullmatch(pattern, words):
            return found[1], kind
    raise AssertionError(f"Nobody expected this to be said: {words}")
