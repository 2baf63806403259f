#include "models/kernels/cpu/elementwise.hpp"

#include <cmath>

#include "models/kernels/cpu/vector_math.hpp"

namespace iiet::kernels::cpu {

IIET_DISPATCH void rms_norm(Matrix x, const float* weight, float eps, float* out) {
  const std::int64_t d = x.columns;
  for (std::int64_t r = 0; r < x.rows; ++r) {
    const float* in = x.data + r * d;
    float sum = 0;
    for (std::int64_t i = 0; i < d; ++i) sum += in[i] * in[i];
    const float scale = 1.0f / std::sqrt(sum / static_cast<float>(d) + eps);
    for (std::int64_t i = 0; i < d; ++i) out[r * d + i] = in[i] * scale * weight[i];
  }
}

IIET_DISPATCH void rotate(Heads x, const float* cos, const float* sin, float* out) {
  const std::int64_t half = x.width / 2;
  for (std::int64_t r = 0; r < x.rows; ++r) {
    const float* c = cos + r * half;
    const float* s = sin + r * half;
    for (std::int64_t h = 0; h < x.heads; ++h) {
      const float* in = x.data + r * x.stride + h * x.width;
      float* to = out + (r * x.heads + h) * x.width;
      for (std::int64_t i = 0; i < half; ++i) {
        to[i] = in[i] * c[i] - in[half + i] * s[i];
        to[half + i] = in[half + i] * c[i] + in[i] * s[i];
      }
    }
  }
}

IIET_DISPATCH void silu_mul(Matrix x, float* out) {
  const std::int64_t f = x.columns / 2;
  for (std::int64_t r = 0; r < x.rows; ++r) {
    const float* gate = x.data + r * x.columns;
    const float* up = gate + f;
    for (std::int64_t i = 0; i < f; ++i) {
      // Below -88 the exponential leaves float32 and the gate is closed.
      const float open = gate[i] / (1.0f + exp(-gate[i])) * up[i];
      out[r * f + i] = gate[i] < -88.0f ? 0.0f : open;
    }
  }
}

IIET_DISPATCH void row_maxima(Matrix logits, double* log_sum_exp, std::int64_t* argmax) {
  const std::int64_t v = logits.columns;
  for (std::int64_t r = 0; r < logits.rows; ++r) {
    const float* row = logits.data + r * v;
    float best = row[0];
    for (std::int64_t i = 1; i < v; ++i) best = row[i] > best ? row[i] : best;
    float sum = 0;
    for (std::int64_t i = 0; i < v; ++i) sum += exp(row[i] - best);
    std::int64_t at = 0;
    while (at < v - 1 && row[at] != best) ++at;
    log_sum_exp[r] = static_cast<double>(best) + std::log(static_cast<double>(sum));
    argmax[r] = at;
  }
}

}  // namespace iiet::kernels::cpu
