#include <algorithm>
#include <array>
#include <string>

#include "csm/core/enum_names.h"
#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csm/model/confidence.h"
#include "csm/options/parse.h"
#include "ignored_options.h"

namespace csm {
namespace {

void check_task(const std::string& task) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  if (task.empty() || !std::all_of(task.begin(), task.end(), is_plain)) {
    throw InputError(
        {"task is '" + task + "'", "it names the result file",
         "Use letters, digits, '-' and '_' in the job file's name or in its line 'task = NAME'."});
  }
}

void check_dataset(const DatasetOptions& options, Confidence confidence) {
  if (options.dataset.empty() && options.manifest.empty()) {
    throw InputError({"--dataset is missing", "it names the images to work on",
                      "Give a folder or a CSV file with --dataset PATH, or the line 'dataset = "
                      "PATH' in the job file."});
  }

  // A layout and a manifest contradict each other.
  const bool fixed_layout =
      options.format != DatasetFormat::automatic && options.format != DatasetFormat::manifest;
  if (fixed_layout && !options.manifest.empty()) {
    throw InputError({"--manifest is '" + options.manifest.string() + "' with --dataset-format " +
                          std::string(enum_name(options.format)),
                      "that layout is read without a manifest",
                      "Remove one of the two, or use --dataset-format manifest."});
  }

  // Pairs belong to Eq. (8), a gallery to Eq. (7).
  const std::string name(enum_name(confidence));
  if (is_pair_confidence(confidence) && options.pairs.empty()) {
    throw InputError({"--confidence is '" + name + "' without --pairs",
                      "Eq. (8) compares pairs of images",
                      "Give a CSV file with path_a,path_b,same_person[,fold] with --pairs FILE."});
  }
  if (!is_pair_confidence(confidence) && !options.pairs.empty()) {
    throw InputError({"--pairs is '" + options.pairs.string() + "' with --confidence " + name,
                      "pairs are used by verification and similarity only",
                      "Add --confidence verification (similarity for a model of pairs), or --pairs "
                      "none."});
  }
  if (confidence != Confidence::cosine && !options.gallery.empty()) {
    throw InputError({"--gallery is '" + options.gallery.string() + "' with --confidence " + name,
                      "a gallery is used by Eq. (7) only",
                      confidence == Confidence::similarity
                          ? "Use --gallery none: to compare with images of a gallery, list each "
                            "image with one of them in --pairs."
                          : "Add --confidence cosine, or --gallery none."});
  }
}

void check_mesh(const MeshOptions& options) {
  if (options.mesh == MeshSource::files) {
    if (options.mesh_dir.empty()) {
      throw InputError({"--mesh is 'files' without --mesh-dir",
                        "the meshes of the images are read from there",
                        "Give the folder with --mesh-dir DIR, or use --mesh network."});
    }
    if (options.canonical.empty()) {
      throw InputError(
          {"--mesh is 'files' without --canonical",
           "the map is painted on the mesh of the canonical face",
           "Give a mesh with the same vertices with --canonical FILE, or use --mesh network."});
    }
  } else if (!options.mesh_dir.empty()) {
    throw InputError({"--mesh-dir is '" + options.mesh_dir.string() + "' with --mesh network",
                      "the meshes in the folder would not be used",
                      "Add --mesh files, or --mesh-dir none."});
  }
}

void check_sample(const Options& options) {
  if (options.occlusion.vertices_per_image &&
      options.saliency.density_normalisation == DensityNormalisation::off) {
    throw InputError(
        {"--vertices-per-image is " + std::to_string(*options.occlusion.vertices_per_image) +
             " with --density-normalisation off",
         "the sum over a sample of the vertices is smaller than the sum over all, Eq. (4)",
         "Use --density-normalisation on, or --vertices-per-image all (--quality full)."});
  }
}

/// A method that explains a comparison of embeddings needs one. Pair models are asked about
/// below.
void check_reference(const Options& options, std::span<const MethodFacts> methods) {
  const Confidence confidence = options.model.confidence;
  if (confidence == Confidence::cosine || confidence == Confidence::verification) return;
  const auto refuse = [&](const std::string& option, const std::string& name) {
    if (!find_method(methods, name).needs.reference) return;
    const std::vector<std::string> others = names_of(methods, [](const MethodFacts& facts) {
      return !facts.needs.reference && facts.kind != MethodKind::control;
    });
    throw InputError(
        {option + " '" + name + "' with --confidence " + std::string(enum_name(confidence)),
         "it explains the similarity of two embeddings, and no image is compared with another here",
         "Use --confidence verification with --pairs, or cosine, or the method " +
             enumerate(others, "or") + "."});
  };
  refuse("--method is", options.explain.method);
  for (const std::string& name : options.study.evaluate) refuse("--evaluate names", name);
}

/// What belongs to occlusion at vertices only must not be given with another method: it would
/// change nothing.
void check_method(const Options& options, std::span<const MethodFacts> methods) {
  const std::string& method = options.explain.method;
  const std::string with = " with --method " + method;
  const std::vector<std::string>& evaluated = options.study.evaluate;
  const auto needs_layer = [&](const std::string& name) {
    return find_method(methods, name).needs.layer;
  };
  if (!options.explain.cam_layer.empty() && !needs_layer(method) &&
      std::none_of(evaluated.begin(), evaluated.end(), needs_layer)) {
    const std::vector<std::string> valid =
        names_of(methods, [](const MethodFacts& facts) { return facts.needs.layer; });
    throw InputError({"--cam-layer is '" + options.explain.cam_layer + "'" + with,
                      "that method uses no layer",
                      "Remove it, or use --method " + enumerate(valid, "or") + "."});
  }

  check_reference(options, methods);

  // A sample of the vertices and two of the engines belong to occlusion.
  if (method == own_method) return;
  if (options.occlusion.vertices_per_image) {
    throw InputError(
        {"--vertices-per-image is " + std::to_string(*options.occlusion.vertices_per_image) + with,
         "the map of an image costs the same for any number of vertices, so nothing would be saved",
         "Use --vertices-per-image all (--quality full)."});
  }
  const Engine engine = options.occlusion.engine;
  const std::string engine_with = "--engine is '" + std::string(enum_name(engine)) + "'" + with;
  if (engine == Engine::adaptive)
    throw InputError(
        {engine_with, "it interpolates between the patches of --method csm", "Use --engine auto."});
  if (engine == Engine::incremental && !occludes_images(options, methods)) {
    const std::vector<std::string> users =
        names_of(methods, [](const MethodFacts& facts) { return facts.needs.patches; });
    throw InputError({engine_with,
                      "it computes occluded copies, for --method " + enumerate(users, "and"),
                      "Use --engine auto."});
  }
}

/// A model of pairs is asked about two occluded images at once, which nothing else does.
void check_similarity(const Options& options) {
  if (options.model.confidence != Confidence::similarity) return;
  const std::string with = " with --confidence similarity";
  const std::string why = "a model of pairs gives no score of one image";
  const auto refuse = [&](const std::string& what, const std::string& advice) {
    throw InputError({what + with, why, advice});
  };
  if (options.explain.method != own_method)
    refuse("--method is '" + options.explain.method + "'",
           "Use --method csm, or an embedding with --confidence verification.");
  if (is_evaluated(options.study))
    refuse("maps are to be evaluated (--evaluate, --evaluate-cms)",
           "Remove these options, or use an embedding with --confidence verification.");
  if (options.occlusion.engine == Engine::adaptive ||
      options.occlusion.engine == Engine::incremental)
    refuse("--engine is '" + std::string(enum_name(options.occlusion.engine)) + "'",
           "Use --engine auto.");
}

/// Lower precision works on what a patch changes, which only one engine computes.
void check_precision(const Options& options) {
  if (options.occlusion.precision == Precision::float32) return;
  const std::string problem =
      "--precision is '" + std::string(enum_name(options.occlusion.precision)) + "'";
  if (options.explain.method != own_method) {
    throw InputError({problem + " with --method " + options.explain.method,
                      "it is for occluded copies of --method csm", "Use --precision float32."});
  }
  const Engine engine = options.occlusion.engine;
  if (engine == Engine::full || engine == Engine::adaptive) {
    throw InputError({problem + " with --engine " + std::string(enum_name(engine)),
                      "only the incremental engine carries the differences that bfloat16 can hold",
                      "Use --engine incremental or auto, or --precision float32."});
  }
  if (options.model.device == Device::cuda) {
    throw InputError({problem + " with --device cuda",
                      "differences in a lower precision are computed on CPUs only so far",
                      "Use --device cpu, or --precision float32."});
  }
}

void check_study(const StudyOptions& options) {
  for (std::size_t i = 0; i < options.evaluate.size(); ++i) {
    if (std::find(options.evaluate.begin(),
                  options.evaluate.begin() + static_cast<std::ptrdiff_t>(i), options.evaluate[i]) !=
        options.evaluate.begin() + static_cast<std::ptrdiff_t>(i)) {
      throw InputError({"--evaluate names '" + options.evaluate[i] + "' twice",
                        "the shares of Eq. (13) would be split between the same maps",
                        "Name it once."});
    }
  }
  if (options.evaluate_other_class && options.evaluate_cms.empty()) {
    throw InputError({"--evaluate-other-class is given without --evaluate-cms",
                      "the map of another class is taken from a result file",
                      "Add --evaluate-cms FILE.h5, or remove it."});
  }
}

void check_half(const DatasetOptions& options) {
  if (options.half == Half::all && !options.half_by.empty()) {
    throw InputError({"--half-by is '" + options.half_by + "' with --half all", "nothing is halved",
                      "Add --half first or --half second, or remove it."});
  }
}

void check_output(const std::filesystem::path& output) {
  constexpr std::array<const char*, 3> endings = {".h5", ".hdf5", ".nxs"};
  if (std::find(endings.begin(), endings.end(), output.extension().string()) == endings.end()) {
    throw InputError({"--output is '" + output.string() + "'", "the result is an HDF5 file",
                      "Give a file name that ends in .h5, .hdf5 or .nxs."});
  }
}

/// --pair-by takes the place of --group-by, whose own default may stay; it exchanges nothing
/// between persons.
void check_pairing(const Options& options) {
  const std::string& group_by = options.saliency.group_by;
  const std::string& pair_by = options.inference.pair_by;
  require_no_strata_of_pairs(options.inference);
  if (pair_by.empty() || group_by == SaliencyOptions().group_by || group_by == "none") return;
  if (group_by == pair_by) return;
  throw InputError({"--group-by is '" + group_by + "' with --pair-by " + pair_by,
                    "a run has the groups of one column",
                    "Remove --pair-by, or add --group-by none."});
}

}  // namespace

void check_options(const Options& options, std::span<const MethodFacts> methods) {
  check_task(options.run.task);
  if (options.model.model.empty()) {
    throw InputError(
        {"--model is missing", "it is the network to explain",
         "Give a model file with --model FILE, or the line 'model = FILE' in the job file."});
  }
  check_dataset(options.dataset, options.model.confidence);
  check_mesh(options.mesh);
  check_sample(options);
  check_method(options, methods);
  check_precision(options);
  check_similarity(options);
  check_study(options.study);
  check_pairing(options);
  check_half(options.dataset);
  check_output(options.output.output);
}

}  // namespace csm
