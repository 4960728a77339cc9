"""The standing cast: invented people of a commissioner and a provider partnership, and their channels."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    id: str
    name: str

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(frozen=True)
class Room:
    id: str
    name: str


# The commissioner, CCG
chair = Person("U01CHAIR", "Margaret Osei")
scribe = Person("U02SCRIBE", "Tom Whitfield")
analyst = Person("U03ANALYST", "Anjali Mehta")
# The provider partnership, OHP
lead = Person("U04LEAD", "Daniel Kerr")
negotiator = Person("U05NEGO", "Ruth Adeyemi")
observer = Person("U06OBS", "Siân Pritchard")
# Nobody at this table
stranger = Person("U07STRANGER", "Joel Fenn")

everybody = (chair, scribe, analyst, lead, negotiator, observer, stranger)

joint = Room("C01JOINT", "oxmh-negotiation")
ccg_caucus = Room("C02CCG", "oxmh-ccg")
ohp_caucus = Room("C03OHP", "oxmh-partnership")
finance = Room("C04FIN", "oxmh-finance")
elsewhere = Room("C05OTHER", "general")

rooms = (joint, ccg_caucus, ohp_caucus, finance, elsewhere)
