#pragma once
#include <Eigen/Dense>
#include <cstdint>

#include "csm/core/random.h"

namespace csm {

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The directions in which rows vary most.
struct PrincipalComponents {
  Eigen::RowVectorXd mean;  ///< (n_values)
  Eigen::MatrixXd axes;     ///< (n_values x k) of length 1, the first varies most

  /// The coordinates of rows along the axes. (n_rows x k)
  Rows coordinates(const Rows& rows) const { return (rows.rowwise() - mean) * axes; }
};

/// @param most axes; fewer if the rows vary in fewer directions @pre rows is not empty
PrincipalComponents principal_components(const Rows& rows, std::int64_t most);

/// Two means, and to which of them each row is nearer.
struct TwoMeans {
  Eigen::RowVectorXd first, second;  ///< (n_values)

  /// Where a row lies on the line through the means: negative nearer to the first.
  double place(const Eigen::RowVectorXd& row) const {
    return (row - (first + second) / 2).dot(second - first);
  }
};

/// 2-means with the smallest sum of squared distances of several random starts.
TwoMeans two_means(const Rows& rows, std::int64_t n_starts, SplitMix64& random);

}  // namespace csm
