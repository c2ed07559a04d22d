#pragma once
#include <string>
#include <string_view>

namespace csm {

/// A group of the result file. A name in braces is that of any number of groups, such as one for
/// each group of the images.
struct GroupInfo {
  std::string_view path;
  std::string_view nexus_class;
  std::string_view about;      ///< one phrase for the reference
  std::string_view rows = {};  ///< the axis of its columns, such as "image"
  bool is_optional = false;

  /// The last part of the path.
  std::string name() const { return std::string(path.substr(path.rfind('/') + 1)); }
};

inline constexpr GroupInfo entry_group{"/entry", "NXentry", "What was computed, and from how much"};
inline constexpr GroupInfo cms_group{"/entry/cms", "NXdata", "The map of all images"};
inline constexpr GroupInfo face_lost_group{
    "/entry/face_lost", "NXdata",
    "Where a model that looks for the face itself finds none; these values are missing in the map",
    "", true};
inline constexpr GroupInfo default_plot_group{
    "/entry/default_plot", "NXdata",
    "The map once more with row 0 at the bottom, which viewers open"};
inline constexpr GroupInfo groups_group{
    "/entry/groups", "NXcollection", "The maps of --group-by, which the attribute group_by names",
    "", true};
inline constexpr GroupInfo group_map_group{"/entry/groups/{group}", "NXdata",
                                           "The map of the images of one group", "", true};
inline constexpr GroupInfo group_difference_group{
    "/entry/group_difference", "NXcollection", "How the maps of two groups differ", "group", true};
inline constexpr GroupInfo difference_group{"/entry/group_difference/difference", "NXdata",
                                            "The first group's map less the second's", "", true};
inline constexpr GroupInfo significance_group{"/entry/group_difference/significance", "NXdata",
                                              "The difference in standard errors", "", true};
inline constexpr GroupInfo convergence_group{"/entry/convergence", "NXdata",
                                             "How the map settles while images are added", "step"};
inline constexpr GroupInfo mean_face_group{"/entry/mean_face", "NXdata",
                                           "Mean of all images on the canonical face", "", true};
inline constexpr GroupInfo examples_group{"/entry/examples", "NXcollection",
                                          "The images that were decided best, then the worst",
                                          "example", true};
inline constexpr GroupInfo regions_group{"/entry/regions", "NXdata",
                                         "The map averaged over regions of the face", "region"};
inline constexpr GroupInfo images_group{
    "/entry/images", "NXcollection",
    "One row an image, in the seeded order, also of those that were left out", "image"};
inline constexpr GroupInfo classification_group{"/entry/classification", "NXcollection",
                                                "How often the network is right", "class", true};
inline constexpr GroupInfo failures_group{"/entry/failures", "NXcollection",
                                          "How many images were left out, by reason", "reason"};
inline constexpr GroupInfo options_group{"/entry/options", "NXcollection",
                                         "The options that the result depends on"};
inline constexpr GroupInfo versions_group{"/entry/versions", "NXcollection",
                                          "The program and its libraries"};
inline constexpr GroupInfo inputs_group{"/entry/inputs", "NXcollection",
                                        "Model, mesh, data set and engine"};
inline constexpr GroupInfo evaluation_group{
    "/entry/evaluation", "NXcollection",
    "The network's scores of images that were altered by each map of --evaluate", "image", true};
inline constexpr GroupInfo method_maps_group{"/entry/evaluation/cms", "NXcollection",
                                             "The maps of the methods of --evaluate", "", true};
inline constexpr GroupInfo method_map_group{"/entry/evaluation/cms/{method}", "NXdata",
                                            "The map of one method, of the same images", "", true};
inline constexpr GroupInfo measures_group{"/entry/evaluation/summary", "NXcollection",
                                          "The measures of faithfulness", "", true};
inline constexpr GroupInfo measure_group{
    "/entry/evaluation/summary/{measure}", "NXcollection",
    "One measure over the images; attributes meaning, confidence, better", "map", true};
inline constexpr GroupInfo verification_group{
    "/entry/evaluation/verification", "NXcollection",
    "Pairs answered rightly while the first images are altered in the order of each map", "", true};
inline constexpr GroupInfo intervals_group{
    "/entry/intervals", "NXdata", "How far the CMS would change with other persons", "", true};
inline constexpr GroupInfo interval_regions_group{
    "/entry/intervals/regions", "NXcollection", "The same for regions of the face", "region", true};
inline constexpr GroupInfo findings_group{"/entry/findings", "NXcollection",
                                          "How the maps of groups differ, beyond chance", "", true};
inline constexpr GroupInfo finding_column_group{"/entry/findings/{column}", "NXcollection",
                                                "The comparisons of the groups of one column", "",
                                                true};
inline constexpr GroupInfo finding_performance_group{
    "/entry/findings/{column}/performance", "NXcollection", "How well the model does on each group",
    "group", true};
inline constexpr GroupInfo finding_pair_group{
    "/entry/findings/{column}/{pair}", "NXdata",
    "One comparison of two groups, on blocks of pixels of the canonical face", "", true};
inline constexpr GroupInfo finding_regions_group{"/entry/findings/{column}/{pair}/regions",
                                                 "NXcollection", "The same for regions of the face",
                                                 "region", true};
inline constexpr GroupInfo clusters_group{
    "/entry/clusters", "NXcollection",
    "Kinds of explanations: images whose maps have one shape (csm_test --clusters)", "", true};
inline constexpr GroupInfo cluster_images_group{"/entry/clusters/images", "NXcollection",
                                                "The cluster of each image", "image", true};
inline constexpr GroupInfo cluster_performance_group{"/entry/clusters/performance", "NXcollection",
                                                     "How well the model does on each cluster",
                                                     "cluster", true};
inline constexpr GroupInfo cluster_group{
    "/entry/clusters/{cluster}", "NXdata",
    "The mean map of one cluster, on blocks of pixels of the canonical face", "", true};
inline constexpr GroupInfo cluster_regions_group{"/entry/clusters/{cluster}/regions",
                                                 "NXcollection", "The same for regions of the face",
                                                 "region", true};
inline constexpr GroupInfo cluster_excesses_group{
    "/entry/clusters/{cluster}/excesses", "NXcollection",
    "Values of columns that are commoner in the cluster than elsewhere", "excess", true};
inline constexpr GroupInfo canonical_group{"/entry/canonical", "NXcollection",
                                           "The canonical face that all maps are painted on"};
inline constexpr GroupInfo canonical_picture_group{"/entry/canonical/picture", "NXdata",
                                                   "Picture of the canonical face", "", true};
inline constexpr GroupInfo process_group{"/entry/process", "NXcollection",
                                         "Everything that depends on time, rank or host", "image"};
inline constexpr GroupInfo process_options_group{"/entry/process/options", "NXcollection",
                                                 "The options that the result does not depend on"};
inline constexpr GroupInfo requests_group{"/entry/process/requests", "NXcollection",
                                          "What a model that runs elsewhere was asked"};
inline constexpr GroupInfo compute_settings_group{"/entry/process/compute_settings", "NXcollection",
                                                  "What keeps the kernels repeatable"};
inline constexpr GroupInfo ranks_group{"/entry/process/ranks", "NXcollection", "One row a rank",
                                       "rank"};
inline constexpr GroupInfo rank_summary_group{"/entry/process/summary", "NXcollection",
                                              "How well the ranks were used", "phase"};
inline constexpr GroupInfo cis_group{
    "/entry/cis", "NXdata", "The map of each image that was used, of --save-cis", "image", true};

/// Data sets and attributes that the program itself reads back.
inline constexpr const char* method_name = "method";
inline constexpr const char* map_name = "cms";
inline constexpr const char* group_text_name = "name";
inline constexpr const char* group_by_name = "group_by";
inline constexpr const char* canonical_source_name = "source";

}  // namespace csm
