#include "dip_test.h"

#include <algorithm>
#include <span>
#include <utility>

#include "csm/core/error.h"

namespace csm {
namespace {

/// The knots of the largest convex function below the points (values[i], i) from `first` to `last`,
/// ascending; of the smallest concave one above them if sign is -1.
std::vector<std::size_t> hull(std::span<const double> values, std::size_t first, std::size_t last,
                              double sign) {
  std::vector<std::size_t> knots;
  for (std::size_t i = first; i <= last; ++i) {
    while (knots.size() >= 2) {
      const std::size_t middle = knots.back();
      const std::size_t before = knots[knots.size() - 2];
      const double turn = (values[i] - values[middle]) * static_cast<double>(middle - before) -
                          (values[middle] - values[before]) * static_cast<double>(i - middle);
      if (sign * turn < 0) break;
      knots.pop_back();
    }
    knots.push_back(i);
  }
  return knots;
}

/// The height of a hull at a value, by its knots. @pre values[knots[0]] <= at
double height(std::span<const double> values, const std::vector<std::size_t>& knots, double at) {
  std::size_t k = 0;
  while (k + 2 < knots.size() && values[knots[k + 1]] < at) ++k;
  if (knots.size() == 1) return static_cast<double>(knots[0]);
  const double width = values[knots[k + 1]] - values[knots[k]];
  const auto rise = static_cast<double>(knots[k + 1] - knots[k]);
  const auto base = static_cast<double>(knots[k]);
  return width > 0 ? base + rise * (at - values[knots[k]]) / width : base + rise;
}

/// How far the steps of the values reach above (sign 1) or below (-1) the chords of a hull between
/// its knots first and last, at least one step.
double reach(std::span<const double> values, const std::vector<std::size_t>& knots,
             std::size_t first, std::size_t last, double sign) {
  double most = 1;
  for (std::size_t k = first; k < last; ++k) {
    const double width = values[knots[k + 1]] - values[knots[k]];
    if (!(width > 0)) continue;
    const double slope = static_cast<double>(knots[k + 1] - knots[k]) / width;
    for (std::size_t i = knots[k]; i <= knots[k + 1]; ++i) {
      const double chord = slope * (values[i] - values[knots[k]]);
      most = std::max(most, sign * (static_cast<double>(i - knots[k]) - chord) + 1);
    }
  }
  return most;
}

/// Where the convex hull of an interval and its concave one are farthest apart.
struct Gap {
  double distance = 1;
  std::size_t first =
      0;  ///< the knots of the two hulls that embrace the place: the shorter interval
  std::size_t last = 0;
};

Gap widest_gap(std::span<const double> values, const std::vector<std::size_t>& convex,
               const std::vector<std::size_t>& concave) {
  Gap gap{.distance = 0, .first = 0, .last = concave.size() - 1};
  const auto consider = [&](double distance, std::size_t knot) {
    if (distance <= gap.distance) return;
    // The last knot of the convex hull at or before the place, the first of the concave one after.
    const auto below = std::upper_bound(convex.begin(), convex.end(), knot) - 1;
    const auto above = std::lower_bound(concave.begin(), concave.end(), knot);
    gap = {.distance = distance,
           .first = static_cast<std::size_t>(below - convex.begin()),
           .last = static_cast<std::size_t>(above - concave.begin())};
  };
  for (const std::size_t knot : convex)
    consider(height(values, concave, values[knot]) - static_cast<double>(knot) + 1, knot);
  for (const std::size_t knot : concave)
    consider(static_cast<double>(knot) - height(values, convex, values[knot]) + 1, knot);
  return gap;
}

}  // namespace

double dip_of(std::vector<double> values) {
  CSM_EXPECT(!values.empty());
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  std::size_t first = 0;
  std::size_t last = values.size() - 1;
  double dip = 1;  // in steps of 1 / (2 n)
  while (values[first] < values[last]) {
    // The peak lies where a convex rise and a concave one of this interval are farthest apart.
    const std::vector<std::size_t> convex = hull(values, first, last, 1);
    const std::vector<std::size_t> concave = hull(values, first, last, -1);
    const Gap gap = widest_gap(values, convex, concave);
    if (gap.distance <= dip) break;

    // What the best convex rise before the peak and concave one after it leave.
    dip = std::max({dip, reach(values, convex, 0, gap.first, 1),
                    reach(values, concave, gap.last, concave.size() - 1, -1)});
    const std::size_t next_first = convex[gap.first];
    const std::size_t next_last = concave[gap.last];
    if (next_first == first && next_last == last) break;
    first = next_first;
    last = next_last;
  }
  return dip / (2 * n);
}

UnimodalFit::UnimodalFit(std::vector<double> values) : values_(std::move(values)) {
  CSM_EXPECT(values_.size() >= 2);
  std::sort(values_.begin(), values_.end());
  const std::size_t width = std::max<std::size_t>(1, values_.size() / 5);
  std::size_t first = 0;
  for (std::size_t i = 0; i + width < values_.size(); ++i) {
    if (values_[i + width] - values_[i] < values_[first + width] - values_[first]) first = i;
  }
  const std::size_t peak = first + width / 2;
  knots_ = hull(values_, 0, peak, 1);
  const std::vector<std::size_t> after = hull(values_, peak, values_.size() - 1, -1);
  knots_.insert(knots_.end(), after.begin() + 1, after.end());
}

double UnimodalFit::draw(SplitMix64& random) const {
  const double height = random.uniform() * static_cast<double>(values_.size() - 1);
  const auto above =
      std::upper_bound(knots_.begin() + 1, knots_.end() - 1, height,
                       [](double at, std::size_t knot) { return at < static_cast<double>(knot); });
  const std::size_t high = *above;
  const std::size_t low = *(above - 1);
  const double share = (height - static_cast<double>(low)) / static_cast<double>(high - low);
  return values_[low] + share * (values_[high] - values_[low]);
}

}  // namespace csm
