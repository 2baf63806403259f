"""The texts of tasks/samples: documents written for this project."""

import json


def rows(root, name):
    with open(root / "tasks/samples" / f"{name}.jsonl", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def texts_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)


def all_texts(root):
    """Every string of every sample document, in order."""
    return [text for path in sorted((root / "tasks/samples").glob("*.jsonl")) for row in rows(root, path.stem)
            for text in texts_in(row)]
