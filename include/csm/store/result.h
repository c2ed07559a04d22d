#pragma once
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/grid.h"
#include "csm/core/image.h"
#include "csm/core/map_words.h"
#include "csm/mesh/canonical_face.h"
#include "csm/saliency/canonical_map.h"
#include "csm/study/faithfulness.h"

namespace csm {

/// What a number is that was not measured.
inline constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();

/// One row of /entry/images. Everything but `seconds` is the same for any number of ranks.
struct ImageRow {
  std::int64_t order = 0;  ///< position in the seeded order
  std::string id;
  std::string status;     ///< "ok", else the reason why the image was left out
  std::string detail;     ///< the whole message of a failure
  std::string label;      ///< true class, empty if unknown
  std::string predicted;  ///< class with the highest clean confidence, empty for embeddings
  std::string
      target;  ///< class whose confidence was measured, or the gallery image, or same|different
  std::string group;  ///< value of --group-by, empty if the image belongs to no group
  double confidence = not_measured;  ///< conf(I) of the clean image; NaN if it was not measured
  double max_drop = not_measured;  ///< largest S(v), or largest value of a baseline method's map at
                                   ///< a vertex; NaN likewise
  double min_drop = not_measured;  ///< smallest S(v); NaN likewise
  std::int64_t n_saturated =
      0;  ///< of the clean image and its occluded copies those with is_saturated
  double yaw = not_measured;  ///< [deg]; NaN if the pose is not known
  double pitch = not_measured;
  double roll = not_measured;
  std::int64_t n_faces =
      -1;  ///< faces that the detector saw, in the photo of a pair with more; -1: not known
  std::int64_t n_meshes_turned =
      0;  ///< mesh files that counted y from the bottom, so that y was turned over
  std::int64_t mesh_key =
      0;  ///< the same for photos with one and the same mesh file; 0: no file. Not written
  std::int64_t n_vertices = 0;  ///< used vertices
  std::int64_t n_patches = 0;   ///< distinct patches; 0 for baseline methods
  std::int64_t n_computed =
      0;  ///< patches that went through the network; fewer if some were interpolated;
          ///< of a baseline method the forwards besides the clean image's
  std::int64_t n_audited =
      0;  ///< approximated patches that were computed exactly too, to measure the error
  double audit_error =
      0;  ///< root mean square difference of their drops, approximated against computed
  double audit_correlation = 0;  ///< Pearson correlation of the same
  double audit_bias = 0;         ///< mean of the differences
  double audit_spread = 0;       ///< standard deviation of the differences
  double audit_drop_spread = 0;  ///< standard deviation of the computed drops
  std::int64_t n_fallbacks =
      0;  ///< 1 if the error was too large and the image was computed exactly instead
  ImageFaithfulness faithfulness = {};  ///< of the maps that were evaluated; empty if none was
  double seconds = 0;
};

/// A share with its 95 % interval; NaN, 0 and 1 if nothing was counted.
struct ShareInterval {
  double share = not_measured;
  double low = 0;
  double high = 1;
};

/// How often the network is right, over the images of the map. C classes, in the order of the
/// model.
struct Classification {
  std::vector<std::string> classes;       ///< (C)
  std::vector<std::int64_t> n_predicted;  ///< (C) images that the network takes for the class
  std::vector<std::int64_t> n_labelled;   ///< (C) images whose label is the class
  Grid<std::int64_t> confusion;  ///< (C x C) images by label (row) and predicted class (column)
  ShareInterval accuracy;        ///< over all images with a label that names a class
  std::vector<ShareInterval> accuracy_of_class;  ///< (C) over the images with this label
  std::int64_t n_all_labelled = 0;
  std::int64_t n_right = 0;
  std::int64_t n_images = 0;
  std::int64_t n_saturated = 0;  ///< images with more than half of their confidences saturated

  bool empty() const { return classes.empty(); }
};

/// The seconds of one rank, /entry/process.
struct RankRow {
  std::int64_t rank = 0;
  std::string host;
  std::string device;       ///< "cpu" or "cuda:N"
  std::string device_name;  ///< and UUID, as the CUDA driver gives them; empty for the CPU
  std::string device_uuid;
  std::int64_t n_threads = 0;
  std::int64_t n_images = 0;
  double loop_seconds = 0;  ///< wall time of the loop over the images
  double busy_seconds = 0;  ///< of that, all but waiting for the next image and for the other ranks
  std::vector<std::pair<std::string, double>>
      seconds_of_phase;  ///< same phases in the same order on every rank
};

/// The CMS of a method of --evaluate, of the images that its maps were evaluated on.
struct MethodMap {
  std::string name;  ///< as --method names it
  MapWords words;
  CanonicalMap map;
};

/// What a run found; `write_result` turns it into a file.
struct Result {
  std::string title;
  std::string task;
  std::string confidence_kind;  ///< log_odds | probability | logit | cosine | verification
  std::string confidence_name;  ///< the same in a sentence: "log odds"
  std::string confidence_unit;  ///< "log odds", "logit" or "1"
  std::string method = "csm";   ///< --method
  MapWords words;
  std::string start_time;  ///< ISO 8601
  std::string end_time;
  std::string command;
  std::vector<std::pair<std::string, std::string>> options;  ///< describe_options
  std::vector<std::pair<std::string, std::string>>
      versions;  ///< program, git, torch, opencv, hdf5, mpi
  std::vector<std::pair<std::string, std::string>>
      inputs;  ///< model, mesh, detector, data set: path, hash, source, licence
  std::vector<std::pair<std::string, std::string>>
      compute_settings;  ///< what keeps the kernels repeatable
  std::vector<std::string>
      remarks;  ///< plain sentences that a reader must know ("no gallery: ...")
  std::vector<std::string> warnings;  ///< reasons not to trust the map, the gravest first
  std::uint64_t seed = 0;
  std::int64_t n_ranks = 0;
  std::int64_t n_restored = 0;  ///< images that earlier attempts had finished
  std::int64_t n_images = 0;    ///< that went into the CMS
  std::int64_t n_failed = 0;

  CanonicalMap cms;
  std::vector<GroupMap> groups;
  std::string group_by;
  Convergence convergence;
  std::vector<RegionSummary> regions;
  Classification classification;  ///< empty for embeddings without pairs
  Faithfulness faithfulness;      ///< of the maps that were evaluated; empty if none was
  std::vector<MethodMap> methods;
  RgbImage mean_face;  ///< S x S
  RgbImage overlay;    ///< the CMS drawn over the mean face, S x S
  CanonicalFace canonical;
  std::vector<ImageRow> images;  ///< by `order`
  std::vector<RankRow> ranks;
  std::map<std::string, std::int64_t> failures;  ///< reason -> number
};

}  // namespace csm
