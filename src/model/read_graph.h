#pragma once
#include <torch/csrc/jit/ir/ir.h>

#include "csm/model/contract.h"
#include "csm/model/device.h"
#include "csm/model/layer_program.h"

namespace csm {

/// Reads a frozen TorchScript graph as layers on a device. What comes after an operator that is not
/// known becomes the tail.
LayerReading read_graph(const torch::jit::Graph& graph, const InputContract& input,
                        ComputeDevice device);

}  // namespace csm
