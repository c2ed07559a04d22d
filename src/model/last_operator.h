#pragma once
#include <torch/csrc/jit/ir/ir.h>

#include <vector>

#include "output_facts.h"

namespace csm {

/// The operator that gives each output its values, looked for before slices, reshapes and the like.
/// A sum or product of linear values is linear.
std::vector<LastOperator> last_operators(const torch::jit::Graph& graph);

}  // namespace csm
