#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "csm/core/enum_names.h"

namespace csm {

/// What is exchanged to find out what chance alone would give. labels: the groups of persons;
/// signs: the two conditions of one person, so the sign of the person's difference.
enum class Exchange { labels, signs };

constexpr auto enum_names(Exchange) {
  return std::to_array<EnumName<Exchange>>(
      {{Exchange::labels, "labels"}, {Exchange::signs, "signs"}});
}

/// One image with a map, as a test sees it.
struct DesignImage {
  std::string group;    ///< empty: in no group
  std::string person;   ///< images of one person are never exchanged apart; empty: a person alone
  std::string stratum;  ///< of --permute-within; empty: unknown
};

/// What is exchanged: a person, with the images that the test uses.
struct DesignUnit {
  std::int32_t group = 0;  ///< of labels: index of the person's group; of signs: 0
  std::int32_t stratum = 0;
  /// The person's images of each group that the test compares, as indices into the images: of
  /// labels only those of its own group are not empty. (n_groups)
  std::vector<std::vector<std::int64_t>> images_of_group;
};

/// How groups are compared: which images count, and what would have been as likely by chance.
struct GroupDesign {
  Exchange exchange = Exchange::labels;
  std::vector<std::string> groups;  ///< names, two or more
  std::vector<DesignUnit> units;    ///< persons, by their first image
  std::int32_t n_strata = 1;
  double smallest_p = 0;             ///< one by the number of exchanges that can differ
  std::vector<std::string> remarks;  ///< sentences: whom the test leaves out, and why

  /// Persons of each group; of signs all of them in both. (n_groups)
  std::vector<std::int64_t> n_units_of_group() const;
};

/// Whether only values within one person are compared: --pair-by.
enum class Pairing { automatic, within_persons };

/// Makes the design of a comparison. Without a person in two groups the persons' labels are
/// exchanged; with at least half of the persons in both of two groups, or if asked for, their
/// signs, and persons in one group only are left out. With fewer, the persons in several groups are
/// left out.
/// @param groups the names to compare; images of other groups do not count
/// @param stratum_column for messages; empty: no strata
/// Errors: InputError if it cannot show anything: a group of fewer than two persons, fewer than 20
/// ways to exchange that can differ (p could not reach .05), a person in two strata.
GroupDesign make_design(std::span<const DesignImage> images, std::span<const std::string> groups,
                        const std::string& stratum_column, Pairing pairing);

/// The persons of all images that are in a group, as one group.
GroupDesign one_group(std::span<const DesignImage> images);

/// The labelling number p of a design: for labels the group of each unit, for signs 1 or -1.
/// Number 0 is the observed one; the others are random, each a function of the seed and p only.
/// Labels change places within their stratum. (n_units)
std::vector<std::int8_t> labelling(const GroupDesign& design, std::int64_t p, std::uint64_t seed);

}  // namespace csm
