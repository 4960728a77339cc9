"""A new user sets a negotiation up, meets, agrees and takes the minutes away in the browser, all by mouse.

Nothing is typed but what stands in the fields of forms. With PARLEY_PICTURES=1 the pictures of forms, of App Home and
of a meeting's card are taken again on the way.

What the local Slack's page cannot show is left to others. It has no lists of people, channels or several things and no
times, so `local_ui.Pickers` chooses there, in the page's own frames and as Slack names the values. It has no shortcuts
and no external lists, does nothing with a button inside a modal, and asks nothing before a button that Slack confirms:
those are held in tests/slack, in signed requests with the payloads that Slack documents.
"""

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page

from bot.dates import full_date
from bot.demo.local_slack import REPOSITORY_ROOT, LocalSlack
from tests.e2e.local_ui import Pickers
from tests.e2e.world import World, open_channel

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

DOCS = REPOSITORY_ROOT / "docs"
JOINT, OWN = "C01JOINT", "C02BUYERS"
AMARA, BEN, CHEN, DORA = "U01AMARA", "U02BEN", "U03CHEN", "U04DORA"
# The day in the negotiation's zone, as the bot sees it.
TODAY = datetime.now(ZoneInfo("Europe/London")).date()
SOON = TODAY + timedelta(days=9 - TODAY.weekday())  # Wednesday of next week
LATER = SOON + timedelta(days=7)
WORDS = "Payment falls due within 28 days of a valid invoice."


class Mouse:
    """One hand on the mouse, whoever's it is."""

    def __init__(self, page: Page, slack: LocalSlack) -> None:
        self.page, self.slack, self.pick = page, slack, Pickers()
        self.pick.sit_in(page)

    @property
    def form(self) -> Locator:
        return self.page.locator(".modal")

    def home(self, user: str) -> None:
        """From anywhere: this person looks at their App Home."""
        self.page.locator("label.actas select").select_option(user)
        self.page.locator(".sidebar-item", has_text="Parley").click()

    def channel(self, name: str) -> None:
        self.page.locator(".sidebar-item", has_text=name).click()

    def press(self, label: str, within: Locator | None = None) -> None:
        (within or self.page.locator(".main")).get_by_role("button", name=label, exact=True).click()

    def opened(self, title: str) -> None:
        self.form.locator(".modal-title", has_text=title).wait_for()

    def fill(self, label: str, words: str) -> None:
        self._field(label).locator("input").fill(words)

    def choose(self, label: str, shown: str) -> None:
        """From a list that the page can show, the one thing that reads like this."""
        options = self._field(label).locator("option")
        self._field(label).locator("select").select_option(label=options.filter(has_text=shown).first.inner_text())

    def send(self) -> None:
        self.form.locator(".modal-btn.primary").click()

    def sent(self) -> None:
        """Send a form after which none is left."""
        self.send()
        self.form.wait_for(state="detached")

    def message(self, *words: str) -> Locator:
        """The last message that shows all these words."""
        found = self.page.locator(".msg")
        for each in words:
            found = found.filter(has_text=each)
        found.last.wait_for()
        return found.last

    def _field(self, label: str) -> Locator:
        named = self.page.locator(".bk-label", has_text=label)
        return self.form.locator(".bk-input").filter(has=named)


def test_from_nothing_to_the_minutes(world: World, page: Page, tmp_path: Path) -> None:
    mouse = Mouse(page, world.slack)
    open_channel(page, world.slack, JOINT, AMARA)
    set_up(mouse)
    mouse.channel("oxon-joint")
    prepare_the_meeting(mouse)
    hold_the_meeting(mouse)
    confirm_as_the_other_side(mouse)
    saved = take_the_minutes_away(mouse, tmp_path)
    for said in (
        WORDS,
        "**AGREED** in principle, subject to contract",
        "Confirmed for Chiltern Commissioning Group, by Amara Okafor",
        "Confirmed for Oxford Health Partnership, by Dora Nowak",
        "The Recovery Star measures functioning.",
        f"Send the activity figures, by {full_date(SOON)}",
    ):
        assert said in saved
    assert "Traceback" not in world.bot.said()


def set_up(mouse: Mouse) -> None:
    """From an empty App Home, step by step, to the first meeting."""
    mouse.home(AMARA)
    mouse.press("Set Up a Negotiation")
    mouse.opened("Step 1 of 5: parties")
    for label, words in (
        ("Code", "OXMH"),
        ("Title", "Outcomes contract for mental health"),
        ("Your party", "CCG Chiltern Commissioning Group"),
        ("The other party", "OHP Oxford Health Partnership"),
    ):
        mouse.fill(label, words)
    mouse.choose("Who does what", "We commission, they provide")
    mouse.pick.choose("channel", selected_conversation=JOINT)
    mouse.send()
    mouse.opened("Step 2 of 5: people")
    mouse.pick.choose("people:CCG:0", selected_users=[AMARA, BEN])
    mouse.pick.choose("people:OHP:0", selected_users=[CHEN, DORA])
    mouse.send()
    mouse.opened("Step 3 of 5: channels")
    mouse.pick.choose("caucus", selected_conversation=OWN)
    mouse.send()
    mouse.opened("Step 4 of 5: timetable")
    mouse.choose("Timetable", "nhs-round")
    mouse.fill("Counted from", date(TODAY.year + 2, 4, 1).isoformat())
    mouse.send()
    mouse.opened("Step 5 of 5: meeting")
    mouse.fill("Date", LATER.isoformat())
    mouse.fill("Place", "Jubilee House")
    anyway = {"value": "anyway", "text": {"type": "plain_text", "text": "Even on a day off, or when people are busy"}}
    mouse.pick.choose("anyway", selected_options=[anyway])  # it may be a holiday
    mouse.send()
    mouse.opened("OXMH so far")
    mouse.form.get_by_text("is set up").wait_for()
    mouse.press("Close", mouse.form)


