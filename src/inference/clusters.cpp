#include "csm/inference/clusters.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/random.h"
#include "csm/inference/findings.h"
#include "dip_test.h"
#include "map_deviations.h"
#include "principal_components.h"

namespace csm {
namespace {

constexpr std::int64_t n_halvings = 20;
constexpr std::int64_t most_persons_of_half = 400;  // more hardly change a split, and take longer
constexpr std::int64_t n_unimodal_draws = 499;
constexpr std::int64_t n_components = 20;
constexpr Eigen::Index most_axes_tried = 10;
constexpr std::int64_t n_starts_of_half = 8;
constexpr std::int64_t n_starts_of_all = 20;

/// How likely a distribution with one peak gives two peaks as distinct as these: the dip of the
/// shortened values against the dips of draws from the nearest distribution with one peak, which
/// are shortened alike. (The draws must be shortened too: an even spread has two peaks then.)
/// @param values along one direction @param rests squares of what is across it
double p_of_one_peak(const std::vector<double>& values, const std::vector<double>& rests,
                     double softness, SplitMix64& random) {
  const auto dip_of_shortened = [&](const std::vector<double>& along,
                                    const std::vector<std::int64_t>& order) {
    std::vector<double> shortened;
    shortened.reserve(along.size());
    for (std::size_t i = 0; i < along.size(); ++i) {
      const double rest = rests[static_cast<std::size_t>(order[i])];
      shortened.push_back(shorten(along[i], along[i] * along[i] + rest, softness));
    }
    return dip_of(std::move(shortened));
  };
  std::vector<std::int64_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  const double dip = dip_of_shortened(values, order);
  const UnimodalFit fit(values);
  std::int64_t n_at_least = 0;
  for (std::int64_t draw = 0; draw < n_unimodal_draws; ++draw) {
    std::vector<double> drawn;
    drawn.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) drawn.push_back(fit.draw(random));
    order = seeded_permutation(std::ssize(values), random.next());
    n_at_least += dip_of_shortened(drawn, order) >= dip ? 1 : 0;
  }
  return static_cast<double>(1 + n_at_least) / static_cast<double>(1 + n_unimodal_draws);
}

/// A direction in which shapes may fall apart, and where.
struct Cut {
  PrincipalComponents components;
  Eigen::VectorXd direction;  ///< in the coordinates of the components; empty: none
  double place = 0;           ///< along it, between the two parts

  std::vector<double> project(const Rows& shapes) const {
    const Eigen::VectorXd places = components.coordinates(shapes) * direction;
    return {places.begin(), places.end()};
  }

  /// The direction among the bins, of length 1.
  Eigen::VectorXd among_bins() const { return (components.axes * direction).normalized(); }
};

/// The direction with the most distinct two peaks: that of 2-means, or a component.
Cut find_cut(const Rows& shapes, std::int64_t n_starts, SplitMix64& random) {
  Cut cut{.components =
              principal_components(shapes, std::min<std::int64_t>(n_components, shapes.rows() / 4)),
          .direction = {}};
  const Eigen::Index n_axes = cut.components.axes.cols();
  if (n_axes == 0) return cut;
  const Rows coordinates = cut.components.coordinates(shapes);
  const TwoMeans means = two_means(coordinates, n_starts, random);
  std::vector<Eigen::VectorXd> directions{(means.second - means.first).transpose()};
  for (Eigen::Index axis = 0; axis < std::min(n_axes, most_axes_tried); ++axis)
    directions.emplace_back(Eigen::VectorXd::Unit(n_axes, axis));
  double largest = 0;
  for (const Eigen::VectorXd& direction : directions) {
    const Eigen::VectorXd places = coordinates * direction;
    const double dip = dip_of({places.begin(), places.end()});
    if (dip <= largest) continue;
    largest = dip;
    cut.direction = direction;
  }
  const TwoMeans ends = two_means(coordinates * cut.direction, n_starts, random);
  cut.place = (ends.first(0) + ends.second(0)) / 2;
  return cut;
}

Rows take(const Rows& rows, const std::vector<Eigen::Index>& wanted) {
  Rows taken(static_cast<Eigen::Index>(wanted.size()), rows.cols());
  for (std::size_t i = 0; i < wanted.size(); ++i)
    taken.row(static_cast<Eigen::Index>(i)) = rows.row(wanted[i]);
  return taken;
}

/// A set of images with one shape each, and how two kinds of them would be told apart.
class ImageSet {
 public:
  ImageSet(const Rows& bins, std::vector<std::int64_t> images,
           std::span<const std::int64_t> persons)
      : images_(std::move(images)),
        deviations_(deviations_of(bins, images_)),
        softness_(softness_of(deviations_)),
        shapes_(shorten_rows(deviations_, softness_)) {
    // One image of each person is enough, and persons are told apart by it.
    std::unordered_map<std::int64_t, Eigen::Index> first_of;
    for (std::size_t i = 0; i < images_.size(); ++i) {
      const std::int64_t person = persons[static_cast<std::size_t>(images_[i])];
      if (first_of.emplace(person, static_cast<Eigen::Index>(i)).second)
        first_images_.push_back(static_cast<Eigen::Index>(i));
    }
  }

