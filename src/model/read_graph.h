#pragma once
#include <torch/csrc/jit/ir/ir.h>

#include <vector>

#include "csm/model/contract.h"
#include "csm/model/device.h"
#include "csm/model/layer_program.h"
#include "output_facts.h"

namespace csm {

/// Reads a frozen TorchScript graph as layers on a device. What comes after an operator that is not
/// known becomes the tail.
LayerReading read_graph(const torch::jit::Graph& graph, const InputContract& input,
                        ComputeDevice device);

/// The operator that gives each output its values, looked for before slices, reshapes and the like.
/// A sum or product of linear values is linear.
std::vector<LastOperator> last_operators(const torch::jit::Graph& graph);

}  // namespace csm
