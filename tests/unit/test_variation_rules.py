"""What is typed about the registers: read as it was meant, or refused in a sentence; the dates that follow."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.variations import regimes, rules
from bot.variations.rules import NewEntry, Status
from storage.tables import AgreementStatus, VariationKind

LV, LM, LP = VariationKind.VARIATION, VariationKind.MODIFICATION, VariationKind.PRICE


# Entries as they are typed


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("variation Block payment", NewEntry(LV, "Block payment", None)),
        ("Prices  Bed\ndays clause schedule 3a", NewEntry(LP, "Bed days", "Schedule 3A")),
        ("local modification Rural crisis clause clause 4.2", NewEntry(LM, "Rural crisis", "4.2")),
        ('variation "Change of clause wording"', NewEntry(LV, "Change of clause wording", None)),
        ('variation "Change of clause wording" clause 4.2', NewEntry(LV, "Change of clause wording", "4.2")),
        ("variation Beds in Clause 4.2", NewEntry(LV, "Beds", "4.2")),
        ("variation Sub-clauses of care", NewEntry(LV, "Sub-clauses of care", None)),
    ],
)
def test_an_entry_is_read_in_its_parts(words, meant):
    assert rules.read_entry(words) == meant


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "Say which kind of entry it is"),
        ("local", "Say which kind of entry it is"),
        ("tariff Block payment", "“tariff” is no kind of entry"),
        ("variation", "Say what it is called"),
        ("variation clause 4.2", "Say what it is called"),
        ('variation ""', "Say what it is called"),
        ("variation Beds clause the payment", "goes in quotes"),
        ("variation A new clause", "Nothing follows `clause`"),
        (f"variation {'x' * 201}", "200 characters at most"),
    ],
)
def test_what_is_no_entry_is_refused_in_a_sentence(words, why):
    with pytest.raises(UserError, match=why):
        rules.read_entry(words)


@given(st.text(max_size=80))
@example("variation clause clause 4.2")
@example('price "clause 4.2')
def test_whatever_is_typed_is_read_or_refused(words):
    with suppress(UserError):
        entry = rules.read_entry(words)
        assert entry.title == " ".join(entry.title.split())
        assert 0 < len(entry.title) <= rules.LONGEST_TITLE


# Amounts


@pytest.mark.parametrize(
    ("words", "pence"),
    [
        ("0", 0),
        ("£0", 0),
        ("-£1.2m", -120_000_000),
        ("£-1.2M", -120_000_000),
        ("−£1.2 million", -120_000_000),
        ("(£40k)", -4_000_000),
        ("+£250,000", 25_000_000),
        ("GBP 3.50", 350),
        ("1,234,567.89", 123_456_789),
        ("£2bn", 200_000_000_000),
        ("£0.001k", 100),
    ],
)
def test_amounts_are_read_as_people_write_them(words, pence):
    assert rules.read_amount(words) == pence


@pytest.mark.parametrize(
    "words",
    ["", "lots", "£", "--1", "-£-1", "(-1)", "£1.234", "1,23", "12,34,567", "€5", "1e9", "£999bn", "£٣", "1.2.3", "5%"],
)
def test_what_is_no_amount_is_refused(words):
    with pytest.raises(UserError, match=r"£1\.2m"):
        rules.read_amount(words)


@given(st.integers(-rules.MOST_PENCE, rules.MOST_PENCE))
def test_an_amount_that_was_said_is_read_back(pence):
    assert rules.read_amount(rules.money(pence)) == pence


@given(st.text(max_size=30))
@example("(((")
@example("£" + "9" * 25)
def test_whatever_is_typed_is_an_amount_in_bounds_or_refused(words):
    with suppress(UserError):
        assert abs(rules.read_amount(words)) <= rules.MOST_PENCE


# Years and schedules


@pytest.mark.parametrize(
    ("words", "year"),
    [
        ("2015-16", "2015-16"),
        ("2015/16", "2015-16"),
        ("2015–16", "2015-16"),
        (" 2015/2016 ", "2015-16"),
        ("2099-00", "2099-00"),
    ],
)
def test_a_financial_year_is_spelled_one_way(words, year):
    assert rules.read_year(words) == year


@pytest.mark.parametrize(
    "words", ["", "2015", "15/16", "2015-17", "2015-15", "2016-2015", "1999-00", "2015-2116", "٢٠١٥-١٦"]
)
def test_what_is_no_financial_year_is_refused(words):
    with pytest.raises(UserError, match="2015-16"):
        rules.read_year(words)


@given(st.integers(2000, 2098), st.sampled_from("-/–"), st.booleans())
def test_every_way_to_write_a_year_means_the_same(first, between, whole):
    second = first + 1 if whole else f"{(first + 1) % 100:02d}"
    assert rules.read_year(f"{first}{between}{second}") == f"{first}-{(first + 1) % 100:02d}"


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_year_or_refused(words):
    with suppress(UserError):
        assert rules.read_year(rules.read_year(words)) == rules.read_year(words)


@pytest.mark.parametrize(
    ("words", "schedule"), [("3b", "3B"), ("Schedule 3A", "3A"), ("sched. 2a1", "2A1"), ("3", "3")]
)
def test_a_schedule_is_spelled_one_way(words, schedule):
    assert rules.read_schedule(words) == schedule


@pytest.mark.parametrize("words", ["", "B", "nowhere", "3B and 3C", "Schedule"])
def test_what_is_no_schedule_is_refused(words):
    with pytest.raises(UserError, match="is not a schedule"):
        rules.read_schedule(words)


@given(st.text(max_size=30))
def test_no_cell_begins_a_formula(words):
    assert not rules.safe_cell(words).lstrip(" ").startswith(("=", "+", "-", "@"))
    assert rules.safe_cell(words).removeprefix("'").endswith(words.removeprefix("'"))


# The regimes as they come


def test_every_year_from_2014_on_has_its_rules_and_none_overlaps():
    known = regimes.every()
    assert [regime.name for regime in known] == [
        *(f"tariff-{year}-{(year + 1) % 100}" for year in range(2014, 2023)),
        "nhsps-2023",
    ]
    for earlier, later in pairwise(known):
        assert earlier.until is not None
        assert later.begins == earlier.until + timedelta(days=1)
    assert known[-1].until is None


def test_what_was_not_checked_is_marked():
    tariff, scheme = regimes.named("tariff-2015-16"), regimes.named("nhsps-2023")
    assert tariff.rules(LV).verified
    assert not tariff.verified  # the day on which a tariff took effect
    assert not tariff.rules(LM).verified  # no date for its submission is known
    assert not any(rules_.verified for rules_ in scheme.kinds)
    assert scheme.verified


@pytest.mark.parametrize(
    ("kind", "schedule", "approval", "submission"),
    [(LV, "3B", False, "always"), (LM, "3C", True, "always"), (LP, "3A", False, "currency")],
)
def test_each_kind_has_its_rules(kind, schedule, approval, submission):
    for regime in regimes.every():
        asked = regime.rules(kind)
        assert (asked.schedule, asked.approval, asked.submission) == (schedule, approval, submission)
        assert len({question.key for question in asked.questions}) == len(asked.questions) > 0


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2014, 4, 1), "tariff-2014-15"),
        (date(2015, 3, 31), "tariff-2014-15"),
        (date(2015, 4, 1), "tariff-2015-16"),
        (date(2023, 3, 31), "tariff-2022-23"),
        (date(2023, 4, 1), "nhsps-2023"),
        (date(2031, 1, 1), "nhsps-2023"),
    ],
)
def test_a_day_has_its_regime(day, name):
    assert regimes.on(day).name == name


def test_a_day_before_any_regime_is_refused():
    with pytest.raises(UserError, match="Monday 31 March 2014 is before any regime"):
        regimes.on(date(2014, 3, 31))


@given(st.dates(date(2014, 4, 1), date(2060, 1, 1)))
def test_every_later_day_has_one(day):
    assert regimes.on(day).covers(day)


def test_a_deployments_own_file_comes_before_the_built_in_one(tmp_path: Path):
    folder = tmp_path / "packs" / "regimes"
    folder.mkdir(parents=True)
    built_in = Path("templates/packs/regimes/nhsps.toml").read_text(encoding="utf-8")
    (folder / "nhsps.toml").write_text(built_in.replace("days = 30", "days = 28"), encoding="utf-8")
    assert regimes.named("nhsps-2023", tmp_path).rules(LV).days == 28
    assert regimes.named("tariff-2015-16", tmp_path).rules(LV).days == 30
    (folder / "nhsps.toml").write_text(built_in.replace('by = "06-30"', 'by = "13-30"'), encoding="utf-8")
    with pytest.raises(UserError, match=r"The file of regimes nhsps cannot be read"):
        regimes.every(tmp_path)


# What falls due, and how an entry stands


@pytest.mark.parametrize(
    ("agreed", "applies", "due"),
    [
        (date(2015, 6, 10), date(2015, 6, 10), date(2015, 6, 30)),
        (date(2015, 6, 30), date(2015, 4, 1), date(2015, 6, 30)),
        (date(2015, 7, 1), date(2015, 7, 1), date(2015, 7, 31)),
        (date(2015, 8, 20), date(2015, 8, 20), date(2015, 9, 19)),
        (date(2015, 2, 20), date(2015, 4, 1), date(2015, 6, 30)),  # for the year to come
        (date(2015, 2, 20), date(2015, 2, 20), date(2015, 3, 22)),  # that year's 30 June has passed
        (date(2016, 1, 31), date(2015, 4, 1), date(2016, 3, 1)),
    ],
)
def test_a_local_variation_is_due_on_30_june_or_30_days_after_a_later_agreement(agreed, applies, due):
    assert rules.due_on(regimes.named("tariff-2015-16").rules(LV), agreed, applies) == due


@given(st.dates(date(2014, 4, 1), date(2040, 1, 1)), st.dates(date(2014, 4, 1), date(2040, 1, 1)))
def test_nothing_is_due_before_it_is_agreed(agreed, applies):
    for kind in VariationKind:
        due = rules.due_on(regimes.named("nhsps-2023").rules(kind), agreed, applies)
        assert due is not None
        assert due >= agreed


@pytest.mark.parametrize(
    ("kind", "currency", "asked"),
    [(LV, None, True), (LM, None, True), (LP, True, True), (LP, False, False), (LP, None, False)],
)
def test_a_price_without_a_national_currency_asks_for_no_submission(kind, currency, asked):
    assert rules.asks_submission(regimes.named("tariff-2015-16").rules(kind), currency) is asked


@pytest.mark.parametrize(
    ("agreement", "facts", "status"),
    [
        (None, {}, Status.DRAFT),
        (AgreementStatus.AWAITING, {}, Status.PROPOSED),
        (AgreementStatus.OBJECTED, {}, Status.OBJECTED),
        (AgreementStatus.WITHDRAWN, {}, Status.DRAFT),
        (AgreementStatus.REOPENED, {}, Status.DRAFT),
        (AgreementStatus.AGREED, {}, Status.FINAL),
        (AgreementStatus.AGREED, {"submitted": True}, Status.SUBMITTED),
        (AgreementStatus.AGREED, {"needs_approval": True}, Status.AGREED),
        (AgreementStatus.AGREED, {"needs_approval": True, "submitted": True}, Status.SUBMITTED),
        (AgreementStatus.AGREED, {"needs_approval": True, "approved": True}, Status.FINAL),
        (None, {"needs_approval": True, "applied_for": True}, Status.DRAFT),
        (None, {"needs_approval": True, "applied_for": True, "submitted": True}, Status.SUBMITTED),
        (None, {"needs_approval": True, "applied_for": True, "approved": True}, Status.FINAL),
    ],
)
def test_how_an_entry_stands(agreement, facts, status):
    assert rules.status(agreement, withdrawn=False, **facts) == status
    assert rules.status(agreement, withdrawn=True, **facts) == Status.WITHDRAWN
