// Takes the place of decode_heif.cpp if there is no libheif.
#include "csm/core/error.h"
#include "decode_heif.h"

namespace csm {

bool can_decode_heif(ImageFormat /*format*/) { return false; }

std::string heif_library_version() { return "absent"; }

RgbImage decode_heif(std::span<const std::uint8_t> /*bytes*/,
                     void (* /*check_size*/)(std::int64_t, std::int64_t)) {
  CSM_EXPECT(can_decode_heif(ImageFormat::heic));
  return RgbImage(0, 0);
}

}  // namespace csm
