"""The where engine on the shipped guides: what the sources say, and nothing they do not say."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from knowledge.importers import Batch, read_path
from knowledge.model import Channel, Guide, HandleMode, ScopeStatus
from knowledge.regions import Gazetteer, read_regions
from knowledge.where import GuideChoice, WhereOption, choose_guide, where

TODAY = date(2026, 6, 1)
PEOPLE = (None, "370283", "370200", "370786", "371424", "370115", "320500", "990102")


@cache
def samples() -> tuple[Batch, Gazetteer]:
    batch = read_path(Path(__file__).parents[3] / "knowledge" / "samples")
    return batch, Gazetteer(batch.regions)


def ask(item_id: str, sentence: str) -> tuple[GuideChoice, tuple[WhereOption, ...]]:
    """Read a sentence, choose the item's guide and compute the options."""
    batch, gazetteer = samples()
    item = next(one for one in batch.items if one.id == item_id)
    reading = read_regions(sentence, gazetteer)
    here, owner = reading.here_for(item.owner_role), reading.owner_for(item.owner_role)
    guides = [guide for guide in batch.guides if guide.item_id == item_id]
    choice = choose_guide(guides, here=here, owner=owner, gazetteer=gazetteer, on=TODAY)
    assert choice is not None
    return choice, where(
        choice, item, here=here, owner=owner, gazetteer=gazetteer, halls=batch.halls, on=TODAY
    )


CASES = [
    ("benefit_certification", "我在平度住，社保在昌邑", "zone-jiaodong", HandleMode.NEARBY_CHECK, "370283"),
    ("company_setup", "在日照能办青岛的营业执照吗", "zone-jiaodong", HandleMode.COLLECT, "371100"),
    ("company_setup", "在日照能办青岛的营业执照吗", "zone-jiaodong", HandleMode.AGENT, "371100"),
    ("remote_medical_filing", "临邑的医保在济阳能备案吗", "zone-jilinhui", HandleMode.AGENT, "370115"),
    (
        "labour_capacity_appraisal",
        "受伤在威海参保在青岛去哪鉴定",
        "zone-jiaodong",
        HandleMode.JOINT,
        "371000",
    ),
    ("pension_transfer", "我在青岛上班，社保在烟台", "zone-jiaodong", HandleMode.ONLINE, None),
    ("pension_transfer", "我在青岛上班，社保在江苏", "000000", HandleMode.ONLINE, None),
    ("passport_apply", "我在北京", "000000", HandleMode.ANY_WINDOW, "110000"),
    ("passport_apply", "", "000000", HandleMode.ANY_WINDOW, None),
]


@pytest.mark.parametrize(("item_id", "sentence", "guide_region", "mode", "region"), CASES)
def test_people_of_the_sources_are_sent_where_the_sources_say(
    item_id: str, sentence: str, guide_region: str, mode: HandleMode, region: str | None
) -> None:
    choice, found = ask(item_id, sentence)
    assert choice.guide.region == guide_region
    assert (mode, region) in [(o.mode, o.region) for o in found if not o.unknown]


def test_five_working_days_hold_only_inside_the_agreement() -> None:
    _, inside = ask("pension_transfer", "我在青岛上班，社保在烟台")
    choice, outside = ask("pension_transfer", "我在青岛上班，社保在江苏")
    assert any("5个工作日" in o.promise_explain for o in inside)
    assert not any("5个工作日" in o.promise_explain for o in outside)
    assert "5个工作日" not in choice.guide.promise_explain.replace("15个工作日", "").replace("45个工作日", "")


def test_the_window_of_the_source_is_named_with_its_hall() -> None:
    _, found = ask("remote_medical_filing", "临邑的医保在济阳能备案吗")
    assert "跨域通办专区" in [lobby.window for option in found for lobby in option.lobbies]


@cache
def _everyone() -> list[tuple[Guide, tuple[WhereOption, ...]]]:
    batch, gazetteer = samples()
    items = {item.id: item for item in batch.items}
    return [
        (
            guide,
            where(
                guide,
                items[guide.item_id],
                here=here,
                owner=owner,
                gazetteer=gazetteer,
                halls=batch.halls,
                on=TODAY,
            ),
        )
        for guide in batch.guides
        for here, owner in product(PEOPLE, PEOPLE)
    ]


def test_every_word_and_place_of_every_option_comes_from_a_record() -> None:
    batch, _ = samples()
    assert len(batch.guides) > 100
    for guide, found in _everyone():
        words = {guide.where_explain, guide.online_explain, guide.agent_explain, guide.link_way, ""}
        words |= {scope.explain for scope in guide.handle_scopes}
        for option in found:
            assert option.explain in words
            assert option.authority == guide.dept_name
            assert option.scope is None or option.scope in guide.handle_scopes
            assert option.mode is None or option.scope or guide.online_handle_depth
            assert option.scope or option.channel in (*guide.handle_type, None) or guide.lobbies
            assert all(hall.can_be_shown for hall in option.halls)
            assert set(option.lobbies) <= set(guide.lobbies)


def test_plans_are_always_last_and_never_taken_for_real() -> None:
    seen = 0
    for guide, found in _everyone():
        planned = [option.status is ScopeStatus.PLANNED for option in found]
        assert planned == sorted(planned)
        if guide.status is ScopeStatus.PLANNED:
            assert all(planned)
        seen += sum(planned)
    assert seen > 0


def test_nobody_is_sent_to_a_place_that_is_neither_theirs_nor_the_owners() -> None:
    _, gazetteer = samples()
    batch, _ = samples()
    items = {item.id: item for item in batch.items}
    for guide in batch.guides:
        for here, owner in product(PEOPLE[1:], PEOPLE[1:]):
            found = where(
                guide,
                items[guide.item_id],
                here=here,
                owner=owner,
                gazetteer=gazetteer,
                halls=batch.halls,
                on=TODAY,
            )
            regions = {option.region for option in found} - {None, here, owner}
            assert regions <= {guide.region}
            assert not any(
                o.region for o in found if o.channel in (Channel.ONLINE, Channel.APP, Channel.PHONE)
            )
