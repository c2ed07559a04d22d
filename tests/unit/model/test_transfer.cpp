#include <gtest/gtest.h>

#include "csm/core/error.h"
#include "csm/model/transfer.h"
#include "support/compute_device.h"

namespace csm {
namespace {

TEST(Transfer, brings_outputs_of_any_shape_and_type_flat_to_the_host) {
  const at::Tensor a = at::arange(2 * 3 * 4, at::kDouble).reshape({2, 3, 4}).transpose(1, 2);
  const at::Tensor b = at::tensor({5.0F, 6.0F});
  const std::vector<at::Tensor> found = to_host({test::on_test_device(a), test::on_test_device(b)});
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

TEST(Transfer, brings_a_tensor_to_the_device_and_back_unchanged) {
  const at::Tensor a = at::arange(12, at::kFloat).reshape({3, 4}).transpose(0, 1);
  const at::Tensor there = to_device(a, test::test_device());
  EXPECT_EQ(there.is_cuda(), test::test_device().is_cuda);
  EXPECT_TRUE(to_host({there * 2}).at(0).equal(a * 2));
}

}  // namespace
}  // namespace csm
