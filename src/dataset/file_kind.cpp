#include "file_kind.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <utility>
#include <vector>

#include "csm/core/text.h"
#include "listing.h"

namespace csm {
namespace {

/// Endings of one kind, between blanks.
struct Endings {
  FileUse use;
  std::string_view name;  ///< empty: the ending itself
  std::string_view endings;
  std::string_view advice;
};

constexpr std::array known_endings = {
    Endings{FileUse::image, "",
            " .jpg .jpeg .jpe .jfif .jif .png .bmp .dib .tif .tiff .webp .ppm .pgm .pbm .pnm .jp2 ",
            ""},
    Endings{FileUse::passed_over, "raw photo",
            " .dng .cr2 .cr3 .crw .nef .nrw .arw .srf .sr2 .orf .rw2 .raf .pef .srw .x3f .raw ",
            "Develop raw photos to JPEG or TIFF."},
    Endings{FileUse::passed_over, "video",
            " .mov .mp4 .m4v .avi .mkv .3gp .webm .mpg .mpeg .wmv .mts ",
            "Of videos, save the frames that are meant as images."},
    Endings{FileUse::passed_over, "archive",
            " .zip .7z .rar .gz .tgz .bz2 .tbz2 .xz .txz .zst .tzst ", "Unpack archives."},
    Endings{FileUse::passed_over, "tar shard", " .tar ",
            "Give tar shards alone, as --dataset FOLDER/NAME.tar or --dataset-format tar."},
    Endings{FileUse::passed_over, "document",
            " .pdf .ps .eps .svg .doc .docx .ppt .pptx .odt .odp ",
            "Save the photos of documents as images."},
    Endings{FileUse::passed_over, "other picture",
            " .psd .psb .xcf .ai .tga .exr .hdr .ico .jxr .wdp .dcm .fits ",
            "Save other pictures as PNG or JPEG."},
    Endings{FileUse::companion, "",
            " .txt .csv .tsv .json .jsonl .xml .yaml .yml .toml .ini .cfg .conf .md .rst .htm "
            ".html .css .js .npy .npz "
            ".mat .obj .mtl .ply .stl .off .pts .pkl .pickle .h5 .hdf5 .pt .pth .onnx .safetensors "
            ".bin .dat .py "
            ".ipynb .m .r .sh .bat .log .db .sqlite .parquet .feather .xls .xlsx .ods .aae .xmp "
            ".thm .lnk .url .sha256 "
            ".md5 .lock .partial .part .crdownload .tmp .bak .old .orig .swp ",
            ""},
};

std::string ending_of(const std::filesystem::path& name) {
  return to_lower(name.extension().string());
}

bool is_text(std::span<const std::uint8_t> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t c) {
    return c >= 0x20 || c == '\n' || c == '\r' || c == '\t' || c == '\f';
  });
}

}  // namespace

std::optional<FileKind> kind_of_ending(const std::filesystem::path& name) {
  const std::string ending = ending_of(name);
  if (ending.empty()) return std::nullopt;
  if (ending.ends_with('~')) return FileKind{FileUse::companion, "backup", ""};
  for (const Endings& known : known_endings) {
    if (known.endings.find(" " + ending + " ") == std::string_view::npos) continue;
    return FileKind{known.use, std::string(known.name.empty() ? ending : known.name),
                    std::string(known.advice)};
  }
  return std::nullopt;
}

FileKind kind_of_content(const std::filesystem::path& name, std::span<const std::uint8_t> begin) {
  const ImageFormat format = format_of(begin);
  if (can_decode(format)) return {FileUse::image, std::string(name_of(format)), ""};
  if (format != ImageFormat::unknown)
    return {FileUse::passed_over, std::string(name_of(format)), advice_for(format)};
  const std::string ending = ending_of(name);
  // A damaged image of a phone keeps its ending; what is neither text nor a known format may be an
  // image too.
  const bool is_companion =
      ending != ".heic" && ending != ".heif" && ending != ".avif" && is_text(begin);
  return {is_companion ? FileUse::companion : FileUse::passed_over,
          ending.empty() ? "file without an ending" : ending + " file", ""};
}

FileKind kind_of_file(const std::filesystem::path& path) {
  if (std::optional<FileKind> kind = kind_of_ending(path)) return *std::move(kind);
  std::vector<char> begin(n_format_bytes);
  std::ifstream stream(path, std::ios::binary);
  stream.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  const std::vector<std::uint8_t> bytes(begin.begin(), begin.begin() + stream.gcount());
  return kind_of_content(path, bytes);
}

bool has_image_extension(const std::filesystem::path& path) {
  const std::optional<FileKind> kind = kind_of_ending(path);
  return kind && kind->use == FileUse::image;
}

}  // namespace csm
