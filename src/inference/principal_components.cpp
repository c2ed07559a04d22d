#include "principal_components.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace csm {
namespace {

/// Variances below this share of the largest are rounding.
constexpr double least_variance = 1e-10;

constexpr int most_rounds = 50;

/// One run of Lloyd's algorithm. Returns the sum of squared distances.
double improve(const Rows& rows, TwoMeans& means) {
  const auto n = static_cast<std::size_t>(rows.rows());
  std::vector<bool> is_second(n);
  for (int round = 0; round < most_rounds; ++round) {
    bool has_changed = round == 0;
    Eigen::RowVectorXd sums[2] = {Eigen::RowVectorXd::Zero(rows.cols()),
                                  Eigen::RowVectorXd::Zero(rows.cols())};
    std::array<double, 2> counts{};
    for (std::size_t i = 0; i < n; ++i) {
      const auto row = rows.row(static_cast<Eigen::Index>(i));
      const bool belongs = means.place(row) > 0;
      has_changed = has_changed || belongs != is_second[i];
      is_second[i] = belongs;
      sums[belongs ? 1 : 0] += row;
      counts[belongs ? 1 : 0] += 1;
    }
    if (!has_changed || counts[0] == 0 || counts[1] == 0) break;
    means = {.first = sums[0] / counts[0], .second = sums[1] / counts[1]};
  }
  double distance = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = rows.row(static_cast<Eigen::Index>(i));
    distance += (row - (is_second[i] ? means.second : means.first)).squaredNorm();
  }
  return distance;
}

}  // namespace

PrincipalComponents principal_components(const Rows& rows, std::int64_t most) {
  PrincipalComponents found;
  found.mean = rows.colwise().mean();
  const Rows centred = rows.rowwise() - found.mean;

  // The smaller of the two products has the same variances.
  const bool is_wide = rows.rows() < rows.cols();
  const Eigen::MatrixXd product = is_wide ? Eigen::MatrixXd(centred * centred.transpose())
                                          : Eigen::MatrixXd(centred.transpose() * centred);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(product);
  const Eigen::Index n = product.rows();
  const double largest = std::max(solver.eigenvalues()[n - 1], 0.0);
  Eigen::Index k = 0;
  while (k < std::min<Eigen::Index>(most, n) &&
         solver.eigenvalues()[n - 1 - k] > least_variance * largest)
    ++k;

  // A sign that does not depend on the solver: the largest part is positive.
  found.axes = solver.eigenvectors().rightCols(k).rowwise().reverse();
  if (is_wide) found.axes = (centred.transpose() * found.axes).eval().colwise().normalized();
  for (Eigen::Index axis = 0; axis < k; ++axis) {
    Eigen::Index at = 0;
    found.axes.col(axis).cwiseAbs().maxCoeff(&at);
    if (found.axes(at, axis) < 0) found.axes.col(axis) *= -1;
  }
  return found;
}

TwoMeans two_means(const Rows& rows, std::int64_t n_starts, SplitMix64& random) {
  TwoMeans best;
  double least = std::numeric_limits<double>::infinity();
  const auto n = static_cast<std::uint64_t>(rows.rows());
  for (std::int64_t start = 0; start < n_starts; ++start) {
    TwoMeans means{.first = rows.row(static_cast<Eigen::Index>(random.below(n))),
                   .second = rows.row(static_cast<Eigen::Index>(random.below(n)))};
    const double distance = improve(rows, means);
    if (distance >= least) continue;
    least = distance;
    best = means;
  }
  return best;
}

}  // namespace csm
