#include "csm/store/classification.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "csm/core/error.h"
#include "csm/core/sizes.h"

namespace csm {
namespace {

std::optional<std::size_t> index_of(std::span<const std::string> classes, const std::string& name) {
  const auto found = std::find(classes.begin(), classes.end(), name);
  if (found == classes.end()) return std::nullopt;
  return static_cast<std::size_t>(found - classes.begin());
}

}  // namespace

ShareInterval wilson_interval(std::int64_t n_right, std::int64_t n) {
  CSM_EXPECT(n_right >= 0 && n_right <= n);
  if (n == 0) return {.share = std::nan(""), .low = 0, .high = 1};
  const auto count = static_cast<double>(n);
  return wilson_interval_of_share(static_cast<double>(n_right) / count, count);
}

ShareInterval wilson_interval_of_share(double share, double count) {
  CSM_EXPECT(share >= 0 && share <= 1 && count > 0);
  constexpr double z = 1.959963984540054;
  const double centre = share + z * z / (2 * count);
  const double reach = z * std::sqrt(share * (1 - share) / count + z * z / (4 * count * count));
  const double scale = 1 + z * z / count;
  return {.share = share,
          .low = share == 0 ? 0 : std::max(0.0, (centre - reach) / scale),
          .high = share == 1 ? 1 : std::min(1.0, (centre + reach) / scale)};
}

Classification summarise_classification(std::span<const std::string> classes,
                                        const std::vector<ImageRow>& rows) {
  Classification result;
  if (classes.empty()) return result;
  result.classes.assign(classes.begin(), classes.end());
  result.n_predicted.assign(classes.size(), 0);
  const auto n_classes = int_size(classes);
  result.confusion = Grid<std::int64_t>(n_classes, n_classes);

  // Count the images that are in the map.
  for (const ImageRow& row : rows) {
    if (row.status != "ok") continue;
    result.n_images += 1;
    if (2 * row.n_saturated > row.n_patches + 1) result.n_saturated += 1;
    const auto predicted = index_of(classes, row.predicted);
    if (!predicted) continue;
    result.n_predicted[*predicted] += 1;
    if (const auto label = index_of(classes, row.label))
      result.confusion(static_cast<int>(*label), static_cast<int>(*predicted)) += 1;
  }

  // The rows of the confusion give the accuracy of each class, their sums that of all.
  for (int label = 0; label < n_classes; ++label) {
    const auto row = result.confusion.row(label);
    const std::int64_t n_labelled = std::accumulate(row.begin(), row.end(), std::int64_t{0});
    const std::int64_t n_right = result.confusion(label, label);
    result.n_labelled.push_back(n_labelled);
    result.accuracy_of_class.push_back(wilson_interval(n_right, n_labelled));
    result.n_all_labelled += n_labelled;
    result.n_right += n_right;
  }
  result.accuracy = wilson_interval(result.n_right, result.n_all_labelled);
  result.n_persons = result.n_all_labelled;
  return result;
}

}  // namespace csm
