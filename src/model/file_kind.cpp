#include "file_kind.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

#include "csm/core/text.h"

namespace csm {
namespace {

constexpr std::size_t n_head = 512;        // bytes that identify most kinds
constexpr std::size_t n_tail = 1U << 20U;  // bytes that hold the list of a zip archive's files

struct Signature {
  std::size_t at;
  std::string_view bytes;
  const char* words;
  const char* advice;
};

constexpr const char* take_the_code =
    "Export it from Python with the code of the network: csm export net.py:Net "
    "--weights FILE.";
constexpr const char* convert_first =
    "Only TorchScript is read: load it in PyTorch and write it with csm export.";

using std::string_view_literals::operator""sv;

constexpr std::array<Signature, 10> signatures = {{
    {0, "version https://git-lfs"sv, "is a git LFS pointer, not the file itself",
     "Fetch it with `git lfs pull`."},
    {0, "\x89HDF\r\n\x1a\n"sv, "is an HDF5 file (weights of Keras or TensorFlow?)", convert_first},
    {4, "TFL3"sv, "is a TensorFlow Lite model", convert_first},
    {0, "\x93NUMPY"sv, "is a NumPy array", take_the_code},
    {0, "%PDF"sv, "is a PDF document", "Is the path right?"},
    {0, "\x1f\x8b"sv, "is a gzip archive", "Unpack it first."},
    {257, "ustar"sv, "is a tar archive", "Unpack it first."},
    {0, "Rar!"sv, "is a RAR archive", "Unpack it first."},
    {0, "7z\xbc\xaf"sv, "is a 7-Zip archive", "Unpack it first."},
    {8, "{\""sv, "is a safetensors file: weights, but no graph",
     "Save its tensors with torch.save and give that file as --weights of "
     "csm export."},
}};

std::string read_part(std::ifstream& file, std::size_t from, std::size_t n) {
  std::string bytes(n, '\0');
  file.clear();
  file.seekg(static_cast<std::streamoff>(from));
  file.read(bytes.data(), static_cast<std::streamsize>(n));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return bytes;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Of a zip archive, which PyTorch's own files are, by the list of files at its end.
FileKind kind_of_zip(std::string_view tail) {
  if (!contains(tail, "PK\x05\x06"sv)) {
    return {.words = "is cut off: the end of its archive is missing",
            .advice = "Copy or download it again and compare the sizes."};
  }
  if (contains(tail, "/data/aotinductor/"sv)) {
    return {.words = "is a compiled program (AOTInductor, .pt2)",
            .advice = "Name it .pt2 and write its contract beside it (docs/black_box.md).",
            .is_compiled = true};
  }
  if (contains(tail, "/archive_format"sv) || contains(tail, "serialized_exported_program.json"sv)) {
    return {.words = "is an exported program (torch.export, .pt2) that is not compiled",
            .advice =
                "Give it to csm export, which writes TorchScript: csm export x.pt2 --contract "
                "x.contract.json --output x.pt"};
  }
  if (contains(tail, "/constants.pkl"sv)) return {};  // TorchScript; the reason lies elsewhere
  if (contains(tail, "/data.pkl"sv) || contains(tail, "/data/0"sv)) {
    return {.words = "is a file of torch.save: weights or a pickled module, but no graph",
            .advice = take_the_code};
  }
  if (contains(tail, ".npy"sv))
    return {.words = "is an archive of NumPy arrays (.npz)", .advice = take_the_code};
  if (contains(tail, "saved_model.pb"sv) || contains(tail, "keras"sv) ||
      contains(tail, "model.weights.h5"sv))
    return {.words = "is a Keras or TensorFlow model", .advice = convert_first};
  return {.words = "is a zip archive of other files", .advice = "Unpack it first."};
}

/// ONNX is a protobuf message whose first field is the version of its form, followed by the name of
/// its writer.
bool is_onnx(std::string_view head) {
  return head.size() > 4 && head[0] == '\x08' && head[1] > 0 && head[1] < 20 &&
         (head[2] == '\x12' || head[2] == '\x3a' || contains(head, "onnx"sv) ||
          contains(head, "pytorch"sv));
}

/// A pickle of the protocols 2 to 5.
bool is_pickle(std::string_view head) {
  return head.size() > 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5;
}

}  // namespace

FileKind find_file_kind(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!file || error) return {};
  if (size == 0) return {.words = "is empty", .advice = "Copy or download it again."};

  // A zip's list of files is at its end.
  const std::string head = read_part(file, 0, n_head);
  if (head.starts_with("PK")) {
    const std::size_t n = std::min<std::uintmax_t>(size, n_tail);
    return kind_of_zip(read_part(file, static_cast<std::size_t>(size - n), n));
  }

  // Formats with a signature, then those that only their first fields show.
  for (const auto& [at, bytes, words, advice] : signatures) {
    if (head.size() >= at + bytes.size() &&
        std::string_view(head).substr(at, bytes.size()) == bytes)
      return {.words = words, .advice = advice};
  }
  if (is_onnx(head)) return {.words = "is an ONNX file", .advice = convert_first};
  if (is_pickle(head)) {
    return {
        .words =
            "is a pickle (torch.save in its old form?): weights or a Python object, but no graph",
        .advice = take_the_code};
  }

  // Texts.
  const std::string text = to_lower(trim(head));
  if (text.starts_with("<!doctype html") || text.starts_with("<html")) {
    return {.words = "is a web page, not a model",
            .advice = "Was it saved from a link that needs a login? Download it again."};
  }
  if (text.starts_with("<?xml"))
    return {.words = "is an XML file (OpenVINO?)", .advice = convert_first};
  if (text.starts_with("import ") || text.starts_with("from ") || text.starts_with("#!") ||
      text.starts_with("\"\"\"")) {
    return {.words = "is a program text, not a model", .advice = take_the_code};
  }
  return {};
}

}  // namespace csm
