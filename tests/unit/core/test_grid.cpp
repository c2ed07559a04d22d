#include <gtest/gtest.h>

#include <stdexcept>

#include "csm/core/grid.h"

namespace csm::test {
namespace {

TEST(GridTest, is_row_major) {
  Grid<int> grid(2, 3, 7);
  grid(1, 0) = 5;
  EXPECT_EQ(grid.values(), (std::vector<int>{7, 7, 7, 5, 7, 7}));
  EXPECT_EQ(grid.height(), 2);
  EXPECT_EQ(grid.width(), 3);
  EXPECT_EQ(grid.size(), 6U);
}

TEST(GridTest, a_row_is_a_view) {
  Grid<int> grid(2, 3);
  grid.row(1)[2] = 4;
  EXPECT_EQ(grid(1, 2), 4);
  EXPECT_EQ(grid.row(0).size(), 3U);
}

TEST(GridTest, shape_counts_in_comparisons) {
  EXPECT_EQ(Grid<int>(2, 3), Grid<int>(2, 3));
  EXPECT_NE(Grid<int>(2, 3), Grid<int>(3, 2));
}

TEST(GridTest, may_be_empty_but_not_negative) {
  EXPECT_TRUE(Grid<int>().empty());
  EXPECT_TRUE(Grid<int>(0, 3).empty());
  EXPECT_THROW(Grid<int>(-1, 3), std::logic_error);  // the contract, or the vector before it
  EXPECT_THROW(Grid<int>(-1, -3), ContractError);
}

}  // namespace
}  // namespace csm::test
