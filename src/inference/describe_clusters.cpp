#include "csm/inference/describe_clusters.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "csm/core/text.h"
#include "csm/inference/clusters.h"
#include "csm/inference/inference_options.h"
#include "number_text.h"

namespace csm {
namespace {

/// Fewer known places leave mostly noise of the sampled vertices in a map.
constexpr double least_share_known = 0.8;

constexpr std::size_t most_regions_named = 3;
constexpr std::size_t most_excesses_named = 3;

/// Whom the halves of a test are of.
std::string who(const MapClusters& clusters) {
  return clusters.exchange_by == exchange_images ? "images" : "persons";
}

std::string count_images(const MapClusters& clusters) {
  std::string text = std::to_string(clusters.n_images) + " images";
  if (clusters.exchange_by != exchange_images)
    text += " of " + std::to_string(clusters.n_persons) + " persons";
  return text;
}

/// "left cheek +0.8, chin -0.2 log odds": the regions that differ most.
std::string list_regions_of(const MapCluster& cluster, const std::string& unit) {
  std::vector<ClusterRegion> regions = cluster.regions;
  const auto distance = [](const ClusterRegion& region) { return region.mean - region.others; };
  std::erase_if(regions, [&](const ClusterRegion& region) { return std::isnan(distance(region)); });
  std::stable_sort(regions.begin(), regions.end(),
                   [&](const ClusterRegion& a, const ClusterRegion& b) {
                     return std::abs(distance(a)) > std::abs(distance(b));
                   });
  if (regions.size() > most_regions_named) regions.resize(most_regions_named);
  std::vector<std::string> texts;
  texts.reserve(regions.size());
  for (const ClusterRegion& region : regions) {
    texts.push_back(readable(region.name) + (distance(region) >= 0 ? " +" : " ") +
                    with_unit(distance(region), unit));
  }
  return join(texts);
}

/// "cue = marked (100 % against 2 %, q = 0.001)".
std::string list_excesses(const MapCluster& cluster) {
  std::vector<std::string> texts;
  for (const ClusterExcess& excess : cluster.excesses) {
    if (texts.size() == most_excesses_named) break;
    texts.push_back(excess.column + " = " + excess.value + " (" +
                    format_percent(excess.share_inside) + " against " +
                    format_percent(excess.share_outside) + ", " +
                    (excess.q < 0.001 ? "q < 0.001" : "q = " + format_number(excess.q)) + ")");
  }
  const std::size_t n_more = cluster.excesses.size() - texts.size();
  return join(texts) + (n_more > 0 ? " and " + std::to_string(n_more) + " more" : "");
}

std::string describe_cluster(const MapCluster& cluster, std::int64_t n_images,
                             const std::string& unit) {
  const GroupPerformance& performance = cluster.performance;
  std::string text =
      performance.name + ": " + std::to_string(performance.n_images) + " images (" +
      format_percent(static_cast<double>(performance.n_images) / static_cast<double>(n_images)) +
      ")";
  text += ", of which half of all find " + format_percent(cluster.stability);
  const std::string regions = list_regions_of(cluster, unit);
  if (!regions.empty()) text += "; less the other images' maps: " + regions;
  if (performance.accuracy.n > 0) {
    text += "; decided rightly " + format_percent(performance.accuracy.share) + " (" +
            format_percent(performance.accuracy.low) + " to " +
            format_percent(performance.accuracy.high) + ")";
  }
  const std::string excesses = list_excesses(cluster);
  text += excesses.empty() ? "; no value of a column is commoner here than elsewhere"
                           : "; commoner than elsewhere: " + excesses;
  return text + ".";
}

}  // namespace

void describe_clusters(MapClusters& clusters, const std::string& unit) {
  std::vector<std::string>& sentences = clusters.sentences;
  sentences.clear();
  if (clusters.n_persons < least_persons_of_clusters) {
    sentences.push_back("Kinds of explanations were not looked for: " + count_images(clusters) +
                        " are fewer than " + std::to_string(least_persons_of_clusters) +
                        " persons.");
    return;
  }
  if (clusters.clusters.size() == 1) {
    sentences.push_back("The maps of " + count_images(clusters) +
                        " are of one kind, as far as can be told: no split in two holds on " +
                        who(clusters) + " that did not make it (" + format_p(clusters.p) +
                        "). A kind of few images, or one that differs little, may be missed.");
  } else {
    sentences.push_back("The maps of " + count_images(clusters) + " are of " +
                        std::to_string(clusters.clusters.size()) + " kinds: " + who(clusters) +
                        " that did not make the split fall into two peaks (" +
                        format_p(clusters.p) +
                        "). It may be one kind whose place on the face varies.");
    for (const MapCluster& cluster : clusters.clusters)
      sentences.push_back(describe_cluster(cluster, clusters.n_images, unit));
  }
  if (clusters.share_known < least_share_known) {
    sentences.push_back("An image has a value at " + format_percent(clusters.share_known) +
                        " of the places on average: the noise of sampled vertices hides kinds that "
                        "full maps would show (--vertices-per-image all).");
  }
}

}  // namespace csm
