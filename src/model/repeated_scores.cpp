#include "csm/model/repeated_scores.h"

#include <ATen/ATen.h>

#include "csm/model/class_scores.h"
#include "csm/model/input.h"
#include "csm/model/transfer.h"

namespace csm {

Grid<float> repeated_scores(const Network& network, const RgbImage& image, int n) {
  const at::Tensor one =
      to_device(normalise_input(image, network.contract().input), network.device());
  const at::Tensor batch = one.expand({n, one.size(1), one.size(2), one.size(3)}).contiguous();
  constexpr int first_repetition = 1;  // asking 0 is the engine's
  return class_scores(network.forward_again(batch, first_repetition), network.contract());
}

}  // namespace csm
