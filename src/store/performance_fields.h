#pragma once
#include <tuple>

#include "csm/inference/findings.h"
#include "write_fields.h"

namespace csm {

/// A number of a share of a group: its cases, the share, or an end of its interval.
template <auto share, auto part>
auto part_of(const GroupPerformance& group) {
  return group.*share.*part;
}

/// The columns of a table of groups: how well the model does on each.
inline constexpr auto performance_fields = std::tuple{
    field(&GroupPerformance::name, "name", "", "group"),
    field(&GroupPerformance::n_images, "n_images", "1", "images of the group with a map"),
    field(&GroupPerformance::n_persons, "n_persons", "1", "persons that they show"),
    field(&GroupPerformance::mean_confidence, "mean_confidence", "{confidence_unit}",
          "mean {confidence} of the clean images, a person counting once"),
    field(&GroupPerformance::confidence_error, "confidence_error", "{confidence_unit}",
          "its standard error between persons"),
    field(&part_of<&GroupPerformance::accuracy, &GroupShare::n>, "n_labelled", "1",
          "images with a label that names a class"),
    field(&part_of<&GroupPerformance::accuracy, &GroupShare::share>, "accuracy", "1",
          "share of them that is decided rightly"),
    field(&part_of<&GroupPerformance::accuracy, &GroupShare::low>, "accuracy_low", "1",
          "lower end of its 95 % interval (Wilson, by persons)"),
    field(&part_of<&GroupPerformance::accuracy, &GroupShare::high>, "accuracy_high", "1",
          "upper end of its 95 % interval (Wilson, by persons)"),
    field(&part_of<&GroupPerformance::false_match, &GroupShare::n>, "n_different", "1",
          "pairs of two persons"),
    field(&part_of<&GroupPerformance::false_match, &GroupShare::share>, "false_match_rate", "1",
          "FMR: share of them that is taken for one person"),
    field(&part_of<&GroupPerformance::false_match, &GroupShare::low>, "false_match_rate_low", "1",
          "lower end of its 95 % interval (Wilson, by persons)"),
    field(&part_of<&GroupPerformance::false_match, &GroupShare::high>, "false_match_rate_high", "1",
          "upper end of its 95 % interval (Wilson, by persons)"),
    field(&part_of<&GroupPerformance::false_non_match, &GroupShare::n>, "n_same", "1",
          "pairs of one person"),
    field(&part_of<&GroupPerformance::false_non_match, &GroupShare::share>, "false_non_match_rate",
          "1", "FNMR: share of them that is taken for two persons"),
    field(&part_of<&GroupPerformance::false_non_match, &GroupShare::low>,
          "false_non_match_rate_low", "1", "lower end of its 95 % interval (Wilson, by persons)"),
    field(&part_of<&GroupPerformance::false_non_match, &GroupShare::high>,
          "false_non_match_rate_high", "1", "upper end of its 95 % interval (Wilson, by persons)"),
};

/// The same with what a group of a column has beside: the images that have no map.
inline constexpr auto finding_performance_fields = std::tuple_cat(
    performance_fields,
    std::tuple{field(&GroupPerformance::n_left_out, "n_left_out", "1",
                     "images of the group without a map, which are in no other number")});

}  // namespace csm
