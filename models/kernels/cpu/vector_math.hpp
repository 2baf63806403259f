#pragma once

#include <bit>
#include <cstdint>

/// Compiles a function for AVX-512, AVX2 and plain x86-64; the loader picks by the processor at run time.
/// What it calls must be inlined (IIET_INLINE) to be compiled with it. Sanitizers do not instrument the
/// dispatcher: there it is switched off.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define IIET_DISPATCH __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define IIET_DISPATCH
#endif
#define IIET_INLINE [[gnu::always_inline]] inline

namespace iiet::kernels::cpu {

/// 16 and 8 floats that the compiler keeps in as many registers as the processor needs; memory may be
/// unaligned.
using Vec16 = float __attribute__((vector_size(64), aligned(4), may_alias));
using Vec8 = float __attribute__((vector_size(32), aligned(4), may_alias));
using Lanes8 = std::int32_t __attribute__((vector_size(32)));

template <typename Vec>
IIET_INLINE const Vec& load(const float* data) {
  return *reinterpret_cast<const Vec*>(data);
}
template <typename Vec>
IIET_INLINE Vec& store(float* data) {
  return *reinterpret_cast<Vec*>(data);
}

/// 16-bit numbers as they lie in memory.
struct BFloat16 {
  std::uint16_t bits;
};
struct Half {
  std::uint16_t bits;
};

/// Exact, and branch-free, so loops over it vectorise.
IIET_INLINE float to_float(float x) { return x; }
IIET_INLINE float to_float(BFloat16 x) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(x.bits) << 16);
}
IIET_INLINE float to_float(Half x) {
  // The fields at their places in float32; the product mends the exponent's bias, also of subnormal numbers.
  const std::uint32_t bits = x.bits;
  const float magnitude = std::bit_cast<float>((bits & 0x7fff) << 13) * 0x1p112f;
  const std::uint32_t special = (bits & 0x7c00) == 0x7c00 ? 0x7f800000u : 0u;  // infinity, NaN
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(magnitude) | special | (bits & 0x8000) << 16);
}

/// e^x to about 1 ulp of float32; for x <= 88; below -87 it is 0. NaN stays NaN.
/// Branch-free, so loops over it vectorise. e^x = 2^n e^r with n = round(x / ln 2), |r| <= ln(2)/2, e^r by
/// its Taylor polynomial of degree 7.
IIET_INLINE float exp(float x) {
  const bool tiny = x < -87.0f;
  const float n = __builtin_rintf(x * 1.44269504088896f);
  // ln 2 in two parts; the sum may be re-ordered, r is small either way.
  const float r = __builtin_fmaf(n, 2.12194440e-4f, __builtin_fmaf(n, -0.693359375f, x));
  float p = 1.0f / 5040;
  p = p * r + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  const float scaled = std::bit_cast<float>((static_cast<std::int32_t>(n) + 127) << 23) * p;
  return tiny ? 0.0f : scaled;
}

}  // namespace iiet::kernels::cpu
