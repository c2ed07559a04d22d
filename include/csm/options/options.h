#pragma once
#include <span>
#include <vector>

#include "csm/dataset/dataset_options.h"
#include "csm/explain/explain_options.h"
#include "csm/explain/method_facts.h"
#include "csm/inference/inference_options.h"
#include "csm/mesh/mesh_options.h"
#include "csm/model/model_options.h"
#include "csm/occlusion/occlusion_options.h"
#include "csm/options/run_options.h"
#include "csm/saliency/saliency_options.h"
#include "csm/store/output_path.h"
#include "csm/store/recorded_option.h"
#include "csm/study/study_options.h"

namespace csm {

/// All options of a run, after job file and command line were merged; each stage owns its own.
/// Const after parsing.
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
  InferenceOptions inference;
  OutputOptions output;
};

/// What the images are grouped by: the column of --pair-by, else --group-by.
const std::string& group_column(const Options& options);

/// Every option in the order of the help. A line `name = value` of each is a job file that gives
/// the same options.
std::vector<RecordedOption> describe_options(const Options& options);

/// Whether occluded copies of the images are computed, so that an engine can save work: for the
/// run's own map or that of a method of --evaluate. @pre the methods of the options are among these
bool occludes_images(const Options& options, std::span<const MethodFacts> methods);

}  // namespace csm
