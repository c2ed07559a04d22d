#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "csm/options/method_facts.h"

namespace csm {

enum class DatasetFormat { automatic, folder, manifest, celeba, lfw, tar };

/// Which images of a data set are used: its two halves share no image, for maps made on one and
/// evaluated on the other.
enum class Half { all, first, second };

/// What a number in the label column means: a value that lies in a class's range ("24" in "20-29"),
/// or the index of a class, from 0. automatic: a value, unless all numbers may be indices too.
enum class LabelNumbers { automatic, values, indices };

struct DatasetOptions {
  std::filesystem::path dataset;  ///< --dataset: a folder, a CSV file, or tar shards
  DatasetFormat format = DatasetFormat::automatic;  ///< --dataset-format
  std::filesystem::path manifest;  ///< --manifest: CSV that names the images of --dataset; empty:
                                   ///< manifest.csv of the folder
  std::string label;  ///< --label: the column with the true class; empty: the task's name, if there
                      ///< is one; none: no labels
  LabelNumbers label_numbers = LabelNumbers::automatic;  ///< --label-numbers auto|values|indices
  Half half =
      Half::all;  ///< --half all|first|second, a function of seed and image; before the limit
  std::string
      half_by;  ///< --half-by COLUMN: images of one value go to one half; empty: each by itself
  std::optional<std::int64_t> limit;  ///< --limit: that many images of the seeded order; none: all
  std::uint64_t seed = 1;             ///< --seed
  std::filesystem::path gallery;  ///< --gallery: labelled images for Eq. (7): a CSV or a folder;
                                  ///< empty: the clean image itself
  std::filesystem::path pairs;    ///< --pairs: path_a,path_b,same_person[,fold] for Eq. (8)
};

enum class Device { automatic, cpu, cuda };
enum class Confidence { log_odds, probability, logit, cosine, verification };
enum class Target { predicted, label };

struct ModelOptions {
  std::filesystem::path model;  ///< --model
  Confidence confidence = Confidence::log_odds;
  Target target = Target::predicted;
  Device device = Device::automatic;
  int ranks_per_device = 1;             ///< --ranks-per-device: that may share one CUDA device
  std::optional<int> threads_per_rank;  ///< none: the cores that the rank may use
};

enum class MeshSource { network, files };
enum class FaceChoice { largest, central };
enum class Visibility { all, front_facing };

/// Whether a mesh from a file is compared with its image. off: for studies of wrong meshes; nothing
/// is turned or refused.
enum class MeshCheck { on, off };

struct MeshOptions {
  MeshSource mesh = MeshSource::network;
  std::filesystem::path mesh_dir;  ///< --mesh-dir: one mesh file per image, for --mesh files
  std::filesystem::path
      canonical;  ///< --canonical: mesh file of the canonical face, or an image that the mesh
                  ///< network is fitted to; empty: the network's own canonical face
  std::filesystem::path
      canonical_image;  ///< --canonical-image: picture to paint on; empty: the data set's mean face
  std::filesystem::path detector_model;     ///< --detector-model
  std::filesystem::path mesh_model;         ///< --mesh-model
  int canonical_size = 619;                 ///< --canonical-size S [px]
  int vertex_stride = 20;                   ///< --vertex-stride
  FaceChoice face = FaceChoice::largest;    ///< --face largest|central
  Visibility visibility = Visibility::all;  ///< --visibility all|front-facing
  MeshCheck mesh_check = MeshCheck::on;     ///< --mesh-check on|off, for --mesh files
};

enum class FillKind { mean, zero, blur, noise, colour };

struct Fill {
  FillKind kind = FillKind::mean;
  std::array<std::uint8_t, 3> colour{};  ///< RGB, for FillKind::colour
};

enum class Quality { draft, standard, full };

enum class Engine { automatic, full, incremental, adaptive };

/// Of the numbers that products multiply. bfloat16 has 8 bits of precision; it holds differences,
/// never values.
enum class Precision { float32, bfloat16 };

struct OcclusionOptions {
  int patch_size =
      15;     ///< --patch-size s [px of the network input]; S = s * canonical_size / input width
  Fill fill;  ///< --fill mean|zero|blur|noise|COLOUR (RRGGBB)
  Quality quality = Quality::full;  ///< --quality: sets vertices_per_image if it is not given
  std::optional<std::int64_t>
      vertices_per_image;  ///< --vertices-per-image: a random sample of that many; none: all
  Engine engine = Engine::automatic;  ///< --engine auto|full|incremental|adaptive
  double adaptive_share =
      0.3;  ///< --adaptive-share: of the patches that --engine adaptive computes, in (0, 1]
  Precision precision =
      Precision::float32;  ///< --precision float32|bfloat16, of the incremental engine
  double precision_tolerance =
      0.1;  ///< --precision-tolerance: largest error of the audited drops, root mean square,
            ///< as a share of the standard deviation of the float32 drops
  std::optional<int> batch_size;     ///< --batch-size; none: from memory_limit
  std::int64_t memory_limit = 2048;  ///< --memory-limit [MB] of the batches of one rank
};

/// Of the baseline methods; --patch-size and --fill are the window and what means "nothing there"
/// in all of them.
struct ExplainOptions {
  std::string method = std::string(own_method);  ///< --method: a name of the method list
  std::string cam_layer =
      {};  ///< --cam-layer: name of a layer; empty: the last feature map of a convolution
  int noise_samples = 50;  ///< --noise-samples n of SmoothGrad
  double noise_level =
      0.15;  ///< --noise-level of SmoothGrad: sigma / (largest - smallest value of the input)
  int integration_steps = 50;  ///< --integration-steps m of integrated gradients
  int masks = 4000;            ///< --masks N of RISE
  int mask_grid = 7;           ///< --mask-grid h = w of RISE: cells along a side of a small mask
  std::optional<int> window_step = std::nullopt;  ///< --window-step of sliding occlusion [px of the
                                                  ///< input]; none: half of patch_size
};

/// What becomes of negative values of a map before it darkens an image.
enum class MapSign { positive, both };

/// A file, and what the user calls it; empty: nothing in particular.
struct NamedFile {
  std::string name = {};
  std::filesystem::path file;