  std::int64_t n_images() const { return std::ssize(images_); }
  std::int64_t n_persons() const { return std::ssize(first_images_); }

  /// Splits all images in two, and tells which are in the second part.
  void split(std::uint64_t seed) {
    SplitMix64 random(seed);
    const Cut cut = find_cut(shapes_, n_starts_of_all, random);
    is_second_.assign(images_.size(), false);
    if (cut.direction.size() == 0) return;
    const std::vector<double> places = cut.project(shapes_);
    for (std::size_t i = 0; i < places.size(); ++i) is_second_[i] = places[i] > cut.place;
  }

  /// Whether the split holds: its p, not yet corrected, and its stability. @pre split() was called
  ClusterSplit test(std::uint64_t seed) const {
    const std::int64_t n_half = std::min(n_persons() / 2, most_persons_of_half);
    std::vector<double> p;
    double agreement = 0;
    for (std::int64_t halving = 0; halving < n_halvings; ++halving) {
      const std::uint64_t own_seed = seed_of(seed, "halving " + std::to_string(halving));
      const std::vector<std::int64_t> order = seeded_permutation(n_persons(), own_seed);
      std::vector<Eigen::Index> one, other;
      for (std::int64_t i = 0; i < n_half; ++i) {
        const auto at = static_cast<std::size_t>(i);
        one.push_back(first_images_[static_cast<std::size_t>(order[at])]);
        other.push_back(
            first_images_[static_cast<std::size_t>(order[at + static_cast<std::size_t>(n_half)])]);
      }
      for (int way = 0; way < 2; ++way) {
        const HeldOut held_out = test_on(other, one, own_seed);
        p.push_back(held_out.p);
        agreement += held_out.agreement;
        std::swap(one, other);
      }
    }
    std::sort(p.begin(), p.end());
    const double median = (p[p.size() / 2 - 1] + p[p.size() / 2]) / 2;
    return {.n_images = n_images(),
            .p = std::min(1.0, 2 * median),
            .stability = agreement / static_cast<double>(p.size())};
  }

  /// The images of the first or second part.
  std::vector<std::int64_t> part(bool second) const {
    std::vector<std::int64_t> part;
    for (std::size_t i = 0; i < images_.size(); ++i)
      if (is_second_[i] == second) part.push_back(images_[i]);
    return part;
  }

 private:
  struct HeldOut {
    double p = 1;
    double agreement = 0;
  };

  /// What the cut that one half makes says of the other.
  HeldOut test_on(const std::vector<Eigen::Index>& tested, const std::vector<Eigen::Index>& making,
                  std::uint64_t seed) const {
    SplitMix64 random(seed);
    const Cut cut = find_cut(take(shapes_, making), n_starts_of_half, random);
    if (cut.direction.size() == 0) return {};
    const std::vector<double> places = cut.project(take(shapes_, tested));
    double n_same = 0;
    for (std::size_t i = 0; i < tested.size(); ++i) {
      const bool is_second = is_second_[static_cast<std::size_t>(tested[i])];
      n_same += (places[i] > cut.place) == is_second ? 1 : 0;
    }
    const double share = n_same / static_cast<double>(tested.size());
    const Eigen::VectorXd direction = cut.among_bins();
    std::vector<double> along, rests;
    along.reserve(tested.size());
    rests.reserve(tested.size());
    for (const Eigen::Index i : tested) {
      along.push_back(deviations_.row(i).dot(direction));
      rests.push_back(
          std::max(0.0, deviations_.row(i).squaredNorm() - along.back() * along.back()));
    }
    return {.p = p_of_one_peak(along, rests, softness_, random),
            .agreement = std::max(share, 1 - share)};
  }

