#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <opencv2/core.hpp>
#include <string>
#include <system_error>

#include "canvas.h"
#include "csm/core/error.h"
#include "csm/store/output_path.h"
#include "html_report.h"
#include "report_pictures.h"

namespace csm {
namespace {

void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) {
    throw RunError({"cannot write '" + path.string() + "'", std::strerror(errno),
                    "The result file is whole; make room or give another place, and draw the "
                    "report from it."});
  }
}

}  // namespace

RgbImage face_to_paint_on(const Result& result) {
  const int height = result.cms.mean.height();
  const int width = result.cms.mean.width();
  const auto fits = [&](const RgbImage& image) {
    return image.height == height && image.width == width &&
           std::any_of(image.values.begin(), image.values.end(),
                       [](std::uint8_t value) { return value != 0; });
  };
  if (result.canonical.picture && fits(*result.canonical.picture)) return *result.canonical.picture;
  if (fits(result.mean_face)) return result.mean_face;
  RgbImage grey(height, width);
  std::fill(grey.values.begin(), grey.values.end(), std::uint8_t{170});
  return grey;
}

std::string value_with_unit(const Result& result) {
  const bool has_unit = !result.words.unit.empty() && result.words.unit != "1" &&
                        result.words.unit != result.confidence_name;
  return result.words.value + (has_unit ? " [" + result.words.unit + "]" : "");
}

std::vector<std::filesystem::path> write_report(const std::filesystem::path& stem,
                                                const Result& result,
                                                const std::vector<ExampleImage>& examples) {
  std::error_code ignored;
  if (stem.has_parent_path()) std::filesystem::create_directories(stem.parent_path(), ignored);
  std::vector<std::filesystem::path> paths = report_paths(stem);
  ReportPictures pictures;
  std::string page;
  try {
    pictures = {png_bytes(draw_map_picture(result)), png_bytes(draw_convergence(result)),
                png_bytes(draw_regions(result))};
    page = html_report(result, examples, pictures);
  } catch (const cv::Exception& error) {
    throw RunError({"the report cannot be drawn", error.what(),
                    "The result file is whole; scripts/ can draw from it."});
  }
  write_file(paths[0], pictures.map);
  write_file(paths[1], pictures.convergence);
  write_file(paths[2], pictures.regions);
  write_file(paths[3], page);
  return paths;
}

}  // namespace csm
