#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "performance_fields.h"
#include "pixel_axes.h"
#include "write_fields.h"
#include "write_parts.h"

namespace csm {
namespace {

constexpr auto clusters_fields = std::tuple{
    field(&MapClusters::n_images, "n_images", "1", "images whose maps were compared"),
    field(&MapClusters::n_persons, "n_persons", "1", "persons that they show"),
    field(&MapClusters::p, "p", "1",
          "p of one kind: dip test of the first split on held-out persons"),
    field(&MapClusters::share_known, "share_known", "1",
          "part of the places at which an image has a value, on average"),
    field(&MapClusters::exchange_by, "exchange_by", "", "column of the persons, or image"),
    field(&MapClusters::sentences, "sentences", "", "what holds, for a reader")
        .with_axes("sentence"),
};

constexpr auto cluster_fields = std::tuple{
    field(&MapCluster::mean, "mean", "{map_unit}", "mean of the cluster's maps"),
    field(&MapCluster::excess, "excess", "{map_unit}", "less the mean of the other images' maps"),
    field(&MapCluster::stability, "stability", "1",
          "share of the images that half of the persons put where all do; 1 of one cluster"),
    field(&MapCluster::examples, "examples", "",
          "images nearest to the cluster's mean shape, the nearest first")
        .with_axes("example"),
};

constexpr auto cluster_region_fields = std::tuple{
    field(&ClusterRegion::name, "name", "", "region; the subject's own left and right"),
    field(&ClusterRegion::mean, "mean", "{map_unit}", "mean over the cluster's images"),
    field(&ClusterRegion::others, "others", "{map_unit}", "mean over the other images"),
};

constexpr auto excess_fields = std::tuple{
    field(&ClusterExcess::column, "column", "", "column of the images"),
    field(&ClusterExcess::value, "value", "", "its value"),
    field(&ClusterExcess::share_inside, "share_inside", "1",
          "part of the cluster's persons with a value of the column"),
    field(&ClusterExcess::share_outside, "share_outside", "1", "part of the others"),
    field(&ClusterExcess::p, "p", "1", "Fisher's exact test, one-sided"),
    field(&ClusterExcess::q, "q", "1",
          "corrected for all clusters, columns and values (false discovery rate)"),
};

/// One image and its cluster.
struct ClusterImage {
  std::string id;
  std::string cluster;
};

constexpr auto cluster_image_fields = std::tuple{
    field(&ClusterImage::id, "id", "", "path of the image in the data set"),
    field(&ClusterImage::cluster, "cluster", "", "name of its cluster"),
};

void write_cluster(hid_t parent, const MapCluster& cluster, const FieldTerms& terms,
                   std::set<std::string>& taken) {
  const H5Handle group = create_group(parent, unique_name(cluster.performance.name, taken),
                                      std::string(cluster_group.nexus_class));
  write_attribute(group.get(), "signal", std::string(std::get<0>(cluster_fields).name));
  write_attribute(group.get(), "title", cluster.performance.name);
  write_pixel_axes(group.get(), {.height = cluster.mean.height(), .width = cluster.mean.width()});
  write_record(group.get(), cluster_fields, cluster, terms);
  if (!cluster.regions.empty()) {
    const H5Handle regions = create_group(group.get(), cluster_regions_group);
    write_table(regions.get(), cluster_region_fields, cluster.regions, terms);
  }
  if (!cluster.excesses.empty()) {
    const H5Handle excesses = create_group(group.get(), cluster_excesses_group);
    write_table(excesses.get(), excess_fields, cluster.excesses, terms);
  }
}

}  // namespace

void write_clusters(hid_t entry, const MapClusters& clusters, const FieldTerms& terms) {
  const H5Handle parent = create_group(entry, clusters_group);
  write_record(parent.get(), clusters_fields, clusters, terms);
  std::set<std::string> taken{cluster_images_group.name(), cluster_performance_group.name()};
  std::vector<ClusterImage> images;
  images.reserve(clusters.image_ids.size());
  for (std::size_t i = 0; i < clusters.image_ids.size(); ++i)
    images.push_back({.id = clusters.image_ids[i], .cluster = clusters.cluster_names[i]});
  const H5Handle image_table = create_group(parent.get(), cluster_images_group);
  write_table(image_table.get(), cluster_image_fields, images, terms);
  std::vector<GroupPerformance> performance;
  performance.reserve(clusters.clusters.size());
  for (const MapCluster& cluster : clusters.clusters) performance.push_back(cluster.performance);
  const H5Handle performance_table = create_group(parent.get(), cluster_performance_group);
  write_table(performance_table.get(), performance_fields, performance, terms);
  for (const MapCluster& cluster : clusters.clusters)
    write_cluster(parent.get(), cluster, terms, taken);
}

std::vector<GroupSchema> clusters_schema() {
  GroupSchema cluster = record_schema<PixelAxes>(cluster_group, pixel_axis_fields);
  add_fields<MapCluster, 0>(cluster, cluster_fields);
  return {record_schema<MapClusters>(clusters_group, clusters_fields),
          table_schema<ClusterImage>(cluster_images_group, cluster_image_fields),
          table_schema<GroupPerformance>(cluster_performance_group, performance_fields),
          std::move(cluster),
          table_schema<ClusterRegion>(cluster_regions_group, cluster_region_fields),
          table_schema<ClusterExcess>(cluster_excesses_group, excess_fields)};
}

}  // namespace csm
