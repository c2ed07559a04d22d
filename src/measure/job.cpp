#include "csm/measure/job.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <regex>
#include <set>
#include <utility>

#include "csm/core/enum_names.h"
#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csm/dataset/dataset.h"
#include "csm/explain/method_facts.h"
#include "csm/measure/check_data.h"
#include "csm/measure/check_first_images.h"
#include "csm/mesh/canonical_face.h"
#include "csm/model/confidence.h"
#include "csm/model/fill.h"
#include "csm/model/model_options.h"
#include "csm/saliency/coverage_weights.h"

namespace csm {
namespace {

constexpr double largest_asymmetry =
    0.03;  // of the face's width; a symmetric mesh is within its spacing

ModelRole role_of(Confidence confidence) {
  if (confidence == Confidence::similarity) return ModelRole::pair;
  return is_class_confidence(confidence) ? ModelRole::classifier : ModelRole::embedding;
}

void split_training_pairs(Job& job) {
  const auto trains = [&](std::int64_t index) {
    return job.spec.dataset.samples[index].columns.find("fold") == "train";
  };
  std::copy_if(job.spec.order.begin(), job.spec.order.end(),
               std::back_inserter(job.spec.training_order), trains);
  std::erase_if(job.spec.order, trains);
  if (job.spec.order.empty()) {
    throw InputError(
        {"every pair of '" + job.spec.options.dataset.pairs.string() + "' has the fold 'train'",
         "no pair is left to explain", "Give the test pairs another fold."});
  }
}

std::size_t count_folds(const Job& job) {
  std::set<std::string> folds;
  for (const std::int64_t index : job.spec.order) {
    folds.insert(job.spec.dataset.samples[index].columns.find("fold").value_or(""));
  }
  return folds.size();
}

std::vector<std::string> find_target_names(const Options& options, const ModelContract& contract) {
  if (is_pair_confidence(options.model.confidence))
    return {same_person_class, different_persons_class};
  return contract.classes;
}

/// Whether two paths lead to one place, links followed; what is not there is compared by its text.
bool is_same_place(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code ignored;
  return a == b || std::filesystem::equivalent(a, b, ignored);
}

/// What a reader of the evaluations must know: whether the maps of models were made of images that
/// they are evaluated on.
std::vector<std::string> evaluation_remarks(const Job& job) {
  std::set<std::string> ids;
  for (const std::int64_t index : job.spec.order) ids.insert(job.spec.dataset.samples[index].id);
  std::vector<std::string> remarks;
  for (const auto& [name, map, choices] : job.tools.evaluator->model_maps()) {
    const auto n_shared = std::count_if(map.image_ids.begin(), map.image_ids.end(),
                                        [&](const std::string& id) { return ids.contains(id); });
    std::string remark = "The map " + name + ", of '" + map.path.filename().string() +
                         "', was made of " + std::to_string(map.image_ids.size()) + " images; ";
    if (!is_same_place(map.dataset_root, job.spec.dataset.root)) {
      remark += "they lie in another place, '" + map.dataset_root +
                "': whether some are judged here too is not known.";  // terms: allow, of old files
    } else {
      remark += n_shared == 0 ? "none of them is judged here."  // terms: allow, of old files
                              : std::to_string(n_shared) +
                                    // terms: allow, of old files
                                    " of them are judged here too, which favours that map.";
    }
    if (map.model_sha256 != job.tools.network->sha256())
      remark += " It is the map of another model.";
    remarks.push_back(std::move(remark));
  }
  return remarks;
}

/// Averaging with the mirror image must not mix what differs.
/// Errors: InputError for classes that are left and right, or a canonical face that is not the same
/// on both sides.
void check_mirror(const Job& job) {
  if (job.spec.options.saliency.mirror == Mirror::off) return;
  const std::string problem =
      "--mirror is '" + std::string(enum_name(job.spec.options.saliency.mirror)) + "'";
  const std::regex side_name("(^|[^a-z])(left|right)([^a-z]|$)", std::regex::icase);
  const auto names_a_side = [&](const std::string& name) {
    return std::regex_search(name, side_name);
  };
  const auto side =
      std::find_if(job.spec.target_names.begin(), job.spec.target_names.end(), names_a_side);
  if (side != job.spec.target_names.end()) {
    throw InputError({problem + ", but the model tells left from right: a class is '" + *side + "'",
                      "the mirror image of one class is another", "Use --mirror off."});
  }
  const CanonicalFace& face = job.tools.fitter->canonical();
  const double asymmetry = asymmetry_of(face);
  if (asymmetry > largest_asymmetry) {
    throw InputError(
        {problem + ", but the two sides of the canonical face differ: mirrored, its vertices lie " +
             std::to_string(static_cast<int>(std::lround(100 * asymmetry))) +
             " % of its width from the nearest ones",
         "the map would be averaged with another part of the face", "Use --mirror off."});
  }
}

/// What a reader must know of how the model's contract was followed.
std::vector<std::string> contract_remarks(const Options& options, const ModelContract& contract) {
  std::vector<std::string> remarks;
  if (options.occlusion.fill.kind == FillKind::mean) remarks.push_back(fill_remark(contract.input));
  const InputContract& input = contract.input;
  if (contract.crop.rule == CropRule::face_box && input.height != input.width) {
    remarks.push_back("The crop of the face is square and the input is " +
                      std::to_string(input.height) + " x " + std::to_string(input.width) +
                      " px (height x width): faces are squeezed to it, their aspect is not kept. A "
                      "network that was "
                      "trained on faces of natural aspect needs the crop rule five_points.");
  }
  std::erase(remarks, "");
  return remarks;
}

/// The engine saves work only if copies of the image are occluded.
EngineChoice choose_engine_of_job(const Options& options, const Network& network,
                                  const ForwardCost& cost) {
  if (occludes_images(options, method_facts()))
    return choose_engine(options.occlusion, network, cost);
  OcclusionOptions occlusion = options.occlusion;
  occlusion.engine = Engine::full;
  EngineChoice choice = choose_engine(occlusion, network, cost);
  choice.reason = "the method needs the scores of clean images only";
  return choice;
}

/// The images in the order that they are worked on, pairs of the fold `train` apart.
void order_images(Job& job) {
  job.spec.order.resize(job.spec.dataset.samples.size());
  std::iota(job.spec.order.begin(), job.spec.order.end(), std::int64_t{0});
  if (is_pair_confidence(job.spec.options.model.confidence)) {
    split_training_pairs(job);
    check_pair_kinds(job);
  }
  job.spec.n_folds = count_folds(job);
}

void add_remarks(std::vector<std::string> remarks, Job& job) {
  for (std::string& remark : remarks) job.spec.remarks.push_back(std::move(remark));
}

/// The network, whose input must be larger than a patch.
void open_network(Job& job, ComputeDevice device) {
  const Options& options = job.spec.options;
  job.tools.network =
      std::make_unique<Network>(options.model, role_of(options.model.confidence), device);
  const ModelContract& contract = job.tools.network->contract();
  if (options.occlusion.patch_size > std::min(contract.input.height, contract.input.width)) {
    throw InputError({"--patch-size " + std::to_string(options.occlusion.patch_size) +
                          " is larger than the network's input of " +
                          std::to_string(contract.input.height) + " x " +
                          std::to_string(contract.input.width) + " px",
                      "every patch would cover the whole face",
                      "Give a smaller patch, about 1/15 of the input's side."});
  }
  add_remarks(contract_remarks(options, contract), job);
}

/// Errors: InputError if --pair-by names a column that the data set does not have.
void require_pair_column(const JobSpec& spec) {
  const std::string& pair_by = spec.options.inference.pair_by;
  const std::vector<std::string>& known = spec.dataset.column_names;
  if (pair_by.empty() || pair_by == "label" ||
      std::find(known.begin(), known.end(), pair_by) != known.end())
    return;
  throw InputError({"--pair-by is '" + pair_by + "'",
                    "the data set '" + spec.dataset.root.string() + "' has no such column",
                    "Valid: " + (known.empty() ? "" : join(known) + ", or ") + "none."});
}

/// Warns of what the tests take for persons and may be none.
void check_persons(JobSpec& spec) {
  if (spec.persons.column.empty() || spec.options.inference.permutations == 0) return;
  std::vector<std::string> persons;
  persons.reserve(spec.order.size());
  for (std::int64_t position = 0; position < std::ssize(spec.order); ++position)
    persons.push_back(spec.person_at(position));
  for (std::string& warning : describe_persons(spec.persons, persons))
    spec.warnings.push_back(std::move(warning));
}

/// What the network's answers are compared with, and the groups of images. @pre the network is open
void read_targets(Job& job) {
  const Options& options = job.spec.options;
  const ModelContract& contract = job.tools.network->contract();
  job.spec.label_column = find_label_column(options, contract, job.spec.dataset);
  job.spec.target_names = find_target_names(options, contract);
  read_labels(job);
  check_identities(job);
  if (options.model.confidence == Confidence::cosine && !needs_gallery(options)) {
    job.spec.remarks.emplace_back(
        "No gallery was given: the cosine is taken with the clean image itself, so the map shows "
        "what changes the embedding, not what tells the person from others.");
  }
  require_pair_column(job.spec);
  job.spec.persons = find_person_column(job.spec.dataset, options.inference);
  check_persons(job.spec);
  job.spec.grouping.emplace(group_column(options), job.spec.label_column, job.spec.class_labels,
                            job.spec.target_names, job.spec.dataset, job.spec.order);
  if (const std::string alike = job.spec.grouping->describe_alike(); !alike.empty())
    job.spec.warnings.push_back(alike);
  if (const std::string missing = job.spec.grouping->describe_missing(); !missing.empty())
    job.spec.warnings.push_back(missing);
}

/// The canonical face, and what the meshes of the images come from; the first images are tried.
void open_mesh(Job& job, ComputeDevice device) {
  const Options& options = job.spec.options;
  job.tools.fitter = make_mesh_fitter(options.mesh, device);
  check_mirror(job);
  if (job.midline()) {
    job.spec.remarks.push_back(
        std::string("The map of each image was averaged with its mirror image") +
        (options.saliency.mirror == Mirror::image ? ", and the network saw both" : "") +
        ": left and right are alike by construction.");
  }
  add_remarks(job.tools.fitter->remarks(), job);
  check_mesh_files(job);
  check_first_images(job);
}

/// The engine of the run, and what makes and evaluates other maps. @pre network and mesh are open
void make_engines(Job& job, ComputeDevice device) {
  const Options& options = job.spec.options;
  job.tools.cost = measure_forward_cost(*job.tools.network);
  job.tools.engine_choice = choose_engine_of_job(options, *job.tools.network, job.tools.cost);
  job.tools.engine = make_engine(job.tools.engine_choice, *job.tools.network);

  const auto batch_of_forwards = [&] {
    return choose_batch_size(options.occlusion, job.tools.cost, device);
  };
  if (options.explain.method != own_method) {
    job.tools.explainer.emplace(*job.tools.network, *job.tools.engine, options.explain,
                                options.occlusion, batch_of_forwards());
  }
  if (is_evaluated(options.study)) {
    job.tools.evaluator.emplace(*job.tools.network, *job.tools.engine, options,
                                job.tools.fitter->canonical(), batch_of_forwards());
    add_remarks(evaluation_remarks(job), job);
  }
}

bool is_of_service(const ModelOptions& options) {
  const ModelPlace place = place_of_model(options.model.string());
  return place == ModelPlace::http || place == ModelPlace::rest;
}

/// Says what a whole map costs before a service is asked for it. @pre the mesh is open
void warn_of_many_requests(Job& job) {
  const Options& options = job.spec.options;
  if (!is_of_service(options.model) || options.explain.method != own_method ||
      options.occlusion.vertices_per_image || options.model.max_requests)
    return;
  job.spec.warnings.push_back(
      "The model is a service and every vertex is occluded: up to " +
      std::to_string(job.tools.fitter->canonical().vertices.size()) +
      " crops an image, each of which may cost money. --quality draft takes 128 vertices, "
      "--max-requests N sets a limit, --plan counts the requests.");
}

/// Where the answers of a model that runs elsewhere are kept; empty: nowhere. Those of a service
/// cost time and money, a program is there to be changed and run again.
std::filesystem::path folder_of_answers(const Options& options) {
  const ModelOptions& model = options.model;
  if (!model.keep_answers || !model.answers.empty()) return model.answers;
  if (!is_of_service(model)) return {};
  std::filesystem::path folder = options.output.output;
  return folder.replace_extension(".answers");
}

}  // namespace

bool maps_lost_faces(const Job& job) {
  return job.tools.network->capabilities().may_lose_face && !job.tools.explainer;
}

bool is_service(const Job& job) { return is_of_service(job.spec.options.model); }

std::string JobSpec::person_at(std::int64_t position) const {
  return persons.column.empty() ? ""
                                : sample_at(position).columns.find(persons.column).value_or("");
}

bool is_same_person(const Sample& pair) {
  return pair.columns.find("same_person").value_or("0") == "1";
}

double Job::canonical_patch_side() const {
  return static_cast<double>(spec.options.occlusion.patch_size) * tools.fitter->canonical().size /
         tools.network->contract().input.width;
}

Grid<double> Job::pixel_weights() const {
  const CanonicalFace& face = tools.fitter->canonical();
  return coverage_weights(face.vertices, canonical_patch_side(), face.size,
                          spec.options.occlusion.vertices_per_image, midline());
}

std::optional<double> Job::midline() const {
  if (spec.options.saliency.mirror == Mirror::off) return std::nullopt;
  return midline_of(tools.fitter->canonical());
}

bool needs_gallery(const Options& options) {
  return options.model.confidence == Confidence::cosine && !options.dataset.gallery.empty();
}

Job prepare_job(const Options& options, ComputeDevice device, Dataset dataset) {
  Job job;
  job.spec.options = options;
  job.spec.options.model.answers = folder_of_answers(options);
  job.spec.dataset = std::move(dataset);
  CSM_EXPECT(!job.spec.dataset.samples.empty());
  order_images(job);
  open_network(job, device);
  read_targets(job);
  open_mesh(job, device);
  warn_of_many_requests(job);
  make_engines(job, device);
  return job;
}

}  // namespace csm
