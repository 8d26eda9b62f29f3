from __future__ import annotations

import pytest

from knowledge.model import Region, RegionLevel
from knowledge.regions import Gazetteer, Relation
from tests.unit.knowledge.region_samples import sample_gazetteer

PINGDU, CHANGYI, QINGDAO, SHINAN = "370283", "370786", "370200", "370202"
SHANDONG, JINAN, LINYI_COUNTY, BEIJING, JIANGSU, SUZHOU = (
    "370000",
    "370100",
    "371424",
    "110000",
    "320000",
    "320500",
)
JIAODONG, JILINHUI = "zone-jiaodong", "zone-jilinhui"


@pytest.fixture(scope="module")
def places() -> Gazetteer:
    return sample_gazetteer()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (PINGDU, (QINGDAO, SHANDONG, "000000")),
        (SHANDONG, ("000000",)),
        (JIAODONG, (SHANDONG, "000000")),
        ("000000", ()),
        ("370299", (QINGDAO, SHANDONG, "000000")),
        ("999999", ("000000",)),
    ],
    ids=["county", "province", "zone", "nation", "unlisted county placed by its digits", "nowhere"],
)
def test_ancestors_go_up_to_the_nation(places: Gazetteer, code: str, expected: tuple[str, ...]) -> None:
    assert places.ancestors(code) == expected


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        (QINGDAO, PINGDU, True),
        (PINGDU, QINGDAO, False),
        (PINGDU, PINGDU, True),
        ("000000", BEIJING, True),
        (JIAODONG, CHANGYI, True),
        (JIAODONG, JINAN, False),
        (JIAODONG, SHANDONG, False),
        (SHANDONG, JIAODONG, True),
        (JIAODONG, JIAODONG, True),
        (JILINHUI, LINYI_COUNTY, True),
        (JILINHUI, "371400", False),
        (QINGDAO, JIAODONG, False),
    ],
)
def test_contains(places: Gazetteer, outer: str, inner: str, expected: bool) -> None:
    assert places.contains(outer, inner) is expected


def test_zones_of_a_county_are_those_of_its_city(places: Gazetteer) -> None:
    assert {zone.code for zone in places.zones_of(PINGDU)} == {JIAODONG, "zone-ftz-qd-jn-yt"}
    assert {zone.code for zone in places.zones_of(LINYI_COUNTY)} == {JILINHUI}
    assert places.zones_of(JIANGSU) == ()


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (PINGDU, PINGDU, Relation.SAME_DISTRICT),
        (PINGDU, SHINAN, Relation.SAME_CITY),
        (PINGDU, QINGDAO, Relation.SAME_CITY),
        (QINGDAO, QINGDAO, Relation.SAME_CITY),
        (PINGDU, CHANGYI, Relation.SAME_PROVINCE),
        (SHANDONG, PINGDU, Relation.SAME_PROVINCE),
        (PINGDU, SUZHOU, Relation.OTHER_PROVINCE),
        (SHANDONG, BEIJING, Relation.OTHER_PROVINCE),
        (BEIJING, BEIJING, Relation.SAME_CITY),
        (PINGDU, None, Relation.UNKNOWN),
        (None, None, Relation.UNKNOWN),
        ("000000", PINGDU, Relation.UNKNOWN),
        ("999999", PINGDU, Relation.UNKNOWN),
        (JIAODONG, PINGDU, Relation.SAME_PROVINCE),
    ],
)
def test_relation_is_the_closest_that_is_certain(
    places: Gazetteer, a: str | None, b: str | None, expected: Relation
) -> None:
    assert places.relation(a, b) is expected
    assert places.relation(b, a) is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (PINGDU, "平度市（青岛）"),
        (QINGDAO, "青岛市"),
        (SHANDONG, "山东省"),
        (JIAODONG, "胶东五市"),
        ("000000", "全国"),
        ("370103", "市中区（济南）"),
        ("370402", "市中区（枣庄）"),
        ("370176", "济南高新技术产业开发区"),
        ("999999", "999999"),
    ],
)
def test_display_tells_namesakes_apart(places: Gazetteer, code: str, expected: str) -> None:
    assert places.display(code) == expected


def test_city_and_province_of(places: Gazetteer) -> None:
    assert (places.city_of(PINGDU), places.province_of(PINGDU)) == (QINGDAO, SHANDONG)
    assert (places.city_of(BEIJING), places.province_of(BEIJING)) == (BEIJING, BEIJING)
    assert (places.city_of(SHANDONG), places.province_of(SHANDONG)) == (None, SHANDONG)
    assert (places.city_of(JIAODONG), places.province_of(JIAODONG)) == (None, SHANDONG)
    assert (places.city_of("000000"), places.province_of("000000")) == (None, None)


def test_children_are_the_divisions_right_below(places: Gazetteer) -> None:
    assert PINGDU in places.children(QINGDAO)
    assert PINGDU not in places.children(SHANDONG)
    assert JIAODONG not in places.children(SHANDONG)


def _point(code: str, lat: float, lon: float) -> Region:
    return Region(code=code, name=code, parent_code=None, level=RegionLevel.COUNTY, lat=lat, lon=lon)


def test_nearest_takes_the_closest_point_within_reach() -> None:
    places = Gazetteer([_point("990101", 36.0, 120.0), _point("990102", 36.2, 120.0)])
    nearest = places.nearest(36.15, 120.0)
    assert nearest is not None
    assert nearest.code == "990102"
    assert places.nearest(30.0, 120.0) is None


def test_nearest_is_nothing_when_no_region_has_coordinates(places: Gazetteer) -> None:
    without = Gazetteer([Region(code="990101", name="示例区", parent_code=None, level=RegionLevel.DISTRICT)])
    assert without.nearest(36.0, 120.0) is None


def test_a_region_that_names_itself_as_parent_does_not_loop() -> None:
    places = Gazetteer(
        [Region(code="990101", name="示例区", parent_code="990101", level=RegionLevel.DISTRICT)]
    )
    assert places.ancestors("990101") == ("000000",)
