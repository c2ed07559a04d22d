#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <tuple>

#include "csm/store/field.h"
#include "csm/study/faithfulness.h"

namespace csm {

/// What a number is that was not measured.
inline constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();

/// One row of /entry/images; image_fields, below, has what each member is, with its unit.
/// Everything but `seconds` is the same for any number of ranks.
struct ImageRow {
  std::int64_t order = 0;
  std::string id;
  std::string status;  ///< "ok", else the reason why the image was left out
  std::string detail;
  std::string label;      ///< empty if unknown
  std::string predicted;  ///< empty for embeddings
  std::string
      target;  ///< class whose confidence was measured, or the gallery image, or same|different
  std::string group;                 ///< empty if the image belongs to no group
  double confidence = not_measured;  ///< conf(I); NaN if it was not measured
  double max_drop = not_measured;    ///< largest S(v), or value of a baseline method; NaN likewise
  double min_drop = not_measured;
  std::int64_t n_saturated =
      0;  ///< of the clean image and its occluded copies those with is_saturated
  double yaw = not_measured;  ///< NaN if the pose is not known
  double pitch = not_measured;
  double roll = not_measured;
  std::int64_t n_faces = -1;  ///< of a pair in the image with more; -1: not known
  std::int64_t n_meshes_turned = 0;
  std::int64_t mesh_key =
      0;  ///< the same for images with one and the same mesh file; 0: no file. Not written
  std::int64_t n_vertices = 0;
  std::int64_t n_patches = 0;   ///< 0 for baseline methods
  std::int64_t n_computed = 0;  ///< fewer than n_patches if some were interpolated
  std::int64_t n_audited = 0;
  double audit_error = 0;  ///< approximated against computed drops
  double audit_correlation = 0;
  double audit_bias = 0;
  double audit_spread = 0;
  double audit_drop_spread = 0;
  std::int64_t n_fallbacks =
      0;  ///< 1 if the error was too large and the image was computed exactly instead
  double noise = not_measured;          ///< NaN if the model answers the same each time
  std::int64_t n_lost = 0;              ///< missing values, not drops
  ImageFaithfulness faithfulness = {};  ///< of the maps that were evaluated; empty if none was
  double seconds = 0;
};

/// The columns of /entry/images, which also travel between ranks and into checkpoints.
inline constexpr auto image_fields = std::tuple{
    field(&ImageRow::order, "order", "1", "position in the seeded order"),
    field(&ImageRow::id, "id", "", "path of the image in the data set"),
    field(&ImageRow::status, "status", "", "ok, or why the image was left out"),
    field(&ImageRow::detail, "detail", "", "the whole message of a failure"),
    field(&ImageRow::label, "label", "", "true class"),
    field(&ImageRow::predicted, "predicted", "", "class with the highest confidence"),
    field(&ImageRow::target, "target", "", "class whose confidence was measured"),
    field(&ImageRow::group, "group", "", "value of {group_by}, of --group-by"),
    field(&ImageRow::confidence, "confidence", "{confidence_unit}",
          "{confidence} of the clean image")
        .with_equation("Eq. (1)"),
    field(&ImageRow::max_drop, "max_drop", "{map_unit}", "largest drop of a vertex")
        .with_equation("Eq. (1)")
        .for_baselines("largest {map_value} at a vertex"),
    field(&ImageRow::min_drop, "min_drop", "{map_unit}", "smallest drop of a vertex")
        .with_equation("Eq. (1)")
        .for_baselines("smallest {map_value} at a vertex"),
    field(&ImageRow::n_saturated, "n_saturated", "1",
          "confidences of the image and its occluded copies at an end of their scale"),
    field(&ImageRow::yaw, "yaw", "deg", "head turned to the subject's left"),
    field(&ImageRow::pitch, "pitch", "deg", "head turned up"),
    field(&ImageRow::roll, "roll", "deg", "head leant to the subject's left"),
    field(&ImageRow::n_faces, "n_faces", "1",
          "faces that the detector saw; -1 where it did not look"),
    field(&ImageRow::n_meshes_turned, "n_meshes_turned", "1",
          "mesh files whose y axis was turned over"),
    field(&ImageRow::n_vertices, "n_vertices", "1", "used vertices"),
    field(&ImageRow::n_patches, "n_patches", "1", "distinct patches"),
    field(&ImageRow::n_computed, "n_computed", "1", "patches that went through the network")
        .for_baselines("forwards besides the clean image's"),
    field(&ImageRow::n_audited, "n_audited", "1",
          "approximated patches that were computed exactly too"),
    field(&ImageRow::audit_error, "audit_error", "{confidence_unit}",
          "root mean square error of the approximated drops"),
    field(&ImageRow::audit_correlation, "audit_correlation", "1",
          "correlation of approximated and computed drops"),
    field(&ImageRow::audit_bias, "audit_bias", "{confidence_unit}",
          "mean error of the approximated drops"),
    field(&ImageRow::audit_spread, "audit_spread", "{confidence_unit}",
          "standard deviation of that error"),
    field(&ImageRow::audit_drop_spread, "audit_drop_spread", "{confidence_unit}",
          "standard deviation of the computed drops"),
    field(&ImageRow::n_fallbacks, "n_fallbacks", "1",
          "1 where the error was above precision_tolerance and the image was computed in float32"),
    field(&ImageRow::noise, "noise", "{confidence_unit}",
          "standard deviation of repeated confidences of the clean image"),
    field(&ImageRow::n_lost, "n_lost", "1", "patches for which the model found no face"),
};

/// What differs from run to run: /entry/process.
inline constexpr auto image_process_fields = std::tuple{
    field(&ImageRow::seconds, "image_seconds", "s", "time of each row of /entry/images"),
};

/// The columns of /entry/evaluation, of the images that were evaluated.
inline constexpr auto faithfulness_fields = std::tuple{
    field(&ImageFaithfulness::original, "original", "", "confidence of the image as it is, O")
        .with_equation("Eq. (11)")
        .with_axes("image, confidence"),
    field(&ImageFaithfulness::darkened, "darkened", "",
          "confidence of the negative explanation image, E")
        .with_equation("Eq. (9)")
        .with_axes("image, map, confidence"),
    field(&ImageFaithfulness::kept, "kept", "", "confidence where only what the map marks is kept")
        .with_axes("image, map, confidence"),
    field(&ImageFaithfulness::clipped_share, "clipped_share", "1",
          "share of the darkening that black ends")
        .with_equation("Eq. (10)")
        .with_axes("image, map"),
    field(&ImageFaithfulness::deletion_area, "deletion_area", "1", "area under the deletion curve")
        .with_axes("image, map"),
    field(&ImageFaithfulness::insertion_area, "insertion_area", "1",
          "area under the insertion curve")
        .with_axes("image, map"),
    field(&ImageFaithfulness::face_share, "face_share", "1", "positive saliency on the face")
        .with_axes("image, map"),
    field(&ImageFaithfulness::deletion_similarity, "deletion_similarity", "1",
          "cosine of the pair while pixels of its first image are deleted")
        .with_axes("image, map, step")
        .if_any(),
    field(&ImageFaithfulness::insertion_similarity, "insertion_similarity", "1",
          "cosine of the pair while pixels of its first image are inserted")
        .with_axes("image, map, step")
        .if_any(),
    field(&ImageFaithfulness::same_person, "same_person", "1",
          "1: the pair shows one person, 0: two")
        .with_axes("image")
        .if_any(),
};

}  // namespace csm
