#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/random.h"
#include "csm/core/sizes.h"
#include "csm/occlusion/engine.h"
#include "kriging.h"

namespace csm {
namespace {

constexpr double even_share = 2.0 / 3;  // of the computed patches; the rest goes where it is needed
constexpr int n_audited = 24;           // interpolated patches that are computed too
constexpr int fewest_patches = 64;      // fewer are all computed
constexpr double range_in_patches = 2;  // patches that overlap have scores that are alike
constexpr int n_error_neighbours = 4;

Point2 centre_of(const PatchRect& patch) {
  return {(patch.x1 + patch.x2) / 2.0, (patch.y1 + patch.y2) / 2.0};
}

double distance(Point2 a, Point2 b) { return std::hypot(a.x - b.x, a.y - b.y); }

/// The patches of one image, what is known of them, and the exact engine. A patch is not a row of
/// KnownValues, which has the known ones only.
class Image {
 public:
  Image(OcclusionEngine& exact, const at::Tensor& clean, const at::Tensor& fill,
        std::span<const PatchRect> patches)
      : exact_(exact),
        clean_(clean),
        fill_(fill),
        patches_(patches),
        is_known_(std::ssize(patches), 0) {
    for (const PatchRect& patch : patches) {
      centres_.push_back(centre_of(patch));
      range_ =
          std::max(range_, range_in_patches * std::max(patch.x2 - patch.x1, patch.y2 - patch.y1));
    }
  }

  void compute(std::vector<PatchId> chosen);
  std::vector<PatchId> spread(std::int64_t n) const;
  std::vector<PatchId> hardest(std::int64_t n) const;
  std::vector<PatchId> any(std::int64_t n, std::uint64_t seed) const;
  std::vector<PatchId> unknown() const;
  bool has_lost_face() const;
  Grid<float> guess(const std::vector<PatchId>& wanted) const;
  const OcclusionScores& scores() const { return scores_; }
  OcclusionScores& scores() { return scores_; }

 private:
  KnownValues known() const;

  OcclusionEngine& exact_;
  const at::Tensor& clean_;
  const at::Tensor& fill_;
  std::span<const PatchRect> patches_;
  IdVector<PatchId, Point2> centres_;
  double range_ = 1;  ///< of the covariance [px]
  IdVector<PatchId, char> is_known_;
  OcclusionScores scores_;
};

void Image::compute(std::vector<PatchId> chosen) {
  std::sort(chosen.begin(), chosen.end());
  std::vector<PatchRect> rects;
  rects.reserve(chosen.size());
  for (const PatchId patch : chosen) rects.push_back(patches_[patch.index()]);
  const OcclusionScores computed = exact_.run(clean_, fill_, rects);

  if (scores_.clean.empty()) {
    scores_.clean = computed.clean;
    scores_.covered = Grid<float>(int_size(patches_), int_size(computed.clean));
  }
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const auto row = computed.covered.row(i);
    std::copy(row.begin(), row.end(), scores_.of(chosen[i]).begin());
    is_known_[chosen[i]] = 1;
  }
  scores_.n_computed += computed.n_computed;
  scores_.forward_seconds += computed.forward_seconds;
}

/// A cell of a grid over the patches, and the patch nearest to its centre.
struct Cell {
  int row = 0;
  int column = 0;
  double off_centre = 0;
  PatchId patch;

