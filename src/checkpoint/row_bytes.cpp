#include "csm/checkpoint/row_bytes.h"

#include <cstdint>
#include <utility>

#include "csm/core/bytes.h"

namespace csm {
namespace {

/// Every field of a row, once, in the order in which it travels.
template <class Row, class Visit>
void visit_fields(Row& row, Visit&& visit) {
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

}  // namespace

std::string pack_rows(const std::vector<ImageRow>& rows) {
  ByteWriter writer;
  for (const ImageRow& row : rows) visit_fields(row, [&](const auto& field) { writer.put(field); });
  return writer.bytes();
}

void unpack_rows(const std::string& bytes, std::vector<ImageRow>& rows) {
  ByteReader reader(bytes);
  while (!reader.at_end()) {
    ImageRow row;
    visit_fields(row, [&](auto& field) { reader.get(field); });
    rows.push_back(std::move(row));
  }
}

std::string pack_rank(const RankRow& row) {
  ByteWriter writer;
  writer.put(row.rank);
  writer.put(row.host);
  writer.put(row.device);
  writer.put(row.device_name);
  writer.put(row.device_uuid);
  writer.put(row.n_threads);
  writer.put(row.n_images);
  writer.put(row.loop_seconds);
  writer.put(row.busy_seconds);
  for (const auto& [phase, seconds] : row.seconds_of_phase) {
    writer.put(phase);
    writer.put(seconds);
  }
  return writer.bytes();
}

RankRow unpack_rank(const std::string& bytes) {
  ByteReader reader(bytes);
  RankRow row;
  reader.get(row.rank);
  reader.get(row.host);
  reader.get(row.device);
  reader.get(row.device_name);
  reader.get(row.device_uuid);
  reader.get(row.n_threads);
  reader.get(row.n_images);
  reader.get(row.loop_seconds);
  reader.get(row.busy_seconds);
  while (!reader.at_end()) {
    std::pair<std::string, double> phase;
    reader.get(phase.first);
    reader.get(phase.second);
    row.seconds_of_phase.push_back(std::move(phase));
  }
  return row;
}

}  // namespace csm
