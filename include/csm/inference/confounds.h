#pragma once
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
  bool names_the_groups = false;  ///< each value is in one group, each group has one value
};

inline constexpr double least_confound = 0.3;  ///< "medium" [Cohen 1988, table 7.2.3]
inline constexpr std::int64_t fewest_of_confounds = 20;

/// The columns that go together with the groups at `least_confound` or more, the closest first.
/// A column of numbers with many values counts in thirds; names with many values are left out.
/// @param groups (n_images) empty: in no group
/// @param persons (n_images) images of one person in one group count once; empty: of nobody else's
std::vector<Confound> find_confounds(std::span<const std::string> groups,
                                     std::span<const std::string> persons,
                                     std::span<const NamedColumn> columns);

/// "Groups of 'sex' differ in other columns too: ...", with what to do; empty without confounds.
/// @param within_persons the groups are compared within persons (--pair-by)
std::string describe_confounds(const std::string& column, std::span<const Confound> confounds,
                               bool within_persons);

}  // namespace csm
