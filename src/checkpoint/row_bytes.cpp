#include "csm/checkpoint/row_bytes.h"

#include <concepts>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "csm/core/bytes.h"
#include "csm/store/field.h"

namespace csm {
namespace {

/// Every field of an image's row, once, in the order in which it travels, with its name.
template <class Row, class Visit>
void visit_image_fields(Row& row, Visit&& visit) {
  for_each_field(image_fields, [&](const auto& f) { visit(f.name, row.*f.access); });
  for_each_field(faithfulness_fields,
                 [&](const auto& f) { visit(f.name, row.faithfulness.*f.access); });
  for_each_field(image_process_fields, [&](const auto& f) { visit(f.name, row.*f.access); });
  visit("mesh_key", row.mesh_key);
}

/// What a field is packed as.
template <class Value>
char type_letter(const Value&) {
  if constexpr (std::is_same_v<Value, std::string>) return 't';
  if constexpr (std::is_same_v<Value, std::vector<double>>) return 'v';
  if constexpr (std::floating_point<Value>) return 'f';
  return 'i';
}

}  // namespace

std::string pack_rows(const std::vector<ImageRow>& rows) {
  ByteWriter writer;
  for (const ImageRow& row : rows)
    visit_image_fields(row, [&](std::string_view, const auto& value) { writer.put(value); });
  return writer.bytes();
}

void unpack_rows(const std::string& bytes, std::vector<ImageRow>& rows) {
  ByteReader reader(bytes);
  while (!reader.at_end()) {
    ImageRow row;
    visit_image_fields(row, [&](std::string_view, auto& value) { reader.get(value); });
    rows.push_back(std::move(row));
  }
}

std::string row_layout() {
  std::string layout;
  const ImageRow row;
  visit_image_fields(row, [&](std::string_view name, const auto& value) {
    layout += std::string(name) + ":" + type_letter(value) + " ";
  });
  return layout;
}

std::string pack_rank(const RankRow& row) {
  ByteWriter writer;
  for_each_field(rank_fields, [&](const auto& f) { writer.put(row.*f.access); });
  for (const auto& [phase, seconds] : row.seconds_of_phase) {
    writer.put(phase);
    writer.put(seconds);
  }
  return writer.bytes();
}

RankRow unpack_rank(const std::string& bytes) {
  ByteReader reader(bytes);
  RankRow row;
  for_each_field(rank_fields, [&](const auto& f) { reader.get(row.*f.access); });
  while (!reader.at_end()) {
    auto& [phase, seconds] = row.seconds_of_phase.emplace_back();
    reader.get(phase);
    reader.get(seconds);
  }
  return row;
}

}  // namespace csm
