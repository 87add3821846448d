"""Which template wins, for whom, and what none may hold."""

import pytest
from msgspec.structs import replace

from laddnav.maintenance.model.template import NewTemplate, Scope, Template, Wish
from laddnav.maintenance.rules.templates import flaw, is_for, mark_of, merged
from tests.maintenance.words import KIND, asked, template, wanted


def values(*found: Template, version: str = "1.6") -> dict[str, str]:
    return {each.name: each.value for each in merged(found, KIND._replace(version=version))}


@pytest.mark.parametrize(
    ("scope", "fits"),
    [
        (Scope(), True),
        (Scope(site="site-1"), True),
        (Scope(site="site-2"), False),
        (Scope(vendor="acme", model="post*"), True),
        (Scope(model="Post 2"), False),
        (Scope(firmware="1.4.*"), True),
        (Scope(firmware="1.5.*"), False),
        (Scope(versions=("2.0.1", "2.1")), False),
        (Scope(versions=("1.6",), site="site-1", vendor="*"), True),
    ],
)
def test_a_template_is_for_stations_that_fit_all_of_its_scope(scope: Scope, *, fits: bool) -> None:
    assert is_for(scope, KIND) is fits


def test_what_a_station_never_said_fits_only_any_text() -> None:
    silent = KIND._replace(vendor=None, firmware=None)
    assert is_for(Scope(vendor="*"), silent)
    assert not is_for(Scope(firmware="1*"), silent)


def test_firmware_wins_over_model_over_vendor_over_site_over_operator() -> None:
    layers = [
        template("e", A="operator", B="operator", C="operator", D="operator", E="operator"),
        template("d", scope=Scope(site="site-1"), A="site", B="site", C="site", D="site"),
        template("c", scope=Scope(vendor="Acme"), A="vendor", B="vendor", C="vendor"),
        template("b", scope=Scope(model="Post*"), A="model", B="model"),
        template("a", scope=Scope(firmware="1.*"), A="firmware"),
    ]
    told = {"A": "firmware", "B": "model", "C": "vendor", "D": "site", "E": "operator"}
    assert values(*layers) == told
    assert values(*reversed(layers)) == told


def test_two_that_say_as_much_are_told_apart_by_name() -> None:
    assert values(template("2", A="two"), template("1", A="one")) == {"A": "one"}


def test_one_that_names_more_wins_over_one_that_names_less() -> None:
    both = template("z", scope=Scope(model="Post*", site="site-1"), A="both")
    assert values(both, template("a", scope=Scope(model="Post*"), A="model")) == {"A": "both"}


def test_values_come_in_the_order_of_their_templates_the_general_ones_first() -> None:
    general = template("g", Z="1", A="1", M="1")
    special = template("s", scope=Scope(model="*"), M="2", B="2")
    found = merged([special, general], KIND)
    assert [each.name for each in found] == ["Z", "A", "M", "B"]


def test_names_are_compared_as_stations_do() -> None:
    found = values(template("1", heartbeatinterval="60"), template("2", HeartbeatInterval="90"))
    assert found == {"heartbeatinterval": "60"}


def test_keys_and_variables_go_to_stations_of_their_version() -> None:
    mixed = template("m", {"HeartbeatInterval": "60", "OCPPCommCtrlr.HeartbeatInterval": "61"})
    assert values(mixed) == {"HeartbeatInterval": "60"}
    assert values(mixed, version="2.0.1") == {"OCPPCommCtrlr.HeartbeatInterval": "61"}
    dotted = template("d", told={"Vendor.Key": "1"}, scope=Scope(versions=("1.6",)))
    assert values(dotted) == {"Vendor.Key": "1"}


def test_nothing_is_wanted_of_a_station_that_was_never_there() -> None:
    assert merged([template(A="1")], KIND._replace(version=None)) == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("AuthorizationKey", "rotate-password"),
        ("SecurityCtrlr.BasicAuthPassword", "rotate-password"),
        ("NetworkConfiguration[1].ApnPassword", "rotate-password"),
        ("SecurityProfile", "upgrade-profile"),
        (" ", "empty"),
        ("a\x00b", "no text"),
        ("k" * 101, "longer than the 50"),
    ],
)
def test_what_no_template_may_hold_is_refused_with_what_to_do_instead(
    name: str, words: str
) -> None:
    problem = flaw(NewTemplate(name="T", wishes=(Wish(name=name, value="1"),)))
    assert problem is not None
    assert words in problem.text
    assert problem.field == "values[0].name"


def test_other_flaws_name_their_place() -> None:
    twice = flaw(
        NewTemplate(name="T", wishes=(Wish(name="A", value="1"), Wish(name="a", value="2")))
    )
    assert twice is not None
    assert twice.field == "values[1].name"
    nul = flaw(asked(A="\x00"))
    assert nul is not None
    assert nul.field == "values[0].value"
    nameless = flaw(asked(" ", A="1"))
    assert nameless is not None
    assert nameless.field == "name"
    no_variable = NewTemplate(
        name="T",
        scope=Scope(versions=("2.1",)),
        wishes=(Wish(name="HeartbeatInterval", value="1"),),
    )
    problem = flaw(no_variable)
    assert problem is not None
    assert "Component.Variable" in problem.text
    assert flaw(asked(A="1", B="")) is None


def test_a_mark_changes_with_the_values_and_with_the_kind() -> None:
    one = mark_of([wanted()], KIND)
    assert one == mark_of([replace(wanted(), template=template("other"))], KIND)
    assert one != mark_of([wanted(value="61")], KIND)
    assert one != mark_of([wanted()], KIND._replace(firmware="2"))


@pytest.mark.parametrize("name", ["K" * 51, "A." + "B" * 51, "C" * 51 + ".B", f"A[{'i' * 51}].B"])
def test_a_name_longer_than_any_station_takes_would_keep_all_others_from_being_read(
    name: str,
) -> None:
    problem = flaw(NewTemplate(name="T", wishes=(Wish(name=name, value="1"),)))
    assert problem is not None
    assert "50 characters" in problem.text
    assert flaw(NewTemplate(name="T", wishes=(Wish(name="K" * 50, value="1"),))) is None
