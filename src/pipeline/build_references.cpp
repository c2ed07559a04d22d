#include "csm/pipeline/build_references.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "csm/cluster/agreement.h"
#include "csm/core/bytes.h"
#include "csm/core/error.h"
#include "csm/core/log.h"
#include "csm/model/confidence.h"
#include "csm/occlusion/score.h"
#include "csm/pipeline/face_input.h"
#include "csm/pipeline/image_worker.h"

namespace csm {
namespace {

/// The embedding of a clean image. Errors: ImageError.
std::vector<float> embed(const Job& job, const std::filesystem::path& path, const Sample& sample) {
  PhaseClock ignored;
  const FaceInput face = load_face(path, sample, *job.fitter, job.network->contract(), job.options, ignored);
  return score_patches(*job.engine, job.network->contract().input, face.picture, {}, job.options.occlusion, 0).clean;
}

/// This rank's part of the gallery as bytes: index, canonical path, embedding, and so on. The path is asked for here
/// and not on all ranks, since that touches the file system for every image.
std::string embed_share(const Communicator& communicator, const Job& job) {
  ByteWriter writer;
  const std::vector<Sample>& samples = job.gallery->samples;
  for (std::size_t i = static_cast<std::size_t>(communicator.rank()); i < samples.size();
       i += static_cast<std::size_t>(communicator.size())) {
    try {
      const std::vector<float> embedding = embed(job, samples[i].path, samples[i]);
      writer.put(static_cast<std::int64_t>(i));
      writer.put(std::filesystem::weakly_canonical(samples[i].path).string());
      writer.put(embedding);
    } catch (const ImageError& error) {
      log_warning("the gallery image '" + samples[i].id + "' is left out: " + error.what());
    }
  }
  return writer.bytes();
}

std::string score_share(const Communicator& communicator, const Job& job) {
  ByteWriter writer;
  const auto add_pair = [&](const Sample& pair, const std::string& fold, std::int64_t place) {
    if (place % communicator.size() != communicator.rank()) return;
    try {
      const double cosine = cosine_similarity(embed(job, pair.path, pair), embed(job, pair.second_path, pair));
      writer.put(place);
      writer.put(fold);
      writer.put(cosine);
      writer.put(static_cast<std::int64_t>(is_same_person(pair)));
    } catch (const ImageError&) {
      // The main loop meets the pair again and counts it with its reason.
    }
  };
  std::int64_t place = 0;
  for (std::size_t position = 0; position < job.order.size(); ++position) {
    const auto at = static_cast<std::int64_t>(position);
    add_pair(job.sample_at(at), fold_of(job, at), place++);
  }
  for (const std::int64_t index : job.training_order)
    add_pair(job.dataset.samples[static_cast<std::size_t>(index)], "train", place++);
  return writer.bytes();
}

}  // namespace

Gallery build_gallery(const Communicator& communicator, const Job& job, PhaseClock& clock) {
  Gallery gallery;
  if (!job.gallery) return gallery;
  clock.time(Phase::references, [&] {
    std::string share;
    agree(communicator, [&] { share = embed_share(communicator, job); });
    std::vector<std::tuple<std::int64_t, std::string, std::vector<float>>> entries;
    for (const std::string& part : communicator.all_gather(share)) {
      ByteReader reader(part);
      while (!reader.at_end()) {
        auto& [index, path, embedding] = entries.emplace_back();
        reader.get(index);
        reader.get(path);
        reader.get(embedding);
      }
    }
    std::sort(entries.begin(), entries.end());
    if (entries.empty()) {
      throw InputError({"no image of the gallery '" + job.options.dataset.gallery.string() + "' can be used", "",
                        "The warnings above say why for each."});
    }
    const std::size_t n_values = std::get<2>(entries.front()).size();
    gallery.embeddings = Grid<float>(static_cast<int>(entries.size()), static_cast<int>(n_values));
    int row = 0;
    for (const auto& [index, path, embedding] : entries) {
      const Sample& sample = job.gallery->samples[static_cast<std::size_t>(index)];
      gallery.paths.push_back(path);
      gallery.labels.push_back(sample.columns.find(job.label_column).value_or(""));
      std::copy(embedding.begin(), embedding.end(), gallery.embeddings.row(row++).begin());
    }
  });
  return gallery;
}

Thresholds build_thresholds(const Communicator& communicator, const Job& job, PhaseClock& clock) {
  if (job.options.model.confidence != Confidence::verification) return {};
  return clock.time(Phase::references, [&] {
    std::string share;
    agree(communicator, [&] { share = score_share(communicator, job); });
    std::vector<std::pair<std::int64_t, FoldPair>> scored;
    for (const std::string& part : communicator.all_gather(share)) {
      ByteReader reader(part);
      while (!reader.at_end()) {
        auto& [place, pair] = scored.emplace_back();
        std::int64_t same_person = 0;
        reader.get(place);
        reader.get(pair.fold);
        reader.get(pair.cosine);
        reader.get(same_person);
        pair.same_person = same_person != 0;
      }
    }
    std::sort(scored.begin(), scored.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<FoldPair> pairs;
    pairs.reserve(scored.size());
    for (auto& [place, pair] : scored) pairs.push_back(std::move(pair));
    const auto is_same = [](const FoldPair& pair) { return pair.same_person; };
    if (std::none_of(pairs.begin(), pairs.end(), is_same) || std::all_of(pairs.begin(), pairs.end(), is_same)) {
      throw InputError({"the usable pairs of '" + job.options.dataset.pairs.string() + "' are all of one kind",
                        "the threshold of Eq. (8) needs same and different persons",
                        "Check the column same_person and --limit."});
    }
    Thresholds thresholds = find_thresholds(pairs);
    // A fold whose pairs all failed here still needs a number for the error path of the main loop.
    for (std::size_t position = 0; position < job.order.size(); ++position) {
      thresholds.of_fold.try_emplace(fold_of(job, static_cast<std::int64_t>(position)), 0.0);
    }
    return thresholds;
  });
}

}  // namespace csm
