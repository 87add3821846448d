"""The API's description of itself is valid, complete and true."""

import re
from typing import Any

import httpx
import jsonschema_rs

from tests.pki.making import ORGANIZATION, csr
from tests.web.charging import Charging
from tests.web.house import House

METHODS = ("get", "post", "put", "patch", "delete")


async def document(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/api/v1/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found


def operations(found: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, item[method])
        for path, item in found["paths"].items()
        for method in METHODS
        if method in item
    ]


def references(part: object) -> set[str]:
    """Every name that a document refers to."""
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*(references(value) for value in part.values()))
    if isinstance(part, list):
        return set().union(*(references(value) for value in part))
    return set()


async def test_the_public_document_is_valid_and_complete(stranger: httpx.AsyncClient) -> None:
    check(await document(stranger))


async def test_the_local_document_is_valid_and_complete(local: httpx.AsyncClient) -> None:
    check(await document(local))


def check(found: dict[str, Any]) -> None:
    assert found["openapi"].startswith("3.1.")
    assert found["info"]["title"] == "Laddnav"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", found["info"]["version"])
    schemas = found["components"]["schemas"]
    for name, schema in schemas.items():
        jsonschema_rs.meta.validate({"$schema": DIALECT, **schema})
        assert schema["type"], name
    known = {f"#/components/schemas/{name}" for name in schemas}
    assert references(found) == known, "a reference leads nowhere, or a schema is not used"
    tags = {tag["name"] for tag in found["tags"]}
    names: list[str] = []
    for method, path, operation in operations(found):
        where = f"{method} {path}"
        names.append(operation["operationId"])
        assert operation["summary"], where
        assert set(operation["tags"]) <= tags, where
        check_parameters(path, operation)
        check_responses(where, operation)
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][A-Za-z]+", name) for name in names)


DIALECT = "https://json-schema.org/draft/2020-12/schema"


def check_parameters(path: str, operation: dict[str, Any]) -> None:
    parameters = operation.get("parameters", [])
    in_path = {each["name"] for each in parameters if each["in"] == "path"}
    assert in_path == set(re.findall(r"{(\w+)}", path))
    for each in parameters:
        assert each["in"] in {"path", "query", "header"}
        assert each["description"], (path, each["name"])
        jsonschema_rs.meta.validate({"$schema": DIALECT, **each["schema"]})


def check_responses(where: str, operation: dict[str, Any]) -> None:
    good = [status for status in operation["responses"] if status.startswith("2")]
    assert len(good) == 1, where
    errors = {status for status in operation["responses"] if status >= "400"}
    assert {"400", "401", "500", "503"} <= errors, where
    for status in errors:
        content = operation["responses"][status]["content"]["application/problem+json"]
        assert content["schema"] == {"$ref": "#/components/schemas/Problem"}, where
    if "requestBody" in operation:
        assert {"413", "422"} <= errors, where
    if "{" in where:
        assert "404" in errors, where


async def test_keys_are_asked_for_in_public_only(
    stranger: httpx.AsyncClient, local: httpx.AsyncClient
) -> None:
    public, private = await document(stranger), await document(local)
    assert public["security"] == [{"key": []}]
    assert public["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert "security" not in private
    only = {path for path in private["paths"] if path not in public["paths"]}
    assert {path.split("/")[3] for path in only} == {
        "api-keys",
        "operators",
        "status",
        "backup",
        "certificates",
    }
    assert set(public["paths"]) < set(private["paths"])


async def certified(api: httpx.AsyncClient) -> dict[str, str]:
    """Have a certificate signed; return what it is called in paths."""
    own = "/api/v1/certificates"
    await api.post(f"{own}/authorities", json={"organization": ORGANIZATION})
    signed = await api.post(f"{own}/sign", json={"station": "CP1", "csr": csr("CP1")})
    assert signed.status_code == 201, signed.text
    return {"serial": signed.json()["serial"], "purpose": "station"}


async def test_what_is_answered_fits_the_document(house: House, api: httpx.AsyncClient) -> None:
    charging = Charging(house)
    key = await charging.session()
    await charging.connect(key)
    await charging.stray(key, 77)
    charging.talk(key)
    charging.knock("CP9")
    await api.post("/api/v1/sites", json={"name": "A", "time_zone": "UTC"})
    (session,) = (await api.get("/api/v1/sessions")).json()["items"]
    found = await document(api)
    names = {"identity": "CP1", "uid": "CARD1", "session_id": session["id"]}
    rotation = (await api.post("/api/v1/stations/CP1/credential-rotations", json={})).json()
    names["handover_id"] = rotation["handover"]["id"]
    bulk = (await api.post("/api/v1/credential-rotations", json={"stations": ["CP1"]})).json()
    names["bulk_id"] = bulk["id"]
    names["site_id"] = (await api.get("/api/v1/sites")).json()["items"][0]["id"]
    wanted = {"name": "T", "values": [{"name": "HeartbeatInterval", "value": "60"}]}
    names["template_id"] = (await api.post("/api/v1/templates", json=wanted)).json()["id"]
    correction = (await api.post("/api/v1/stations/CP1/corrections", json={})).json()
    names["correction_id"] = correction["id"]
    names |= await certified(api)
    for method, path, operation in operations(found):
        if method != "get":
            continue
        if path.endswith("/profile-upgrades/{handover_id}"):
            continue  # it is shown in the form of a rotation, which this station has
        answer = await api.get(path.format(**names))
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        whole = {"$schema": DIALECT, **schema, "components": found["components"]}
        jsonschema_rs.validator_for(whole).validate(answer.json())
