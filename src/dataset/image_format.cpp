#include "image_format.h"

#include <algorithm>
#include <array>

#include "decode_heif.h"

namespace csm {

bool has_text(std::span<const std::uint8_t> bytes, std::size_t at, std::string_view text) {
  return bytes.size() >= at + text.size() &&
         std::equal(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

namespace {

using Bytes = std::span<const std::uint8_t>;
using std::string_view_literals::operator""sv;

/// The first box of an ISO media file lists the brands that it keeps to: its own at byte 8, others
/// from byte 16 on.
ImageFormat format_of_brands(Bytes bytes) {
  constexpr std::array avif_brands = {"avif"sv, "avis"sv};
  constexpr std::array heic_brands = {"heic"sv, "heix"sv, "heim"sv, "heis"sv,
                                      "hevc"sv, "hevx"sv, "mif1"sv, "msf1"sv};
  const auto has_brand_of = [&](const auto& brands) {
    const std::size_t length = std::min<std::size_t>(bytes.size(), bytes[3] + 256U * bytes[2]);
    for (std::size_t at = 8; at + 4 <= std::max<std::size_t>(length, 12); at += at == 8 ? 8 : 4) {
      if (std::any_of(brands.begin(), brands.end(),
                      [&](auto brand) { return has_text(bytes, at, brand); }))
        return true;
    }
    return false;
  };
  if (has_brand_of(avif_brands)) return ImageFormat::avif;
  return has_brand_of(heic_brands) ? ImageFormat::heic : ImageFormat::unknown;
}

/// "BM" alone begins many a text: the length of the second header must be one of the known.
bool is_bmp(Bytes bytes) {
  constexpr std::array<std::uint8_t, 7> lengths = {12, 40, 52, 56, 64, 108, 124};
  return has_text(bytes, 0, "BM") && bytes.size() > 17 &&
         std::find(lengths.begin(), lengths.end(), bytes[14]) != lengths.end() &&
         has_text(bytes, 15, "\0\0\0"sv);
}

bool is_portable_map(Bytes bytes) {
  constexpr std::string_view ends = " \t\r\n#";
  return bytes.size() > 2 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '7' &&
         ends.find(static_cast<char>(bytes[2])) != std::string_view::npos;
}

bool is_animated(Bytes webp) {
  constexpr std::uint8_t animation_flag = 0x02;
  return has_text(webp, 12, "VP8X") && webp.size() > 20 && (webp[20] & animation_flag) != 0;
}

}  // namespace

ImageFormat format_of(Bytes bytes) {
  const auto begins_with = [&](std::string_view text) { return has_text(bytes, 0, text); };
  if (begins_with("\xFF\xD8\xFF")) return ImageFormat::jpeg;
  if (begins_with("\x89PNG\r\n\x1A\n")) return ImageFormat::png;
  if (begins_with("RIFF") && has_text(bytes, 8, "WEBP"))
    return is_animated(bytes) ? ImageFormat::animated_webp : ImageFormat::webp;
  if (begins_with("II*\0"sv) || begins_with("MM\0*"sv)) return ImageFormat::tiff;
  if (begins_with("II+\0"sv) || begins_with("MM\0+"sv))
    return ImageFormat::tiff;  // of more than 4 GB
  if (is_bmp(bytes)) return ImageFormat::bmp;
  if (is_portable_map(bytes)) return ImageFormat::portable_map;
  if (has_text(bytes, 4, "jP  ") || begins_with("\xFF\x4F\xFF\x51")) return ImageFormat::jpeg_2000;
  if (begins_with("GIF87a") || begins_with("GIF89a")) return ImageFormat::gif;
  if (has_text(bytes, 4, "JXL \r\n\x87\n") || begins_with("\xFF\x0A")) return ImageFormat::jpeg_xl;
  return has_text(bytes, 4, "ftyp") && bytes.size() >= 12 ? format_of_brands(bytes)
                                                          : ImageFormat::unknown;
}

std::string_view name_of(ImageFormat format) {
  switch (format) {
    case ImageFormat::unknown:
      return "";
    case ImageFormat::jpeg:
      return "JPEG";
    case ImageFormat::png:
      return "PNG";
    case ImageFormat::bmp:
      return "BMP";
    case ImageFormat::tiff:
      return "TIFF";
    case ImageFormat::webp:
      return "WebP";
    case ImageFormat::portable_map:
      return "PNM";
    case ImageFormat::jpeg_2000:
      return "JPEG 2000";

    // Of phones, and what browsers show.
    case ImageFormat::heic:
      return "HEIC";
    case ImageFormat::avif:
      return "AVIF";
    case ImageFormat::animated_webp:
      return "animated WebP";
    case ImageFormat::gif:
      return "GIF";
    case ImageFormat::jpeg_xl:
      return "JPEG XL";
  }
  return "";
}

bool can_decode(ImageFormat format) {
  switch (format) {
    case ImageFormat::unknown:
    case ImageFormat::animated_webp:
    case ImageFormat::gif:
    case ImageFormat::jpeg_xl:
      return false;
    case ImageFormat::heic:
    case ImageFormat::avif:
      return can_decode_heif(format);
    case ImageFormat::jpeg:
    case ImageFormat::png:
    case ImageFormat::bmp:
    case ImageFormat::tiff:
    case ImageFormat::webp:
    case ImageFormat::portable_map:
    case ImageFormat::jpeg_2000:
      return true;
  }
  return false;
}

std::string advice_for(ImageFormat format) {
  if (format == ImageFormat::unknown || can_decode(format)) return "";
  const std::string name(name_of(format));
  if (format == ImageFormat::heic || format == ImageFormat::avif) {
    return name +
           " is read if csm_mpi was built with libheif (Debian: libheif-dev) that decodes it; or "
           "save as JPEG.";
  }
  if (format == ImageFormat::gif || format == ImageFormat::animated_webp) {
    return name + " can hold several pictures: save the one that is meant as PNG or JPEG.";
  }
  return "Save " + name + " as PNG or JPEG.";
}

}  // namespace csm
