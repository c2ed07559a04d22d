#include "csm/pipeline/image_judge.h"

#include <algorithm>
#include <utility>

#include "csm/core/error.h"
#include "csm/options/words.h"
#include "csm/saliency/reproject.h"

namespace csm {
namespace {

/// Errors: InputError where the map was painted on another canonical face.
void require_same_face(const StoredModelMap& map, const CanonicalFace& canonical) {
  const std::string file = "--evaluate-cms: the map of '" + map.path.string() + "'";
  if (map.cms.height() != canonical.size || map.cms.width() != canonical.size) {
    throw InputError({file + " is " + std::to_string(map.cms.height()) + " x " + std::to_string(map.cms.width()) +
                          " px, this run's canonical face " + std::to_string(canonical.size) + " px",
                      "", "Use the same --canonical-size for both."});
  }
  if (map.canonical_source != canonical.source) {
    throw InputError({file + " is painted on another canonical face",
                      "'" + map.canonical_source + "', here '" + canonical.source + "'",
                      "Use the same mesh and canonical face for both."});
  }
}

bool has_map_of_class(const StoredModelMap& map) { return map.group_by == "target" && !map.groups.empty(); }

/// The map of the class; that of all images where the file has none of it.
const Grid<float>& map_of_class(const StoredModelMap& map, const std::string& name) {
  const auto found = std::find_if(map.groups.begin(), map.groups.end(), [&](const auto& g) { return g.first == name; });
  return found == map.groups.end() ? map.cms : found->second;
}

std::string name_of(const std::string& kind, const std::string& method) {
  return method == word_of(Method::csm) ? kind : kind + "_" + method;
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
    if (face.plan.patch_of_vertex[i] >= 0) used.push_back(face.vertices[i]);
  }
  return used;
}

ImageJudge::ImageJudge(const Network& network, const Options& options, const CanonicalFace& canonical,
                       int forward_batch)
    : canonical_(canonical),
      input_(network.contract().input),
      patch_size_(options.occlusion.patch_size),
      sign_(options.study.evaluate_sign),
      map_judge_(network, options.model.confidence, options.study, options.occlusion, forward_batch) {
  names_.push_back(name_of("cis", std::string(word_of(options.explain.method))));
  for (const Method method : options.study.evaluate) {
    ExplainOptions explain = options.explain;
    explain.method = method;
    explainers_.emplace_back(network, explain, options.occlusion, forward_batch);
    names_.emplace_back(word_of(method));
  }
  for (const std::filesystem::path& path : options.study.evaluate_cms) {
    StoredModelMap map = read_model_map(path);
    require_same_face(map, canonical_);
    const std::string name = unique_name(name_of("cms", map.method));
    names_.push_back(name);
    if (has_map_of_class(map)) names_.push_back(name + "_of_class");
    model_maps_.push_back(std::move(map));
  }
}

std::string ImageJudge::unique_name(std::string name) const {
  const std::string base = name;
  for (int i = 2; std::find(names_.begin(), names_.end(), name) != names_.end(); ++i)
    name = base + "_" + std::to_string(i);
  return name;
}

Grid<float> ImageJudge::on_input(const Grid<float>& map, const FaceInput& face) const {
  return reproject_map(map, canonical_.vertices, face.vertices, patch_size_, input_.height, input_.width);
}

Verdict ImageJudge::judge(const JudgedImage& image) const {
  Verdict verdict;
  std::vector<Grid<float>>& maps = verdict.maps;
  maps.push_back(on_input(image.cis.values, image.face));
  const std::vector<Point2> used = used_vertices(image.face);
  for (const Explainer& explainer : explainers_)
    maps.push_back(explainer.map(image.face.picture, used, image.target, image.seed));
  for (const StoredModelMap& map : model_maps_) {
    maps.push_back(on_input(map.cms, image.face));
    if (has_map_of_class(map)) maps.push_back(on_input(map_of_class(map, image.target_name), image.face));
  }
  const Grid<float> face = on_input(Grid<float>(canonical_.size, canonical_.size, 1.0F), image.face);
  verdict.faithfulness =
      map_judge_.judge(image.face.picture, maps, alpha(maps), image.clean, image.target, face, image.seed);
  return verdict;
}

/// The sum of Hn of the first map of a model; of the run's own map where there is none, or where it is 0 on this face.
double ImageJudge::alpha(std::span<const Grid<float>> maps) const {
  const double of_model = model_maps_.empty() ? 0 : sum_of(normalise_map(maps[1 + explainers_.size()], sign_));
  return of_model > 0 ? of_model : sum_of(normalise_map(maps.front(), sign_));
}

std::vector<DarkeningMask> ImageJudge::darkening_masks(std::span<const Grid<float>> maps) const {
  std::vector<DarkeningMask> masks;
  if (maps.empty()) return masks;
  const double sum = alpha(maps);
  for (const Grid<float>& map : maps) masks.push_back(darkening_mask(normalise_map(map, sign_), sum));
  return masks;
}

std::int64_t ImageJudge::n_forwards() const {
  std::int64_t n = map_judge_.n_forwards(names_.size());
  for (const Explainer& explainer : explainers_) n += explainer.passes().forwards;
  return n;
}

}  // namespace csm
