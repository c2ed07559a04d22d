#include "cluster_enhancement.h"

#include <array>
#include <bit>
#include <boost/sort/spreadsort/integer_sort.hpp>
#include <cmath>
#include <cstdint>
#include <limits>

#include "csm/core/error.h"

namespace csm {
namespace {

constexpr std::int32_t no_place = CoarseGrid::no_place;

/// The tree of connected parts of one sign, made from the highest place down: each place is the
/// root of the part that it joins, and the parent of the parts that it joins together.
class PartTree {
 public:
  explicit PartTree(std::size_t n) : root_(n, no_place), parent_(n, no_place), extent_(n, 0) {}

  void add(std::int32_t place, const std::array<std::int32_t, 4>& neighbours) {
    root_[index(place)] = place;
    extent_[index(place)] = 1;
    for (const std::int32_t neighbour : neighbours) {
      if (neighbour == no_place || root_[index(neighbour)] == no_place) continue;
      const std::int32_t other = find_root(neighbour);
      if (other == place) continue;
      root_[index(other)] = place;
      parent_[index(other)] = place;
      extent_[index(place)] += extent_[index(other)];
    }
  }

  std::int32_t parent(std::int32_t place) const { return parent_[index(place)]; }
  std::int32_t extent(std::int32_t place) const { return extent_[index(place)]; }

 private:
  static std::size_t index(std::int32_t place) { return static_cast<std::size_t>(place); }

  std::int32_t find_root(std::int32_t place) {
    while (root_[index(place)] != place) {
      root_[index(place)] = root_[index(root_[index(place)])];
      place = root_[index(place)];
    }
    return place;
  }

  std::vector<std::int32_t> root_;    ///< towards the root, shortened while it is searched
  std::vector<std::int32_t> parent_;  ///< the tree itself
  std::vector<std::int32_t> extent_;  ///< places of the part when the place was added
};

constexpr std::uint64_t low_half = 0xFFFFFFFF;

/// A place with its height above, so that whole numbers sort from the highest place down, places of
/// one height by their number: several times as fast as to compare heights through an index. The
/// bits of positive floats are in the order of their values.
std::uint64_t height_first(float statistic, std::size_t place) {
  const std::uint64_t height = std::bit_cast<std::uint32_t>(std::abs(statistic));
  return (low_half - height) << 32 | place;
}

/// h^(H + 1) / (H + 1): the integral of h^H from 0.
double height_integral(double height, double exponent) {
  if (exponent == 2) return height * height * height / 3;
  return std::pow(height, exponent + 1) / (exponent + 1);
}

/// Adds the enhanced values of the places in `order`, from the highest to the lowest.
void enhance_sign(const std::vector<std::array<std::int32_t, 4>>& neighbours,
                  std::span<const float> statistic, const std::vector<std::int32_t>& order,
                  EnhancementExponents exponents, std::vector<float>& enhanced) {
  PartTree tree(neighbours.size());
  for (const std::int32_t place : order)
    tree.add(place, neighbours[static_cast<std::size_t>(place)]);

  // From the widest parts to the peaks: a place has what its parent has, and its own slice between
  // the parent's height and its own.
  std::vector<double> sum(neighbours.size(), 0);
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    const auto place = static_cast<std::size_t>(*it);
    const double height = std::abs(double{statistic[place]});
    const std::int32_t parent = tree.parent(*it);
    const double below =
        parent == no_place ? 0 : std::abs(double{statistic[static_cast<std::size_t>(parent)]});
    const double extent = tree.extent(*it);
    const double slice =
        (exponents.extent == 1 ? extent : std::pow(extent, exponents.extent)) *
        (height_integral(height, exponents.height) - height_integral(below, exponents.height));
    sum[place] = (parent == no_place ? 0 : sum[static_cast<std::size_t>(parent)]) + slice;
    enhanced[place] = static_cast<float>(std::copysign(sum[place], double{statistic[place]}));
  }
}

}  // namespace

std::vector<float> enhance_clusters(const CoarseGrid& grid, std::span<const float> statistic,
                                    EnhancementExponents exponents) {
  CSM_EXPECT(std::ssize(statistic) == grid.n_places());
  std::vector<float> enhanced(statistic.size(), std::numeric_limits<float>::quiet_NaN());
  std::vector<std::uint64_t> positive;
  std::vector<std::uint64_t> negative;
  for (std::size_t place = 0; place < statistic.size(); ++place) {
    if (std::isnan(statistic[place])) continue;
    enhanced[place] = 0;
    if (statistic[place] > 0) positive.push_back(height_first(statistic[place], place));
    if (statistic[place] < 0) negative.push_back(height_first(statistic[place], place));
  }
  for (std::vector<std::uint64_t>* keys : {&positive, &negative}) {
    boost::sort::spreadsort::integer_sort(keys->begin(), keys->end());
    std::vector<std::int32_t> order;
    order.reserve(keys->size());
    for (const std::uint64_t key : *keys)
      order.push_back(static_cast<std::int32_t>(key & low_half));
    enhance_sign(grid.neighbours(), statistic, order, exponents, enhanced);
  }
  return enhanced;
}

}  // namespace csm
