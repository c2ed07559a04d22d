#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "pixel_axes.h"
#include "write_fields.h"
#include "write_parts.h"

namespace csm {
namespace {

constexpr auto interval_fields = std::tuple{
    field(&MapIntervals::mean, "mean", "{map_unit}",
          "mean of the maps over persons, on blocks of pixels of the canonical face"),
    field(&MapIntervals::standard_error, "mean_errors", "{map_unit}",
          "standard error between persons"),
    field(&MapIntervals::half_width, "half_width", "{map_unit}",
          "mean +- half_width is a 95 % interval of the place alone (symmetric bootstrap-t)"),
    field(&MapIntervals::band_factor, "band_factor", "1",
          "mean +- band_factor * half_width holds for all places at once, with 95 %; NaN: too few "
          "persons"),
    field(&MapIntervals::n_persons, "n_persons", "1", "persons who were resampled"),
    field(&MapIntervals::n_resamples, "n_resamples", "1", "draws of as many persons"),
    field(&MapIntervals::share_known, "share_known", "1",
          "part of the face whose places have an interval"),
    field(&MapIntervals::share_of_face, "share_of_face", "1",
          "part of these places whose interval leaves out zero"),
    field(&MapIntervals::share_in_band, "share_in_band", "1",
          "part of these places where the band for all leaves out zero"),
    field([](const MapIntervals& found) { return found.concentration.top_share.value; },
          "top_share", "1",
          "part of the map's squared values in the 5 % of the face that has most, without noise"),
    field([](const MapIntervals& found) { return found.concentration.top_share.low; },
          "top_share_low", "1", "lower end of its 95 % interval"),
    field([](const MapIntervals& found) { return found.concentration.top_share.high; },
          "top_share_high", "1", "upper end of its 95 % interval"),
    field([](const MapIntervals& found) { return found.concentration.gini.value; }, "gini", "1",
          "Gini coefficient of the map's squared values, without noise; 0: the same everywhere"),
    field([](const MapIntervals& found) { return found.concentration.gini.low; }, "gini_low", "1",
          "lower end of its 95 % interval"),
    field([](const MapIntervals& found) { return found.concentration.gini.high; }, "gini_high", "1",
          "upper end of its 95 % interval"),
    field(&MapIntervals::sentences, "sentences", "", "what holds, for a reader")
        .with_axes("sentence"),
    field(&MapIntervals::exchange_by, "exchange_by", "", "column of the persons, or image"),
};

constexpr auto region_interval_fields = std::tuple{
    field(&RegionInterval::name, "name", "", "region; the subject's own left and right"),
    field(&RegionInterval::mean, "mean", "{map_unit}", "mean of the region over persons"),
    field(&RegionInterval::standard_error, "mean_errors", "{map_unit}",
          "standard error between persons"),
    field(&RegionInterval::low, "low", "{map_unit}",
          "lower end of the 95 % interval of the region alone"),
    field(&RegionInterval::high, "high", "{map_unit}", "upper end of that interval"),
    field(&RegionInterval::band_low, "band_low", "{map_unit}",
          "lower end of the 95 % band that holds for all regions at once"),
    field(&RegionInterval::band_high, "band_high", "{map_unit}", "upper end of that band"),
};

}  // namespace

void write_intervals(hid_t entry, const MapIntervals& intervals, const FieldTerms& terms) {
  const H5Handle group = create_group(entry, intervals_group);
  write_attribute(group.get(), "signal", std::string(std::get<0>(interval_fields).name));
  write_pixel_axes(group.get(),
                   {.height = intervals.mean.height(), .width = intervals.mean.width()});
  write_record(group.get(), interval_fields, intervals, terms);
  if (intervals.regions.empty()) return;
  const H5Handle regions = create_group(group.get(), interval_regions_group);
  write_table(regions.get(), region_interval_fields, intervals.regions, terms);
}

std::vector<GroupSchema> intervals_schema() {
  GroupSchema intervals = record_schema<PixelAxes>(intervals_group, pixel_axis_fields);
  add_fields<MapIntervals, 0>(intervals, interval_fields);
  return {std::move(intervals),
          table_schema<RegionInterval>(interval_regions_group, region_interval_fields)};
}

}  // namespace csm
