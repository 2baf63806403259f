"""lm_eval.json: what lm-evaluation-harness says about the shipped checkpoints on the sample documents: log-likelihoods, greedy
flags, metrics, standard errors. The `transformer` is Hugging Face's LlamaForCausalLM in float32, the others are plain_models.py
below lm_eval's own code. Ids are SentencePiece's, with BOS in front, as Llama's tokenizer has it.
generation.json: greedy continuations of prompts by the same models."""

import logging
import tempfile

import sentencepiece
import torch
from golden_requests import SCORED, Tasks, canonical_requests
from plain_models import PlainModel
from sample_texts import rows
from write_golden import write

MODELS = ["transformer", "pcformer", "iiet", "e-iiet"]
BOS = 1
CLOSE = 1e-4  # choices whose (normalised) log-likelihoods are closer than that may change places in float32
NEW_TOKENS = 8
SMALLEST_LEAD = 1e-4


def harness_of(root, name):
    """lm_eval's model class around one of the shipped checkpoints."""
    from lm_eval.models.huggingface import HFLM
    from transformers import AutoTokenizer, LlamaForCausalLM
    folder = root / "models/checkpoints" / name
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
    plain = PlainModel.load(folder)
    llama = LlamaForCausalLM.from_pretrained(root / "models/checkpoints/transformer", dtype=torch.float32).eval()

    class Harness(HFLM):
        def tok_encode(self, string, add_special_tokens=None, **_):
            return [BOS, *pieces.encode(string)] if add_special_tokens is not False else pieces.encode(string)

        def _model_call(self, inps, attn_mask=None, labels=None):
            return super()._model_call(inps) if name == "transformer" else torch.stack([plain.logits(ids) for ids in inps])

    tokenizer = AutoTokenizer.from_pretrained(root / "models/checkpoints/transformer")
    return Harness(pretrained=llama, tokenizer=tokenizer, batch_size=1, max_length=512, prefix_token_id=BOS, add_bos_token=True), plain, pieces


def answers(samples):
    """[[log-likelihood, greedy] of each request] of each document; rolling texts have no flag."""
    found = []
    for sample in sorted(samples, key=lambda s: s["doc_id"]):
        answered = [a if isinstance(a, (list, tuple)) else (a, False) for a in sample["filtered_resps"]]
        found.append([[float(ll), int(str(greedy) == "True")] for ll, greedy in answered])
    return found


def check_plain(plain, harness, found):
    """transformers and the plain implementation must agree about log-likelihoods, or neither is taken for right."""
    for pair, values in found:
        context, continuation = harness._encode_pair(*pair)
        log_p = plain.log_probabilities([*context, *continuation])
        ll = sum(log_p[len(context) - 1:])
        assert abs(ll - values[0]) < 1e-4 * max(1, abs(ll)), (pair, ll, values)


def smallest_gap(scores):
    gaps = [sorted(row)[-1] - sorted(row)[-2] for row in scores if len(row) > 1]
    return min(gaps, default=1.0)


def evaluated(tasks, name, harness, plain, model):
    from lm_eval.evaluator import evaluate
    loaded, task = tasks.load(name, name, 0)
    result = evaluate(harness, loaded, log_samples=True, bootstrap_iters=1000)
    found = answers(result["samples"][name])
    metrics = {key.split(",")[0]: value for key, value in result["results"][name].items()
               if key.endswith(",none") and isinstance(value, float)}
    if task.OUTPUT_TYPE == "multiple_choice":
        requests = canonical_requests(task)
        flat = [value for row in found for value in row]
        assert len(flat) == len(requests)
        if model == "transformer":
            check_plain(plain, harness, list(zip(requests, flat))[::5])
        assert smallest_gap([[ll for ll, _ in row] for row in found]) > CLOSE, (name, model, "two choices are too close")
    return {"model": model, "task": name, "metrics": metrics, "answers": found}


def prompts_of(root):
    return [row["question"] for row in rows(root, "gsm8k")[:4]] + [row["document"] for row in rows(root, "xsum")[:2]] + \
        [row["text"] for row in rows(root, "lambada_openai")[:2]]


def continued(plain, pieces, prompt, model):
    """Greedy tokens while the choice is clear."""
    ids = [BOS, *pieces.encode(prompt)]
    tokens, leads = plain.greedy(ids, NEW_TOKENS)
    clear = next((i for i, lead in enumerate(leads) if lead < SMALLEST_LEAD), len(leads))
    return {"model": model, "prompt": prompt, "ids": tokens[:clear]}


def make(root, folder):
    torch.set_num_threads(1)
    logging.disable(logging.WARNING)
    scored, generated = [], []
    with tempfile.TemporaryDirectory() as scratch:
        tasks = Tasks(root, scratch)
        for model in MODELS:
            harness, plain, pieces = harness_of(root, model)
            scored += [evaluated(tasks, name, harness, plain, model) for name in SCORED]
            generated += [continued(plain, pieces, prompt, model) for prompt in prompts_of(root)]
    write(folder / "lm_eval.json", {"results": scored})
    assert sum(len(entry["ids"]) for entry in generated) > len(generated) * NEW_TOKENS // 2
    write(folder / "generation.json", {"new_tokens": NEW_TOKENS, "continuations": generated})
