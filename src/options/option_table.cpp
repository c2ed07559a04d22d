#include "option_table.h"

#include <algorithm>

#include "csm/core/text.h"
#include "csm/options/method_facts.h"
#include "option_kinds.h"

namespace csm {
namespace {

using namespace kinds;

constexpr const char* run_group = "Run";
constexpr const char* stop_group = "Stopping early, at fixed numbers of images";
constexpr const char* data_group = "Data set";
constexpr const char* model_group = "Model";
constexpr const char* mesh_group = "Mesh and canonical face";
constexpr const char* occlusion_group = "Occlusion";
constexpr const char* method_group = "Method";
constexpr const char* study_group = "Evaluating maps";
constexpr const char* map_group = "Map";
constexpr const char* output_group = "Output";

OptionEntry with_default(OptionEntry entry, const std::string& default_text) {
  entry.default_text = default_text;
  return entry;
}

std::vector<OptionEntry> run_options() {
  return {text(
              {run_group, "task", "NAME", "name of the job, jobs/NAME.cfg"},
              [](auto& o) -> auto& { return o.run.task; }, "none"),
          real(
              {run_group, "max-failures", "SHARE",
               "share of the images that may fail before the run is given up"},
              [](auto& o) -> auto& { return o.run.max_failures; }, 0, 1),
          choice(
              {run_group, "schedule", "static|dynamic",
               "dynamic: who is free takes the next image; static: fixed shares"},
              [](auto& o) -> auto& { return o.run.schedule; }),
          choice(
              {run_group, "restart", "never|auto|require",
               "auto: go on from the checkpoint beside the output if there is one; require: only "
               "then; never: discard it"},
              [](auto& o) -> auto& { return o.run.restart; }),
          integer(
              {run_group, "checkpoint-interval", "SECONDS",
               "time between two checkpoints of a rank, 0: after every image"},
              [](auto& o) -> auto& { return o.run.checkpoint_interval; }, 0, 1'000'000),
          optional_integer(
              {run_group, "prefetch", "auto|N",
               "images loaded while one is worked on, auto: 2 on a GPU, else 1"},
              [](auto& o) -> auto& { return o.run.prefetch; }, "auto", 0, 1000)};
}

std::vector<OptionEntry> stop_options() {
  return {optional_real(
              {stop_group, "stop-at-standard-error", "never|X",
               "end when the root mean square of the map's standard error is X or less [units of "
               "the confidence]"},
              [](auto& o) -> auto& { return o.stop.standard_error; }, "never", 1e-12, 1e6),
          optional_real(
              {stop_group, "stop-at-agreement", "never|R",
               "end when the maps of two random halves of the images correlate at R or more; with "
               "both options, when "
               "both hold"},
              [](auto& o) -> auto& { return o.stop.agreement; }, "never", 0, 1),
          optional_integer(
              {stop_group, "time-limit", "none|SECONDS",
               "end before a next step would take the images longer than that, in this attempt; "
               "not before 16 images"},
              [](auto& o) -> auto& { return o.stop.time_limit; }, "none", 1)};
}

std::vector<OptionEntry> dataset_options() {
  return {path(
              {data_group, "dataset", "PATH",
               "folder of the images, a CSV file that lists them, or tar shards: a file, or "
               "NAME-{000000..000127}.tar"},
              [](auto& o) -> auto& { return o.dataset.dataset; }),
          choice(
              {data_group, "dataset-format", "auto|folder|manifest|celeba|lfw|tar",
               "how the data set is laid out"},
              [](auto& o) -> auto& { return o.dataset.format; }),
          path(
              {data_group, "manifest", "FILE",
               "CSV file that names images of the data set, with their columns"},
              [](auto& o) -> auto& { return o.dataset.manifest; }),
          text(
              {data_group, "label", "COLUMN",
               "column with the true class, auto: the task's name, none: no labels"},
              [](auto& o) -> auto& { return o.dataset.label; }, "auto"),
          choice(
              {data_group, "label-numbers", "auto|values|indices",
               "what a number in that column is: a value in a class's range, or the index of a "
               "class, from 0"},
              [](auto& o) -> auto& { return o.dataset.label_numbers; }),
          choice(
              {data_group, "half", "all|first|second",
               "random half of the images, before limit: make a map on one half and evaluate it on "
               "the other"},
              [](auto& o) -> auto& { return o.dataset.half; }),
          text(
              {data_group, "half-by", "COLUMN",
               "images of one value of this column, such as a person, go to one half"},
              [](auto& o) -> auto& { return o.dataset.half_by; }, "none"),
          optional_integer(
              {data_group, "limit", "N", "number of images, taken from the seeded random order"},
              [](auto& o) -> auto& { return o.dataset.limit; }, "all", 1),
          with_default(
              OptionEntry{"seed", data_group, "N", "seed of the random order of the images", "",
                          [](Options& o, const GivenValue& given) {
                            o.dataset.seed =
                                parse_unsigned(given, "seed of the random order of the images");
                          },
                          [](const Options& o) { return std::to_string(o.dataset.seed); }},
              std::to_string(DatasetOptions{}.seed)),
          path(
              {data_group, "gallery", "FILE|DIR",
               "labelled images to compare with, for --confidence cosine"},
              [](auto& o) -> auto& { return o.dataset.gallery; }),
          path(
              {data_group, "pairs", "FILE", "pairs of images, for --confidence verification"},
              [](auto& o) -> auto& { return o.dataset.pairs; })};
}

std::vector<OptionEntry> model_options() {
  return {path(
              {model_group, "model", "FILE",
               "network to explain, TorchScript with its contract inside"},
              [](auto& o) -> auto& { return o.model.model; }),
          choice(
              {model_group, "confidence", "log_odds|probability|logit|cosine|verification",
               "what a drop is measured in; log_odds: ln p - ln(1 - p) of the class, which is flat "
               "nowhere and does not "
               "depend on what is added to all logits; probability and logit: as in the paper and "
               "the authors' code; "
               "cosine and verification: of embeddings, Eqs. (7) and (8)"},
              [](auto& o) -> auto& { return o.model.confidence; }),
          choice(
              {model_group, "target", "predicted|label", "class whose confidence is measured"},
              [](auto& o) -> auto& { return o.model.target; }),
          choice(
              {model_group, "device", "auto|cpu|cuda",
               "where the networks run, auto: a GPU if there is one"},
              [](auto& o) -> auto& { return o.model.device; }),
          integer(
              {model_group, "ranks-per-device", "N",
               "ranks that may share one GPU; more than it allows are refused"},
              [](auto& o) -> auto& { return o.model.ranks_per_device; }, 1, 1024),
          optional_integer(
              {model_group, "threads-per-rank", "auto|N",
               "threads of each rank, auto: the cores that it may use"},
              [](auto& o) -> auto& { return o.model.threads_per_rank; }, "auto", 1, 4096)};
}

std::vector<OptionEntry> mesh_options() {
  return {
      choice(
          {mesh_group, "mesh", "network|files", "where the mesh of each face comes from"},
          [](auto& o) -> auto& { return o.mesh.mesh; }),
      path(
          {mesh_group, "mesh-dir", "DIR", "one mesh file per image, for --mesh files"},
          [](auto& o) -> auto& { return o.mesh.mesh_dir; }),
      path(
          {mesh_group, "canonical", "FILE",
           "mesh of the canonical face, or a frontal picture to fit it to"},
          [](auto& o) -> auto& { return o.mesh.canonical; }),
      path(
          {mesh_group, "canonical-image", "FILE",
           "picture to paint on, none: the data set's mean face"},
          [](auto& o) -> auto& { return o.mesh.canonical_image; }),
      with_default(path(
                       {mesh_group, "detector-model", "FILE", "face detector"},
                       [](auto& o) -> auto& { return o.mesh.detector_model; }),
                   "models/face_detector.pt"),
      with_default(path(
                       {mesh_group, "mesh-model", "FILE", "network that fits the mesh"},
                       [](auto& o) -> auto& { return o.mesh.mesh_model; }),
                   "models/face_mesh.pt"),
      integer(
          {mesh_group, "canonical-size", "PX", "side of the canonical face and of the map [px]"},
          [](auto& o) -> auto& { return o.mesh.canonical_size; }, 32, 4096),
      integer(
          {mesh_group, "vertex-stride", "N", "every N-th vertex of the mesh is used"},
          [](auto& o) -> auto& { return o.mesh.vertex_stride; }, 1, 1'000'000),
      choice(
          {mesh_group, "mesh-check", "on|off",
           "compare meshes from files with their photos; off is for studies of wrong meshes: "
           "nothing is refused"},
          [](auto& o) -> auto& { return o.mesh.mesh_check; }),
      choice(
          {mesh_group, "face", "largest|central", "which face of an image is used"},
          [](auto& o) -> auto& { return o.mesh.face; }),
      choice(
          {mesh_group, "visibility", "all|front-facing", "which vertices are occluded"},
          [](auto& o) -> auto& { return o.mesh.visibility; })};
}

std::vector<OptionEntry> occlusion_options() {
  return {quality({occlusion_group, "quality", "draft|standard|full",
                   "preset of vertices-per-image: full measures every vertex of every image, as "
                   "the paper does; standard "
                   "(256) and draft (128) measure a random sample of each image, for a map of many "
                   "images in a fraction "
                   "of the time, with errors that say so"}),
          optional_integer(
              {occlusion_group, "vertices-per-image", "all|N",
               "vertices measured on each image, a random sample of its own; wins over quality"},
              [](auto& o) -> auto& { return o.occlusion.vertices_per_image; }, "all", 1, 1'000'000),
          integer(
              {occlusion_group, "patch-size", "PX",
               "side of the occluding square on the network's input [px]"},
              [](auto& o) -> auto& { return o.occlusion.patch_size; }, 1, 1024),
          fill({occlusion_group, "fill", "mean|zero|blur|noise|COLOUR",
                "what fills the square; mean: the colour of the model's contract, COLOUR: RRGGBB"}),
          choice(
              {occlusion_group, "engine", "auto|full|incremental|adaptive",
               "incremental computes only what a patch changes, auto: if that is less work; "
               "adaptive interpolates most "
               "patches and measures the error"},
              [](auto& o) -> auto& { return o.occlusion.engine; }),
          real(
              {occlusion_group, "adaptive-share", "SHARE",
               "share of the patches that the adaptive engine computes"},
              [](auto& o) -> auto& { return o.occlusion.adaptive_share; }, 0.01, 1),
          choice(
              {occlusion_group, "precision", "float32|bfloat16",
               "of the incremental engine's products; bfloat16 carries what a patch changes, never "
               "the values, and checks "
               "a sample of each image in float32"},
              [](auto& o) -> auto& { return o.occlusion.precision; }),
          real(
              {occlusion_group, "precision-tolerance", "SHARE",
               "largest error of the checked drops, as a share of their spread; images above it "
               "are computed in float32"},
              [](auto& o) -> auto& { return o.occlusion.precision_tolerance; }, 0, 100),
          optional_integer(
              {occlusion_group, "batch-size", "auto|N",
               "patches in one forward, auto: by memory-limit"},
              [](auto& o) -> auto& { return o.occlusion.batch_size; }, "auto", 1, 1'000'000),
          integer(
              {occlusion_group, "memory-limit", "MB", "memory of the batches of one rank [MB]"},
              [](auto& o) -> auto& { return o.occlusion.memory_limit; }, 64, 100'000'000)};
}

/// The names of the methods of a kind: "gradient, smoothgrad".
std::string names_of_kind(std::span<const MethodFacts> methods, MethodKind kind) {
  std::vector<std::string> names;
  for (const MethodFacts& facts : methods) {
    if (facts.kind == kind) names.push_back(facts.name);
  }
  return join(names);
}

std::vector<OptionEntry> method_options(std::span<const MethodFacts> methods) {
  const std::string layer_users = enumerate(
      names_of(methods, [](const MethodFacts& facts) { return facts.needs.layer; }), "and");
  return {name_of_list(
              {method_group, "method", "NAME",
               "csm: occlusion at the mesh's vertices; baselines, whose map of each image is "
               "sampled at the same vertices: " +
                   names_of_kind(methods, MethodKind::baseline) +
                   "; controls that know nothing of the network: " +
                   names_of_kind(methods, MethodKind::control)},
              [](auto& o) -> auto& { return o.explain.method; },
              names_of(methods, [](const MethodFacts&) { return true; })),
          text(
              {method_group, "cam-layer", "NAME",
               "layer of " + layer_users +
                   ", auto: the last feature map of a convolution, after its activation; --plan "
                   "names it"},
              [](auto& o) -> auto& { return o.explain.cam_layer; }, "auto"),
          integer(
              {method_group, "noise-samples", "N", "noisy copies of an image for smoothgrad"},
              [](auto& o) -> auto& { return o.explain.noise_samples; }, 1, 100'000),
          real(
              {method_group, "noise-level", "SHARE",
               "standard deviation of the noise of smoothgrad, as a share of the range of the "
               "input's values"},
              [](auto& o) -> auto& { return o.explain.noise_level; }, 0, 10),
          integer(
              {method_group, "integration-steps", "N",
               "points on the way from the fill to the image, integrated_gradients"},
              [](auto& o) -> auto& { return o.explain.integration_steps; }, 1, 100'000),
          integer(
              {method_group, "masks", "N", "random masks of an image for rise"},
              [](auto& o) -> auto& { return o.explain.masks; }, 1, 10'000'000),
          integer(
              {method_group, "mask-grid", "N",
               "cells along a side of a mask of rise, before it is enlarged"},
              [](auto& o) -> auto& { return o.explain.mask_grid; }, 1, 1024),
          optional_integer(
              {method_group, "window-step", "auto|PX",
               "step of the window of sliding_occlusion, whose side is patch-size [px], auto: half "
               "of the side"},
              [](auto& o) -> auto& { return o.explain.window_step; }, "auto", 1, 1024)};
}

std::vector<OptionEntry> study_options(std::span<const MethodFacts> methods) {
  const std::string meaning =
      "methods whose maps are evaluated beside the run's own, by darkening the images where they "
      "are high, Eqs. (9) to "
      "(13)";
  const std::vector<std::string> valid =
      names_of(methods, [](const MethodFacts& facts) { return facts.kind != MethodKind::own; });
  return {
      list(
          {study_group, "evaluate", "NAME,...", meaning},
          [](auto& o) -> auto& { return o.study.evaluate; },
          [](const std::string& name) { return name; },
          [=](const GivenValue& given) { return valid[parse_choice(given, meaning, valid)]; }),
      list(
          {study_group, "evaluate-cms", "[NAME=]FILE.h5,...",
           "result files whose map of the model is drawn on each image and evaluated too, NAME: "
           "what it is called in "
           "the "
           "tables; make them on other images, such as --half first"},
          [](auto& o) -> auto& { return o.study.evaluate_cms; }, named_file_text, parse_named_file),
      on_off(
          {study_group, "evaluate-other-class", "",
           "of files with a map of each class, evaluate the map of another class than the image's "
           "too, as a control"},
          [](auto& o) -> auto& { return o.study.evaluate_other_class; }),
      choice(
          {study_group, "evaluate-sign", "positive|both",
           "positive: what is negative in a map counts as nothing; both: the map is stretched from "
           "its lowest value"},
          [](auto& o) -> auto& { return o.study.evaluate_sign; }),
      integer(
          {study_group, "curve-steps", "N",
           "steps of the deletion and insertion curves of a map, 0: none"},
          [](auto& o) -> auto& { return o.study.curve_steps; }, 0, 1000)};
}

std::vector<OptionEntry> map_options() {
  return {choice(
              {map_group, "density-normalisation", "on|off",
               "divide by the number of squares, Eq. (5)"},
              [](auto& o) -> auto& { return o.saliency.density_normalisation; }),
          choice(
              {map_group, "mirror", "off|map|image",
               "map: average the map of each image with its mirror image, if left and right are "
               "not the question; "
               "image: the network also sees each image mirrored, at twice the cost"},
              [](auto& o) -> auto& { return o.saliency.mirror; }),
          text(
              {map_group, "group-by", "target|predicted|label|none|COLUMN",
               "images of one value make one more map"},
              [](auto& o) -> auto& { return o.saliency.group_by; }, "")};
}

std::vector<OptionEntry> output_options() {
  return {with_default(path(
                           {output_group, "output", "FILE.h5",
                            "result file; pictures and report are written beside it"},
                           [](auto& o) -> auto& { return o.output.output; }, "auto"),
                       "results/TASK.h5, or results/TASK_METHOD.h5"),
          on_off(
              {output_group, "overwrite", "", "replace an existing result file"},
              [](auto& o) -> auto& { return o.output.overwrite; }),
          on_off(
              {output_group, "save-cis", "", "keep the map of every image in the result file"},
              [](auto& o) -> auto& { return o.output.save_cis; }),
          file_or_stream(
              {output_group, "log-json", "FILE|-",
               "what happens in the run as JSON lines, -: standard output"},
              [](auto& o) -> auto& { return o.output.log_json; }),
          on_off(
              {output_group, "quiet", "", "print warnings and errors only"},
              [](auto& o) -> auto& { return o.output.quiet; })};
}

}  // namespace

OptionTable::OptionTable(std::span<const MethodFacts> methods) {
  for (const std::vector<OptionEntry>& group :
       {run_options(), stop_options(), dataset_options(), model_options(), mesh_options(),
        occlusion_options(), method_options(methods), study_options(methods), map_options(),
        output_options()}) {
    entries_.insert(entries_.end(), group.begin(), group.end());
  }
}

const OptionEntry* OptionTable::find(const std::string& name) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const OptionEntry& entry) { return entry.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

std::vector<std::string> OptionTable::names() const {
  std::vector<std::string> names;
  for (const OptionEntry& entry : entries_) names.push_back(entry.name);
  return names;
}

}  // namespace csm
