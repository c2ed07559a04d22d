#include "map_deviations.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <unordered_map>

#include "median.h"

namespace csm {
namespace {

/// The shapes of maps are compared on bins of so many places a side: a patch is larger.
constexpr int places_of_bin = 4;

/// Subtracts the mean of the known rows; unknown values become 0.
void centre(Rows& rows) {
  for (Eigen::Index bin = 0; bin < rows.cols(); ++bin) {
    double sum = 0;
    double n = 0;
    for (Eigen::Index i = 0; i < rows.rows(); ++i) {
      if (std::isnan(rows(i, bin))) continue;
      sum += rows(i, bin);
      n += 1;
    }
    for (Eigen::Index i = 0; i < rows.rows(); ++i)
      rows(i, bin) = std::isnan(rows(i, bin)) ? 0 : rows(i, bin) - sum / n;
  }
}

std::vector<Eigen::Index> usable_bins(const Rows& bins, const std::vector<std::int64_t>& images) {
  constexpr double nearly_all = 0.9;
  std::vector<Eigen::Index> known, all;
  for (Eigen::Index bin = 0; bin < bins.cols(); ++bin) {
    all.push_back(bin);
    const auto n_known = std::count_if(images.begin(), images.end(), [&](std::int64_t image) {
      return !std::isnan(bins(image, bin));
    });
    if (static_cast<double>(n_known) >= nearly_all * static_cast<double>(images.size()))
      known.push_back(bin);
  }
  return 3 * known.size() >= all.size() ? known : all;
}

}  // namespace

Rows bin_rows(const CoarseGrid& grid, const ValueRows& rows) {
  const int bins_a_side = (grid.side() + places_of_bin - 1) / places_of_bin;
  std::unordered_map<std::int32_t, Eigen::Index> index_of;
  std::vector<Eigen::Index> bin_of_place;
  bin_of_place.reserve(grid.blocks().size());
  for (const std::int32_t block : grid.blocks()) {
    const std::int32_t bin =
        block / grid.side() / places_of_bin * bins_a_side + block % grid.side() / places_of_bin;
    bin_of_place.push_back(index_of.emplace(bin, std::ssize(index_of)).first->second);
  }
  const auto n_bins = static_cast<Eigen::Index>(index_of.size());
  Rows sums = Rows::Zero(rows.n_rows(), n_bins);
  Rows counts = Rows::Zero(rows.n_rows(), n_bins);
  for (std::int64_t image = 0; image < rows.n_rows(); ++image) {
    const std::span<const float> row = rows.row(image);
    for (std::size_t place = 0; place < bin_of_place.size(); ++place) {
      if (std::isnan(row[place])) continue;
      sums(image, bin_of_place[place]) += row[place];
      counts(image, bin_of_place[place]) += 1;
    }
  }
  return sums.cwiseQuotient(counts);
}

Rows deviations_of(const Rows& bins, const std::vector<std::int64_t>& images) {
  const std::vector<Eigen::Index> usable = usable_bins(bins, images);
  Rows deviations(static_cast<Eigen::Index>(images.size()),
                  static_cast<Eigen::Index>(usable.size()));
  for (std::size_t i = 0; i < images.size(); ++i) {
    for (std::size_t k = 0; k < usable.size(); ++k)
      deviations(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) =
          bins(images[i], usable[k]);
  }
  centre(deviations);
  return deviations;
}

double softness_of(const Rows& deviations) {
  constexpr double softness = 3;
  std::vector<double> squares;
  squares.reserve(static_cast<std::size_t>(deviations.rows()));
  for (Eigen::Index i = 0; i < deviations.rows(); ++i)
    squares.push_back(deviations.row(i).squaredNorm());
  return softness * upper_median(squares);
}

double shorten(double value, double square, double softness) {
  const double length = std::sqrt(softness + square);
  return length > 0 ? value / length : 0;
}

Rows shorten_rows(const Rows& deviations, double softness) {
  Rows shapes = deviations;
  for (Eigen::Index i = 0; i < shapes.rows(); ++i) {
    const double square = deviations.row(i).squaredNorm();
    shapes.row(i) *= shorten(1, square, softness);
  }
  return shapes;
}

bool differ_in_what_is_known(const Rows& bins, const std::vector<std::int64_t>& first,
                             const std::vector<std::int64_t>& second) {
  constexpr double least_difference = 0.2;  // of the shares of images that know a bin
  constexpr double most_deviations = 4.5;   // of the largest of many bins, by chance
  const auto n_first = static_cast<double>(first.size());
  const auto n_second = static_cast<double>(second.size());
  const double deviation = std::sqrt(0.25 / n_first + 0.25 / n_second);
  const double bound = std::max(least_difference, most_deviations * deviation);
  const auto share_known = [&](const std::vector<std::int64_t>& images, Eigen::Index bin) {
    const auto n_known = std::count_if(images.begin(), images.end(), [&](std::int64_t image) {
      return !std::isnan(bins(image, bin));
    });
    return static_cast<double>(n_known) / static_cast<double>(images.size());
  };
  for (Eigen::Index bin = 0; bin < bins.cols(); ++bin) {
    if (std::abs(share_known(first, bin) - share_known(second, bin)) > bound) return true;
  }
  return false;
}

}  // namespace csm
