#include <gtest/gtest.h>

#include "csm/core/error.h"
#include "csm/model/transfer.h"

namespace csm {
namespace {

TEST(Transfer, brings_outputs_of_any_shape_and_type_flat_to_the_host) {
  const at::Tensor a = at::arange(2 * 3 * 4, at::kDouble).reshape({2, 3, 4}).transpose(1, 2);
  const at::Tensor b = at::tensor({5.0F, 6.0F});
  const std::vector<at::Tensor> found = to_host({a, b});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(found[0].equal(a.reshape({2, 12}).to(at::kFloat)));
  EXPECT_TRUE(found[0].is_contiguous());
  EXPECT_TRUE(found[1].equal(b.reshape({2, 1})));
  EXPECT_EQ(values_of(found[1])[1], 6.0F);
}

TEST(Transfer, brings_one_output_alone) {
  const at::Tensor a = at::arange(6, at::kFloat).reshape({2, 3});
  EXPECT_TRUE(to_host({a}).at(0).equal(a));
  EXPECT_THROW(to_host({}), ContractError);
}

TEST(Transfer, leaves_a_tensor_for_the_cpu_where_it_is) {
  const at::Tensor a = at::zeros({2, 3});
  EXPECT_TRUE(to_device(a, ComputeDevice{}).is_same(a));
}

}  // namespace
}  // namespace csm
