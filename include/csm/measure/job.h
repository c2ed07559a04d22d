#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "csm/dataset/dataset.h"
#include "csm/explain/explainer.h"
#include "csm/measure/class_labels.h"
#include "csm/measure/grouping.h"
#include "csm/measure/image_evaluator.h"
#include "csm/measure/person_column.h"
#include "csm/measure/references.h"
#include "csm/mesh/fitter.h"
#include "csm/model/network.h"
#include "csm/occlusion/choose_engine.h"
#include "csm/options/options.h"

namespace csm {

/// What a job is: data that is the same on all ranks and does not change once the job is prepared.
struct JobSpec {
  Options options;
  std::string label_column;
  Dataset dataset;
  std::vector<std::int64_t> order;           ///< indices into dataset.samples in the seeded order
  std::vector<std::int64_t> training_order;  ///< pairs of the fold `train`: for the threshold only
  std::size_t n_folds = 0;                   ///< distinct values of the column `fold`, for pairs
  std::optional<Dataset> gallery;
  std::vector<std::string> target_names;    ///< classes, or same and different, or empty
  std::optional<ClassLabels> class_labels;  ///< of classifiers: what the images' labels mean
  std::optional<Grouping> grouping;
  PersonColumn persons;              ///< whom tests of groups exchange
  std::vector<std::string> remarks;  ///< plain sentences for the result file
  std::vector<std::string>
      warnings;  ///< the same that say what is likely a mistake; warned of at the start

  const Sample& sample_at(std::int64_t position) const { return dataset.samples[order[position]]; }
  /// Empty: nobody in particular.
  std::string person_at(std::int64_t position) const;
};

/// What one rank computes with, on its device. Its thread alone uses them, but for the fitter,
/// which is the loader's while images are worked on.
struct RankTools {
  std::unique_ptr<Network> network;
  std::unique_ptr<MeshFitter> fitter;
  ForwardCost cost;
  EngineChoice engine_choice;
  std::unique_ptr<OcclusionEngine> engine;
  std::optional<Explainer> explainer;       ///< for --method other than csm
  std::optional<ImageEvaluator> evaluator;  ///< if maps are evaluated
};

/// Everything that a rank needs before the first image.
struct Job {
  JobSpec spec;
  RankTools tools;

  double canonical_patch_side() const;  ///< S [px]

  /// How much each pixel counts in the mean of a region, by coverage_weights (S x S).
  Grid<double> pixel_weights() const;

  /// Where maps are averaged with their mirror image: the middle of the canonical face [px].
  std::optional<double> midline() const;
};

/// Whether the job maps where the model loses the face: one that looks for it itself, and occlusion
/// at the vertices.
bool maps_lost_faces(const Job& job);

/// Whether the model is a service, whose answers may cost money; a program on this machine is none.
bool is_service(const Job& job);

/// Whether a pair shows one person twice, from its column same_person (1 or 0).
bool is_same_person(const Sample& pair);

/// Loads networks and mesh, and checks that they and the images fit together and that the labels
/// which the options need exist. The gallery is left to the caller. @param dataset of list_images
/// Errors: InputError, before any work.
Job prepare_job(const Options& options, ComputeDevice device, Dataset dataset);

/// Whether the job compares with a gallery, Eq. (7).
bool needs_gallery(const Options& options);

}  // namespace csm
