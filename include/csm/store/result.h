#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/image.h"
#include "csm/core/map_words.h"
#include "csm/mesh/canonical_face.h"
#include "csm/saliency/canonical_map.h"
#include "csm/study/faithfulness.h"

namespace csm {

/// One row of /entry/images. Everything but `seconds` is the same for any number of ranks.
struct ImageRow {
  std::int64_t order = 0;  ///< position in the seeded order
  std::string id;
  std::string status;     ///< "ok", else the reason why the image was left out
  std::string detail;     ///< the whole message of a failure
  std::string label;      ///< true class, empty where unknown
  std::string predicted;  ///< class with the highest clean confidence, empty for embeddings
  std::string target;     ///< class whose confidence was measured, or the gallery image, or same|different
  double confidence = 0;  ///< conf(I) of the clean image
  double max_drop = 0;    ///< largest S(v), or largest value of a rival method's map at a vertex
  double min_drop = 0;    ///< smallest S(v)
  double yaw = 0, pitch = 0, roll = 0;  ///< [deg]
  std::int64_t n_vertices = 0;          ///< used vertices
  std::int64_t n_patches = 0;           ///< distinct patches; 0 for rival methods
  std::int64_t n_computed = 0;          ///< patches that went through the network; fewer where some were interpolated;
                                        ///< of a rival method the forwards besides the clean image's
  std::int64_t n_audited = 0;           ///< approximated patches that were computed exactly too, to measure the error
  double audit_error = 0;               ///< root mean square difference of their drops, approximated against computed
  double audit_correlation = 0;         ///< Pearson correlation of the same
  double audit_bias = 0;                ///< mean of the differences
  double audit_spread = 0;              ///< standard deviation of the differences
  double audit_drop_spread = 0;         ///< standard deviation of the computed drops
  std::int64_t n_fallbacks = 0;         ///< 1 where the error was too large and the image was computed exactly instead
  ImageFaithfulness faithfulness = {};  ///< of the maps that were judged; empty where none was
  double seconds = 0;
};

/// The seconds of one rank, /entry/process.
struct RankRow {
  std::int64_t rank = 0;
  std::string host;
  std::string device;       ///< "cpu" or "cuda:N"
  std::string device_name;  ///< and UUID, as the CUDA driver tells them; empty for the CPU
  std::string device_uuid;
  std::int64_t n_threads = 0;
  std::int64_t n_images = 0;
  double loop_seconds = 0;  ///< wall time of the loop over the images
  double busy_seconds = 0;  ///< of that, all but waiting for the next image and for the other ranks
  std::vector<std::pair<std::string, double>> seconds_of_phase;  ///< same phases in the same order on every rank
};

/// The CMS of a method of --evaluate, of the images that its maps were judged on.
struct MethodMap {
  std::string name;  ///< the method's word
  MapWords words;
  CanonicalMap map;
};

/// What a run found; `write_result` turns it into a file.
struct Result {
  std::string title;
  std::string task;
  std::string confidence_kind;  ///< probability | logit | cosine | verification
  std::string confidence_unit;  ///< "1" (probability, cosine) or "logit"
  std::string method = "csm";   ///< --method
  MapWords words;
  std::string start_time;  ///< ISO 8601
  std::string end_time;
  std::string command;
  std::vector<std::pair<std::string, std::string>> options;   ///< describe_options
  std::vector<std::pair<std::string, std::string>> versions;  ///< program, git, torch, opencv, hdf5, mpi
  std::vector<std::pair<std::string, std::string>>
      inputs;  ///< model, mesh, detector, data set: path, hash, source, licence
  std::vector<std::pair<std::string, std::string>> compute_settings;  ///< what keeps the kernels repeatable
  std::vector<std::string> remarks;  ///< plain sentences that a reader must know ("no gallery: ...")
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
  Faithfulness faithfulness;  ///< of the maps that were judged; empty where none was
  std::vector<MethodMap> methods;
  RgbImage mean_face;  ///< S x S
  RgbImage overlay;    ///< the CMS drawn over the mean face, S x S
  CanonicalFace canonical;
  std::vector<ImageRow> images;  ///< by `order`
  std::vector<RankRow> ranks;
  std::map<std::string, std::int64_t> failures;  ///< reason -> number
};

}  // namespace csm
