#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "csm/explain/explainer.h"
#include "csm/measure/class_maps.h"
#include "csm/measure/face_input.h"
#include "csm/measure/map_names.h"
#include "csm/mesh/canonical_face.h"
#include "csm/model/network.h"
#include "csm/saliency/cis.h"
#include "csm/store/model_map.h"
#include "csm/study/map_evaluator.h"

namespace csm {

enum class MapSign;
struct NamedFile;
struct Options;
struct StudyOptions;

/// What is known of an image when its maps are evaluated.
struct EvaluatedImage {
  const FaceInput& face;
  const CisMap& cis;
  std::span<const float> clean;  ///< class_scores of the network's input
  const TargetScore& target;
  std::string target_name;  ///< the class
  std::uint64_t seed = 0;   ///< a function of the image and the run's seed only
};

/// The maps of one image on the network's input, and what the network says of them.
struct ImageEvaluation {
  std::vector<Grid<float>> maps;
  ImageFaithfulness faithfulness;
};

/// The map of a model that is evaluated, and those of its classes.
struct EvaluatedModelMap {
  std::string name;
  StoredModelMap file;
  std::vector<ClassChoice> choices;  ///< which of the file's maps are evaluated
};

/// Makes and evaluates the maps that --evaluate and --evaluate-cms name, beside the run's own map
/// of the image: that one and the maps of models are re-projected on the network's input, as in the
/// paper's sec. 4.2.
///
/// alpha of Eq. (10) is the sum of Hn of the first map of a model; if there is none, or it is 0,
/// of the run's own.
class ImageEvaluator {
 public:
  /// @pre network, engine and canonical face live longer than the evaluator
  /// @param engine what scores the windows of sliding_occlusion
  /// @param forward_batch images in one forward
  /// Errors: InputError if a method cannot work on this network, or the map of a model does not
  /// fit this run.
  ImageEvaluator(const Network& network, OcclusionEngine& engine, const Options& options,
                 const CanonicalFace& canonical, int forward_batch);

  /// Names of the maps, in their order: "cis" (or "cis_METHOD") for the run's own, the names of
  /// --evaluate, and of each file the name that was given, or "cms" (or "cms_METHOD"), followed by
  /// "cms_of_class" where it has a map of each class and "cms_of_other_class" with
  /// --evaluate-other-class.
  const std::vector<std::string>& names() const { return names_.all(); }

  /// Those of an image's maps that the methods of --evaluate made, in their order. @param maps of a
  /// evaluation
  std::span<const Grid<float>> maps_of_methods(std::span<const Grid<float>> maps) const {
    return maps.subspan(1, explainers_.size());
  }

  /// The files of --evaluate-cms.
  const std::vector<EvaluatedModelMap>& model_maps() const { return model_maps_; }

  /// Errors: RunError if the network fails; ImageError if something is not finite.
  ImageEvaluation evaluate(const EvaluatedImage& image);

  /// Forwards for one image.
  std::int64_t n_forwards() const;

 private:
  void add_model_map(const NamedFile& named, const StudyOptions& study);
  double alpha(std::span<const Grid<float>> maps) const;
  Grid<float> on_input(const Grid<float>& map, const FaceInput& face) const;

  const CanonicalFace& canonical_;
  const InputContract& input_;
  int patch_size_;
  MapNames names_;
  std::vector<Explainer> explainers_;
  std::vector<EvaluatedModelMap> model_maps_;
  MapSign sign_;
  MapEvaluator map_evaluator_;
};

/// The vertices that lie on the network's input [px].
std::vector<Point2> used_vertices(const FaceInput& face);

}  // namespace csm
