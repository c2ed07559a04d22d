#include "csm/inference/confounds.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "csm/core/random.h"
#include "csm/core/text.h"
#include "csm/inference/findings.h"
#include "number_text.h"

namespace csm {
namespace {

/// Values as categories: few values as they are, many numbers as the thirds that they lie in; empty
/// if they are many names. Unknown values stay empty.
std::vector<std::string> categories_of(std::span<const std::string> values) {
  std::set<std::string> distinct(values.begin(), values.end());
  distinct.erase("");
  if (distinct.size() <= most_values_of_enrichment) return {values.begin(), values.end()};

  std::vector<double> numbers;
  for (const std::string& value : values) {
    if (value.empty()) continue;
    const std::optional<double> number = parse_number(value);
    if (!number) return {};
    numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  const double low = numbers[numbers.size() / 3], high = numbers[numbers.size() * 2 / 3];
  std::vector<std::string> thirds;
  thirds.reserve(values.size());
  for (const std::string& value : values) {
    const std::optional<double> number = parse_number(value);
    thirds.emplace_back(!number ? "" : *number < low ? "low" : *number < high ? "middle" : "high");
  }
  return thirds;
}

/// Cases by two categories, of those where both are known.
Grid<std::int64_t> count_cases(std::span<const std::string> first,
                               std::span<const std::string> second) {
  std::map<std::string, int> row_of, column_of;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i].empty() || second[i].empty()) continue;
    row_of.emplace(first[i], static_cast<int>(row_of.size()));
    column_of.emplace(second[i], static_cast<int>(column_of.size()));
  }
  Grid<std::int64_t> counts(static_cast<int>(row_of.size()), static_cast<int>(column_of.size()));
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (!first[i].empty() && !second[i].empty())
      counts(row_of.at(first[i]), column_of.at(second[i])) += 1;
  }
  return counts;
}

/// The sums of the rows and of the columns.
std::pair<std::vector<double>, std::vector<double>> margins(const Grid<std::int64_t>& counts) {
  std::vector<double> rows(static_cast<std::size_t>(counts.height()));
  std::vector<double> columns(static_cast<std::size_t>(counts.width()));
  for (int y = 0; y < counts.height(); ++y) {
    for (int x = 0; x < counts.width(); ++x) {
      const auto n = static_cast<double>(counts(y, x));
      rows[static_cast<std::size_t>(y)] += n;
      columns[static_cast<std::size_t>(x)] += n;
    }
  }
  return {rows, columns};
}

double n_cases(const Grid<std::int64_t>& counts) {
  return static_cast<double>(
      std::accumulate(counts.values().begin(), counts.values().end(), std::int64_t{0}));
}

/// Pearson's chi-square of a table against that of its margins.
double chi_square(const Grid<std::int64_t>& counts) {
  const auto [rows, columns] = margins(counts);
  const double n = n_cases(counts);
  double sum = 0;
  for (int y = 0; y < counts.height(); ++y) {
    for (int x = 0; x < counts.width(); ++x) {
      const double expected =
          rows[static_cast<std::size_t>(y)] * columns[static_cast<std::size_t>(x)] / n;
      if (expected > 0) sum += std::pow(static_cast<double>(counts(y, x)) - expected, 2) / expected;
    }
  }
  return sum;
}

constexpr double most_cases_to_draw = 10'000;

/// The fewest cases that a cell has if nothing goes together.
double fewest_expected(const Grid<std::int64_t>& counts) {
  const auto [rows, columns] = margins(counts);
  return *std::min_element(rows.begin(), rows.end()) *
         *std::min_element(columns.begin(), columns.end()) / n_cases(counts);
}

/// The share of random tables with the same margins, the table among them, whose chi-square is as
/// large.
double p_of_random_tables(const Grid<std::int64_t>& counts) {
  constexpr int n_tables = 999;
  constexpr double rounding = 1e-9;
  const double observed = chi_square(counts);
  std::vector<int> row_of_case, column_of_case;
  for (int y = 0; y < counts.height(); ++y) {
    for (int x = 0; x < counts.width(); ++x) {
      const auto n = static_cast<std::size_t>(counts(y, x));
      row_of_case.insert(row_of_case.end(), n, y);
      column_of_case.insert(column_of_case.end(), n, x);
    }
  }

  SplitMix64 random(1);
  int n_as_large = 1;
  for (int table = 0; table < n_tables; ++table) {
    for (std::size_t i = column_of_case.size(); i > 1; --i)
      std::swap(column_of_case[i - 1], column_of_case[random.below(i)]);
    Grid<std::int64_t> drawn(counts.height(), counts.width());
    for (std::size_t i = 0; i < row_of_case.size(); ++i)
      drawn(row_of_case[i], column_of_case[i]) += 1;
    if (chi_square(drawn) >= observed * (1 - rounding)) n_as_large += 1;
  }
  return n_as_large / (n_tables + 1.0);
}

/// Whether all cases of a stratum have one category, as far as it is known.
bool is_decided_by(std::span<const std::string> strata, std::span<const std::string> categories) {
  std::map<std::string, std::string> category_of;
  for (std::size_t i = 0; i < strata.size(); ++i) {
    if (categories[i].empty()) continue;
    if (category_of.emplace(strata[i], categories[i]).first->second != categories[i]) return false;
  }
  return true;
}

