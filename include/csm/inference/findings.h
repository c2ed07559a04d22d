#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "csm/core/grid.h"
#include "csm/inference/group_design.h"

namespace csm {

/// The family-wise error rate of all findings, and one less the coverage of all bands.
inline constexpr double significance_level = 0.05;

/// One region of the face in a comparison of two groups.
struct RegionFinding {
  std::string name;
  double difference = 0;      ///< first less second
  double standard_error = 0;  ///< between persons
  double low = 0;             ///< lower end of the simultaneous 95 % band over all regions
  double high = 0;
  double t = 0;
  double p_fwe = 1;  ///< corrected for all regions
};

/// What the second condition of the same persons takes from the model's confidence in the first,
/// over the persons for whom it is confidence in one class.
struct ConfidenceEffect {
  std::int64_t n_persons = 0;        ///< with both conditions
  std::int64_t n_of_one_target = 0;  ///< those of them with one target class in both
  double difference = std::numeric_limits<double>::quiet_NaN();  ///< first less second, the mean
  double low = std::numeric_limits<double>::quiet_NaN();         ///< of its 95 % interval (Student)
  double high = std::numeric_limits<double>::quiet_NaN();
  std::int64_t n_decided_otherwise = 0;  ///< persons of two classes, by their first images
};

/// How two groups differ, with what chance alone would give: T x T on the coarse canonical image,
/// NaN where it was not tested.
struct PairFinding {
  std::string first;
  std::string second;
  Exchange exchange = Exchange::labels;
  std::int64_t n_first = 0;  ///< persons
  std::int64_t n_second = 0;
  std::int64_t n_permutations = 0;
  Grid<float> difference;      ///< first less second, means over persons
  Grid<float> standard_error;  ///< between persons
  Grid<float> half_width;      ///< difference +- half_width: 95 % band for all places at once
  Grid<float> t;
  Grid<float> z;             ///< the normal value that is as rare as t at its degrees of freedom
  Grid<float> p_fwe;         ///< of |z|, corrected for all places
  Grid<float> enhanced;      ///< TFCE of z
  Grid<float> p_tfce;        ///< of the enhanced z, corrected for all places
  double critical_z = 0;     ///< |z| that 5 % of the labellings exceed somewhere
  double p_map = 1;          ///< smallest p_tfce: whether the maps differ at all
  double p_holm = 1;         ///< p_map corrected for all comparisons
  double smallest_p = 0;     ///< that so few persons can give, however they are exchanged
  double share_tested = 1;   ///< of the face: places that enough persons of both groups have
  double share_of_face = 0;  ///< of the tested face, where p_tfce <= .05; 0 if p_holm > .05
  double spread_ratio = 1;   ///< standard deviation between persons, first by second: median over
                             ///< the places; 1 within persons
  /// Smallest difference that the largest |z|, corrected for all comparisons, finds with 80 %
  /// probability at a typical place; NaN if unknown.
  double detectable = std::numeric_limits<double>::quiet_NaN();
  /// The same with the t of many persons, which shrinks as their root does.
  double detectable_of_many = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> largest_z;  ///< over the face, of each labelling
  double typical_error = 0;       ///< standard error between persons, median over the places
  double typical_freedom = 0;     ///< degrees of freedom of t, median over the places
  std::vector<RegionFinding> regions;
  ConfidenceEffect effect;  ///< of comparisons within persons
  std::vector<std::string> remarks;
};

/// A share of some cases with its 95 % interval (Wilson, with as many cases as the persons make
/// independent); NaN, 0 and 1 if there are none.
struct GroupShare {
  std::int64_t n = 0;          ///< cases
  std::int64_t n_persons = 0;  ///< whose cases these are
  double share = std::numeric_limits<double>::quiet_NaN();
  double low = 0;
  double high = 1;
};

/// One group of a column: its images and how well the model does on them.
struct GroupPerformance {
  std::string name;
  std::int64_t n_images = 0;
  std::int64_t n_persons = 0;
  double mean_confidence = 0;    ///< of the clean images
  double confidence_error = 0;   ///< standard error between persons
  GroupShare accuracy{};         ///< of the images with a label that names a class
  GroupShare false_match{};      ///< FMR: of the pairs of two persons, those taken for one
  GroupShare false_non_match{};  ///< FNMR: of the pairs of one person, those taken for two
  GroupShare left_out{};         ///< of all images of the group, those without a map
  std::int64_t n_left_out = 0;
};

/// All comparisons of the groups of one column.
struct ColumnFindings {
  std::string column;            ///< --group-by
  std::string exchange_by;       ///< the column of persons, or "image"
  std::string cases = "images";  ///< what has a map: "images", or "pairs" of faces
  std::string permute_within;
  double omnibus_p = 1;       ///< of three groups or more: whether any differ (Welch's F)
  double omnibus_p_holm = 1;  ///< omnibus_p corrected for all comparisons
  bool has_omnibus = false;
  std::int64_t n_permutations = 0;
  std::vector<PairFinding> pairs;
  std::vector<GroupPerformance> groups;
  std::vector<std::string> why_left_out;  ///< why images have no map, the most frequent first
  std::vector<std::string> remarks;       ///< what was not tested, and why
  std::vector<std::string> cautions;      ///< what to know before what holds
  std::vector<std::string> sentences;     ///< cautions, and what holds, for a reader
};

/// The mean of a region over the persons, with its 95 % intervals.
struct RegionInterval {
  std::string name;
  double mean = 0;
  double standard_error = 0;  ///< between persons
  double low = 0;             ///< of the interval of this region alone
  double high = 0;
  double band_low = 0;  ///< of the band that holds for all regions at once
  double band_high = 0;
};

/// A measure with its 95 % interval; all NaN if the persons are too few to tell.
struct IntervalOfMeasure {
  double value = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
};

/// The part of the face that the places with the largest values make in Concentration::top_share.
inline constexpr double top_part = 0.05;

/// How much of the model's map lies in few places; the squares of its values count, as what a map
/// weighs can be told from noise by them only.
struct Concentration {
  IntervalOfMeasure top_share;  ///< of the squares, in the top_part of the face that has most
  IntervalOfMeasure gini;       ///< Gini coefficient of the squares: 0 the same everywhere
};

/// How far the map would change with other persons: T x T on the coarse canonical image, NaN where
/// too few persons have a value.
struct MapIntervals {
  std::string exchange_by;       ///< the column of persons, or "image"
  std::string cases = "images";  ///< what has a map: "images", or "pairs" of faces
  std::int64_t n_persons = 0;    ///< who were resampled
  std::int64_t n_resamples = 0;  ///< draws of as many persons, with repetition
  Grid<float> mean;              ///< over persons: one with several images counts once
  Grid<float> standard_error;    ///< between persons
  Grid<float> half_width;        ///< mean +- half_width: 95 % interval of a place alone
  double band_factor = 0;    ///< mean +- band_factor * half_width: band for all places at once; NaN
                             ///< if there are too few persons to give one
  double share_known = 0;    ///< of the face: places of enough persons for an interval
  double share_of_face = 0;  ///< of these, where the interval of a place leaves out zero
  double share_in_band = 0;  ///< of these, where the band for all places does
  std::vector<RegionInterval> regions;
  Concentration concentration;
  std::vector<std::string> remarks;    ///< what to know before what holds, the gravest first
  std::vector<std::string> sentences;  ///< remarks, and what holds, for a reader
};

/// A value of a column that is commoner in one cluster than in the other images.
struct ClusterExcess {
  std::string column;
  std::string value;
  double share_inside = 0;   ///< of the cluster's persons with a value of the column
  double share_outside = 0;  ///< of the others
  double p = 1;              ///< Fisher's exact test, one-sided
  double q = 1;              ///< p corrected for all clusters, columns and values (false discovery
                             ///< rate: Benjamini, Hochberg 1995)
};

/// A region of the face in one cluster.
struct ClusterRegion {
  std::string name;
  double mean = 0;    ///< over the cluster's images
  double others = 0;  ///< over the other images
};

/// Images whose maps have one shape: T x T on the coarse canonical image, NaN where unknown.
struct MapCluster {
  GroupPerformance performance;  ///< its name is "cluster 1", of the most images, and so on
  double stability = 1;          ///< share of the images that half of the persons put where all do
  Grid<float> mean;              ///< over the cluster's images
  Grid<float> excess;            ///< less the mean over the other images
  std::vector<ClusterRegion> regions;
  std::vector<ClusterExcess> excesses;  ///< q <= .05, the surest first
  std::vector<std::string> examples;    ///< images nearest to the mean shape, the nearest first
};

/// The kinds of explanations among the maps: one cluster if none can be told from one kind.
struct MapClusters {
  std::string exchange_by;  ///< the column of persons, or "image"
  std::int64_t n_images = 0;
  std::int64_t n_persons = 0;
  double p = 1;            ///< of the first split: that all maps are of one kind
  double share_known = 0;  ///< of the places of an image, on average
  std::vector<MapCluster> clusters;
  std::vector<std::string> image_ids;      ///< (n_images)
  std::vector<std::string> cluster_names;  ///< of each image (n_images)
  std::vector<std::string> sentences;      ///< what holds, for a reader
};

/// What the maps of the single images show of the persons who are not among them.
struct Inference {
  std::optional<MapIntervals> intervals;  ///< of the mean map; none of one person
  std::vector<ColumnFindings> findings;   ///< how the groups differ
  std::optional<MapClusters> clusters;    ///< kinds of explanations, if they were asked for
  std::string confidence;                 ///< what maps are drops of, by name: "log odds"
};

/// Corrects p values for their number [Holm 1979]; NaN stays and does not count.
std::vector<double> holm(const std::vector<double>& p);

/// The false discovery rate at which each p would be a finding [Benjamini, Hochberg 1995].
std::vector<double> false_discovery_rates(const std::vector<double>& p);

}  // namespace csm
