#include "csm/occlusion/adaptive_engine.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/random.h"
#include "kriging.h"

namespace csm {
namespace {

constexpr double even_share = 2.0 / 3;  // of the computed patches; the rest goes where it is needed
constexpr std::size_t n_audited = 24;   // interpolated patches that are computed too
constexpr std::size_t fewest_patches = 64;  // fewer are all computed
constexpr double range_in_patches = 2;      // patches that overlap have scores that are alike
constexpr std::size_t n_error_neighbours = 4;

Point2 centre_of(const PatchRect& patch) {
  return {(patch.x1 + patch.x2) / 2.0, (patch.y1 + patch.y2) / 2.0};
}

double distance(Point2 a, Point2 b) { return std::hypot(a.x - b.x, a.y - b.y); }

/// The patches of one image, what is known of them, and the exact engine.
class Image {
 public:
  Image(OcclusionEngine& exact, const at::Tensor& clean, const at::Tensor& fill,
        std::span<const PatchRect> patches)
      : exact_(exact), clean_(clean), fill_(fill), patches_(patches), is_known_(patches.size(), 0) {
    for (const PatchRect& patch : patches) {
      centres_.push_back(centre_of(patch));
      range_ =
          std::max(range_, range_in_patches * std::max(patch.x2 - patch.x1, patch.y2 - patch.y1));
    }
  }

  void compute(std::vector<std::size_t> chosen);
  std::vector<std::size_t> spread(std::size_t n) const;
  std::vector<std::size_t> hardest(std::size_t n) const;
  std::vector<std::size_t> any(std::size_t n, std::uint64_t seed) const;
  std::vector<std::size_t> unknown() const;
  Grid<float> guess(const std::vector<std::size_t>& wanted) const;
  const OcclusionScores& scores() const { return scores_; }
  OcclusionScores& scores() { return scores_; }

 private:
  KnownValues known() const;

  OcclusionEngine& exact_;
  const at::Tensor& clean_;
  const at::Tensor& fill_;
  std::span<const PatchRect> patches_;
  std::vector<Point2> centres_;
  double range_ = 1;  ///< of the covariance [px]
  std::vector<char> is_known_;
  OcclusionScores scores_;
};

void Image::compute(std::vector<std::size_t> chosen) {
  std::sort(chosen.begin(), chosen.end());
  std::vector<PatchRect> rects;
  rects.reserve(chosen.size());
  for (const std::size_t i : chosen) rects.push_back(patches_[i]);
  const OcclusionScores computed = exact_.run(clean_, fill_, rects);
  if (scores_.clean.empty()) {
    scores_.clean = computed.clean;
    scores_.covered =
        Grid<float>(static_cast<int>(patches_.size()), static_cast<int>(computed.clean.size()));
  }
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const auto row = computed.covered.row(static_cast<int>(i));
    std::copy(row.begin(), row.end(), scores_.covered.row(static_cast<int>(chosen[i])).begin());
    is_known_[chosen[i]] = 1;
  }
  scores_.n_computed += static_cast<std::int64_t>(chosen.size());
}

/// About n patches, one of each cell of a grid over all of them.
std::vector<std::size_t> Image::spread(std::size_t n) const {
  const auto cells_of = [&](double side) {
    std::vector<std::pair<std::pair<int, int>, std::size_t>> cells;
    for (std::size_t i = 0; i < centres_.size(); ++i) {
      cells.push_back({{static_cast<int>(std::floor(centres_[i].y / side)),
                        static_cast<int>(std::floor(centres_[i].x / side))},
                       i});
    }
    const auto off_centre = [&](const auto& cell) {
      return distance(centres_[cell.second],
                      {(cell.first.second + 0.5) * side, (cell.first.first + 0.5) * side});
    };
    std::sort(cells.begin(), cells.end(), [&](const auto& a, const auto& b) {
      if (a.first != b.first) return a.first < b.first;
      return off_centre(a) != off_centre(b) ? off_centre(a) < off_centre(b) : a.second < b.second;
    });
    cells.erase(std::unique(cells.begin(), cells.end(),
                            [](const auto& a, const auto& b) { return a.first == b.first; }),
                cells.end());
    return cells;
  };
  // Larger cells are fewer: halve the interval until the number fits.
  double low = 0.5;
  double high = 4096;
  for (int i = 0; i < 24; ++i) {
    const double side = std::sqrt(low * high);
    (cells_of(side).size() > n ? low : high) = side;
  }
  std::vector<std::size_t> chosen;
  for (const auto& cell : cells_of(high)) chosen.push_back(cell.second);
  return chosen;
}

std::vector<std::size_t> Image::unknown() const {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < is_known_.size(); ++i) {
    if (is_known_[i] == 0) result.push_back(i);
  }
  return result;
}

