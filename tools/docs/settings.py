"""docs/reference/settings.md from laddnav.settings."""

from typing import Any, get_args, get_type_hints

import msgspec

from laddnav.settings import PREFIX, Settings

_HEAD = f"""# Settings

A value comes from, in falling order: a flag of `laddnav serve`, the environment (`{PREFIX}` and
the name in capitals; lists are comma-separated), the TOML file named by `--config` or
`{PREFIX}CONFIG`, the default.

| setting | default | unit | meaning |
|---|---|---|---|
"""


def page() -> str:
    """Return the document."""
    hints = get_type_hints(Settings, include_extras=True)
    defaults = Settings()
    return _HEAD + "".join(
        _line(name, hints[name], getattr(defaults, name)) for name in Settings.__struct_fields__
    )


def _line(name: str, hint: Any, default: object) -> str:  # noqa: ANN401 - type hints have no type in common
    metas = [part for part in get_args(hint) if isinstance(part, msgspec.Meta)]
    text = next(meta.description for meta in metas if meta.description)
    unit = next((meta.extra["unit"] for meta in metas if meta.extra and meta.extra["unit"]), "")
    shown = msgspec.json.encode(default).decode()
    return f"| `{name}` | `{shown}` | {unit} | {text} |\n"
