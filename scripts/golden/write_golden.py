"""Golden files: JSON, one entry a line, so that a change shows in a diff."""

import json


def write(path, value):
    """A dictionary whose lists are written an element a line, its dictionaries an item a line."""
    def dump(v):
        return json.dumps(v, ensure_ascii=False)

    parts = []
    for key, entry in value.items():
        if isinstance(entry, list) and entry and isinstance(entry[0], (list, dict, str)):
            text = "[\n  " + ",\n  ".join(dump(e) for e in entry) + "\n ]"
        elif isinstance(entry, dict) and entry:
            text = "{\n  " + ",\n  ".join(f"{dump(k)}: {dump(e)}" for k, e in entry.items()) + "\n }"
        else:
            text = dump(entry)
        parts.append(f" {dump(key)}: {text}")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
