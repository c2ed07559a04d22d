#include "csm/inference/concentration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>

#include "csm/core/random.h"
#include "csm/inference/student.h"
#include "test_statistics.h"

namespace csm {
namespace {

constexpr std::int64_t n_concentration_halvings = 4;
constexpr std::int64_t n_groups = 20;  // of the jackknife

/// Where the sums of the places of a curve end: at the top_part, the area, all.
using CurveNumbers = std::array<double, 3>;

/// The unbiased square of the mean of each place; 0 where two have no value.
/// @param units of the places
std::vector<double> squares_of(std::span<const WholeMoments> places,
                               std::span<const double> units) {
  std::vector<double> squares;
  squares.reserve(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto n = static_cast<double>(places[i].count);
    const auto sum = static_cast<double>(places[i].value);
    const double square = sum * sum - static_cast<double>(places[i].square);
    squares.push_back(places[i].count < 2 ? 0 : square * units[i] * units[i] / (n * (n - 1)));
  }
  return squares;
}

/// The Lorenz curve of values over places, the places with the largest `chosen_by` first.
/// @param pixels of each place
CurveNumbers curve_of(std::span<const double> values, std::span<const double> chosen_by,
                      std::span<const double> pixels) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return chosen_by[a] > chosen_by[b]; });
  const double all_pixels = std::accumulate(pixels.begin(), pixels.end(), 0.0);
  double at = 0;
  double sum = 0;
  double top = 0;
  double area = 0;
  for (const std::size_t place : order) {
    const double width = pixels[place] / all_pixels;
    const double more = values[place] * pixels[place];
    // The place that the top part ends in counts in part.
    top += more * std::clamp((top_part - at) / width, 0.0, 1.0);
    area += width * (sum + more / 2);
    sum += more;
    at += width;
  }
  return {top, 2 * area - sum, sum};
}

std::vector<WholeMoments> moments_of_places(const GroupSums& sums, std::size_t n_places) {
  std::vector<WholeMoments> places;
  places.reserve(n_places);
  for (std::size_t i = 0; i < n_places; ++i) places.push_back(whole_moments(sums, i));
  return places;
}

/// A measure and its standard error by the jackknife. ratios: of all persons, then without each
/// group.
struct Jackknifed {
  double value = 0;
  double error = 0;
};

Jackknifed jackknife(const std::array<double, n_groups + 1>& ratios) {
  const auto n = static_cast<double>(n_groups);
  const double mean = std::accumulate(ratios.begin() + 1, ratios.end(), 0.0) / n;
  double squares = 0;
  for (std::size_t i = 1; i < ratios.size(); ++i) squares += std::pow(ratios[i] - mean, 2);
  return {.value = ratios[0], .error = std::sqrt((n - 1) / n * squares)};
}

}  // namespace

ConcentrationSplits::ConcentrationSplits(const CoarseGrid& grid, std::int64_t n_units,
                                         std::uint64_t seed)
    : grid_(grid), n_units_(n_units), seed_(seed) {}

std::int64_t ConcentrationSplits::n_weightings() const {
  return n_units_ < n_groups ? 0 : (n_groups + 1) * n_concentration_halvings;
}

std::vector<std::int8_t> ConcentrationSplits::weights(
    std::int64_t first, std::int64_t n, std::span<const std::int64_t> own_units) const {
  // Who is in which group of the jackknife, and which half of each halving.
  const auto place_in = [&](const std::string& name) {
    return seeded_permutation(n_units_, seed_of(seed_, name));
  };
  const std::vector<std::int64_t> groups = place_in("concentration groups");
  std::vector<std::int8_t> weights;
  weights.reserve(static_cast<std::size_t>(n * n_halves) * own_units.size());
  for (std::int64_t weighting = first; weighting < first + n; ++weighting) {
    const std::int64_t left_out = weighting / n_concentration_halvings - 1;  // -1: nobody
    const std::vector<std::int64_t> halves =
        place_in("concentration halving " + std::to_string(weighting % n_concentration_halvings));
    for (std::int64_t half = 0; half < n_halves; ++half) {
      for (const std::int64_t unit : own_units) {
        const auto i = static_cast<std::size_t>(unit);
        const bool counts = groups[i] % n_groups != left_out && halves[i] % n_halves == half;
        weights.push_back(counts ? 1 : 0);
      }
    }
  }
  return weights;
}

std::vector<double> ConcentrationSplits::numbers(const LabelledSums& sums, std::int64_t n) const {
  const auto n_places = static_cast<std::size_t>(grid_.n_places());
  std::vector<double> numbers;
  numbers.reserve(static_cast<std::size_t>(n * n_numbers));
  for (std::int64_t weighting = 0; weighting < n; ++weighting) {
    const std::vector<WholeMoments> one = moments_of_places(sums.of(weighting, 0), n_places);
    const std::vector<WholeMoments> other = moments_of_places(sums.of(weighting, 1), n_places);
    std::vector<WholeMoments> both;
    both.reserve(n_places);
    for (std::size_t i = 0; i < n_places; ++i)
      both.push_back({.value = one[i].value + other[i].value,
                      .square = one[i].square + other[i].square,
                      .count = one[i].count + other[i].count});
    const std::span<const double> units = sums.of(weighting, 0).unit;
    const std::vector<double> squares[] = {squares_of(one, units), squares_of(other, units),
                                           squares_of(both, units)};

    const std::span<const double> pixels = grid_.face_pixels();
    const CurveNumbers crossed = curve_of(squares[1], squares[0], pixels);
    const CurveNumbers back = curve_of(squares[0], squares[1], pixels);
    for (std::size_t i = 0; i < crossed.size(); ++i) numbers.push_back((crossed[i] + back[i]) / 2);
    const CurveNumbers own = curve_of(squares[2], squares[2], pixels);
    numbers.insert(numbers.end(), own.begin(), own.end());
  }
  return numbers;
}

Concentration ConcentrationSplits::concentration(std::span<const double> numbers) const {
  // Each measure is a ratio to all, of the mean over the halvings.
  const auto ratio = [&](std::size_t without, std::size_t chosen_by, std::size_t measure) {
    double part = 0;
    double all = 0;
    for (std::size_t halving = 0; halving < n_concentration_halvings; ++halving) {
      const std::size_t row =
          (without * n_concentration_halvings + halving) * n_numbers + 3 * chosen_by;
      part += numbers[row + measure];
      all += numbers[row + 2];
    }
    return part / all;
  };
  const double bound = interval_factor(static_cast<double>(n_groups));
  const auto measure_of = [&](std::size_t measure) {
    std::array<Jackknifed, 2> found;
    for (std::size_t chosen_by = 0; chosen_by < 2; ++chosen_by) {
      std::array<double, n_groups + 1> ratios{};
      for (std::size_t without = 0; without < ratios.size(); ++without)
        ratios[without] = ratio(without, chosen_by, measure);
      found[chosen_by] = jackknife(ratios);
    }
    const double low = found[0].value - bound * found[0].error;
    const double high = found[1].value + bound * found[1].error;
    if (!std::isfinite(low) || !std::isfinite(high)) return IntervalOfMeasure{};
    return IntervalOfMeasure{.value = std::clamp((found[0].value + found[1].value) / 2, 0.0, 1.0),
                             .low = std::clamp(low, 0.0, 1.0),
                             .high = std::clamp(high, 0.0, 1.0)};
  };
  return {.top_share = measure_of(0), .gini = measure_of(1)};
}

}  // namespace csm
