#include "difference_kernels.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "csm/core/error.h"
#include "vector_clones.h"

namespace csm {
namespace {

using Half = std::uint16_t;  // the upper half of a float32: a bfloat16

CSM_INLINE float widen(float value) { return value; }
CSM_INLINE float widen(Half half) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(half) << 16U);
}

CSM_INLINE void keep(float& to, float value) { to = value; }
CSM_INLINE void keep(Half& to, float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t nearest = (bits + 0x7FFFU + ((bits >> 16U) & 1U)) >> 16U;
  // The sum would carry a NaN over into a number.
  to = static_cast<Half>(value == value ? nearest : 0x7FC0U);
}

// Functions that are written so that a NaN stays one.
struct Relu {
  CSM_INLINE float operator()(float x) const { return x < 0 ? 0 : x; }
};
struct Clamp {
  float low;
  float high;
  CSM_INLINE float operator()(float x) const {
    const float above = x < low ? low : x;
    return above > high ? high : above;
  }
};
struct LeakyRelu {
  float slope;
  CSM_INLINE float operator()(float x) const { return x < 0 ? slope * x : x; }
};
struct HardSigmoid {
  CSM_INLINE float operator()(float x) const { return Clamp{0, 6}(x + 3) / 6; }
};
struct HardSwish {
  CSM_INLINE float operator()(float x) const { return x * (Clamp{0, 6}(x + 3) / 6); }
};
struct Sigmoid {
  float operator()(float x) const { return 1 / (1 + std::exp(-x)); }
};
struct Tanh {
  float operator()(float x) const { return std::tanh(x); }
};
struct Silu {
  float operator()(float x) const { return x / (1 + std::exp(-x)); }
};
struct Gelu {
  float operator()(float x) const {
    return 0.5F * x * (1 + std::erf(x / std::numbers::sqrt2_v<float>));
  }
};
struct Elu {
  float slope;
  float operator()(float x) const { return x < 0 ? slope * std::expm1(x) : x; }
};

template <class Change, class From, class To>
CSM_INLINE void change_each(const Change& change, const DifferenceRun& run, const From* from,
                            To* to) {
  for (std::ptrdiff_t i = 0; i < run.n; ++i) keep(to[i], change(i, run.clean[i], widen(from[i])));
}

/// Calls work(from, to) with pointers of the run's precisions.
template <class Work>
CSM_INLINE void with_types(const DifferenceRun& run, Work&& work) {
  if (run.from_precision == Precision::float32) {
    const auto* from = static_cast<const float*>(run.from);
    if (run.to_precision == Precision::float32) return work(from, static_cast<float*>(run.to));
    return work(from, static_cast<Half*>(run.to));
  }
  const auto* from = static_cast<const Half*>(run.from);
  if (run.to_precision == Precision::float32) return work(from, static_cast<float*>(run.to));
  work(from, static_cast<Half*>(run.to));
}

template <class Change>
CSM_INLINE void change_run(const Change& change, const DifferenceRun& run) {
  with_types(run, [&](const auto* from, auto* to)
                      CSM_LAMBDA_INLINE { change_each(change, run, from, to); });
}

template <class Function>
CSM_INLINE void change_by(const Function& function, const DifferenceRun& run) {
  change_run([&](std::ptrdiff_t, float c, float d)
                 CSM_LAMBDA_INLINE { return function(c + d) - function(c); },
             run);
}

CSM_VECTOR_CLONES void change_by_relu(const DifferenceRun& run) { change_by(Relu{}, run); }
CSM_VECTOR_CLONES void change_by_clamp(Clamp clamp, const DifferenceRun& run) {
  change_by(clamp, run);
}
CSM_VECTOR_CLONES void change_by_leaky_relu(float slope, const DifferenceRun& run) {
  change_by(LeakyRelu{slope}, run);
}
CSM_VECTOR_CLONES void change_by_hard_sigmoid(const DifferenceRun& run) {
  change_by(HardSigmoid{}, run);
}
CSM_VECTOR_CLONES void change_by_hard_swish(const DifferenceRun& run) {
  change_by(HardSwish{}, run);
}

CSM_VECTOR_CLONES void change_by_prelu_clone(const float* slope, const DifferenceRun& run) {
  change_run([&](std::ptrdiff_t i, float c, float d)
                 CSM_LAMBDA_INLINE { return LeakyRelu{slope[i]}(c + d) - LeakyRelu{slope[i]}(c); },
             run);
}

CSM_VECTOR_CLONES void add_clean_clone(const DifferenceRun& run) {
  change_run([](std::ptrdiff_t, float c, float d) CSM_LAMBDA_INLINE { return c + d; }, run);
}

CSM_VECTOR_CLONES void subtract_clean_clone(const DifferenceRun& run) {
  change_run([](std::ptrdiff_t, float c, float value) CSM_LAMBDA_INLINE { return value - c; }, run);
}

template <class Change>
CSM_INLINE void change_pair(const Change& change, const DifferenceRun& a, const SecondInput& b) {
  with_types(a, [&](const auto* from, auto* to) CSM_LAMBDA_INLINE {
    const auto* second = static_cast<decltype(from)>(b.from);
    change_each([&](std::ptrdiff_t i, float c, float d)
                    CSM_LAMBDA_INLINE { return change(c, d, b.clean[i], widen(second[i])); },
                a, from, to);
  });
}

/// (a + da)(b + db) - ab without the difference of two large numbers.
CSM_VECTOR_CLONES void change_by_product(const DifferenceRun& a, const SecondInput& b) {
  change_pair([](float c, float d, float e, float f)
                  CSM_LAMBDA_INLINE { return d * (e + f) + c * f; },
              a, b);
}

CSM_VECTOR_CLONES void change_by_maximum(const DifferenceRun& a, const SecondInput& b) {
  const auto maximum = [](float x, float y) CSM_LAMBDA_INLINE { return x < y ? y : x; };
  change_pair([&](float c, float d, float e, float f)
                  CSM_LAMBDA_INLINE { return maximum(c + d, e + f) - maximum(c, e); },
              a, b);
}

}  // namespace

void change_by_function(const layer::Pointwise& function, const DifferenceRun& run) {
  using layer::Function;
  const auto first = static_cast<float>(function.first);
  switch (function.function) {
    case Function::relu:
      return change_by_relu(run);
    case Function::clamp:
      return change_by_clamp({first, static_cast<float>(function.second)}, run);
    case Function::leaky_relu:
      return change_by_leaky_relu(first, run);
    case Function::hard_sigmoid:
      return change_by_hard_sigmoid(run);
    case Function::hard_swish:
      return change_by_hard_swish(run);
    case Function::sigmoid:
      return change_by(Sigmoid{}, run);
    case Function::tanh:
      return change_by(Tanh{}, run);
    case Function::silu:
      return change_by(Silu{}, run);
    case Function::gelu:
      return change_by(Gelu{}, run);
    case Function::elu:
      return change_by(Elu{first}, run);
  }
  fail_contract("unknown function", __FILE__, __LINE__);
}

void change_by_prelu(const float* slope, const DifferenceRun& run) {
  change_by_prelu_clone(slope, run);
}

void add_clean(const DifferenceRun& run) { add_clean_clone(run); }

void subtract_clean(const DifferenceRun& run) { subtract_clean_clone(run); }

void change_by_operator(layer::Operator operation, const DifferenceRun& a, const SecondInput& b) {
  CSM_EXPECT(operation == layer::Operator::multiply || operation == layer::Operator::maximum);
  return operation == layer::Operator::multiply ? change_by_product(a, b) : change_by_maximum(a, b);
}

}  // namespace csm
