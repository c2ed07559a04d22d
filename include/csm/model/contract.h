#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "csm/core/geometry.h"

namespace csm {

/// pair: takes two images of faces at once and tells how alike they are.
enum class ModelRole { classifier, embedding, detector, mesh, pair };
enum class ColourOrder { rgb, bgr };
enum class CropRule { whole_image, face_box, five_points };

/// What the numbers of an output are.
enum class OutputKind {
  logit,           ///< one score a class, before the softmax; log-probabilities too
  probability,     ///< one probability a class that sum to 1; of size 1: P(second class) of two
  binary_logit,    ///< size 1: z, the log odds of the second class of two
  sigmoids,        ///< independent probabilities, each class against its own complement
  sigmoid_logits,  ///< the same before the sigmoid
  embedding,
  similarity,  ///< size 1: of two faces, the larger the more alike, on any scale
  box,
  landmarks,
  ignored
};

struct InputContract {
  int height = 0;  ///< [px]
  int width = 0;   ///< [px]
  ColourOrder colour = ColourOrder::rgb;
  std::array<double, 3> mean{};  ///< on 0..255, in the order of `colour`
  std::array<double, 3> std{};   ///< x = (value - mean) / std
  /// The image's colour that --fill mean takes, on 0..255, in the order of `colour`; none: see
  /// fill_colour
  std::optional<std::array<double, 3>> fill{};
};

struct CropContract {
  CropRule rule = CropRule::whole_image;
  double scale = 1;  ///< face_box: side of the square crop / longer side of the face box
  std::array<Point2, 5> five_points{};  ///< five_points: right eye, left eye, nose, right and left
                                        ///< mouth corner in the input [px]
};

struct OutputContract {
  std::string name;
  OutputKind kind = OutputKind::logit;
  int size = 0;
};

/// Classes made from one output: the logit of group g is the logsumexp of its members' log-softmax.
struct HeadContract {
  int output = 0;                        ///< index into `outputs`
  std::vector<std::vector<int>> groups;  ///< indices into the output
};

/// What a model file promises; docs/model_contract.md has the table.
struct ModelContract {
  std::string name;
  ModelRole role = ModelRole::classifier;
  std::string task;
  InputContract input;
  CropContract crop;
  std::vector<OutputContract> outputs;
  std::vector<std::string> classes;  ///< row-major over `heads`
  std::vector<HeadContract>
      heads;  ///< empty: the classes are the entries of the first output that is not ignored
  std::string source;
  std::string licence;
};

/// Reads a contract from its JSON text.
/// Errors: InputError that names the field, what it holds and what it may hold.
ModelContract parse_contract(std::string_view json, const std::string& file_name);

/// Images that the model takes at once: 2 for the role pair, else 1.
int n_images_of_input(const ModelContract& contract);

std::string to_string(ModelRole role);
std::string to_string(OutputKind kind);

}  // namespace csm
