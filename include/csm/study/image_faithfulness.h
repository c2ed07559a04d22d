#pragma once
#include <cstddef>
#include <vector>

namespace csm {

/// The network's scores of one image that was altered by each of M maps, in C kinds of confidence.
struct ImageFaithfulness {
  std::vector<double> original;  ///< (C) conf of the image as it is, O of Eq. (11)
  std::vector<double>
      darkened;  ///< (M x C) conf of the negative explanation image of Eq. (9), E of Eq. (11)
  std::vector<double>
      kept;  ///< (M x C) conf of I (.) Hn, the convention of Grad-CAM++ and Score-CAM
  std::vector<double> clipped_share;  ///< (M) of the darkening, Eq. (10)
  std::vector<double>
      deletion_area;  ///< (M) under conf over the share of pixels deleted; NaN without curves
  std::vector<double>
      insertion_area;  ///< (M) under conf over the share of pixels inserted; NaN without curves
  std::vector<double> face_share;  ///< (M) of the positive saliency that lies on the face

  bool empty() const { return original.empty(); }
  std::size_t n_maps() const { return clipped_share.size(); }
};

}  // namespace csm
