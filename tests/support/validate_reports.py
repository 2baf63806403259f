"""Validates JSON lines by a JSON Schema: prints a line for each, empty where it is valid, else what is wrong first.

usage: validate_reports.py SCHEMA.json LINES.jsonl
"""
import json
import sys

from jsonschema import Draft202012Validator


def main(schema_path, lines_path):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    with open(lines_path, encoding="utf-8") as lines:
        for line in lines:
            fault = next(validator.iter_errors(json.loads(line)), None)
            print("" if fault is None else f"{fault.json_path}: {fault.message}".replace("\n", " "))


main(*sys.argv[1:])
