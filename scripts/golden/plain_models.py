"""The models of iiet-eval written plainly, in float64: one sequence at a time, no cache, no batch, nothing shared with the C++
code. Formulas: Llama's decoder layer (pre-norm, rotary positions, grouped heads, SwiGLU) as Block(x) = x + F(x), and on it

  transformer   y' = Block(y)
  rk2, rk4      Heun's and the classical Runge-Kutta method on F
  iiet-plain    y0 = Block(y), yj = y + F(y(j-1))
  iiet, e-iiet  y0 = Block(y); the history's slot s(l+1) = LNp(y0); then r times: x = sum of W[l+1,k] s(k), s(l+1) = LNc(Block(x));
                y' = sum of W_c[l+1,k] s(k)
  pcformer      F1 = RK0(Block(y)), F2 = RK1(Block(y + F1)), p = y + a(1-a) F1 + a F2 (or the same with four stages);
                then the history's corrector: s(l+1) = LNp(p), s(l+1) = LNc(Block(pop)), y' = refine
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F

STAGES_OF_RK4 = (0.5, 0.5, 1.0)  # what of the last stage is added for the next one's input


def layer_norm(x, weights, name):
    return F.layer_norm(x, x.shape[-1:], weights[name + ".weight"], weights[name + ".bias"], 1e-5)


def inverse_frequencies(config, head_dim):
    frequencies = float(config.get("rope_theta", 10000.0)) ** -(torch.arange(0, head_dim, 2, dtype=torch.float64) / head_dim)
    scaling = config.get("rope_scaling")
    if not scaling:
        return frequencies
    kind = scaling.get("rope_type", scaling.get("type"))
    if kind == "linear":
        return frequencies / scaling["factor"]
    assert kind == "llama3", kind
    low, high, length = scaling["low_freq_factor"], scaling["high_freq_factor"], scaling["original_max_position_embeddings"]
    scaled = []
    for frequency in frequencies.tolist():
        wavelength = 2 * math.pi / frequency
        if wavelength < length / high:
            scaled.append(frequency)
        elif wavelength > length / low:
            scaled.append(frequency / scaling["factor"])
        else:
            smooth = (length / wavelength - low) / (high - low)
            scaled.append((1 - smooth) * frequency / scaling["factor"] + smooth * frequency)
    return torch.tensor(scaled, dtype=torch.float64)


class PlainModel:
    """`weights`: tensors by the names of a checkpoint; `config`: what config.json holds."""

    def __init__(self, config, weights):
        self.config = config
        self.weights = {name: tensor.to(torch.float64) for name, tensor in weights.items()}
        self.heads = config["num_attention_heads"]
        self.key_heads = config.get("num_key_value_heads") or self.heads
        self.head_dim = config.get("head_dim") or config["hidden_size"] // self.heads
        self.layers = config["num_hidden_layers"]

    @classmethod
    def load(cls, folder):
        from safetensors.torch import load_file
        return cls(json.loads((Path(folder) / "config.json").read_text()), load_file(Path(folder) / "model.safetensors"))

    def linear(self, x, name):
        return F.linear(x, self.weights[name + ".weight"], self.weights.get(name + ".bias"))

    def rms_norm(self, x, name):
        return x / torch.sqrt((x * x).mean(-1, keepdim=True) + self.config["rms_norm_eps"]) * self.weights[name + ".weight"]

    def rotated(self, x):
        """x [T, heads, head_dim]: the pair (i, i + half) is turned by position times its frequency."""
        angles = torch.arange(x.shape[0], dtype=torch.float64)[:, None] * inverse_frequencies(self.config, self.head_dim)
        cos, sin = angles.cos()[:, None], angles.sin()[:, None]
        first, second = x.chunk(2, dim=-1)
        return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)

    def attention(self, x, name):
        length = x.shape[0]
        q = self.rotated(self.linear(x, name + ".q_proj").view(length, self.heads, self.head_dim))
        k = self.rotated(self.linear(x, name + ".k_proj").view(length, self.key_heads, self.head_dim))
        v = self.linear(x, name + ".v_proj").view(length, self.key_heads, self.head_dim)
        out = torch.empty_like(q)
        future = torch.ones(length, length, dtype=torch.bool).triu(1)
        for head in range(self.heads):
            shared = head // (self.heads // self.key_heads)
            scores = (q[:, head] @ k[:, shared].T / math.sqrt(self.head_dim)).masked_fill(future, -math.inf)
            out[:, head] = scores.softmax(-1) @ v[:, shared]
        return self.linear(out.reshape(length, -1), name + ".o_proj")

    def block(self, x, layer):
        name = f"model.layers.{layer}"
        a = x + self.attention(self.rms_norm(x, name + ".input_layernorm"), name + ".self_attn")
        m = self.rms_norm(a, name + ".post_attention_layernorm")
        return a + self.linear(F.silu(self.linear(m, name + ".mlp.gate_proj")) * self.linear(m, name + ".mlp.up_proj"),
                               name + ".mlp.down_proj")

    def predictor(self, y, layer):
        """PCformer's: stages normed, weighted by powers of 1 - alpha."""
        alpha, stages = self.weights["model.alpha"], []
        count = self.config.get("calculate_num", 2)
        for j in range(count):
            share = 0 if j == 0 else (1.0 if count == 2 else STAGES_OF_RK4[j - 1])
            x = y + share * stages[-1] if stages else y
            stages.append(layer_norm(self.block(x, layer), self.weights, f"model.RK_norm.{j}"))
        return y + sum(alpha * (1 - alpha) ** (count - 1 - j) * stage for j, stage in enumerate(stages))

    def with_history(self, y, layer, slots, first, iterations):
        """One layer that reads all earlier ones; `first` is what it starts from. Appends its slot."""
        history = "model.history"
        row = layer + 1
        slots.append(layer_norm(first, self.weights, f"{history}.rouge_predictions_norm.{layer}"))

        def weighted(name):
            return sum(self.weights[f"{history}.{name}"][row, k] * slots[k] for k in range(row + 1))

        for _ in range(iterations):
            slots[row] = layer_norm(self.block(weighted("weight"), layer), self.weights, f"{history}.layer_norms.{layer}")
        return weighted("weight_c")

    def step(self, y, layer, slots):
        kind = self.config["model_type"]
        f = lambda x: self.block(x, layer) - x
        if kind in ("llama", "transformer"):
            return self.block(y, layer)
        if kind == "rk2":
            k1 = f(y)
            return y + (k1 + f(y + k1)) / 2
        if kind == "rk4":
            k1 = f(y)
            k2 = f(y + k1 / 2)
            k3 = f(y + k2 / 2)
            return y + (k1 + 2 * k2 + 2 * k3 + f(y + k3)) / 6
        if kind == "iiet-plain":
            state = y + f(y)
            for _ in range(self.config["iterations"][layer]):
                state = y + f(state)
            return state
        if kind in ("iiet", "e-iiet"):
            return self.with_history(y, layer, slots, self.block(y, layer), self.config["iterations"][layer])
        assert kind == "pcformer", kind
        return self.with_history(y, layer, slots, self.predictor(y, layer), 1)

    def logits(self, ids):
        """[T, vocabulary] of a list of ids."""
        with torch.no_grad():
            y = self.weights["model.embed_tokens.weight"][torch.as_tensor(ids)]
            slots = [y]
            for layer in range(self.layers):
                y = self.step(y, layer, slots)
            tied = self.config["tie_word_embeddings"]
            head = self.weights["model.embed_tokens.weight" if tied else "lm_head.weight"]
            return self.rms_norm(y, "model.norm") @ head.T

    def log_probabilities(self, ids):
        """log p(ids[t + 1] | ids[..t]) of each t."""
        log_p = self.logits(ids).log_softmax(-1)
        return [log_p[t, token].item() for t, token in enumerate(ids[1:])]

    def greedy(self, ids, count):
        """Up to `count` tokens behind `ids`, each with its lead over the second best logit."""
        tokens, leads = [], []
        for _ in range(count):
            best = self.logits([*ids, *tokens])[-1].topk(2)
            tokens.append(best.indices[0].item())
            leads.append((best.values[0] - best.values[1]).item())
        return tokens, leads


def formula_value(name, index):
    """A number in [-1/2, 1/2) of sixteen bits, by tensor name and place: exact in float32."""
    state = 2166136261
    for byte in name.encode():
        state = (state ^ byte) * 16777619 % 2**32
    state = (state + 2654435761 * index) % 2**32
    state = (state ^ state >> 16) * 0x45D9F3B % 2**32
    state = (state ^ state >> 16) * 0x45D9F3B % 2**32
    return (state >> 16) / 65536 - 0.5


def formula_tensor(name, shape, base, scale):
    count = math.prod(shape)
    values = [base + scale * formula_value(name, i) for i in range(count)]
    return torch.tensor(values, dtype=torch.float64).reshape(shape)
