#include "image_probe.h"

#include <algorithm>
#include <string_view>

#include "image_format.h"

namespace csm {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint32_t orientation_tag = 0x0112;

enum class Endian { big, little };

/// An unsigned number of n bytes, of 8 the lower half; 0 beyond the end.
std::uint32_t number(Bytes bytes, std::size_t at, std::size_t n, Endian endian) {
  if (at > bytes.size() || bytes.size() - at < n) return 0;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < n; ++i)
    value = value << 8U | bytes[at + (endian == Endian::big ? i : n - 1 - i)];
  return value;
}

/// How a TIFF structure counts, and where its first directory lies.
struct TiffLayout {
  Endian endian = Endian::big;
  std::size_t n_offset_bytes = 4;  ///< of offsets, and of the counts of an entry
  std::size_t n_entry_bytes = 2;   ///< of the number of entries
  std::size_t directory = 0;
};

TiffLayout tiff_layout(Bytes tiff) {
  TiffLayout layout;
  layout.endian = has_text(tiff, 0, "II") ? Endian::little : Endian::big;
  constexpr std::uint32_t big_tiff = 43;
  const bool is_big = number(tiff, 2, 2, layout.endian) == big_tiff;
  if (is_big) layout.n_offset_bytes = layout.n_entry_bytes = 8;
  layout.directory = number(tiff, is_big ? 8 : 4, layout.n_offset_bytes, layout.endian);
  return layout;
}

/// Where the value of a tag lies in a TIFF structure.
struct TagPlace {
  std::size_t at = 0;
  std::size_t n_bytes = 0;  ///< 0: there is no such tag
  Endian endian = Endian::big;
};

/// A SHORT or LONG tag in the first directory of a TIFF structure.
TagPlace find_tiff_tag(Bytes tiff, std::uint32_t wanted) {
  if (!has_text(tiff, 0, "II") && !has_text(tiff, 0, "MM")) return {};
  const TiffLayout layout = tiff_layout(tiff);
  const Endian endian = layout.endian;
  const std::size_t entry_size = 4 + 2 * layout.n_offset_bytes;
  const std::size_t n_entries = number(tiff, layout.directory, layout.n_entry_bytes, endian);
  for (std::size_t i = 0; i < n_entries; ++i) {
    const std::size_t entry = layout.directory + layout.n_entry_bytes + entry_size * i;
    if (entry + entry_size > tiff.size()) return {};
    if (number(tiff, entry, 2, endian) != wanted) continue;
    constexpr std::uint32_t short_type = 3;
    const std::size_t n_bytes = number(tiff, entry + 2, 2, endian) == short_type ? 2 : 4;
    return {.at = entry + 4 + layout.n_offset_bytes, .n_bytes = n_bytes, .endian = endian};
  }
  return {};
}

/// The value of a SHORT or LONG tag in the first directory of a TIFF structure; 0 if it is absent.
std::uint32_t tiff_tag(Bytes tiff, std::uint32_t wanted) {
  const TagPlace place = find_tiff_tag(tiff, wanted);
  return place.n_bytes == 0 ? 0 : number(tiff, place.at, place.n_bytes, place.endian);
}

bool is_jpeg_size_marker(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/// Walks over the segments by their lengths, so that a thumbnail's end mark is not taken for the
/// image's.
void probe_jpeg(Bytes bytes, ImageProbe& probe) {
  probe.is_truncated = true;
  std::size_t at = 2;
  while (at + 1 < bytes.size()) {
    if (bytes[at] != 0xFF) {  // entropy-coded data between markers
      ++at;
      continue;
    }

    // A marker, which may be padded with 0xFF.
    const std::uint8_t marker = bytes[at + 1];
    if (marker == 0xFF) {
      ++at;
      continue;
    }
    at += 2;
    if (marker == 0xD9) {
      probe.is_truncated = false;
      return;
    }
    if (marker == 0x00 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8))
      continue;  // without a length

    // A segment with its length: the size of the image, or the camera's record of its orientation.
    const std::size_t length = number(bytes, at, 2, Endian::big);
    if (length < 2 || at + length > bytes.size()) return;
    if (is_jpeg_size_marker(marker)) {
      probe.height = number(bytes, at + 3, 2, Endian::big);
      probe.width = number(bytes, at + 5, 2, Endian::big);
    } else if (marker == 0xE1 && has_text(bytes, at + 2, std::string_view("Exif\0\0", 6)) &&
               length > 8) {
      probe.orientation = exif_orientation(bytes.subspan(at + 8, length - 8));
    }
    at += length;
  }
}

