#include "csm/checkpoint/shard_state.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "csm/checkpoint/row_bytes.h"
#include "csm/core/bytes.h"
#include "csm/core/integer_codec.h"

namespace csm {
namespace {

std::vector<ImageRow> good_rows(const std::vector<ImageRow>& rows) {
  std::vector<ImageRow> good;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(good),
               [](const ImageRow& row) { return row.status == "ok"; });
  return good;
}

std::vector<std::int64_t> positions_of(const std::vector<ImageRow>& rows) {
  std::vector<std::int64_t> positions;
  positions.reserve(rows.size());
  for (const ImageRow& row : rows) positions.push_back(row.order);
  return positions;
}

}  // namespace

ProgressCount ShardState::count() const {
  const auto n_failed = std::count_if(rows.begin(), rows.end(),
                                      [](const ImageRow& row) { return row.status != "ok"; });
  return {.n_done = std::ssize(rows), .n_failed = n_failed};
}

ShardState make_shard_state(const Job& job) {
  const CanonicalFace& canonical = job.tools.fitter->canonical();
  const auto n_images = std::ssize(job.spec.order);
  return {.sums = {.cms = MapSums(canonical.size),
                   .groups = std::vector<MapSums>(job.spec.grouping->names().size(),
                                                  MapSums(canonical.size)),
                   .methods = std::vector<MapSums>(job.spec.options.study.evaluate.size(),
                                                   MapSums(canonical.size)),
                   .convergence = ConvergenceSums(canonical.size, convergence_ladder(n_images)),
                   .regions = RegionSums(canonical.pixel_regions, job.pixel_weights()),
                   .mean_face = MeanFaceSums(canonical.size),
                   .face_lost = maps_lost_faces(job) ? std::optional(MapSums(canonical.size))
                                                     : std::nullopt},
          .rows = {},
          .examples = {},
          .cis_parts = {}};
}

void add_outcome(ShardState& state, const ImageOutcome& outcome) {
  if (outcome.cis) {
    const FixedCis cis(*outcome.cis);
    state.sums.cms.add(cis);
    if (outcome.group) state.sums.groups[*outcome.group].add(cis);
    for (std::size_t m = 0; m < outcome.methods.size(); ++m)
      state.sums.methods[m].add(FixedCis(outcome.methods[m]));
    state.sums.convergence.add(outcome.row.order, cis);
    state.sums.regions.add(*outcome.cis);
    state.sums.mean_face.add(outcome.canonical_face);
    if (outcome.face_lost) state.sums.face_lost->add(FixedCis(*outcome.face_lost));
    state.examples.offer(outcome);
  }
  state.rows.push_back(outcome.row);
}

void pack_shard(ShardState& state, std::span<const CisPart> cis_parts,
                const std::function<void(std::string_view)>& put) {
  const auto put_piece = [&](auto&&... values) {
    ByteWriter writer;
    (writer.put(values), ...);
    put(writer.bytes());
  };
  const std::vector<ImageRow> rows = good_rows(state.rows);
  put_piece(positions_of(rows));
  put_piece(pack_rows(rows));
  put_piece(state.examples.pack());
  put_piece(static_cast<std::uint64_t>(cis_parts.size()));
  for (const CisPart& part : cis_parts) put_piece(part.path.filename().string(), part.n_bytes);
  for (const auto buffer : sum_buffers(state.sums)) put_piece(pack_integers(buffer));
  for (const auto buffer : count_buffers(state.sums)) put_piece(pack_integers(buffer));
}

std::vector<std::int64_t> positions_in(std::string_view bytes) {
  std::vector<std::int64_t> positions;
  ByteReader(bytes).get(positions);
  return positions;
}

void add_packed_shard(std::string_view bytes, const std::filesystem::path& folder,
                      ShardState& state) {
  // The rows and the examples.
  ByteReader reader(bytes);
  std::vector<std::int64_t> positions;
  std::string piece;
  reader.get(positions);
  reader.get(piece);
  unpack_rows(piece, state.rows);
  reader.get(piece);
  state.examples.add_packed(piece);

  // The names of the files with the maps of single images.
  std::uint64_t n_parts = 0;
  reader.get(n_parts);
  for (std::uint64_t i = 0; i < n_parts; ++i) {
    CisPart part;
    reader.get(piece);
    reader.get(part.n_bytes);
    part.path = folder / piece;
    state.cis_parts.push_back(std::move(part));
  }

  // The sums, whole numbers.
  for (const auto buffer : sum_buffers(state.sums)) {
    reader.get(piece);
    add_packed(piece, buffer);
  }
  for (const auto buffer : count_buffers(state.sums)) {
    reader.get(piece);
    add_packed(piece, buffer);
  }
  CSM_EXPECT(reader.at_end());
}

}  // namespace csm
