#include "csm/checkpoint/examples.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "csm/checkpoint/row_bytes.h"
#include "csm/core/bytes.h"
#include "csm/saliency/reproject.h"

namespace csm {
namespace {

constexpr std::size_t n_of_each = 3;

/// Better first; of equal scores the one that comes first in the seeded order.
bool is_better(const ImageRow& a, const ImageRow& b) {
  const double score_a = decision_score(a);
  const double score_b = decision_score(b);
  return score_a != score_b ? score_a > score_b : a.order < b.order;
}

void put_image(ByteWriter& writer, const RgbImage& image) {
  writer.put(image.height);
  writer.put(image.width);
  writer.put(image.values);
}

void get_image(ByteReader& reader, RgbImage& image) {
  reader.get(image.height);
  reader.get(image.width);
  reader.get(image.values);
}

void put_outcome(ByteWriter& writer, const ImageOutcome& outcome) {
  writer.put(outcome.row.order);
  writer.put(outcome.cis->values.height());
  writer.put(outcome.cis->values.values());
  writer.put(outcome.cis->count.values());
  put_image(writer, outcome.canonical_face);
  put_image(writer, outcome.picture);
  std::vector<double> coordinates;
  for (const Point2 vertex : outcome.vertices)
    coordinates.insert(coordinates.end(), {vertex.x, vertex.y});
  writer.put(coordinates);
}

ImageOutcome get_outcome(ByteReader& reader) {
  ImageOutcome outcome;
  int size = 0;
  reader.get(outcome.row.order);
  reader.get(size);
  outcome.cis = CisMap{.values = Grid<float>(size, size), .count = Grid<std::int32_t>(size, size)};
  reader.get(outcome.cis->values.values());
  reader.get(outcome.cis->count.values());
  get_image(reader, outcome.canonical_face);
  get_image(reader, outcome.picture);
  std::vector<double> coordinates;
  reader.get(coordinates);
  for (std::size_t i = 0; i + 1 < coordinates.size(); i += 2)
    outcome.vertices.push_back({coordinates[i], coordinates[i + 1]});
  return outcome;
}

}  // namespace

double decision_score(const ImageRow& row) {
  const bool is_wrong = !row.label.empty() && !row.predicted.empty() && row.label != row.predicted;
  return is_wrong ? -std::abs(row.confidence) : row.confidence;
}

void ExampleKeeper::offer(const ImageOutcome& outcome) {
  if (!outcome.cis) return;
  kept_.push_back(outcome);
  kept_.back().methods.clear();  // large, and summed up already
  std::sort(kept_.begin(), kept_.end(),
            [](const ImageOutcome& a, const ImageOutcome& b) { return is_better(a.row, b.row); });
  if (kept_.size() > 2 * n_of_each) kept_.erase(kept_.begin() + n_of_each);
}

std::string ExampleKeeper::pack() const {
  ByteWriter writer;
  for (const ImageOutcome& outcome : kept_) {
    writer.put(pack_rows({outcome.row}));
    put_outcome(writer, outcome);
  }
  return writer.bytes();
}

void ExampleKeeper::add_packed(std::string_view bytes) {
  ByteReader reader(bytes);
  while (!reader.at_end()) {
    std::string row_bytes;
    std::vector<ImageRow> rows;
    reader.get(row_bytes);
    unpack_rows(row_bytes, rows);
    ImageOutcome outcome = get_outcome(reader);
    outcome.row = rows.at(0);
    offer(outcome);
  }
}

std::string ExampleKeeper::pack_wanted(std::span<const std::int64_t> wanted) const {
  ByteWriter writer;
  for (const ImageOutcome& outcome : kept_) {
    if (std::find(wanted.begin(), wanted.end(), outcome.row.order) != wanted.end())
      put_outcome(writer, outcome);
  }
  return writer.bytes();
}

std::vector<std::int64_t> choose_examples(const std::vector<ImageRow>& rows) {
  std::vector<ImageRow> good;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(good),
               [](const ImageRow& row) { return row.status == "ok"; });
  std::sort(good.begin(), good.end(), is_better);
  std::vector<std::int64_t> chosen;
  for (std::size_t i = 0; i < std::min(n_of_each, good.size()); ++i)
    chosen.push_back(good[i].order);
  for (std::size_t i = std::max(n_of_each, good.size() - std::min(n_of_each, good.size()));
       i < good.size(); ++i) {
    chosen.push_back(good[i].order);
  }
  return chosen;
}

std::vector<ImageOutcome> unpack_examples(std::span<const std::string> shares,
                                          std::span<const std::int64_t> wanted,
                                          const std::vector<ImageRow>& rows) {
  std::vector<ImageOutcome> found;
  for (const std::string& share : shares) {
    ByteReader reader(share);
    while (!reader.at_end()) found.push_back(get_outcome(reader));
  }

  std::vector<ImageOutcome> examples;
  for (const std::int64_t order : wanted) {
    const auto match = std::find_if(found.begin(), found.end(),
                                    [&](const ImageOutcome& o) { return o.row.order == order; });
    if (match == found.end()) continue;
    match->row = *std::find_if(rows.begin(), rows.end(),
                               [&](const ImageRow& row) { return row.order == order; });
    examples.push_back(std::move(*match));
  }
  return examples;
}

Example to_example(const ImageOutcome& outcome, const CanonicalMap& cms, const Job& job) {
  return {.order = outcome.row.order,
          .cis = outcome.cis->values,
          .face = outcome.canonical_face,
          .input = outcome.picture,
          .reprojected = reproject_map(cms.mean, job.tools.fitter->canonical().vertices,
                                       outcome.vertices, job.spec.options.occlusion.patch_size,
                                       outcome.picture.height, outcome.picture.width)};
}

}  // namespace csm