def prepare_the_meeting(mouse: Mouse) -> None:
    """With the buttons of its invitation: two items, and the beginning."""
    invitation = mouse.message("N1 First round", "Place: Jubilee House")
    mouse.press("I Will Come", invitation)
    mouse.message("N1 First round", "Coming: Amara Okafor")
    for item in ("Payment", "What we measure"):
        mouse.press("Add to Agenda…", invitation)
        mouse.opened("Add an agenda item")
        mouse.choose("To which agenda?", "N1 First round")
        mouse.fill("What is the item?", item)
        mouse.choose("For how long?", "20 minutes")
        picture(mouse.form, "form")
        mouse.sent()
        mouse.message("Agenda of N1", item)
    mouse.press("Start Meeting", invitation)


def hold_the_meeting(mouse: Mouse) -> None:
    """With the buttons of its live card, by one side."""
    card = mouse.message("Meeting N1 First round has begun: open since")
    mouse.press("Who Is Here…", card)
    mouse.opened("Say who is here")
    mouse.pick.choose("people", selected_users=[AMARA, BEN, CHEN, DORA])
    mouse.sent()
    mouse.message("Meeting N1", "present: Amara Okafor and Ben Whitlock")
    mouse.press("Next Item", card)
    mouse.message("Meeting N1", "1. Payment · now")
    mouse.press("Agree…", card)
    mouse.opened("Record an agreement")
    mouse.fill("Exact words", WORDS)
    mouse.sent()
    mouse.message("Meeting N1", "AG1 (agreement, awaiting OHP)")
    mouse.press("Action…", card)
    mouse.opened("Record an action")
    mouse.fill("What is to be done?", "Send the activity figures")
    mouse.pick.choose("owners", selected_users=[DORA])
    mouse.fill("By when?", SOON.isoformat())
    mouse.sent()
    mouse.message("Meeting N1", "A1 (action of Dora Nowak of OHP")
    mouse.press("Next Item", card)
    mouse.message("Meeting N1", "1. Payment · taken", "2. What we measure · now")
    mouse.press("Decide…", card)
    mouse.opened("Record a decision")
    mouse.fill("Exact words", "The Recovery Star measures functioning.")
    mouse.sent()
    mouse.message("Meeting N1", "D1 (decision)")
    picture(card, "live-card")


def confirm_as_the_other_side(mouse: Mouse) -> None:
    """In App Home, where it waits beside the action; the page then shows that it is settled."""
    mouse.home(DORA)
    waits = mouse.page.locator(".bk-text", has_text="AG1, recorded by Amara Okafor (CCG)")
    waits.wait_for()
    mouse.page.get_by_role("button", name="Mark Done", exact=True).wait_for()
    picture_of_home(mouse.page)
    mouse.press("Confirm Wording")
    waits.wait_for(state="detached")


def take_the_minutes_away(mouse: Mouse, folder: Path) -> str:
    """Close the meeting with its card, and save the file below the card of its minutes; gives what stands in it."""
    mouse.page.locator("label.actas select").select_option(AMARA)
    mouse.channel("oxon-joint")
    mouse.press("Close Meeting", mouse.message("Meeting N1", "AG1 (agreement, agreed"))
    mouse.message("Minutes of N1", "is in the file below this message").locator(".thread-summary").click()
    with mouse.page.expect_download() as download:
        mouse.page.locator(".thread-pane .file-card-download").click()
    assert download.value.suggested_filename == "OXMH-N1-minutes-v1.md"
    kept = folder / "minutes.md"
    download.value.save_as(kept)
    return kept.read_text(encoding="utf-8")


def picture(shown: Locator, name: str) -> None:
    """Only when asked."""
    if os.environ.get("PARLEY_PICTURES"):
        shown.screenshot(path=DOCS / f"{name}.png")


def picture_of_home(page: Page) -> None:
    """Only when asked: the page without its last line, whose time the local Slack does not write out as Slack does."""
    if not os.environ.get("PARLEY_PICTURES"):
        return
    page.set_viewport_size({"width": 1280, "height": 1400})
    first, last = (box.bounding_box() for box in (page.locator(".bk-header").first, page.locator(".bk-context").last))
    assert first is not None
    assert last is not None
    top = first["y"] - 14
    page.screenshot(path=DOCS / "home.png", clip={"x": 220, "y": top, "width": 800, "height": last["y"] - top})
    page.set_viewport_size({"width": 1280, "height": 900})
