#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "csm/cluster/communicator.h"
#include "csm/measure/image_worker.h"
#include "csm/report/pictures.h"

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

  /// Collects the three best and then the three worst images of all ranks on the root. @note
  /// Collective.
  /// @param rows all images by order, on the root
  std::vector<ImageOutcome> collect(const Communicator& communicator,
                                    const std::vector<ImageRow>& rows) const;

 private:
  std::vector<ImageOutcome> kept_;
};

/// What the report shows of an outcome: its CIS over the canonical face, the CMS re-projected on
/// the network's input, and the maps that were evaluated.
ExampleImage to_example(const ImageOutcome& outcome, const CanonicalMap& cms, const Job& job,
                        const ColourScale& scale);

}  // namespace csm
