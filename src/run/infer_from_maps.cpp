#include "infer_from_maps.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "csm/checkpoint/row_bytes.h"
#include "csm/cluster/agreement.h"
#include "csm/measure/design_images.h"
#include "csm/measure/group_cautions.h"
#include "csm/measure/map_cautions.h"
#include "csm/options/options.h"
#include "csm/reduce/estimate_intervals.h"
#include "csm/reduce/map_magnitudes.h"
#include "csm/reduce/test_groups.h"

namespace csm {
namespace {

/// The rows of the images with a map, by order, on all ranks. @note Collective.
std::vector<ImageRow> share_rows(const Communicator& communicator,
                                 const std::vector<ImageRow>& rows) {
  std::vector<ImageRow> good;
  for (const ImageRow& row : rows) {
    if (row.status == "ok") good.push_back(row);
  }
  std::sort(good.begin(), good.end(),
            [](const ImageRow& a, const ImageRow& b) { return a.order < b.order; });
  const std::string bytes =
      communicator.broadcast(communicator.is_root() ? pack_rows(good) : std::string());
  if (communicator.is_root()) return good;
  std::vector<ImageRow> received;
  unpack_rows(bytes, received);
  return received;
}

/// One row with its columns.
TestedImage tested_image(const JobSpec& spec, const ImageRow& row, const std::string& group) {
  const Columns& columns = spec.sample_at(row.order).columns;
  const auto value_of = [&](const std::string& column) {
    return column.empty() ? std::string() : columns.find(column).value_or("");
  };
  return {.row = &row,
          .group = group,
          .person = spec.person_at(row.order),
          .stratum = value_of(spec.options.inference.permute_within)};
}

std::vector<TestedImage> tested_images(const JobSpec& spec, const std::vector<ImageRow>& rows) {
  std::vector<TestedImage> images;
  images.reserve(rows.size());
  for (const ImageRow& row : rows) images.push_back(tested_image(spec, row, row.group));
  return images;
}

/// The images without a map whose group is known, by order.
std::vector<TestedImage> images_left_out(const JobSpec& spec, const std::vector<ImageRow>& rows) {
  std::vector<TestedImage> images;
  for (const ImageRow& row : rows) {
    if (row.status == "ok") continue;
    if (const auto group = spec.grouping->group_of(row, spec.sample_at(row.order)))
      images.push_back(tested_image(spec, row, spec.grouping->names()[*group]));
  }
  std::sort(images.begin(), images.end(),
            [](const TestedImage& a, const TestedImage& b) { return a.row->order < b.row->order; });
  return images;
}

/// Adds what else may make a difference of the groups of these images.
void add_cautions_of_run(const JobSpec& spec, std::span<const TestedImage> images,
                         ColumnFindings& found) {
  const auto values_of = [&](const std::string& name) {
    NamedColumn column{.name = name, .values = {}};
    column.values.reserve(images.size());
    for (const TestedImage& image : images)
      column.values.push_back(spec.sample_at(image.row->order).columns.find(name).value_or(""));
    return column;
  };
  const std::vector<std::string> others = columns_beside(
      spec.dataset,
      {group_column(spec.options), spec.persons.column, spec.options.inference.permute_within});
  add_cautions(images, others, values_of, spec.target_names.size(), found);
}

/// Reads the maps of the images that this rank holds.
RankValues read_values(const Job& job, const CoarseGrid& grid, const std::vector<ImageRow>& rows,
                       std::span<const int> ranks, int rank, const std::vector<CisPart>& parts) {
  std::unordered_map<std::int64_t, std::size_t> image_of;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (ranks[i] == rank) image_of.emplace(rows[i].order, i);
  }
  const bool is_whole = job.spec.options.output.save_cis;
  const int size = is_whole ? job.tools.fitter->canonical().size : grid.side();

  RankValues values;
  values.rows.n_values = grid.n_values();
  values.row_of_image.assign(rows.size(), -1);
  for (const CisPart& part : parts) {
    const auto is_wanted = [&](std::int64_t order) { return image_of.contains(order); };
    read_part_maps(part, size, is_wanted, [&](std::int64_t order, const Grid<float>& map) {
      const auto found = image_of.find(order);
      values.row_of_image[found->second] = values.rows.n_rows();
      values.rows.append(grid.row_of(is_whole ? grid.coarsen(map) : map));
      image_of.erase(found);
    });
  }
  if (image_of.empty()) return values;
  throw RunError({"the map of '" + rows[image_of.begin()->second].id + "' is in no part file",
                  "intervals and tests need the map of every image",
                  "Start again with --restart never, or give --permutations 0."});
}

}  // namespace

bool tests_groups(const JobSpec& spec) {
  return spec.options.inference.permutations > 0 && spec.grouping->names().size() >= 2;
}

bool infers_from_maps(const JobSpec& spec) {
  return tests_groups(spec) || (spec.options.inference.permutations > 0 &&
                                std::ssize(spec.order) <= most_images_of_intervals);
}

CoarseGrid make_coarse_grid(const Job& job) {
  return {job.tools.fitter->canonical().pixel_regions, job.pixel_weights()};
}

Inference infer_from_maps(const Communicator& communicator, const Job& job,
                          const std::vector<ImageRow>& rows, const std::vector<CisPart>& parts) {
  // Every rank knows all images, so that all make the same design. All images count for the map.
  const std::vector<ImageRow> good = share_rows(communicator, rows);
  std::vector<TestedImage> images = tested_images(job.spec, good);
  std::vector<TestedImage> everybody = images;
  for (TestedImage& image : everybody) image.group = "all";
  const std::vector<int> ranks = deal_images(to_design(everybody), communicator.size());
  const CoarseGrid grid = make_coarse_grid(job);
  RankValues own;
  agree(communicator,
        [&] { own = read_values(job, grid, good, ranks, communicator.rank(), parts); });
  const std::vector<float> largest = largest_of_maps(communicator, own, std::ssize(good));
  std::vector<std::string> remarks = describe_maps(everybody, largest);
  leave_out_empty_maps(everybody, largest);
  leave_out_empty_maps(images, largest);

  // How far the map would change with other persons.
  const InferenceOptions& options = job.spec.options.inference;
  const std::uint64_t seed = job.spec.options.dataset.seed;
  const std::string persons =
      job.spec.persons.column.empty() ? exchange_images : job.spec.persons.column;
  Inference inference;
  inference.intervals = estimate_intervals(communicator, grid, to_design(everybody), own,
                                           resamples_of_intervals, seed);
  if (inference.intervals) {
    inference.intervals->exchange_by = persons;
    inference.intervals->cases = name_cases(job.spec.target_names);
    inference.intervals->remarks = std::move(remarks);
  }
  if (!tests_groups(job.spec)) return inference;

  // How the groups differ.
  const std::vector<std::string> groups = groups_with_images(images, job.spec.grouping->names());
  ColumnFindings found =
      test_groups(communicator, grid, to_design(images), own,
                  make_group_test(group_column(job.spec.options), groups, options, seed));
  if (!communicator.is_root()) return inference;
  found.exchange_by = persons;
  found.cases = name_cases(job.spec.target_names);
  found.groups = measure_performance(images, groups, job.spec.target_names);
  count_left_out(images, images_left_out(job.spec, rows), found);
  measure_confidence_effects(images, found);
  add_cautions_of_run(job.spec, images, found);
  if (!found.pairs.empty() || found.has_omnibus) found.remarks.push_back(job.spec.persons.remark);
  inference.findings = {std::move(found)};
  return inference;
}

}  // namespace csm
