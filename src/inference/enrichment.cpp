#include "csm/inference/enrichment.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "csm/core/error.h"

namespace csm {
namespace {

double log_choose(std::int64_t n, std::int64_t k) {
  const auto log_factorial = [](std::int64_t m) { return std::lgamma(static_cast<double>(m) + 1); };
  return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

/// Persons with a value of a column, by cluster.
using Counts = std::vector<std::int64_t>;

Counts& operator+=(Counts& sum, const Counts& more) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += more[i];
  return sum;
}

std::int64_t total(const Counts& counts) {
  std::int64_t sum = 0;
  for (const std::int64_t n : counts) sum += n;
  return sum;
}

double share(std::int64_t n, std::int64_t of) {
  return of == 0 ? 0 : static_cast<double>(n) / static_cast<double>(of);
}

}  // namespace

double enrichment_p(std::int64_t n_all, std::int64_t n_marked, std::int64_t n_drawn,
                    std::int64_t n_hits) {
  CSM_EXPECT(n_hits <= n_drawn && n_hits <= n_marked && n_marked <= n_all && n_drawn <= n_all);
  double p = 0;
  const std::int64_t least = std::max(n_hits, n_drawn + n_marked - n_all);
  for (std::int64_t hits = least; hits <= std::min(n_drawn, n_marked); ++hits) {
    p += std::exp(log_choose(n_marked, hits) + log_choose(n_all - n_marked, n_drawn - hits) -
                  log_choose(n_all, n_drawn));
  }
  return std::min(p, 1.0);
}

std::vector<std::vector<ClusterExcess>> find_excesses(std::span<const NamedColumn> columns,
                                                      std::span<const std::int32_t> cluster_of,
                                                      const std::vector<bool>& is_counted,
                                                      std::int32_t n_clusters) {
  struct Asked {
    std::size_t cluster = 0;
    ClusterExcess excess;
  };
  std::vector<Asked> asked;
  std::vector<double> p;
  const auto n = static_cast<std::size_t>(n_clusters);
  for (const NamedColumn& column : columns) {
    std::map<std::string, Counts> of_value;
    for (std::size_t image = 0; image < column.values.size(); ++image) {
      if (!is_counted[image] || column.values[image].empty()) continue;
      Counts& counts = of_value.try_emplace(column.values[image], n).first->second;
      counts[static_cast<std::size_t>(cluster_of[image])] += 1;
    }
    if (of_value.size() < 2 || of_value.size() > most_values_of_enrichment) continue;
    Counts all(n);
    for (const auto& [value, counts] : of_value) all += counts;

    for (const auto& [value, counts] : of_value) {
      for (std::size_t cluster = 0; cluster < n; ++cluster) {
        const double chance =
            enrichment_p(total(all), total(counts), all[cluster], counts[cluster]);
        p.push_back(chance);
        asked.push_back({.cluster = cluster,
                         .excess = {.column = column.name,
                                    .value = value,
                                    .share_inside = share(counts[cluster], all[cluster]),
                                    .share_outside = share(total(counts) - counts[cluster],
                                                           total(all) - all[cluster]),
                                    .p = chance}});
      }
    }
  }

  // What holds after correction.
  const std::vector<double> q = false_discovery_rates(p);
  std::vector<std::vector<ClusterExcess>> found(n);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    asked[i].excess.q = q[i];
    if (q[i] <= significance_level) found[asked[i].cluster].push_back(asked[i].excess);
  }
  for (std::vector<ClusterExcess>& excesses : found)
    std::stable_sort(excesses.begin(), excesses.end(),
                     [](const ClusterExcess& a, const ClusterExcess& b) { return a.p < b.p; });
  return found;
}

}  // namespace csm
