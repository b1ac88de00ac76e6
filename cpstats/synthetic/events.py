"""What happened to made-up children: concerns, discussions, meetings, orders, as rows of tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from .families import OTHER_AGES, Child, Maker, working
from .registers import Stay

Rows = dict[str, list[dict[str, Any]]]

#: How far a concern that leads to no registration goes, and how much less far for 13 to 17s.
_FAR = {"younger": (0.40, 0.30, 0.17, 0.13), "young people": (0.55, 0.27, 0.12, 0.06)}
_SOURCES = ("police", "education", "health", "social work", "third sector", "family or public")
_SOURCE_SHARES = (0.40, 0.20, 0.16, 0.12, 0.04, 0.08)

_REASONS = {
    "improved home situation": 0.62,
    "child taken into care and risk reduced": 0.15,
    "child with other carers": 0.09,
    "removal of perpetrator": 0.05,
    "child moved away - no continued risk": 0.02,
    "other reason": 0.05,
    "reason not known": 0.02,
}
#: Share of children registered with each concern (Chart 4 of 2018-19, roughly).
_CONCERNS = {
    "domestic abuse": 0.41,
    "neglect": 0.41,
    "emotional abuse": 0.40,
    "parental mental ill health": 0.30,
    "parental drug use": 0.28,
    "non-engaging family": 0.27,
    "physical abuse": 0.24,
    "parental alcohol use": 0.22,
    "other concerns": 0.17,
    "sexual abuse": 0.09,
}
_OF_YOUNG_PEOPLE = {"child placing themselves at risk": 0.40, "child sexual exploitation": 0.25}
#: From this day parental mental ill health is named more often, and records go out sooner.
_TURN = 736_177  # 1 August 2016


class Story:
    """Writes rows of tables, one made-up family after another.

    Parameters
    ----------
    maker : Maker
    area : str
    until : int
        The last day, as an ordinal: nothing is written after it.
    """

    def __init__(self, maker: Maker, area: str, until: int) -> None:
        self.maker, self.area, self.until = maker, area, until
        self.rows: Rows = {}

    def add(self, table: str, key: str, letters: str, **cells: Any) -> str:
        """Write a row and give its identifier."""
        name = self.maker.number(letters)
        self.rows.setdefault(table, []).append({key: name, "area": self.area, **cells})
        return name

    def pathway(self, children: list[Child], meeting: int | None, far: int) -> int:
        """Tell of a concern and what followed, up to the meeting; give the day of the concern."""
        m = self.maker
        delay = int(np.clip(m.chance.gamma(6, 2.6), 3, 75))
        return self._steps(children, (meeting or 0) - delay, meeting, far)

    def other(self, children: list[Child], concern: int, far: int) -> None:
        """Tell of a concern that led to no registration."""
        meeting = working(concern + self.maker.between(10, 27)) if far >= 3 else None
        self._steps(children, concern, meeting, far)
        if meeting is not None and meeting <= self.until:
            for child in children:
                kind = "pre-birth" if meeting < child.born else "initial"
                self.meeting(child, meeting, kind, "not registered")

    def _steps(self, children: list[Child], concern: int, meeting: int | None, far: int) -> int:
        m = self.maker
        source = m.pick(_SOURCES, _SOURCE_SHARES)
        discussion = concern + m.between(0, 3)
        start = discussion + m.between(0, 2)
        end = start + m.between(2, 12)
        if meeting is not None:
            start, end = min(start, meeting), min(end, meeting)
        nothing = m.pick(("no further action", "other support"))
        for child in children:
            if concern <= self.until and child.is_known_on(concern):
                self.add(
                    "concerns_received", "concern_id", "R", child_id=child.id_on(concern),
                    received_date=concern, source=source,
                    locality=m.pick(("North", "East", "West")),
                )  # fmt: skip
            if far >= 1 and discussion <= self.until and child.is_known_on(discussion):
                outcome = "investigation" if far >= 2 else nothing
                self.add(
                    "discussions", "discussion_id", "D", child_id=child.id_on(discussion),
                    discussion_date=discussion, source=source, outcome=outcome,
                )  # fmt: skip
            if far >= 2 and start <= self.until and child.is_known_on(start):
                self.add(
                    "investigations", "investigation_id", "I", child_id=child.id_on(start),
                    start_date=start, end_date=end if end <= self.until else None,
                    outcome=("planning meeting" if far >= 3 else nothing)
                    if end <= self.until else None,
                )  # fmt: skip
        return concern

    def meeting(self, child: Child, day: int, kind: str, outcome: str, **more: Any) -> str:
        """Hold a meeting on a child."""
        m, age = self.maker, child.age_on(day)
        later = int(m.chance.gamma(4, 3.6 if day < _TURN else 2.6)) + 1
        asked = age >= 5
        offered = m.pick(("yes", "no", "not known"), (0.45, 0.47, 0.08)) if asked else None
        views = m.pick(("given", "not given", "not known"), (0.62, 0.30, 0.08))
        quorate = more.pop("quorate", "yes")
        name = self.add(
            "meetings", "meeting_id", "M", child_id=child.id_on(day), meeting_type=kind,
            meeting_date=day, outcome=outcome, invitation_date=day - m.between(3, 14),
            record_date=day + later if day + later <= self.until else None,
            decision_date=min(day + int(m.chance.choice(3, p=(0.7, 0.24, 0.06))), self.until),
            quorate=quorate, child_views=views if age >= 4 else "too young",
            parent_views=m.pick(("given", "not given", "not known"), (0.80, 0.14, 0.06)),
            advocacy_offered=offered,
            advocacy_used=m.pick(("yes", "no"), (0.5, 0.5)) if offered == "yes" else offered,
            late_notification=self._late(child, day) if kind == "pre-birth" else None, **more,
        )  # fmt: skip
        self._attendance(name, age)
        return name

    def _late(self, child: Child, day: int) -> str:
        return "yes" if child.expected is not None and child.expected - day < 84 else "no"

    def _attendance(self, meeting: str, age: int) -> None:
        m = self.maker
        shares = {"mother": 0.82, "father": 0.42, "social work": 0.99, "police": 0.78}
        shares |= {"health": 0.88} | ({"education": 0.85, "child": 0.28} if age >= 5 else {})
        for role, share in shares.items():
            self.rows.setdefault("attendance", []).append(
                {
                    "attendance_id": m.number("A"),
                    "meeting_id": meeting,
                    "role": role,
                    "invited": "yes",
                    "attended": "yes" if m.happens(share) else "no",
                }
            )

    def stay(self, stay: Stay, *, temporary: bool = False) -> None:
        """Tell of a time on the register: its meetings, core groups and end."""
        child, day = stay.child, stay.start
        ends = stay.end is not None and stay.end <= self.until
        last = stay.end if ends and stay.end is not None else self.until
        meeting = None
        if not temporary:
            kind = {"transfer-in": "transfer"}.get(stay.kind, stay.kind)
            meeting = self.meeting(
                child, day, kind, "registered", **self._reconvened(child, day, kind)
            )
            self.concerns(child, meeting, day)
            self._law(child, meeting, day)
        self.add(
            "registrations", "registration_id", "G", child_id=child.id_on(day),
            registration_date=day, meeting_id=meeting,
            registration_type="temporary" if temporary else stay.kind,
            registered_before=self._before(stay),
        )  # fmt: skip
        self._core_groups(child, day, last)
        if temporary:
            self._leave(stay, last, None)
            return
        self._reviews(child, day, last)
        if ends:
            kind = "transfer" if stay.leaves == "transfer" else "review"
            self._leave(stay, last, self.meeting(child, last, kind, "de-registered"))

    def _before(self, stay: Stay) -> str:
        if self.maker.happens(0.03):
            return "not known"
        if stay.again or self.maker.happens(0.04):
            return "yes"
        return "no"

    def _reconvened(self, child: Child, day: int, kind: str) -> dict[str, str]:
        """Let a meeting come before that was not quorate, now and then."""
        if kind == "transfer" or not self.maker.happens(0.02):
            return {}
        earlier = working(day - self.maker.between(3, 18))
        # Of a baby first known after birth nobody could meet before it.
        if not child.is_known_on(earlier):
            return {}
        kind = "pre-birth" if earlier < child.born else "initial"
        first = self.meeting(child, earlier, kind, "not known", quorate="no")
        return {"reconvenes": first}

    def _leave(self, stay: Stay, day: int, meeting: str | None) -> None:
        m = self.maker
        age = stay.child.age_on(day)
        reason = m.pick(tuple(_REASONS), tuple(_REASONS.values()))
        if stay.leaves == "transfer":
            reason = "other reason"
        elif age >= 16:
            reason = "child automatically de-registered because of age"
        supported = m.pick(("yes", "no", "not known"), (0.66, 0.22, 0.12))
        until = day + m.between(30, 200) if supported == "yes" else None
        self.add(
            "deregistrations", "deregistration_id", "E", child_id=stay.child.id_on(day),
            deregistration_date=day, reason=reason, meeting_id=meeting, supported=supported,
            transfer="yes" if stay.leaves == "transfer" else "no",
            support_until_date=until if until is not None and until <= self.until else None,
        )  # fmt: skip

    def _reviews(self, child: Child, day: int, last: int) -> None:
        review = day + int(np.clip(self.maker.chance.normal(84, 9), 60, 125))
        while review < last - 21:
            self.meeting(child, working(review), "review", "remains registered")
            review += int(np.clip(self.maker.chance.normal(168, 14), 120, 215))

    def _core_groups(self, child: Child, day: int, last: int) -> None:
        met = day + int(np.clip(self.maker.chance.normal(11, 4), 1, 40))
        while met < last:
            self.add(
                "core_groups", "core_group_id", "K",
                child_id=child.id_on(met), core_group_date=met,
            )  # fmt: skip
            met += self.maker.between(35, 65)

    def concerns(self, child: Child, meeting: str, day: int) -> None:
        """Name what put a child at risk, at a meeting."""
        shares = dict(_CONCERNS)
        if day >= _TURN:
            shares["parental mental ill health"] += 0.15
        if child.age_on(day) >= 12:
            shares |= _OF_YOUNG_PEOPLE
        named = [c for c, share in shares.items() if self.maker.happens(share)] or ["neglect"]
        for concern in named:
            self.rows.setdefault("concerns_identified", []).append(
                {
                    "identified_id": self.maker.number("N"),
                    "meeting_id": meeting,
                    "child_id": child.id_on(day),
                    "concern": concern,
                }
            )

    def _law(self, child: Child, meeting: str, day: int) -> None:
        m = self.maker
        referred = day + m.between(0, 6)
        if m.happens(0.3) and referred <= self.until and day >= child.born:
            self.add(
                "reporter_referrals", "referral_id", "P", child_id=child.id_on(referred),
                referral_date=referred, ground="care and protection", meeting_id=meeting,
            )  # fmt: skip
        ordered = day - m.between(0, 5)
        if child.age_on(ordered) >= 0 and m.happens(0.14 if child.age_on(ordered) < 2 else 0.02):
            ended = ordered + m.between(2, 8)
            self.add(
                "orders", "order_id", "O", child_id=child.id_on(ordered), received_date=ordered,
                end_date=ended if ended <= self.until else None,
            )  # fmt: skip

    def young_person(self, child: Child, day: int) -> None:
        """Tell of what is done for a young person who is not registered."""
        m = self.maker
        if m.happens(0.12):
            self.add(
                "risk_meetings", "risk_meeting_id", "Y", child_id=child.id_on(day),
                meeting_date=day, concern=m.pick(tuple(_OF_YOUNG_PEOPLE)),
            )  # fmt: skip
        if child.age_on(day) >= 12 and m.happens(0.08):
            self.add(
                "reporter_referrals", "referral_id", "P", child_id=child.id_on(day),
                referral_date=day, ground="offence", meeting_id=None,
            )  # fmt: skip


def others(story: Story, since: int, registered: int) -> list[Child]:
    """Tell of the concerns that led to no registration: some three for each that did."""
    maker, told = story.maker, []
    for _ in range(2 * registered):
        day = maker.between(since, story.until)
        children = maker.family(day, OTHER_AGES, 0.03)
        oldest = max(child.age_on(day) for child in children)
        shares = _FAR["young people" if oldest >= 13 else "younger"]
        far = int(maker.chance.choice(4, p=shares))
        story.other(children, day, far)
        if oldest >= 13 and far >= 1 and day + 30 <= story.until:
            story.young_person(max(children, key=lambda c: -c.born), day + 30)
        told += children
    return told
