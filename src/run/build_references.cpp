#include "build_references.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "csm/cluster/agreement.h"
#include "csm/core/bytes.h"
#include "csm/core/error.h"
#include "csm/core/log.h"
#include "csm/core/sizes.h"
#include "csm/core/text.h"
#include "csm/measure/face_input.h"
#include "csm/measure/image_worker.h"
#include "csm/model/confidence.h"
#include "csm/occlusion/engine.h"
#include "csm/occlusion/pair_scores.h"

namespace csm {
namespace {

FaceInput load_clean(const Job& job, const std::filesystem::path& path, const Sample& sample) {
  PhaseClock ignored;
  return load_face(path, sample, *job.tools.fitter, job.tools.network->contract(), job.spec.options,
                   ignored);
}

/// The embedding of a clean image.
std::vector<float> embed(const Job& job, const FaceInput& face) {
  return score_patches(*job.tools.engine, job.tools.network->contract().input, face.picture, {},
                       job.spec.options.occlusion, 0)
      .clean;
}

/// This rank's part of the gallery as bytes: index, hash of the pixels, embedding, and so on.
std::string embed_share(const Communicator& communicator, const Job& job) {
  ByteWriter writer;
  const std::vector<Sample>& samples = job.spec.gallery->samples;
  for (std::size_t i = static_cast<std::size_t>(communicator.rank()); i < samples.size();
       i += static_cast<std::size_t>(communicator.size())) {
    try {
      const FaceInput face = load_clean(job, samples[i].path, samples[i]);
      writer.put(static_cast<std::int64_t>(i));
      writer.put(hash_pixels(face.image));
      writer.put(embed(job, face));
    } catch (const ImageError& error) {
      log_warning("the gallery image '" + samples[i].id + "' is left out: " + error.what());
    }
  }
  return writer.bytes();
}

/// A pair of the list, scored on its clean images.
struct ScoredEntry {
  std::int64_t place = 0;
  std::string failure;  ///< why it cannot be scored; empty if it is
  FoldPair pair;
};

void pack_entry(const ScoredEntry& entry, ByteWriter& writer) {
  writer.put(entry.place);
  writer.put(entry.failure);
  writer.put(entry.pair.fold);
  writer.put(entry.pair.cosine);
  writer.put(entry.pair.same_person);
}

ScoredEntry unpack_entry(ByteReader& reader) {
  ScoredEntry entry;
  reader.get(entry.place);
  reader.get(entry.failure);
  reader.get(entry.pair.fold);
  reader.get(entry.pair.cosine);
  reader.get(entry.pair.same_person);
  return entry;
}

/// This rank's part of the pairs as bytes. A pair that fails is met again by the main loop, which
/// counts it.
std::string score_share(const Communicator& communicator, const Job& job) {
  ByteWriter writer;
  const auto add_pair = [&](const Sample& pair, const std::string& fold, std::int64_t place) {
    if (place % communicator.size() != communicator.rank()) return;
    ScoredEntry entry{
        .place = place, .failure = {}, .pair = {.fold = fold, .same_person = is_same_person(pair)}};
    try {
      const FaceInput first = load_clean(job, pair.path, pair);
      const FaceInput second = load_clean(job, pair.second_path, pair);
      check_two_images(first.image, second.image);
      entry.pair.cosine = job.tools.network->contract().role == ModelRole::pair
                              ? score_clean_pair(*job.tools.network, first.picture, second.picture)
                              : cosine_similarity(embed(job, first), embed(job, second));
    } catch (const ImageError& error) {
      entry.failure = error.reason();
    }
    pack_entry(entry, writer);
  };
  std::int64_t place = 0;
  for (std::size_t position = 0; position < job.spec.order.size(); ++position) {
    const auto at = static_cast<std::int64_t>(position);
    add_pair(job.spec.sample_at(at), fold_of(job, at), place++);
  }
  for (const std::int64_t index : job.spec.training_order)
    add_pair(job.spec.dataset.samples[index], "train", place++);
  return writer.bytes();
}

/// The pairs that were scored. Errors: InputError if they are not of both kinds.
std::vector<FoldPair> usable_pairs(const Job& job, std::vector<ScoredEntry> entries) {
  std::vector<FoldPair> pairs;
  std::map<std::string, std::int64_t> n_failed;
  for (ScoredEntry& entry : entries) {
    if (entry.failure.empty()) {
      pairs.push_back(std::move(entry.pair));
    } else {
      ++n_failed[entry.failure];
    }
  }
  const auto is_same = [](const FoldPair& pair) { return pair.same_person; };
  const auto n_same = std::count_if(pairs.begin(), pairs.end(), is_same);
  const auto n_different = static_cast<std::ptrdiff_t>(pairs.size()) - n_same;
  if (n_same > 0 && n_different > 0) return pairs;
  std::vector<std::string> reasons;
  reasons.reserve(n_failed.size());
  for (const auto& [reason, number] : n_failed)
    reasons.push_back(std::to_string(number) + " x " + reason);
  throw InputError(
      {"of the " + std::to_string(entries.size()) + " pairs of '" +
           job.spec.options.dataset.pairs.string() + "', " + std::to_string(n_same) +
           " of one person and " + std::to_string(n_different) + " of two can be used" +
           (reasons.empty() ? "" : ": " + join(reasons)),
       "the threshold of Eq. (8) needs both kinds",
       "Look at the images, and check --dataset, the column same_person and --limit."});
}

}  // namespace

Gallery build_gallery(const Communicator& communicator, const Job& job, PhaseClock& clock) {
  Gallery gallery;
  if (!job.spec.gallery) return gallery;
  clock.time(Phase::references, [&] {
    // Each rank embeds its share; all ranks get all.
    std::string share;
    agree(communicator, [&] { share = embed_share(communicator, job); });
    std::vector<std::tuple<std::int64_t, std::string, std::vector<float>>> entries;
    for (const std::string& part : communicator.all_gather(share)) {
      ByteReader reader(part);
      while (!reader.at_end()) {
        auto& [index, pixel_hash, embedding] = entries.emplace_back();
        reader.get(index);
        reader.get(pixel_hash);
        reader.get(embedding);
      }
    }

    // The order of the list, whoever embedded what.
    std::sort(entries.begin(), entries.end());
    if (entries.empty()) {
      throw InputError({"no image of the gallery '" + job.spec.options.dataset.gallery.string() +
                            "' can be used",
                        "", "The warnings above say why for each."});
    }

    // A row for each image that could be embedded.
    const std::size_t n_values = std::get<2>(entries.front()).size();
    gallery.embeddings = Grid<float>(int_size(entries), static_cast<int>(n_values));
    int row = 0;
    for (const auto& [index, pixel_hash, embedding] : entries) {
      const Sample& sample = job.spec.gallery->samples[index];
      gallery.names.push_back(sample.path.filename().string());
      gallery.pixel_hashes.push_back(pixel_hash);
      gallery.labels.push_back(sample.columns.find(job.spec.label_column).value_or(""));
      std::copy(embedding.begin(), embedding.end(), gallery.embeddings.row(row++).begin());
    }
  });
  return gallery;
}

Thresholds build_thresholds(const Communicator& communicator, const Job& job, PhaseClock& clock) {
  if (!is_pair_confidence(job.spec.options.model.confidence)) return {};
  return clock.time(Phase::references, [&] {
    std::string share;
    agree(communicator, [&] { share = score_share(communicator, job); });
    std::vector<ScoredEntry> entries;
    for (const std::string& part : communicator.all_gather(share)) {
      for (ByteReader reader(part); !reader.at_end();) entries.push_back(unpack_entry(reader));
    }
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.place < b.place; });
    return find_thresholds(usable_pairs(job, std::move(entries)));
  });
}

}  // namespace csm
