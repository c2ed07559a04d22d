#pragma once
#include <cstddef>

#include "csm/model/layer_program.h"
#include "csm/occlusion/occlusion_options.h"

namespace csm {

/// Values in consecutive memory: changes d, kept as float32 or as the upper halves of float32
/// (bfloat16), on the way to other changes, beside the clean float32 values c.
struct DifferenceRun {
  const float* clean = nullptr;
  const void* from = nullptr;
  Precision from_precision = Precision::float32;
  void* to = nullptr;
  Precision to_precision = Precision::float32;
  std::ptrdiff_t n = 0;
};

/// to = f(c + d) - f(c), rounded once, to the nearest even number.
void change_by_function(const layer::Pointwise& function, const DifferenceRun& run);

/// The same for max(0, x) + slope * min(0, x), one slope for each value of the run.
void change_by_prelu(const float* slope, const DifferenceRun& run);

/// to = c + d.
void add_clean(const DifferenceRun& run);

/// to = d - c, for a d that holds values.
void subtract_clean(const DifferenceRun& run);

/// The changes of a second input.
struct SecondInput {
  const float* clean = nullptr;
  const void* from = nullptr;  ///< of the same precision as the first
};

/// to = f(a + da, b + db) - f(a, b). @pre the operator is multiply or maximum; add and subtract
/// need no clean values
void change_by_operator(layer::Operator operation, const DifferenceRun& a, const SecondInput& b);

}  // namespace csm