  bool operator==(const NamedFile&) const = default;
};

/// Evaluating maps by the network's scores of images that were darkened where they are high, Eqs.
/// (9) to (13).
struct StudyOptions {
  std::vector<std::string>
      evaluate;  ///< --evaluate METHOD,...: evaluated beside the run's own maps
  std::vector<NamedFile>
      evaluate_cms;  ///< --evaluate-cms [NAME=]FILE,...: result files whose CMS is evaluated
  bool evaluate_other_class = false;          ///< --evaluate-other-class
  MapSign evaluate_sign = MapSign::positive;  ///< --evaluate-sign positive|both
  int curve_steps = 10;                       ///< --curve-steps of deletion and insertion; 0: none
};

/// Whether maps are evaluated in the run.
bool is_evaluated(const StudyOptions& options);

enum class DensityNormalisation { on, off };

/// Whether left and right are told apart. map: the map of each image is averaged with its mirror
/// image; image: the network sees the mirror image of each image too, at twice the cost, and the
/// maps are averaged as with map.
enum class Mirror { off, map, image };

struct SaliencyOptions {
  Mirror mirror = Mirror::off;  ///< --mirror off|map|image
  DensityNormalisation density_normalisation = DensityNormalisation::on;
  std::string group_by =
      "target";  ///< --group-by target|predicted|label|none|COLUMN of the manifest
};

struct OutputOptions {
  std::filesystem::path
      output;              ///< --output FILE.h5; empty: results/TASK.h5, or results/TASK_METHOD.h5
  bool overwrite = false;  ///< --overwrite
  bool save_cis = false;   ///< --save-cis
  bool quiet = false;      ///< --quiet
  std::filesystem::path log_json;  ///< --log-json: FILE, or - for the standard output; empty: none
};

enum class Schedule { fixed, dynamic };
enum class Restart { never, automatic, require };

struct RunOptions {
  std::string task;           ///< --task: the job file's name
  double max_failures = 0.1;  ///< --max-failures: share of images that may fail, in [0, 1]
  Schedule schedule = Schedule::dynamic;   ///< --schedule static|dynamic
  Restart restart = Restart::automatic;    ///< --restart never|auto|require
  std::int64_t checkpoint_interval = 300;  ///< --checkpoint-interval [s]; 0: after every image
  std::optional<int> prefetch;             ///< --prefetch: images loaded ahead; none: by the device
};

/// When a run ends before its last image: at fixed numbers of images, with the map of a whole
/// prefix of the seeded order.
struct StopOptions {
  std::optional<double> standard_error;  ///< --stop-at-standard-error X [units of the confidence]
  std::optional<double> agreement;       ///< --stop-at-agreement R of two random halves, in (0, 1)
  std::optional<std::int64_t> time_limit;  ///< --time-limit [s] of this attempt's images
};

/// Whether a run may end before its last image.
bool may_stop(const StopOptions& options);

/// All options of a run, after job file and command line were merged. Const after parsing.
struct Options {
  RunOptions run;
  StopOptions stop;
  DatasetOptions dataset;
  ModelOptions model;
  MeshOptions mesh;
  OcclusionOptions occlusion;
  ExplainOptions explain;
  StudyOptions study;
  SaliencyOptions saliency;
  OutputOptions output;
};

/// Every option as (name, value) in the order of the help, as `--print-config` shows it and the
/// result file keeps it. A line `name = value` of each is a job file that gives the same options.
std::vector<std::pair<std::string, std::string>> describe_options(const Options& options);

/// Whether an option sets where the result goes or how the run works and logs, not what it
/// computes: it is kept in /entry/process, and a restart may change it.
bool is_process_option(const std::string& name);

}  // namespace csm
