#pragma once
#include <cstdint>
#include <optional>

#include "csm/core/error.h"
#include "csm/measure/face_input.h"
#include "csm/measure/job.h"
#include "csm/measure/phase_clock.h"

namespace csm {

/// An image (or pair) that is ready to be covered.
struct LoadedImage {
  std::int64_t position = 0;  ///< in the seeded order
  FaceInput face;
  FaceInput second;                 ///< of a pair
  std::optional<ImageError> error;  ///< why it cannot be used; then the faces are empty
  int n_faces = -1;    ///< that the detector saw where the image cannot be used; -1: not known
  double seconds = 0;  ///< that reading, decoding and fitting took
};

/// Reads the image (or pair) at a position of the seeded order and fits its mesh. A function of the
/// image and the options only. A bad image is a LoadedImage with an error. Errors: RunError if a
/// network fails.
LoadedImage load_image(const Job& job, std::int64_t position, PhaseClock& clock);

}  // namespace csm
