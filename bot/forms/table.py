"""THE FORMS: one or more for each verb that takes words, by name."""

from collections.abc import Mapping

from bot.forms.at_the_table import ACTIONS, AT_THE_TABLE, CLAUSES, MINUTES
from bot.forms.planning import MEETINGS, SETTING_UP, TIMETABLE
from bot.forms.registers import CHOICES, DOCUMENTS, OUTCOMES, POSITIONS, SCOPE, VARIATIONS
from bot.forms.rules import Form

FORMS: Mapping[str, Form] = {
    form.name: form
    for section in (
        *(SETTING_UP, TIMETABLE, MEETINGS, AT_THE_TABLE, ACTIONS, CLAUSES),
        *(DOCUMENTS, VARIATIONS, OUTCOMES, SCOPE, POSITIONS, CHOICES, MINUTES),
    )
    for form in section
}