  bool is_same_as(const Cell& other) const { return row == other.row && column == other.column; }
  auto operator<=>(const Cell&) const = default;
};

/// The cells that hold a patch. @param side of a cell [px]
std::vector<Cell> cells_of(const IdVector<PatchId, Point2>& centres, double side) {
  std::vector<Cell> cells;
  for (const PatchId patch : centres.ids()) {
    const Point2 centre = centres[patch];
    const int row = pixel_at(centre.y / side);
    const int column = pixel_at(centre.x / side);
    const Point2 of_cell{(column + 0.5) * side, (row + 0.5) * side};
    cells.push_back({row, column, distance(centre, of_cell), patch});
  }

  // Of each cell the first in order stays.
  std::sort(cells.begin(), cells.end());
  const auto is_same_cell = [](const Cell& a, const Cell& b) { return a.is_same_as(b); };
  cells.erase(std::unique(cells.begin(), cells.end(), is_same_cell), cells.end());
  return cells;
}

/// About n patches, one of each cell of a grid over all of them.
std::vector<PatchId> Image::spread(std::int64_t n) const {
  // Larger cells are fewer: halve the interval until the number fits.
  double low = 0.5;
  double high = 4096;
  for (int i = 0; i < 24; ++i) {
    const double side = std::sqrt(low * high);
    (std::ssize(cells_of(centres_, side)) > n ? low : high) = side;
  }
  std::vector<PatchId> chosen;
  for (const Cell& cell : cells_of(centres_, high)) chosen.push_back(cell.patch);
  return chosen;
}

/// Whether the model found no face with one of the known patches occluded.
bool Image::has_lost_face() const {
  for (const PatchId patch : is_known_.ids()) {
    if (is_known_[patch] != 0 && is_face_lost(scores_.of(patch))) return true;
  }
  return false;
}

std::vector<PatchId> Image::unknown() const {
  std::vector<PatchId> result;
  for (const PatchId patch : is_known_.ids()) {
    if (is_known_[patch] == 0) result.push_back(patch);
  }
  return result;
}

KnownValues Image::known() const {
  KnownValues values;
  for (const PatchId patch : is_known_.ids()) {
    if (is_known_[patch] != 0) values.places.push_back(centres_[patch]);
  }
  values.values = Grid<float>(int_size(values.places), scores_.covered.width());
  int row = 0;
  for (const PatchId patch : is_known_.ids()) {
    if (is_known_[patch] == 0) continue;
    const auto from = scores_.of(patch);
    std::copy(from.begin(), from.end(), values.values.row(row++).begin());
  }
  return values;
}

Grid<float> Image::guess(const std::vector<PatchId>& wanted) const {
  std::vector<Point2> places;
  places.reserve(wanted.size());
  for (const PatchId patch : wanted) places.push_back(centres_[patch]);
  return interpolate(known(), places, range_, std::vector<int>(wanted.size(), -1));
}

/// The unknown patches with the largest expected error: how badly the known ones around are
/// predicted by their neighbours, times the distance to the nearest.
std::vector<PatchId> Image::hardest(std::int64_t n) const {
  // How wrong each known value is when its neighbours predict it.
  const KnownValues values = known();
  std::vector<int> each(values.places.size());
  std::iota(each.begin(), each.end(), 0);
  const Grid<float> estimated = interpolate(values, values.places, range_, each);
  std::vector<double> error(each.size(), 0.0);
  for (std::size_t i = 0; i < each.size(); ++i) {
    for (int column = 0; column < estimated.width(); ++column) {
      const double miss =
          double{estimated(each[i], column)} - double{values.values(each[i], column)};
      error[i] += miss * miss;
    }
  }

  // The errors of the nearest known values, times the distance; the largest come first.
  std::vector<std::pair<double, PatchId>> expected;
  for (const PatchId patch : unknown()) {
    std::vector<std::pair<double, std::size_t>> around;
    for (std::size_t k = 0; k < values.places.size(); ++k)
      around.emplace_back(distance(centres_[patch], values.places[k]), k);
    const std::int64_t n_around = std::min<std::int64_t>(n_error_neighbours, std::ssize(around));
    std::partial_sort(around.begin(), around.begin() + n_around, around.end());
    double sum = 0;
    for (std::int64_t k = 0; k < n_around; ++k) sum += error[around[k].second];
    expected.emplace_back(-std::sqrt(sum) * around[0].first, patch);
  }
  std::sort(expected.begin(), expected.end());
  std::vector<PatchId> chosen;
  for (std::int64_t k = 0; k < std::min(n, std::ssize(expected)); ++k)
    chosen.push_back(expected[k].second);
  return chosen;
}

std::vector<PatchId> Image::any(std::int64_t n, std::uint64_t seed) const {
  std::vector<PatchId> left = unknown();
  SplitMix64 random(seed);
  const std::int64_t n_chosen = std::min(n, std::ssize(left));
  for (std::int64_t i = 0; i < n_chosen; ++i) {
    const auto n_left = static_cast<double>(std::ssize(left) - i);
    const auto j = i + static_cast<std::int64_t>(random.uniform() * n_left);
    std::swap(left[i], left[j]);
  }
  left.resize(n_chosen);
  std::sort(left.begin(), left.end());
  return left;
}

class AdaptiveEngine : public OcclusionEngine {
 public:
  AdaptiveEngine(std::unique_ptr<OcclusionEngine> exact, const AdaptiveOptions& options)
      : exact_(std::move(exact)), options_(options) {
    CSM_EXPECT(exact_ != nullptr && options.share > 0 && options.share <= 1);
  }

  OcclusionScores run(const at::Tensor& clean, const at::Tensor& fill,
                      std::span<const PatchRect> patches) override;
  int batch_size() const override { return exact_->batch_size(); }

 private:
  std::unique_ptr<OcclusionEngine> exact_;
  AdaptiveOptions options_;
};

OcclusionScores AdaptiveEngine::run(const at::Tensor& clean, const at::Tensor& fill,
                                    std::span<const PatchRect> patches) {
  const int n_patches = int_size(patches);
  const int n = static_cast<int>(std::ceil(options_.share * n_patches));
  if (n_patches < fewest_patches || n + n_audited >= n_patches)
    return exact_->run(clean, fill, patches);

  // A lost face is nothing between its neighbours: if one is met, the rest of the image is
  // computed.
  Image image(*exact_, clean, fill, patches);
  const auto in_full = [&] {
    image.compute(image.unknown());
    return std::move(image.scores());
  };

  // Evenly first, then where neighbours tell least of each other.
  image.compute(image.spread(static_cast<int>(even_share * n)));
  if (image.has_lost_face()) return in_full();
  image.compute(image.hardest(std::max<std::int64_t>(n - image.scores().n_computed, 0)));
  if (image.has_lost_face()) return in_full();

  // The audit is guessed first and then computed.
  const std::vector<PatchId> audited = image.any(n_audited, options_.seed);
  ScoreAudit audit{.patches = audited, .approximated = image.guess(audited)};
  image.compute(audited);
  if (image.has_lost_face()) return in_full();

  // The rest is interpolated between all that is known now.
  const std::vector<PatchId> rest = image.unknown();
  const Grid<float> guessed = image.guess(rest);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const auto row = guessed.row(i);
    std::copy(row.begin(), row.end(), image.scores().of(rest[i]).begin());
  }
  image.scores().audit = std::move(audit);
  return std::move(image.scores());
}

}  // namespace

std::unique_ptr<OcclusionEngine> make_adaptive_engine(std::unique_ptr<OcclusionEngine> exact,
                                                      const AdaptiveOptions& options) {
  return std::make_unique<AdaptiveEngine>(std::move(exact), options);
}

}  // namespace csm
