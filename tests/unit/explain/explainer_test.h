#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/random.h"
#include "csm/explain/explain_options.h"
#include "csm/explain/explainer.h"
#include "csm/explain/method_facts.h"
#include "csm/occlusion/occlusion_options.h"
#include "support/compute_device.h"
#include "support/message_of.h"
#include "support/temporary_folder.h"
#include "support/test_model.h"

namespace csm {

inline constexpr int height = 8;
inline constexpr int width = 10;

/// Two channels: relu of the mean over the colours and of its negative, 1 x 1; the logits are their
/// means.
inline constexpr const char* two_maps = R"(
def forward(self, x):
    y = torch.conv2d(x, self.weight)
    y = torch.relu(y)
    return y.mean((2, 3))
)";

inline const std::vector<float> two_weights = {1, 1, 1, -1, -1, -1};

inline OcclusionOptions windows(int batch_size) {
  OcclusionOptions options;
  options.patch_size = 3;
  options.batch_size = batch_size;
  return options;
}

class ExplainerTest : public testing::Test {
 protected:
  ExplainerTest() : picture_(height, width) {
    SplitMix64 random(4);
    for (std::uint8_t& value : picture_.values) value = static_cast<std::uint8_t>(random.below(4));
  }

  Network& load(const std::string& forward, const std::vector<float>& weight = two_weights,
                const std::vector<long>& shape = {2, 3, 1, 1}) {
    test::write_model(folder_.path() / "m.pt", forward, test::classifier_contract(height, width),
                      weight, shape);
    network_ = std::make_unique<Network>(folder_.path() / "m.pt", ModelRole::classifier,
                                         test::test_device());
    return *network_;
  }

  Explainer make(const std::string& method, const Network& network, int batch_size = 4) {
    engine_ = make_full_engine(network, batch_size);
    ExplainOptions options{.method = method,
                           .noise_samples = 5,
                           .integration_steps = 5,
                           .masks = 9,
                           .mask_grid = 3,
                           .corr_rise_masks = 7};
    if (find_method(method_facts(), method).needs.layer) options.cam_layer = cam_layer_;
    return {network, *engine_, options, windows(batch_size), batch_size};
  }

  /// A logit; of the methods that compare embeddings the two logits as an embedding.
  static TargetScore target_for(const std::string& method, int target) {
    if (!find_method(method_facts(), method).needs.reference)
      return {.confidence = Confidence::logit, .target = target};
    return {.confidence = Confidence::verification,
            .reference = {2.0F, 1.0F},
            .threshold = 0.5,
            .same_person = true};
  }

  Grid<float> map_of(const std::string& method, int target = 0, int batch_size = 4) {
    const std::vector<Point2> face = {{2, 3}, {6, 5}};
    return make(method, *network_, batch_size)
        .explain(picture_, face, target_for(method, target), 77)
        .map;
  }

  std::string refusal(const std::string& method) {
    return test::message_of<InputError>([&] { make(method, *network_); });
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<OcclusionEngine> engine_;  ///< of the explainer made last
  RgbImage picture_;
  std::string cam_layer_;
};

inline double largest_difference(const Grid<float>& a, const Grid<float>& b) {
  double largest = 0;
  for (std::int64_t q = 0; q < a.size(); ++q)
    largest = std::max(largest, std::abs(double{a[q]} - double{b[q]}));
  return largest;
}

}  // namespace csm
