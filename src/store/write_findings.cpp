#include <set>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/enum_names.h"
#include "performance_fields.h"
#include "pixel_axes.h"
#include "write_fields.h"
#include "write_parts.h"

namespace csm {
namespace {

constexpr auto column_fields = std::tuple{
    field(&ColumnFindings::column, "column", "", "column whose values are the groups"),
    field(&ColumnFindings::exchange_by, "exchange_by", "",
          "column of the persons who were exchanged, or image"),
    field(&ColumnFindings::permute_within, "permute_within", "",
          "column within whose values persons were exchanged; empty: all"),
    field(&ColumnFindings::omnibus_p, "omnibus_p", "1",
          "p of the largest Welch's F over the face, of three groups or more; else 1"),
    field(&ColumnFindings::omnibus_p_holm, "omnibus_p_holm", "1",
          "omnibus_p corrected for all comparisons of the file"),
    field(&ColumnFindings::sentences, "sentences", "", "what holds, for a reader")
        .with_axes("sentence"),
    field(&ColumnFindings::remarks, "remarks", "",
          "what was not tested, and how the tests exchange")
        .with_axes("remark"),
};

std::vector<std::string> names_of_pair(const PairFinding& pair) {
  return {pair.first, pair.second};
}
std::string exchange_name(const PairFinding& pair) { return std::string(enum_name(pair.exchange)); }
std::vector<std::int64_t> persons_of_pair(const PairFinding& pair) {
  return {pair.n_first, pair.n_second};
}

constexpr auto pair_fields = std::tuple{
    field(&PairFinding::difference, "difference", "{map_unit}",
          "first less second, means over persons"),
    field(&PairFinding::standard_error, "difference_errors", "{map_unit}",
          "standard error between persons"),
    field(&PairFinding::half_width, "half_width", "{map_unit}",
          "difference +- half_width is a simultaneous 95 % band"),
    field(&PairFinding::t, "t", "1", "Welch's t; within persons Student's t"),
    field(&PairFinding::z, "z", "1",
          "standard normal value that is as rare as t at its degrees of freedom"),
    field(&PairFinding::p_fwe, "p_fwe", "1", "p of |z|, corrected for all places (largest |z|)"),
    field(&PairFinding::enhanced, "tfce", "1", "threshold-free cluster enhancement of z, E 1, H 2"),
    field(&PairFinding::p_tfce, "p_tfce", "1", "p of |tfce|, corrected for all places"),
    field(&names_of_pair, "names", "", "first and second group").with_axes("group"),
    field(&persons_of_pair, "n_persons", "1", "persons of the first and of the second group")
        .with_axes("group"),
    field(&exchange_name, "exchange", "",
          "what was exchanged: labels of persons, or signs of differences within persons"),
    field(&PairFinding::n_permutations, "n_permutations", "1", "random exchanges"),
    field(&PairFinding::critical_z, "critical_z", "1",
          "|z| that 5 % of the exchanges exceed somewhere"),
    field(&PairFinding::p_map, "p_map", "1", "smallest p_tfce: whether the maps differ at all"),
    field(&PairFinding::p_holm, "p_holm", "1", "p_map corrected for all comparisons of the file"),
    field(&PairFinding::smallest_p, "smallest_p", "1",
          "p that so few persons can give at least, however they are exchanged"),
    field(&PairFinding::share_tested, "share_tested", "1",
          "part of the face with values of enough persons of both groups"),
    field(&PairFinding::share_of_face, "share_of_face", "1",
          "part of the tested face with p_tfce <= .05; 0 if p_holm > .05"),
    field(&PairFinding::spread_ratio, "spread_ratio", "1",
          "standard deviation between persons, first by second group, median over the places"),
    field(&PairFinding::detectable, "detectable", "{map_unit}",
          "difference that the largest |z|, corrected for all comparisons of the file, would find "
          "with 80 % probability at a typical place"),
    field([](const PairFinding& pair) { return pair.effect.difference; }, "confidence_difference",
          "{confidence_unit}",
          "{confidence} of the first condition less that of the second, mean over persons; NaN "
          "between persons"),
    field([](const PairFinding& pair) { return pair.effect.low; }, "confidence_difference_low",
          "{confidence_unit}", "lower end of its 95 % interval (Student)"),
    field([](const PairFinding& pair) { return pair.effect.high; }, "confidence_difference_high",
          "{confidence_unit}", "upper end of its 95 % interval (Student)"),
    field([](const PairFinding& pair) { return pair.effect.n_decided_otherwise; },
          "n_decided_otherwise", "1", "persons whose two conditions are decided differently"),
    field(&PairFinding::remarks, "remarks", "", "whom the test leaves out").with_axes("remark"),
};

constexpr auto region_finding_fields = std::tuple{
    field(&RegionFinding::name, "name", "", "region; the subject's own left and right"),
    field(&RegionFinding::difference, "difference", "{map_unit}", "first less second"),
    field(&RegionFinding::standard_error, "difference_errors", "{map_unit}",
          "standard error between persons"),
    field(&RegionFinding::low, "low", "{map_unit}",
          "lower end of the 95 % band that holds for all regions at once"),
    field(&RegionFinding::high, "high", "{map_unit}", "upper end of that band"),
    field(&RegionFinding::t, "t", "1", "Welch's t; within persons Student's t"),
    field(&RegionFinding::p_fwe, "p_fwe", "1", "p of |t|, corrected for all regions"),
};

void write_pair(hid_t parent, const std::string& name, const PairFinding& pair,
                const FieldTerms& terms) {
  const H5Handle group = create_group(parent, name, std::string(finding_pair_group.nexus_class));
  write_attribute(group.get(), "signal", std::string(std::get<0>(pair_fields).name));
  write_attribute(group.get(), "title", pair.first + " minus " + pair.second);
  write_pixel_axes(group.get(),
                   {.height = pair.difference.height(), .width = pair.difference.width()});
  write_record(group.get(), pair_fields, pair, terms);
  if (pair.regions.empty()) return;
  const H5Handle regions = create_group(group.get(), finding_regions_group);
  write_table(regions.get(), region_finding_fields, pair.regions, terms);
}

}  // namespace

void write_inference(hid_t entry, const Inference& inference, const FieldTerms& terms) {
  if (inference.intervals) write_intervals(entry, *inference.intervals, terms);
  if (!inference.findings.empty()) write_findings(entry, inference.findings, terms);
  if (inference.clusters) write_clusters(entry, *inference.clusters, terms);
}

void write_findings(hid_t entry, const std::vector<ColumnFindings>& findings,
                    const FieldTerms& terms) {
  const H5Handle parent = create_group(entry, findings_group);
  std::set<std::string> taken;
  for (const ColumnFindings& column : findings) {
    const H5Handle group = create_group(parent.get(), unique_name(column.column, taken),
                                        std::string(finding_column_group.nexus_class));
    write_record(group.get(), column_fields, column, terms);
    std::set<std::string> taken_in_column{finding_performance_group.name()};
    for (const auto name : {"column", "exchange_by", "permute_within", "omnibus_p",
                            "omnibus_p_holm", "sentences", "remarks"})
      taken_in_column.insert(name);
    if (!column.groups.empty()) {
      const H5Handle table = create_group(group.get(), finding_performance_group);
      write_table(table.get(), finding_performance_fields, column.groups, terms);
    }
    for (const PairFinding& pair : column.pairs)
      write_pair(group.get(), unique_name(pair.first + "_" + pair.second, taken_in_column), pair,
                 terms);
  }
}

std::vector<GroupSchema> findings_schema() {
  GroupSchema pair = record_schema<PixelAxes>(finding_pair_group, pixel_axis_fields);
  add_fields<PairFinding, 0>(pair, pair_fields);
  return {{.group = findings_group, .fields = {}},
          record_schema<ColumnFindings>(finding_column_group, column_fields),
          table_schema<GroupPerformance>(finding_performance_group, finding_performance_fields),
          std::move(pair),
          table_schema<RegionFinding>(finding_regions_group, region_finding_fields)};
}

}  // namespace csm
