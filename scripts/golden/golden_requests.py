"""requests.json: SHA-256 over all requests that lm-evaluation-harness makes of the sample documents."""

import hashlib
import json
import logging
import tempfile
from pathlib import Path

import yaml
from write_golden import write

SCORED = ["arc_challenge", "arc_easy", "boolq", "copa", "hellaswag", "lambada_openai", "openbookqa", "piqa", "sciq", "wikitext",
          "winogrande"]
# Task, file of its sample documents, examples before a document.
REQUESTS = [(name, name, 0) for name in SCORED] + [
    ("arc_easy", "arc_easy", 2), ("hellaswag", "hellaswag", 1), ("winogrande", "winogrande", 3), ("boolq", "boolq", 1),
    ("gsm8k", "gsm8k", 0), ("gsm8k", "gsm8k", 5), ("gsm8k_cot", "gsm8k", 8), ("triviaqa", "triviaqa", 0),
    ("wmt14-fr-en", "wmt14_fr-en", 0), ("wmt16-de-en", "wmt16_de-en", 0), ("wmt16-ro-en", "wmt16_ro-en", 0)]


class Tasks:
    """lm_eval's own tasks with the sample documents in place of the data set."""

    def __init__(self, root, folder):
        from lm_eval.tasks import TaskManager
        self.root, self.folder, self.manager, self.index = root, folder, TaskManager, TaskManager().task_index

    def load(self, name, samples, num_fewshot):
        """The task as lm_eval's loader gives it, and its one task object."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        data = self.root / "tasks/samples" / f"{samples}.jsonl"
        original = yaml.load(Path(self.index[name].yaml_path).read_text(), Loader=IgnoringTags)
        while "include" in original and "test_split" not in original and "validation_split" not in original:
            included = Path(self.index[name].yaml_path).parent / original.pop("include")
            original = {**yaml.load(included.read_text(), Loader=IgnoringTags), **original}
        split = "test" if original.get("test_split") else "validation"
        config = {"include": str(self.index[name].yaml_path), "task": name, "dataset_path": "json", "dataset_name": None,
                  "dataset_kwargs": {"data_files": {split: str(data)}}, "training_split": None, "validation_split": None,
                  "test_split": None, f"{split}_split": split, "num_fewshot": num_fewshot,
                  # The pool of examples is what is evaluated, for want of a training split.
                  "fewshot_split": split if split == "test" and not original.get("fewshot_config") else None}
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
        loaded = self.manager(include_path=str(folder), include_defaults=False).load([name])
        task, = loaded["tasks"].values()
        task.set_config(key="num_fewshot", value=num_fewshot)
        task.set_fewshot_seed(1234)
        return loaded, task


class IgnoringTags(yaml.SafeLoader):
    """Reads lm_eval's task files without running the functions that they name."""


IgnoringTags.add_multi_constructor("!", lambda loader, suffix, node: None)


def canonical_requests(task):
    task.build_all_requests(rank=0, world_size=1)
    kept = 1 if task.OUTPUT_TYPE in ("loglikelihood_rolling", "generate_until") else 2
    ordered = sorted(task.instances, key=lambda instance: (instance.doc_id, instance.idx))
    return [list(instance.args[:kept]) for instance in ordered]


def make(root, folder):
    logging.disable(logging.WARNING)
    entries = []
    with tempfile.TemporaryDirectory() as scratch:
        tasks = Tasks(root, scratch)
        for name, samples, shots in REQUESTS:
            requests = canonical_requests(tasks.load(name, samples, shots)[1])
            entries.append({"task": name, "num_fewshot": shots, "requests": len(requests),
                            "sha256": hashlib.sha256(json.dumps(requests).encode()).hexdigest()})
    write(folder / "requests.json", {"tasks": entries})