  std::vector<std::int64_t> images_;
  Rows deviations_;
  double softness_;
  Rows shapes_;
  std::vector<Eigen::Index> first_images_;  ///< of each person, as rows of the shapes
  std::vector<bool> is_second_;
};

/// The clusters that splitting made: images, and the stability of the split.
struct Part {
  std::vector<std::int64_t> images;
  double stability = 1;
};

/// Orders the images by how near they are to the mean shape of their cluster.
std::vector<std::int64_t> order_by_distance(const Rows& bins, const std::vector<Part>& parts) {
  std::vector<std::pair<double, std::int64_t>> distances;
  std::vector<std::int64_t> all(static_cast<std::size_t>(bins.rows()));
  std::iota(all.begin(), all.end(), 0);
  const Rows deviations = deviations_of(bins, all);
  const Rows shapes = shorten_rows(deviations, softness_of(deviations));
  for (const Part& part : parts) {
    Eigen::RowVectorXd mean = Eigen::RowVectorXd::Zero(shapes.cols());
    for (const std::int64_t image : part.images) mean += shapes.row(image);
    mean /= static_cast<double>(part.images.size());
    for (const std::int64_t image : part.images)
      distances.emplace_back((shapes.row(image) - mean).norm(), image);
  }
  std::sort(distances.begin(), distances.end());
  std::vector<std::int64_t> order;
  order.reserve(distances.size());
  for (const auto& [distance, image] : distances) order.push_back(image);
  return order;
}

}  // namespace

Clustering find_clusters(const CoarseGrid& grid, const ValueRows& rows,
                         std::span<const std::int64_t> persons, std::uint64_t seed) {
  CSM_EXPECT(rows.n_rows() == std::ssize(persons) && rows.n_rows() > 0);
  const Rows bins = bin_rows(grid, rows);
  std::vector<std::int64_t> all(persons.size());
  std::iota(all.begin(), all.end(), 0);

  // Sets wait to be asked, each with the p of the set that it is a part of.
  struct Waiting {
    std::vector<std::int64_t> images;
    double p = 0;
    double stability = 1;
  };
  std::vector<Waiting> waiting;
  waiting.push_back({.images = std::move(all)});
  std::vector<Part> parts;
  Clustering found;
  for (std::size_t next = 0; next < waiting.size(); ++next) {
    const Waiting asked = waiting[next];
    ImageSet set(bins, asked.images, persons);
    ClusterSplit split{.n_images = set.n_images(), .p = 1};
    if (set.n_persons() >= least_persons_of_clusters) {
      const std::uint64_t own_seed = seed_of(seed, "set " + std::to_string(next));
      set.split(own_seed);
      split = set.test(own_seed);
      const double n_all = static_cast<double>(rows.n_rows());
      split.p = std::min(1.0, split.p * n_all / static_cast<double>(set.n_images()));
      split.p = std::max(split.p, asked.p);
      const std::vector<std::int64_t> first = set.part(false);
      const std::vector<std::int64_t> second = set.part(true);
      // Parts that lack other places tell nothing of kinds.
      if (differ_in_what_is_known(bins, first, second)) split.p = 1;
      split.is_split = split.p <= significance_level && !first.empty() && !second.empty();
      found.splits.push_back(split);
    }
    if (split.is_split) {
      for (const bool second : {false, true})
        waiting.push_back({.images = set.part(second), .p = split.p, .stability = split.stability});
    } else {
      parts.push_back({.images = asked.images, .stability = asked.stability});
    }
  }

  // The largest cluster first.
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Part& a, const Part& b) { return a.images.size() > b.images.size(); });
  found.n_clusters = static_cast<std::int32_t>(parts.size());
  found.cluster_of.resize(persons.size());
  for (std::size_t part = 0; part < parts.size(); ++part) {
    found.stability.push_back(parts[part].stability);
    for (const std::int64_t image : parts[part].images)
      found.cluster_of[static_cast<std::size_t>(image)] = static_cast<std::int32_t>(part);
  }
  found.middle = order_by_distance(bins, parts);
  return found;
}

}  // namespace csm
