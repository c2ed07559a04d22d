#include "csm/checkpoint/row_bytes.h"

#include <cstdint>
#include <utility>

#include "csm/core/bytes.h"

namespace csm {
namespace {

/// Every field of an image's row, once, in the order in which it travels.
template <class Row, class Visit>
void visit_image_fields(Row& row, Visit&& visit) {
  visit(row.order);
  visit(row.id);
  visit(row.status);
  visit(row.detail);
  visit(row.label);
  visit(row.predicted);
  visit(row.target);
  visit(row.group);
  visit(row.confidence);
  visit(row.max_drop);
  visit(row.min_drop);
  visit(row.n_saturated);
  visit(row.yaw);
  visit(row.pitch);
  visit(row.roll);
  visit(row.n_faces);
  visit(row.n_meshes_turned);
  visit(row.mesh_key);
  visit(row.n_vertices);
  visit(row.n_patches);
  visit(row.n_computed);
  visit(row.n_audited);
  visit(row.audit_error);
  visit(row.audit_correlation);
  visit(row.audit_bias);
  visit(row.audit_spread);
  visit(row.audit_drop_spread);
  visit(row.n_fallbacks);
  visit(row.faithfulness.original);
  visit(row.faithfulness.darkened);
  visit(row.faithfulness.kept);
  visit(row.faithfulness.clipped_share);
  visit(row.faithfulness.deletion_area);
  visit(row.faithfulness.insertion_area);
  visit(row.faithfulness.face_share);
  visit(row.seconds);
}

/// The same of a rank's row; its phases, a list, come after them.
template <class Row, class Visit>
void visit_rank_fields(Row& row, Visit&& visit) {
  visit(row.rank);
  visit(row.host);
  visit(row.device);
  visit(row.device_name);
  visit(row.device_uuid);
  visit(row.n_threads);
  visit(row.n_images);
  visit(row.loop_seconds);
  visit(row.busy_seconds);
}

}  // namespace

std::string pack_rows(const std::vector<ImageRow>& rows) {
  ByteWriter writer;
  for (const ImageRow& row : rows)
    visit_image_fields(row, [&](const auto& field) { writer.put(field); });
  return writer.bytes();
}

void unpack_rows(const std::string& bytes, std::vector<ImageRow>& rows) {
  ByteReader reader(bytes);
  while (!reader.at_end()) {
    ImageRow row;
    visit_image_fields(row, [&](auto& field) { reader.get(field); });
    rows.push_back(std::move(row));
  }
}

std::string pack_rank(const RankRow& row) {
  ByteWriter writer;
  visit_rank_fields(row, [&](const auto& field) { writer.put(field); });
  for (const auto& [phase, seconds] : row.seconds_of_phase) {
    writer.put(phase);
    writer.put(seconds);
  }
  return writer.bytes();
}

RankRow unpack_rank(const std::string& bytes) {
  ByteReader reader(bytes);
  RankRow row;
  visit_rank_fields(row, [&](auto& field) { reader.get(field); });
  while (!reader.at_end()) {
    std::pair<std::string, double> phase;
    reader.get(phase.first);
    reader.get(phase.second);
    row.seconds_of_phase.push_back(std::move(phase));
  }
  return row;
}

}  // namespace csm