KnownValues Image::known() const {
  KnownValues values;
  for (std::size_t i = 0; i < is_known_.size(); ++i) {
    if (is_known_[i] != 0) values.places.push_back(centres_[i]);
  }
  values.values = Grid<float>(static_cast<int>(values.places.size()), scores_.covered.width());
  int row = 0;
  for (std::size_t i = 0; i < is_known_.size(); ++i) {
    if (is_known_[i] == 0) continue;
    const auto from = scores_.covered.row(static_cast<int>(i));
    std::copy(from.begin(), from.end(), values.values.row(row++).begin());
  }
  return values;
}

Grid<float> Image::guess(const std::vector<std::size_t>& wanted) const {
  std::vector<Point2> places;
  places.reserve(wanted.size());
  for (const std::size_t i : wanted) places.push_back(centres_[i]);
  return interpolate(known(), places, range_, std::vector<int>(wanted.size(), -1));
}

/// The unknown patches with the largest expected error: how badly the known ones around are
/// predicted by their neighbours, times the distance to the nearest.
std::vector<std::size_t> Image::hardest(std::size_t n) const {
  const KnownValues values = known();
  std::vector<int> each(values.places.size());
  std::iota(each.begin(), each.end(), 0);
  const Grid<float> estimated = interpolate(values, values.places, range_, each);
  std::vector<double> error(each.size(), 0.0);
  for (std::size_t i = 0; i < each.size(); ++i) {
    for (int column = 0; column < estimated.width(); ++column) {
      const double miss = static_cast<double>(estimated(each[i], column)) -
                          static_cast<double>(values.values(each[i], column));
      error[i] += miss * miss;
    }
  }
  std::vector<std::pair<double, std::size_t>> expected;
  for (const std::size_t i : unknown()) {
    std::vector<std::pair<double, std::size_t>> around;
    for (std::size_t k = 0; k < values.places.size(); ++k)
      around.emplace_back(distance(centres_[i], values.places[k]), k);
    const std::size_t n_around = std::min(n_error_neighbours, around.size());
    std::partial_sort(around.begin(), around.begin() + static_cast<std::ptrdiff_t>(n_around),
                      around.end());
    double sum = 0;
    for (std::size_t k = 0; k < n_around; ++k) sum += error[around[k].second];
    expected.emplace_back(-std::sqrt(sum) * around[0].first, i);
  }
  std::sort(expected.begin(), expected.end());
  std::vector<std::size_t> chosen;
  for (std::size_t k = 0; k < std::min(n, expected.size()); ++k)
    chosen.push_back(expected[k].second);
  return chosen;
}

std::vector<std::size_t> Image::any(std::size_t n, std::uint64_t seed) const {
  std::vector<std::size_t> left = unknown();
  SplitMix64 random(seed);
  const std::size_t n_chosen = std::min(n, left.size());
  for (std::size_t i = 0; i < n_chosen; ++i) {
    const auto j =
        i + static_cast<std::size_t>(random.uniform() * static_cast<double>(left.size() - i));
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
  double forward_seconds() const override { return exact_->forward_seconds(); }

 private:
  std::unique_ptr<OcclusionEngine> exact_;
  AdaptiveOptions options_;
};

OcclusionScores AdaptiveEngine::run(const at::Tensor& clean, const at::Tensor& fill,
                                    std::span<const PatchRect> patches) {
  const auto n =
      static_cast<std::size_t>(std::ceil(options_.share * static_cast<double>(patches.size())));
  if (patches.size() < fewest_patches || n + n_audited >= patches.size())
    return exact_->run(clean, fill, patches);
  Image image(*exact_, clean, fill, patches);
  image.compute(image.spread(static_cast<std::size_t>(even_share * static_cast<double>(n))));
  image.compute(
      image.hardest(n - std::min(n, static_cast<std::size_t>(image.scores().n_computed))));
  ScoreAudit audit;
  const std::vector<std::size_t> audited = image.any(n_audited, options_.seed);
  audit.approximated = image.guess(audited);
  image.compute(audited);
  for (const std::size_t i : audited) audit.patches.push_back(static_cast<int>(i));
  const std::vector<std::size_t> rest = image.unknown();
  const Grid<float> guessed = image.guess(rest);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const auto row = guessed.row(static_cast<int>(i));
    std::copy(row.begin(), row.end(),
              image.scores().covered.row(static_cast<int>(rest[i])).begin());
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
