#include "describe_kinds.h"

#include <cmath>
#include <utility>

#include "csm/core/error.h"
#include "csm/inference/clusters.h"
#include "csm/inference/group_design.h"
#include "csm/mesh/regions.h"

namespace csm {
namespace {

constexpr std::size_t most_examples = 12;

/// The images that are clustered, and the person of each.
struct Chosen {
  std::vector<TestedImage> images;
  std::int64_t n_persons = 0;
  ValueRows rows;                     ///< (n_chosen x n_values)
  std::vector<std::int64_t> persons;  ///< (n_chosen) index of the person
  std::vector<bool> is_counted;       ///< (n_chosen) the first image of its person
  std::vector<std::size_t> index;     ///< (n_chosen) into all images
};

Chosen choose(std::span<const TestedImage> images, const RankValues& values) {
  const GroupDesign design = one_group(to_design(images));
  Chosen chosen;
  chosen.n_persons = std::ssize(design.units);
  std::vector<std::int64_t> person_of(images.size(), -1);
  std::vector<bool> is_first(images.size());
  for (std::size_t person = 0; person < design.units.size(); ++person) {
    const std::vector<std::int64_t>& own = design.units[person].images_of_group.front();
    for (const std::int64_t image : own)
      person_of[static_cast<std::size_t>(image)] = static_cast<std::int64_t>(person);
    is_first[static_cast<std::size_t>(own.front())] = true;
  }

  chosen.rows.n_values = values.rows.n_values;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (person_of[i] < 0) continue;
    CSM_EXPECT(values.row_of_image[i] >= 0);
    chosen.persons.push_back(person_of[i]);
    chosen.is_counted.push_back(is_first[i]);
    chosen.images.push_back(images[i]);
    chosen.rows.append(values.rows.row(values.row_of_image[i]));
    chosen.index.push_back(i);
  }
  return chosen;
}

/// The mean row of the images in a cluster and that of the others; NaN if none has a value.
struct MeanRows {
  std::vector<float> inside, outside;
};

MeanRows mean_rows(const ValueRows& rows, std::span<const std::int32_t> cluster_of,
                   std::int32_t cluster) {
  const auto n_values = static_cast<std::size_t>(rows.n_values);
  std::vector<double> sums[2] = {std::vector<double>(n_values), std::vector<double>(n_values)};
  std::vector<double> counts[2] = {std::vector<double>(n_values), std::vector<double>(n_values)};
  for (std::int64_t image = 0; image < rows.n_rows(); ++image) {
    const int side = cluster_of[static_cast<std::size_t>(image)] == cluster ? 0 : 1;
    const std::span<const float> row = rows.row(image);
    for (std::size_t i = 0; i < n_values; ++i) {
      if (std::isnan(row[i])) continue;
      sums[side][i] += row[i];
      counts[side][i] += 1;
    }
  }
  const auto mean = [&](int side) {
    std::vector<float> means(n_values);
    for (std::size_t i = 0; i < n_values; ++i)
      means[i] = static_cast<float>(sums[side][i] / counts[side][i]);
    return means;
  };
  return {.inside = mean(0), .outside = mean(1)};
}

double share_known(const CoarseGrid& grid, const ValueRows& rows) {
  double n_known = 0;
  for (std::int64_t image = 0; image < rows.n_rows(); ++image) {
    const std::span<const float> row = rows.row(image);
    for (std::int64_t place = 0; place < grid.n_places(); ++place)
      n_known += std::isnan(row[static_cast<std::size_t>(place)]) ? 0 : 1;
  }
  return n_known / static_cast<double>(grid.n_places() * rows.n_rows());
}

MapCluster describe_one(const CoarseGrid& grid, const Chosen& chosen, const Clustering& clustering,
                        std::int32_t number) {
  MapCluster cluster;
  cluster.stability = clustering.stability[static_cast<std::size_t>(number)];
  MeanRows rows = mean_rows(chosen.rows, clustering.cluster_of, number);
  cluster.mean = grid.to_image(rows.inside);
  for (int region = 0; region + 1 < n_regions; ++region) {
    const auto i = static_cast<std::size_t>(grid.n_places() + region);
    if (std::isnan(rows.inside[i])) continue;
    cluster.regions.push_back({.name = std::string(region_names[region + 1]),
                               .mean = rows.inside[i],
                               .others = rows.outside[i]});
  }
  for (std::size_t i = 0; i < rows.inside.size(); ++i) rows.inside[i] -= rows.outside[i];
  cluster.excess = grid.to_image(rows.inside);
  for (const std::int64_t image : clustering.middle) {
    if (cluster.examples.size() == most_examples) break;
    if (clustering.cluster_of[static_cast<std::size_t>(image)] == number)
      cluster.examples.push_back(chosen.images[static_cast<std::size_t>(image)].row->id);
  }
  return cluster;
}

/// The columns of the chosen images, and what the model made of them.
std::vector<NamedColumn> columns_of(const Chosen& chosen, std::span<const NamedColumn> columns) {
  std::vector<NamedColumn> found;
  found.reserve(columns.size());
  for (const NamedColumn& column : columns) {
    NamedColumn& own = found.emplace_back(NamedColumn{.name = column.name, .values = {}});
    own.values.reserve(chosen.index.size());
    for (const std::size_t i : chosen.index) own.values.push_back(column.values[i]);
  }
  return found;
}

}  // namespace

MapClusters describe_kinds(const CoarseGrid& grid, std::span<const TestedImage> images,
                           const RankValues& values, std::span<const NamedColumn> columns,
                           std::span<const std::string> classes, std::uint64_t seed) {
  Chosen chosen = choose(images, values);
  MapClusters found;
  found.n_images = std::ssize(chosen.images);
  if (chosen.images.empty()) return found;
  found.n_persons = chosen.n_persons;
  found.share_known = share_known(grid, chosen.rows);
  const Clustering clustering = find_clusters(grid, chosen.rows, chosen.persons, seed);
  if (!clustering.splits.empty()) found.p = clustering.splits.front().p;

  // Each image's cluster is its group, which has an accuracy.
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(clustering.n_clusters));
  for (std::int32_t i = 0; i < clustering.n_clusters; ++i)
    names.push_back("cluster " + std::to_string(i + 1));
  for (std::size_t i = 0; i < chosen.images.size(); ++i) {
    chosen.images[i].group = names[static_cast<std::size_t>(clustering.cluster_of[i])];
    found.image_ids.push_back(chosen.images[i].row->id);
    found.cluster_names.push_back(chosen.images[i].group);
  }
  const std::vector<GroupPerformance> performance =
      measure_performance(chosen.images, names, classes);
  std::vector<std::vector<ClusterExcess>> excesses = find_excesses(
      columns_of(chosen, columns), clustering.cluster_of, chosen.is_counted, clustering.n_clusters);
  for (std::int32_t i = 0; i < clustering.n_clusters; ++i) {
    const auto index = static_cast<std::size_t>(i);
    MapCluster& cluster = found.clusters.emplace_back(describe_one(grid, chosen, clustering, i));
    cluster.performance = performance[index];
    cluster.excesses = std::move(excesses[index]);
  }
  return found;
}

}  // namespace csm