void probe_png(Bytes bytes, ImageProbe& probe) {
  probe.is_truncated = true;
  probe.width = number(bytes, 16, 4, Endian::big);
  probe.height = number(bytes, 20, 4, Endian::big);
  std::size_t at = 8;
  while (at + 12 <= bytes.size()) {
    const std::size_t length = number(bytes, at, 4, Endian::big);
    if (length > bytes.size() - at - 12) return;
    if (has_text(bytes, at + 4, "eXIf"))
      probe.orientation = exif_orientation(bytes.subspan(at + 8, length));
    if (has_text(bytes, at + 4, "IEND")) {
      probe.is_truncated = false;
      return;
    }
    at += 12 + length;
  }
}

void probe_bmp(Bytes bytes, ImageProbe& probe) {
  probe.width = static_cast<std::int32_t>(number(bytes, 18, 4, Endian::little));
  const auto height = static_cast<std::int32_t>(number(bytes, 22, 4, Endian::little));
  probe.height = height < 0 ? -std::int64_t{height} : height;  // below zero: rows from the top
  const std::int64_t bits = number(bytes, 28, 2, Endian::little);
  const std::uint32_t compression = number(bytes, 30, 4, Endian::little);
  const std::int64_t row = (probe.width * bits + 31) / 32 * 4;
  const std::int64_t needed = number(bytes, 10, 4, Endian::little) + row * probe.height;
  probe.is_truncated = bytes.size() < 54 || (compression == 0 && needed > std::ssize(bytes));
}

void probe_webp(Bytes bytes, ImageProbe& probe) {
  probe.is_truncated =
      static_cast<std::uint64_t>(number(bytes, 4, 4, Endian::little)) + 8 > bytes.size();
  std::size_t at = 12;
  while (at + 8 <= bytes.size()) {
    const std::size_t length = number(bytes, at + 4, 4, Endian::little);
    if (has_text(bytes, at, "VP8X")) {
      probe.width = number(bytes, at + 12, 3, Endian::little) + 1;
      probe.height = number(bytes, at + 15, 3, Endian::little) + 1;
    } else if (has_text(bytes, at, "VP8 ") && probe.width == 0) {
      probe.width = number(bytes, at + 14, 2, Endian::little) & 0x3FFFU;
      probe.height = number(bytes, at + 16, 2, Endian::little) & 0x3FFFU;
    } else if (has_text(bytes, at, "VP8L") && probe.width == 0) {
      const std::uint32_t packed = number(bytes, at + 9, 4, Endian::little);
      probe.width = (packed & 0x3FFFU) + 1;
      probe.height = (packed >> 14U & 0x3FFFU) + 1;
    } else if (has_text(bytes, at, "EXIF") && length <= bytes.size() - at - 8) {
      Bytes exif = bytes.subspan(at + 8, length);
      if (has_text(exif, 0, "Exif") && exif.size() >= 6) exif = exif.subspan(6);
      probe.orientation = exif_orientation(exif);
    }
    if (length > bytes.size() - at - 8) return;
    at += 8 + length + length % 2;
  }
}

void probe_tiff(Bytes bytes, ImageProbe& probe) {
  probe.width = tiff_tag(bytes, 256);
  probe.height = tiff_tag(bytes, 257);
  probe.orientation = exif_orientation(bytes);
  const TiffLayout layout = tiff_layout(bytes);
  probe.is_truncated = layout.directory + layout.n_entry_bytes > bytes.size();
}

}  // namespace

int exif_orientation(Bytes tiff) {
  const std::uint32_t value = tiff_tag(tiff, orientation_tag);
  return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
}

std::vector<std::uint8_t> with_upright_tag(std::vector<std::uint8_t> tiff) {
  const TagPlace place = find_tiff_tag(tiff, orientation_tag);
  for (std::size_t i = 0; i < place.n_bytes && place.at + place.n_bytes <= tiff.size(); ++i) {
    const std::size_t n_lower = place.endian == Endian::little ? i : place.n_bytes - 1 - i;
    tiff[place.at + i] = n_lower == 0 ? 1 : 0;
  }
  return tiff;
}

ImageProbe probe_image(Bytes bytes) {
  ImageProbe probe;
  probe.format = format_of(bytes);
  switch (probe.format) {
    case ImageFormat::jpeg:
      probe_jpeg(bytes, probe);
      break;
    case ImageFormat::png:
      probe_png(bytes, probe);
      break;
    case ImageFormat::webp:
      probe_webp(bytes, probe);
      break;
    case ImageFormat::tiff:
      probe_tiff(bytes, probe);
      break;
    case ImageFormat::bmp:
      probe_bmp(bytes, probe);
      break;

    // Their size is known when they are decoded.
    case ImageFormat::unknown:
    case ImageFormat::portable_map:
    case ImageFormat::jpeg_2000:
    case ImageFormat::heic:
    case ImageFormat::avif:
    case ImageFormat::animated_webp:
    case ImageFormat::gif:
    case ImageFormat::jpeg_xl:
      break;
  }
  return probe;
}

}  // namespace csm