/// Whether each row and each column has one cell with cases.
bool is_one_to_one(const Grid<std::int64_t>& counts) {
  const auto n_filled = std::count_if(counts.values().begin(), counts.values().end(),
                                      [](std::int64_t n) { return n > 0; });
  return counts.height() == counts.width() && n_filled == counts.height();
}

}  // namespace

double cramers_v(const Grid<std::int64_t>& counts) {
  const double n = n_cases(counts);
  if (n < 2) return 0;
  const auto n_rows = static_cast<double>(counts.height());
  const auto n_columns = static_cast<double>(counts.width());
  const double phi_square =
      std::max(0.0, chi_square(counts) / n - (n_rows - 1) * (n_columns - 1) / (n - 1));
  const double fewest = std::min(n_rows - (n_rows - 1) * (n_rows - 1) / (n - 1),
                                 n_columns - (n_columns - 1) * (n_columns - 1) / (n - 1));
  return fewest > 1 ? std::min(1.0, std::sqrt(phi_square / (fewest - 1))) : 0;
}

double independence_p(const Grid<std::int64_t>& counts) {
  const double freedom = (counts.height() - 1.0) * (counts.width() - 1.0);
  const double n = n_cases(counts);
  if (freedom < 1 || n < 2) return 1;
  if (n <= most_cases_to_draw && fewest_expected(counts) < 5) return p_of_random_tables(counts);
  const boost::math::chi_squared distribution(freedom);
  return boost::math::cdf(boost::math::complement(distribution, chi_square(counts)));
}

ConfoundSearch::ConfoundSearch(std::span<const std::string> groups,
                               std::span<const std::string> persons,
                               std::span<const std::string> strata) {
  // The strata that compare groups.
  std::map<std::string, std::set<std::string>> groups_of_stratum;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!groups[i].empty()) groups_of_stratum[strata[i]].insert(groups[i]);
  }
  const bool is_held = std::any_of(strata.begin(), strata.end(),
                                   [](const std::string& stratum) { return !stratum.empty(); });
  const auto compares = [&](const std::string& stratum) {
    return !is_held || (!stratum.empty() && groups_of_stratum.at(stratum).size() > 1);
  };

  std::set<std::pair<std::string, std::string>> seen;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i].empty() || !compares(strata[i])) continue;
    if (persons[i].empty() || seen.emplace(persons[i], groups[i]).second) chosen_.push_back(i);
  }
  group_of_ = take(groups);
  if (is_held) stratum_of_ = take(strata);
}

std::vector<std::string> ConfoundSearch::take(std::span<const std::string> values) const {
  std::vector<std::string> taken;
  taken.reserve(chosen_.size());
  for (const std::size_t i : chosen_) taken.push_back(values[i]);
  return taken;
}

void ConfoundSearch::look_at(const NamedColumn& column) {
  const std::vector<std::string> categories = categories_of(take(column.values));
  if (categories.empty()) return;
  if (!stratum_of_.empty() && is_decided_by(stratum_of_, categories)) return;
  const Grid<std::int64_t> counts = count_cases(group_of_, categories);
  if (n_cases(counts) < static_cast<double>(fewest_of_confounds)) return;
  const double v = cramers_v(counts);
  looked_at_.push_back({.column = column.name,
                        .cramers_v = v,
                        .p = v < least_confound ? 1 : independence_p(counts),
                        .names_the_groups = is_one_to_one(counts)});
}

std::vector<Confound> ConfoundSearch::found() const {
  std::vector<double> p;
  p.reserve(looked_at_.size());
  for (const Confound& confound : looked_at_) p.push_back(confound.p);
  p = holm(p);
  std::vector<Confound> found;
  for (std::size_t i = 0; i < looked_at_.size(); ++i) {
    if (p[i] <= significance_level && looked_at_[i].cramers_v >= least_confound)
      found.push_back(looked_at_[i]);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Confound& a, const Confound& b) { return a.cramers_v > b.cramers_v; });
  return found;
}

std::string describe_confounds(const std::string& column, std::span<const Confound> confounds,
                               bool within_persons) {
  std::vector<std::string> inseparable, others;
  for (const Confound& confound : confounds) {
    if (confound.names_the_groups)
      inseparable.push_back("'" + confound.column + "'");
    else
      others.push_back("'" + confound.column + "' (" + format_number(confound.cramers_v) + ")");
  }
  std::string text;
  if (!others.empty()) {
    text = "Groups of '" + column +
           "' differ in other columns too, from which a difference of their maps may come: " +
           list_first(std::move(others)) + " (Cramér's V: 0 unrelated, 1 the same).";
    if (!within_persons)
      text += " --permute-within COLUMN holds one of them fixed; make bands of numbers first.";
  }
  if (!inseparable.empty()) {
    text += (text.empty() ? "'" : " '") + column + "' has the same groups as " +
            list_first(std::move(inseparable)) +
            ": if they do not mean the same, these images cannot tell them apart.";
  }
  return text;
}

}  // namespace csm
