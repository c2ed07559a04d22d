#include <gmock/gmock.h>

#include "csm/model/compute_settings.h"

namespace csm {
namespace {

TEST(ComputeSettings, are_read_back_deterministic_and_without_tf32) {
  configure_compute(1);
  EXPECT_THAT(compute_settings(),
              testing::UnorderedElementsAre(testing::Pair("deterministic_algorithms", "on"),
                                            testing::Pair("cudnn_deterministic", "on"),
                                            testing::Pair("cudnn_benchmark", "off"),
                                            testing::Pair("cudnn_tf32", "off"),
                                            testing::Pair("cublas_tf32", "off"),
                                            testing::Pair("cublas_workspace_config", ":4096:8")));
}

}  // namespace
}  // namespace csm
