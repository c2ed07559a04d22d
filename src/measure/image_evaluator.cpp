#include "csm/measure/image_evaluator.h"

#include <algorithm>
#include <utility>

#include "csm/core/error.h"
#include "csm/options/options.h"
#include "csm/saliency/reproject.h"
#include "csm/study/explanation_mask.h"

namespace csm {
namespace {

/// Errors: InputError if the map was painted on another canonical face.
void require_same_face(const StoredModelMap& map, const CanonicalFace& canonical) {
  const std::string file = "--evaluate-cms: the map of '" + map.path.string() + "'";
  if (map.cms.height() != canonical.size || map.cms.width() != canonical.size) {
    throw InputError({file + " is " + std::to_string(map.cms.height()) + " x " +
                          std::to_string(map.cms.width()) + " px, this run's canonical face " +
                          std::to_string(canonical.size) + " px",
                      "", "Use the same --canonical-size for both."});
  }
  if (map.canonical_source != canonical.source) {
    throw InputError({file + " is painted on another canonical face",
                      "'" + map.canonical_source + "', here '" + canonical.source + "'",
                      "Use the same mesh and canonical face for both."});
  }
}

/// Errors: InputError if --evaluate-other-class would change nothing.
void require_other_class(const std::vector<EvaluatedModelMap>& maps) {
  if (std::any_of(maps.begin(), maps.end(),
                  [](const auto& map) { return offers(map.file, ClassChoice::other); }))
    return;
  throw InputError(
      {"--evaluate-other-class: no file of --evaluate-cms has the maps of two classes",
       "there is no other class whose map could be evaluated",
       "Make the file with --group-by target on images of several classes, or remove the option."});
}

std::string name_of(const std::string& kind, const std::string& method) {
  return method == own_method ? kind : kind + "_" + method;
}

double sum_of(const Grid<float>& grid) {
  double sum = 0;
  for (const float value : grid.values()) sum += value;
  return sum;
}

}  // namespace

std::vector<Point2> used_vertices(const FaceInput& face) {
  std::vector<Point2> used;
  for (std::size_t i = 0; i < face.vertices.size(); ++i) {
    if (face.plan.patch_of_vertex[VertexId(i)]) used.push_back(face.vertices[i]);
  }
  return used;
}

ImageEvaluator::ImageEvaluator(const Network& network, OcclusionEngine& engine,
                               const Options& options, const CanonicalFace& canonical,
                               int forward_batch)
    : canonical_(canonical),
      input_(network.contract().input),
      patch_size_(options.occlusion.patch_size),
      sign_(options.study.evaluate_sign),
      map_evaluator_(network, options.model.confidence, options.study, options.occlusion,
                     forward_batch) {
  names_.add(name_of("cis", options.explain.method));
  for (const std::string& method : options.study.evaluate) {
    ExplainOptions explain = options.explain;
    explain.method = method;
    explainers_.emplace_back(network, engine, explain, options.occlusion, forward_batch);
    names_.add(method);
  }
  for (const NamedFile& named : options.study.evaluate_cms) add_model_map(named, options.study);
  if (options.study.evaluate_other_class) require_other_class(model_maps_);
}

void ImageEvaluator::add_model_map(const NamedFile& named, const StudyOptions& study) {
  EvaluatedModelMap map = {.name = named.name, .file = read_model_map(named.file), .choices = {}};
  require_same_face(map.file, canonical_);
  std::vector<std::string> endings;
  for (const ClassChoice choice : {ClassChoice::all, ClassChoice::own, ClassChoice::other}) {
    if (!offers(map.file, choice) || (choice == ClassChoice::other && !study.evaluate_other_class))
      continue;
    map.choices.push_back(choice);
    endings.push_back(ending_of(choice));
  }
  if (named.name.empty()) {
    map.name = names_.add_numbered(name_of("cms", map.file.method), endings);
  } else {
    names_.add_given(named.name, endings);
  }
  model_maps_.push_back(std::move(map));
}

Grid<float> ImageEvaluator::on_input(const Grid<float>& map, const FaceInput& face) const {
  return reproject_map(map, canonical_.vertices, face.vertices, patch_size_, input_.height,
                       input_.width);
}

ImageEvaluation ImageEvaluator::evaluate(const EvaluatedImage& image) {
  ImageEvaluation evaluation;
  std::vector<Grid<float>>& maps = evaluation.maps;
  maps.push_back(on_input(image.cis.values, image.face));
  const std::vector<Point2> used = used_vertices(image.face);
  for (Explainer& explainer : explainers_)
    maps.push_back(explainer.explain(image.face.picture, used, image.target, image.seed).map);
  for (const EvaluatedModelMap& map : model_maps_) {
    for (const ClassChoice choice : map.choices)
      maps.push_back(on_input(map_for(map.file, choice, image.target_name), image.face));
  }
  const Grid<float> face =
      on_input(Grid<float>(canonical_.size, canonical_.size, 1.0F), image.face);
  evaluation.faithfulness = map_evaluator_.evaluate(image.face.picture, maps, alpha(maps),
                                                    image.clean, image.target, face, image.seed);
  return evaluation;
}

/// The sum of Hn of the first map of a model; of the run's own map if there is none, or where it
/// is 0 on this face.
double ImageEvaluator::alpha(std::span<const Grid<float>> maps) const {
  const double of_model =
      model_maps_.empty() ? 0 : sum_of(normalise_map(maps[1 + explainers_.size()], sign_));
  return of_model > 0 ? of_model : sum_of(normalise_map(maps.front(), sign_));
}

std::int64_t ImageEvaluator::n_forwards() const {
  std::int64_t n = map_evaluator_.n_forwards(std::ssize(names()));
  for (const Explainer& explainer : explainers_) n += explainer.passes().forwards;
  return n;
}

}  // namespace csm
