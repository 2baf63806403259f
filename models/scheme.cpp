#include "models/scheme.hpp"

#include <cmath>
#include <numeric>

namespace iiet {
namespace {

constexpr double kTolerance = 1e-12;

bool near(double a, double b) { return std::abs(a - b) < kTolerance; }

}  // namespace

void Tableau::validate() const {
  const auto fail = [&](const std::string& what) { throw Error("tableau " + name + ": " + what); };
  const std::size_t stages = b.size();
  if (stages == 0 || a.size() != stages) fail("a and b must have one row a stage");
  std::vector<double> c(stages, 0.0);
  for (std::size_t i = 0; i < stages; ++i) {
    if (a[i].size() != i) fail("a must be strictly lower triangular");
    c[i] = std::accumulate(a[i].begin(), a[i].end(), 0.0);
  }
  // Order conditions (Butcher): Σb = 1; Σbc = 1/2; Σbc² = 1/3, Σb_i a_ij c_j = 1/6; and the four of order 4.
  double s1 = 0, s2 = 0, s3 = 0, s3b = 0, s4 = 0, s4b = 0, s4c = 0, s4d = 0;
  for (std::size_t i = 0; i < stages; ++i) {
    s1 += b[i], s2 += b[i] * c[i], s3 += b[i] * c[i] * c[i], s4 += b[i] * c[i] * c[i] * c[i];
    for (std::size_t j = 0; j < i; ++j) {
      s3b += b[i] * a[i][j] * c[j], s4b += b[i] * c[i] * a[i][j] * c[j], s4c += b[i] * a[i][j] * c[j] * c[j];
      for (std::size_t k = 0; k < j; ++k) s4d += b[i] * a[i][j] * a[j][k] * c[k];
    }
  }
  if (!near(s1, 1)) fail("b must sum to 1");
  if (order >= 2 && !near(s2, 1.0 / 2)) fail("not of order 2");
  if (order >= 3 && !(near(s3, 1.0 / 3) && near(s3b, 1.0 / 6))) fail("not of order 3");
  if (order >= 4 && !(near(s4, 1.0 / 4) && near(s4b, 1.0 / 8) && near(s4c, 1.0 / 12) && near(s4d, 1.0 / 24)))
    fail("not of order 4");
}

Tableau euler_tableau() { return {"euler", 1, {{}}, {1}}; }
Tableau heun_tableau() { return {"heun", 2, {{}, {1}}, {0.5, 0.5}}; }
Tableau classical_rk4_tableau() {
  return {"rk4", 4, {{}, {0.5}, {0, 0.5}, {0, 0, 1}}, {1.0 / 6, 2.0 / 6, 2.0 / 6, 1.0 / 6}};
}

std::int64_t evaluations(const Scheme& scheme) {
  struct Count {
    std::int64_t operator()(const RungeKuttaScheme& s) const {
      return static_cast<std::int64_t>(s.tableau.b.size());
    }
    std::int64_t operator()(const ImplicitEulerScheme& s) const { return 1 + s.iterations; }
    std::int64_t operator()(const PredictorCorrectorScheme& s) const {
      return s.predictor_stages + s.iterations;
    }
  };
  return std::visit(Count{}, scheme);
}

std::vector<Scheme> iterated_over_history(const std::vector<std::int64_t>& iterations) {
  std::vector<Scheme> schemes;
  for (const std::int64_t r : iterations) schemes.push_back(PredictorCorrectorScheme{1, r});
  return schemes;
}

const std::vector<SchemeKind>& scheme_kinds() {
  static const std::vector<SchemeKind> kinds{
      {"runge-kutta", "explicit Runge-Kutta: euler (1 evaluation), heun (2), rk4 (4)"},
      {"implicit-euler", "implicit Euler by fixed-point iteration (1 + iterations evaluations)"},
      {"predictor-corrector",
       "predictor (Euler, or RK2/RK4 with EMA weights), then iterations over the learned layer history"},
  };
  return kinds;
}

const Variant& variant_of(const ModelConfig& config) {
  return Registry<Variant>::get(config.model_type == "llama" ? "transformer" : config.model_type);
}

ModelCost cost_of(const ModelConfig& c) {
  ModelCost cost;
  for (const Scheme& scheme : variant_of(c).schemes(c)) cost.evaluations.push_back(evaluations(scheme));
  cost.evaluations_per_token =
      std::accumulate(cost.evaluations.begin(), cost.evaluations.end(), std::int64_t{0});
  const double d = static_cast<double>(c.hidden_size), f = static_cast<double>(c.intermediate_size);
  const double q = static_cast<double>(c.num_attention_heads * c.head_dim);
  const double kv = static_cast<double>(c.num_key_value_heads * c.head_dim);
  const double block = 4 * d * q + 4 * d * kv + 6 * d * f;
  cost.flops_per_token =
      static_cast<double>(cost.evaluations_per_token) * block + 2 * d * static_cast<double>(c.vocab_size);
  cost.kv_values_per_token = 2 * c.num_key_value_heads * c.head_dim * cost.evaluations_per_token;
  return cost;
}

}  // namespace iiet
