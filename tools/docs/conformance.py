"""docs/conformance: what is proven, where it lives, and what is not done, from the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

from tools.docs import actions, ledger
from tools.docs.ledger import Block, Ledger, Requirement

_FOLDER: Final = "docs/conformance"
_UP: Final = "../../.."
_MOST_TESTS: Final = 3
_MOST_PLACES: Final = 2
_MOST_IDS: Final = 12
_PROTOCOL: Final = {
    "1.6": "sections of OCPP 1.6, edition 2",
    "J16": "sections of OCPP-J 1.6",
    "J16e": "the errata of OCPP-J 1.6",
    "J201": "sections of OCPP-J 2.0.1 (part 4)",
    "J21": "sections of OCPP-J 2.1 (part 4)",
}


def pages(root: Path) -> dict[str, str]:
    """Return the documents by their paths."""
    known = ledger.read(root)
    found = {f"{_FOLDER}/requirements.md": _index(known)}
    for stem, block in known.blocks.items():
        found[f"{_FOLDER}/requirements/{stem}.md"] = _page(known, stem, block)
    found[f"{_FOLDER}/requirements/protocol.md"] = _protocol(known)
    return found | {f"{_FOLDER}/{name}": text for name, text in actions.pages(root).items()}


# ---- the summary -------------------------------------------------------------------------------


def _index(known: Ledger) -> str:
    every = {stem: known.requirements(block) for stem, block in known.blocks.items()}
    whole = [
        each for stem, found in every.items() if not known.blocks[stem].prefix for each in found
    ]
    lines = [
        "# Requirements\n",
        f"**{_done(whole)} of {len(whole)} requirements that OCPP 2.0.1 and 2.1 put on a central",
        "system are fulfilled and pinned by tests.** The rest is named below with its reason.",
        "What binds stations, operators or authorities is listed too, apart.\n",
        "The ids are those of the specifications (part 2), where their words are.",
        "Reservations, costs, smart charging, firmware, ISO 15118, diagnostics, display messages,",
        "vehicle to grid and distributed energy resources come later: until then their messages",
        "are answered honestly and sent by raw calls, as the pages on the actions say:",
        "[1.6](ocpp-1.6.md), [2.0.1](ocpp-2.0.1.md), [2.1](ocpp-2.1.md).\n",
        "| block | on a central system | done | in part | not done |",
        "|---|--:|--:|--:|--:|",
    ]
    lines += [_row(stem, known.blocks[stem], found) for stem, found in every.items()]
    lines += ["", "What tests pin of the protocol below: [OCPP-J](requirements/protocol.md)."]
    return "\n".join(lines)


def _row(stem: str, block: Block, found: Sequence[Requirement]) -> str:
    part, missing = len(_in_part(found)), len(_missing(found))
    return (
        f"| [{_title(stem, block)}](requirements/{stem}.md) | {len(found)} | {_done(found)} "
        f"| {part or ''} | {missing or ''} |"
    )


def _title(stem: str, block: Block) -> str:
    head, _, _ = stem.partition("-")
    return f"{head.upper()} {block.title}" if len(head) == 1 else block.title


def _done(found: Iterable[Requirement]) -> int:
    return sum(bool(each.tests) and not each.missing for each in found)


def _in_part(found: Iterable[Requirement]) -> list[Requirement]:
    return [each for each in found if each.tests and each.missing]


def _missing(found: Iterable[Requirement]) -> list[Requirement]:
    return [each for each in found if not each.tests]


# ---- one block ---------------------------------------------------------------------------------


def _page(known: Ledger, stem: str, block: Block) -> str:
    found = known.requirements(block)
    part, missing = _in_part(found), _missing(found)
    lines = [
        f"# {_title(stem, block)}\n",
        f"{_summary(found)} [All blocks](../requirements.md)\n",
    ]
    lines += _pinned([each for each in found if each.tests])
    lines += _why("Done in part", part)
    lines += _why("Not done", missing)
    lines += _beside(known, block)
    return "\n".join(lines)


def _summary(found: Sequence[Requirement]) -> str:
    if not found:
        return "**Nothing binds a central system here.**"
    some = f", {part} in part" if (part := len(_in_part(found))) else ""
    return f"**{_done(found)} of {len(found)} requirements on a central system are done**{some}."


def _pinned(found: Sequence[Requirement]) -> Iterator[str]:
    if found:
        yield from ("## Done\n", "| requirement | lives in | tests |", "|---|---|---|")
    for each in found:
        yield f"| {_name(each)} | {_places(each.places)} | {_tests(each.tests)} |"
    if found:
        yield ""


def _name(requirement: Requirement) -> str:
    only = "" if requirement.versions == "both" else f" ({requirement.versions})"
    part = ", in part" if requirement.missing else ""
    return f"{requirement.name}{only}{part}"


def _places(places: Sequence[str]) -> str:
    names = [f"`{place}`" for place in places[:_MOST_PLACES]]
    return "<br>".join(names + _more(places, _MOST_PLACES))


def _tests(tests: Sequence[str]) -> str:
    return "<br>".join([_link(test) for test in tests[:_MOST_TESTS]] + _more(tests, _MOST_TESTS))


def _more(items: Sequence[str], shown: int) -> list[str]:
    return [f"and {len(items) - shown} more"] if len(items) > shown else []


def _link(test: str) -> str:
    path, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}]({_UP}/{path})"


def _why(title: str, found: Sequence[Requirement]) -> Iterator[str]:
    """Yield what is missing, each reason once."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for each in found:
        by_reason[each.missing].append(each.name)
    if found:
        yield from (f"## {title}\n", "| why | requirements |", "|---|---|")
    for reason, names in by_reason.items():
        for row in [names] if len(names) <= _MOST_IDS else _by_case(names):
            yield f"| {reason} | {', '.join(_short(row))} |"
    if found:
        yield ""


def _by_case(names: Sequence[str]) -> Iterator[list[str]]:
    """Yield ids, use case by use case."""
    for _, group in groupby(names, lambda name: name.rpartition(".")[0]):
        yield list(group)


def _short(names: Sequence[str]) -> Iterator[str]:
    """Yield ids; of those that follow one of the same use case, only the number."""
    before = ""
    for name in names:
        case, _, number = name.rpartition(".")
        yield number if case == before else name
        before = case


def _beside(known: Ledger, block: Block) -> Iterator[str]:
    """Yield what binds others, and what of it is pinned all the same."""
    duty = block.others_duty
    pinned = [name for name in duty if name in known.pins]
    if not duty:
        return
    yield "## On others\n"
    yield f"{len(duty)} more bind stations, operators, manufacturers or authorities."
    if pinned:
        yield "What is done here for them, or with what they do, is pinned too:\n"
        yield from ("| requirement | tests |", "|---|---|")
        yield from (f"| {name} | {_tests(known.pins[name])} |" for name in pinned)


# ---- the protocol ------------------------------------------------------------------------------


def _protocol(known: Ledger) -> str:
    listed = {
        name for block in known.blocks.values() for name in (*block.binding, *block.others_duty)
    }
    rest = sorted(known.pins.keys() - listed)
    lines = [
        "# OCPP-J, and what has no number\n",
        f"**{len(rest)} rules are pinned** that stand in sections, in tables or are use cases.",
        "[All blocks](../requirements.md)\n",
        "; ".join(f"{name}: {what}" for name, what in _PROTOCOL.items()) + ".\n",
        "| rule | tests |",
        "|---|---|",
    ]
    lines += [f"| {name} | {_tests(known.pins[name])} |" for name in rest]
    return "\n".join(lines)
