#include "csm/inference/labelled_sums.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "csm/core/error.h"

namespace csm {
namespace {

constexpr int n_kinds = 3;
/// Units that are added up at once: their double precision copies stay in a few megabytes.
constexpr std::int64_t units_at_once = 64;

}  // namespace

LabelledSums::LabelledSums(std::int64_t n_labellings, std::int64_t n_groups, ValueUnits units)
    : n_groups_(n_groups),
      units_(std::move(units)),
      n_values_(std::ssize(*units_)),
      sums_(static_cast<std::size_t>(n_labellings * n_groups * n_kinds * n_values_), 0) {}

std::size_t LabelledSums::offset(std::int64_t labelling, std::int64_t group, int kind) const {
  return static_cast<std::size_t>(((labelling * n_groups_ + group) * n_kinds + kind) * n_values_);
}

GroupSums LabelledSums::of(std::int64_t labelling, std::int64_t group) const {
  const auto part = [&](int kind) {
    return std::span(sums_).subspan(offset(labelling, group, kind),
                                    static_cast<std::size_t>(n_values_));
  };
  return {.value = part(0), .square = part(1), .count = part(2), .unit = *units_};
}

UnitMatrix::UnitMatrix(const ValueRows& rows, std::vector<double> units)
    : n_units_(rows.n_rows()),
      n_values_(rows.n_values),
      units_(std::make_shared<const std::vector<double>>(std::move(units))) {
  CSM_EXPECT(std::ssize(*units_) == n_values_);
  constexpr double largest_whole = 0x1.0p24;  // a float holds no more
  values_.reserve(rows.values.size());
  bool all_known = true;
  for (std::size_t i = 0; i < rows.values.size(); ++i) {
    const double value = rows.values[i];
    const double unit = (*units_)[i % units_->size()];
    all_known = all_known && !std::isnan(value);
    const double whole = std::isnan(value) ? 0 : std::nearbyint(value / unit);
    CSM_EXPECT(std::abs(whole) <= largest_whole);
    values_.push_back(static_cast<float>(whole));
  }
  if (all_known) return;
  known_.reserve(rows.values.size());
  for (const float value : rows.values) known_.push_back(std::isnan(value) ? 0.0F : 1.0F);
}

LabelledSums UnitMatrix::sums(std::span<const std::int8_t> weights, std::int64_t n_labellings,
                              std::int64_t n_groups) const {
  CSM_EXPECT(std::ssize(weights) == n_labellings * n_groups * n_units_);
  const std::int64_t n_rows = n_labellings * n_groups;
  const auto in_double = torch::TensorOptions().dtype(torch::kDouble);
  const auto in_float = torch::TensorOptions().dtype(torch::kFloat);

  // Whole numbers below 2^53 throughout: the order of the additions does not matter.
  torch::Tensor all = torch::zeros({n_rows, n_kinds, n_values_}, in_double);
  torch::Tensor value = all.select(1, 0);
  torch::Tensor square = all.select(1, 1);
  torch::Tensor count = all.select(1, 2);
  const torch::Tensor all_weights =
      torch::from_blob(const_cast<std::int8_t*>(weights.data()), {n_rows, n_units_}, torch::kInt8)
          .to(torch::kDouble);
  for (std::int64_t first = 0; first < n_units_; first += units_at_once) {
    const std::int64_t n = std::min(units_at_once, n_units_ - first);
    const auto rows_from = [&](const std::vector<float>& rows) {
      return torch::from_blob(const_cast<float*>(rows.data() + first * n_values_), {n, n_values_},
                              in_float)
          .to(torch::kDouble);
    };
    const torch::Tensor part = all_weights.narrow(1, first, n).contiguous();
    const torch::Tensor magnitude = part.abs();
    const torch::Tensor values = rows_from(values_);
    value.addmm_(part, values);
    square.addmm_(magnitude, values * values);
    if (known_.empty())
      count += magnitude.sum(1, true);
    else
      count.addmm_(magnitude, rows_from(known_));
  }

  LabelledSums result(n_labellings, n_groups, units_);
  torch::from_blob(result.sums_.data(), all.sizes(), torch::kLong).copy_(all);
  return result;
}

}  // namespace csm
