#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "csm/measure/image_worker.h"
#include "csm/store/result.h"

namespace csm {

/// How surely and rightly an image was decided: its confidence, negative where the model names
/// another class than the label.
double decision_score(const ImageRow& row);

/// Keeps a rank's best and worst images, so that the report can show them with their maps; memory
/// does not grow with the images.
class ExampleKeeper {
 public:
  void offer(const ImageOutcome& outcome);

  /// All that is kept as bytes for a checkpoint, and back: what was packed is offered again.
  std::string pack() const;
  void add_packed(std::string_view bytes);

  /// Those of the wanted images that are kept, as bytes for unpack_examples.
  /// @param wanted positions of the seeded order
  std::string pack_wanted(std::span<const std::int64_t> wanted) const;

 private:
  std::vector<ImageOutcome> kept_;
};

/// Positions of the three best and then the three worst images in the seeded order.
/// @param rows all images by order
std::vector<std::int64_t> choose_examples(const std::vector<ImageRow>& rows);

/// The wanted images in their order, each with its row. @param shares pack_wanted of each rank
std::vector<ImageOutcome> unpack_examples(std::span<const std::string> shares,
                                          std::span<const std::int64_t> wanted,
                                          const std::vector<ImageRow>& rows);

/// What the report shows of an outcome: its CIS, its face, and the CMS re-projected on the
/// network's input.
Example to_example(const ImageOutcome& outcome, const CanonicalMap& cms, const Job& job);

}  // namespace csm
