#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "csm/core/grid.h"
#include "csm/inference/enrichment.h"

namespace csm {

/// How closely two columns go together: Cramér's V without what chance adds to it [Bergsma 2013,
/// J. Korean Stat. Soc. 42, Eq. 6], from 0 to 1; 0 if one of them has one value only.
/// @param counts (values of one x values of the other) cases
double cramers_v(const Grid<std::int64_t>& counts);

/// A column in which groups differ, so that a difference of their maps may come from it.
struct Confound {
  std::string column;
  double cramers_v = 0;
  double p = 0;                   ///< independence_p, if it matters
  bool names_the_groups = false;  ///< each value is in one group, each group has one value
};

inline constexpr double least_confound = 0.3;  ///< "medium" [Cohen 1988, table 7.2.3]
inline constexpr std::int64_t fewest_of_confounds = 20;

/// The p value of Pearson's chi-square test that two columns have nothing to do with each other; 1
/// if one of them has one value only. Where fewer than five cases are expected in a cell, by 999
/// random tables with the same margins (of up to 10,000 cases). @param counts as above
double independence_p(const Grid<std::int64_t>& counts);

/// Finds the columns that go together with the groups at `least_confound` or more and not by
/// chance: p <= .05 over all columns by Holm. It looks at one after the other: all columns of a
/// large data set as texts take much memory. What is held fixed holds those columns fixed too that
/// have one value in each stratum.
class ConfoundSearch {
 public:
  /// @param groups (n_images) empty: in no group
  /// @param persons (n_images) images of one person in one group count once; empty: of nobody
  /// else's
  /// @param strata (n_images) what is held fixed; those of one group do not count, nor images
  /// without one. All empty: nothing is
  ConfoundSearch(std::span<const std::string> groups, std::span<const std::string> persons,
                 std::span<const std::string> strata);

  /// A column of numbers with many values counts in thirds; names with many values are left out.
  void look_at(const NamedColumn& column);

  /// The closest first.
  std::vector<Confound> found() const;

 private:
  std::vector<std::string> take(std::span<const std::string> values) const;

  std::vector<std::size_t> chosen_;  ///< the first image of each person in a group
  std::vector<std::string> group_of_;
  std::vector<std::string> stratum_of_;
  std::vector<Confound> looked_at_;
};

/// "Groups of 'sex' differ in other columns too: ...", with what to do; empty without confounds.
/// @param within_persons the groups are compared within persons (--pair-by)
std::string describe_confounds(const std::string& column, std::span<const Confound> confounds,
                               bool within_persons);

}  // namespace csm
