#pragma once

#include <cstdint>

namespace iiet::kernels::cpu {

/// A row-major float32 matrix.
struct Matrix {
  const float* data;
  std::int64_t rows, columns;
};

/// Heads [rows][heads][width], rows `stride` floats apart.
struct Heads {
  const float* data;
  std::int64_t rows, heads, width, stride;
};

/// The kernels of models/kernels/kernels.hpp on raw memory; results are row-major without gaps.
void rms_norm(Matrix x, const float* weight, float eps, float* out);
void rotate(Heads x, const float* cos, const float* sin, float* out);
void silu_mul(Matrix x, float* out);
void row_maxima(Matrix logits, double* log_sum_exp, std::int64_t* argmax);

}  // namespace iiet::kernels::cpu
