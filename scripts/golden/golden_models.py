"""models.json: small models of every variant. Their weights come from a formula that the tests know too, and every parameter is
away from its initial value, so that each one matters."""

import random

import torch
from plain_models import PlainModel, formula_tensor
from write_golden import write

LAYERS, HIDDEN, INNER, VOCABULARY = 3, 16, 24, 40
BASE = {"vocab_size": VOCABULARY, "hidden_size": HIDDEN, "intermediate_size": INNER, "num_hidden_layers": LAYERS,
        "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 64, "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0, "tie_word_embeddings": False, "attention_bias": False, "mlp_bias": False}
LLAMA3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 16}
MODELS = {
    "transformer": {"model_type": "llama"},
    "transformer-tied-bias": {"model_type": "llama", "tie_word_embeddings": True, "attention_bias": True, "mlp_bias": True,
                              "head_dim": 6, "num_key_value_heads": 4},
    "transformer-linear": {"model_type": "llama", "rope_scaling": {"type": "linear", "factor": 4.0}},
    "transformer-llama3": {"model_type": "llama", "rope_scaling": LLAMA3, "rope_theta": 100.0},
    "rk2": {"model_type": "rk2"},
    "rk4": {"model_type": "rk4"},
    "iiet-plain": {"model_type": "iiet-plain", "iterations": [2, 0, 3]},
    "iiet": {"model_type": "iiet", "iterations": [3, 3, 3]},
    "e-iiet": {"model_type": "e-iiet", "iterations": [2, 0, 1]},
    "pcformer": {"model_type": "pcformer", "calculate_num": 2},
    "pcformer-rk4": {"model_type": "pcformer", "calculate_num": 4, "num_key_value_heads": 1},
}
NEW_TOKENS = 6
SMALLEST_LEAD = 1e-3  # of a greedy token: float32 is a thousand times closer


def tensors_of(config):
    """[name, shape, base, scale] of every tensor of a checkpoint."""
    heads, key_heads = config["num_attention_heads"], config["num_key_value_heads"]
    head_dim = config.get("head_dim", HIDDEN // heads)
    listed = []

    def matrix(name, rows, columns, bias=False):
        listed.append([name + ".weight", [rows, columns], 0.0, 1.0])
        if bias:
            listed.append([name + ".bias", [rows], 0.0, 0.5])

    def norm(name, with_bias=False):
        listed.append([name + ".weight", [HIDDEN], 1.0, 0.5])
        if with_bias:
            listed.append([name + ".bias", [HIDDEN], 0.0, 0.5])

    matrix("model.embed_tokens", VOCABULARY, HIDDEN)
    for layer in range(LAYERS):
        name = f"model.layers.{layer}"
        norm(name + ".input_layernorm")
        for part, rows in (("q", heads), ("k", key_heads), ("v", key_heads)):
            matrix(f"{name}.self_attn.{part}_proj", rows * head_dim, HIDDEN, config["attention_bias"])
        matrix(f"{name}.self_attn.o_proj", HIDDEN, heads * head_dim, config["attention_bias"])
        norm(name + ".post_attention_layernorm")
        matrix(name + ".mlp.gate_proj", INNER, HIDDEN, config["mlp_bias"])
        matrix(name + ".mlp.up_proj", INNER, HIDDEN, config["mlp_bias"])
        matrix(name + ".mlp.down_proj", HIDDEN, INNER, config["mlp_bias"])
    norm("model.norm")
    if not config["tie_word_embeddings"]:
        matrix("lm_head", VOCABULARY, HIDDEN)
    if config["model_type"] in ("iiet", "e-iiet", "pcformer"):
        for name in ("weight", "weight_c"):
            listed.append([f"model.history.{name}", [LAYERS + 1, LAYERS + 1], 0.25, 0.5])
        for layer in range(LAYERS):
            norm(f"model.history.rouge_predictions_norm.{layer}", True)
            norm(f"model.history.layer_norms.{layer}", True)
    if config["model_type"] == "pcformer":
        for j in range(config["calculate_num"]):
            norm(f"model.RK_norm.{j}", True)
        listed.append(["model.alpha", [1], 0.5, 0.5])
    return listed


def of_transformers(config, weights, inputs):
    """The same log-probabilities by Hugging Face's LlamaForCausalLM in float32."""
    from transformers import LlamaConfig, LlamaForCausalLM
    model = LlamaForCausalLM(LlamaConfig(**config, attn_implementation="eager")).eval()
    missing, unexpected = model.load_state_dict({n: w.float() for n, w in weights.items()}, strict=False)
    assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
    if config["tie_word_embeddings"]:
        model.tie_weights()
    with torch.no_grad():
        logits = [model(torch.tensor([ids])).logits[0].log_softmax(-1) for ids in inputs]
    return [[row[t, token].item() for t, token in enumerate(ids[1:])] for row, ids in zip(logits, inputs)]


def entry_of(name, changes):
    config = {**BASE, **changes}
    listed = tensors_of(config)
    weights = {n: formula_tensor(n, *rest) for n, *rest in listed}
    plain = PlainModel(config, weights)
    draw = random.Random(name)
    inputs = [[draw.randrange(VOCABULARY) for _ in range(length)] for length in (2, 5, 12, 31)]
    values = [plain.log_probabilities(ids) for ids in inputs]
    greedy = []
    for ids in inputs:
        tokens, leads = plain.greedy(ids, NEW_TOKENS)
        assert min(leads) > SMALLEST_LEAD, (name, ids, leads)
        greedy.append(tokens)
    entry = {"name": name, "config": config, "tensors": listed, "inputs": inputs, "logprobs": values, "greedy": greedy}
    if config["model_type"] == "llama":
        entry["logprobs_transformers"] = of_transformers(config, weights, inputs)
        for ours, theirs in zip(values, entry["logprobs_transformers"]):
            assert all(abs(a - b) < 5e-5 for a, b in zip(ours, theirs)), name
    return entry


def make(root, folder):
    torch.set_num_threads(1)
    write(folder / "models.json", {"new_tokens": NEW_TOKENS, "models": [entry_of(*item) for item in MODELS.items()]})
