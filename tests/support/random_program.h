#pragma once
#include <string>

#include "csm/core/random.h"
#include "csm/model/layer_program.h"

namespace csm::test {

/// Layers by their places.
inline std::vector<LayerId> layer_ids(std::initializer_list<int> places) {
  return {places.begin(), places.end()};
}

/// A random network of the kinds of layers that the program knows: 6 to 14 layers with branches,
/// gates, odd sizes and margins, and weights that keep its values of order 1.
LayerProgram random_program(SplitMix64& random);

/// A layer a line, for the message of a test that fails.
std::string describe(const LayerProgram& program);

/// Values in [-1, 1].
at::Tensor random_tensor(SplitMix64& random, std::vector<std::int64_t> shape);

/// A whole number in [low, high].
int random_int(SplitMix64& random, int low, int high);

}  // namespace csm::test
