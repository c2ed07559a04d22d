#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/grid.h"
#include "csm/core/image.h"
#include "csm/core/map_text.h"
#include "csm/inference/findings.h"
#include "csm/mesh/canonical_face.h"
#include "csm/saliency/canonical_map.h"
#include "csm/store/image_row.h"
#include "csm/store/rank_row.h"
#include "csm/store/recorded_option.h"
#include "csm/study/faithfulness.h"

namespace csm {

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
  std::int64_t n_persons = 0;  ///< whom these images show, as far as it is known
  std::int64_t n_right = 0;
  std::int64_t n_images = 0;
  std::int64_t n_saturated = 0;  ///< images with more than half of their confidences saturated

  bool empty() const { return classes.empty(); }
};

/// Names of /entry/inputs that are read back.
inline constexpr const char* model_sha256_input = "model_sha256";
inline constexpr const char* dataset_input = "dataset";

/// What a model that runs elsewhere was asked in an attempt, by all ranks; zeros for other models.
struct RequestCounts {
  std::int64_t n_requests = 0;  ///< that were sent, repeated ones too
  std::int64_t n_answered = 0;  ///< crops whose answer the model gave
  std::int64_t n_kept = 0;      ///< crops whose answer was kept from before
  double price = 0;             ///< of the requests, by --price-per-1000
};

/// The CMS of a method of --evaluate, of the images that its maps were evaluated on.
struct MethodMap {
  std::string name;  ///< as --method names it
  MapText words;
  CanonicalMap map;
};

/// One of the images that were decided best or worst, for the report.
struct Example {
  std::int64_t order = 0;   ///< position in the seeded order
  Grid<float> cis;          ///< S x S
  RgbImage face;            ///< the image warped to the canonical face, S x S
  RgbImage input;           ///< what the network gets, H x W
  Grid<float> reprojected;  ///< the CMS on the pixels of the input, H x W
};

/// What a run found; `write_result` turns it into a file.
struct Result {
  std::string title;
  std::string task;
  std::string confidence_kind;  ///< log_odds | probability | logit | cosine | verification
  std::string confidence_name;  ///< the same in a sentence: "log odds"
  std::string confidence_unit;  ///< "log odds", "logit" or "1"
  std::string method = "csm";   ///< --method
  MapText words;
  std::string start_time;  ///< ISO 8601
  std::string end_time;
  std::string command;
  std::vector<RecordedOption> options;  ///< describe_options
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
  std::optional<CanonicalMap> face_lost;  ///< shares; none if the model does not look for the face
  std::vector<GroupMap> groups;
  std::string group_by;
  Convergence convergence;
  std::vector<RegionSummary> regions;
  Classification classification;  ///< empty for embeddings without pairs
  Faithfulness faithfulness;      ///< of the maps that were evaluated; empty if none was
  std::vector<MethodMap> methods;
  Grid<double> pixel_weights;     ///< (S x S) in the means of regions, with --save-cis
  RgbImage mean_face;             ///< S x S
  std::vector<Example> examples;  ///< the best decided images, then the worst
  CanonicalFace canonical;
  std::vector<ImageRow> images;  ///< by `order`
  std::vector<RankRow> ranks;
  RequestCounts requests;
  std::map<std::string, std::int64_t> failures;  ///< reason -> number
  Inference inference;                           ///< intervals of the CMS, differences of groups
};

}  // namespace csm
