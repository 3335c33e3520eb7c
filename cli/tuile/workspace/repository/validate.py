"""From jsonschema's findings to mistakes in the words of the product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tuile.policy.errors import did_you_mean
from tuile.workspace.repository.yaml_file import YamlFile

_TYPES = {
    "string": "text",
    "object": "a mapping",
    "array": "a list",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "nothing",
}


def validate(found: YamlFile, schema: Mapping[str, Any]) -> None:
    """Add to the mistakes of a file all that its schema finds wrong."""
    from jsonschema import (  # noqa: PLC0415 -- 90 ms, for changed files only
        Draft202012Validator,
        FormatChecker,
    )

    checker = Draft202012Validator(schema, format_checker=FormatChecker())
    for error in checker.iter_errors(found.data):
        for leaf in _leaves(error):
            path = tuple(leaf.absolute_path)
            rule = _rule_at(found, path)
            for what, advice, key in describe(leaf, found.written.get(path, "")):
                found.wrong((*path, key) if key is not None else path, what, advice, rule)


def check_params(params: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (what, advice) for all that is wrong with the parameters of a rule."""
    from jsonschema import (  # noqa: PLC0415 -- 90 ms, where something is tailored
        Draft202012Validator,
    )

    for error in Draft202012Validator(schema).iter_errors(params):
        for what, advice, _ in describe(error, ""):
            yield what, advice


# Of jsonschema
def describe(error: Any, written: str) -> Iterator[tuple[str, str, str | None]]:  # noqa: ANN401
    """Yield (what, advice, key that it concerns) for one finding of jsonschema; `written` is the
    scalar in the file.
    """
    name, value = error.validator, error.instance
    field = f'"{error.absolute_path[-1]}"' if error.absolute_path else "the file"
    if name == "additionalProperties":
        known = error.schema.get("properties", {})
        for key in sorted(set(value) - set(known)):
            yield f'unknown key "{key}"', did_you_mean(key, known), key
    elif name in ("required", "dependentRequired"):
        key = error.message.split("'")[1]
        yield f'"{key}" is missing', "", None
    elif name == "enum":
        noun = "unknown kind" if field == '"kind"' else f"{field} is"
        yield f'{noun} "{value}"', did_you_mean(str(value), map(str, error.validator_value)), None
    elif name == "type":
        wanted = _type_words(error.validator_value)
        advice = f'Quote it: "{written}".' if written and "text" in wanted else ""
        yield f"{field} is {written or _shown(value)}, not {wanted}", advice, None
    elif name == "oneOf":
        yield "it must give either `params` or `off: true`", "", None
    else:
        yield _other(name, field, error), "", None


def _other(name: str, field: str, error: Any) -> str:  # noqa: ANN401 -- jsonschema.ValidationError
    value, bound = error.instance, error.validator_value
    words = {
        "pattern": f"{field} is {_shown(value)}, which does not have the form {bound}",
        "minLength": f"{field} is empty",
        "minItems": f"{field} is empty",
        "minProperties": f"{field} is empty",
        "minimum": f"{field} is {value}, less than {bound}",
        "maximum": f"{field} is {value}, more than {bound}",
        "format": f"{field} is {_shown(value)}, not a {bound}",
        "const": f"{field} is {_shown(value)}, and can only be {_shown(bound)}",
        "anyOf": f"{field} is {_shown(value)}, which fits none of the forms it may have",
    }
    return words.get(name, f"{field}: {error.message}")


def _leaves(error: Any) -> Iterator[Any]:  # noqa: ANN401 -- jsonschema.ValidationError
    """Yield the findings that stand for themselves: those under if/then one by one."""
    if error.validator in ("if", "allOf") and error.context:
        for inner in error.context:
            yield from _leaves(inner)
    else:
        yield error


def _rule_at(found: YamlFile, path: tuple[str | int, ...]) -> str:
    """Return the id of the rule that a path lies in, "" outside of rules."""
    value = found.data
    for step in path:
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            return str(value["id"])
        value = value[step]
    return str(value["id"]) if isinstance(value, dict) and isinstance(value.get("id"), str) else ""


def _type_words(types: str | list[str]) -> str:
    return " or ".join(_TYPES.get(t, t) for t in ([types] if isinstance(types, str) else types))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else _short(value)


def _short(value: object) -> str:
    text = repr(value)
    # Half a line of a terminal
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004
