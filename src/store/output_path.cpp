#include "csm/store/output_path.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "csm/core/error.h"
#include "csm/store/output_lock.h"
#include "plain_file.h"

namespace csm {
namespace {

constexpr std::string_view convergence_ending = "_convergence";
constexpr std::string_view regions_ending = "_regions";
constexpr std::string_view examples_ending = "_examples";

[[noreturn]] void reject_output(const std::filesystem::path& path, const std::string& why,
                                const std::string& advice) {
  throw InputError({"--output is '" + path.string() + "'", why, advice});
}

std::filesystem::path stem_of(std::filesystem::path output) { return output.replace_extension(); }

/// Whether a file begins as every file of HDF5.
bool is_hdf5(const std::filesystem::path& path) {
  constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
  std::array<char, signature.size()> bytes{};
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), bytes.size());
  return file && std::string_view(bytes.data(), bytes.size()) == signature;
}

/// A picture that results of both stems write, if it is there; else nothing.
std::filesystem::path common_picture(const std::filesystem::path& stem,
                                     const std::filesystem::path& other) {
  const std::vector<std::filesystem::path> pictures = report_paths(stem);
  std::error_code ignored;
  for (const std::filesystem::path& picture : report_paths(other)) {
    const bool is_common = std::find(pictures.begin(), pictures.end(), picture) != pictures.end();
    if (is_common && std::filesystem::exists(picture, ignored)) return picture;
  }
  return {};
}

/// Refuses a name under which the pictures of another result would be replaced.
void check_neighbours(const std::filesystem::path& path) {
  const std::filesystem::path own = std::filesystem::absolute(path);
  std::error_code error;
  std::filesystem::directory_iterator entry(own.parent_path(), error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::filesystem::path& other = entry->path();
    if (other.filename() == own.filename()) continue;
    const std::filesystem::path picture = common_picture(stem_of(own), stem_of(other));
    if (picture.empty() || !is_hdf5(other)) continue;
    reject_output(path,
                  "'" + picture.filename().string() + "' of the result '" +
                      other.filename().string() + "' would be replaced",
                  "Give another name, or add --overwrite.");
  }
}

}  // namespace

std::filesystem::path follow_link(const std::filesystem::path& output) {
  constexpr int most_links = 40;  // as the kernel
  std::filesystem::path path = output;
  std::error_code error;
  for (int i = 0; i < most_links; ++i) {
    if (!std::filesystem::is_symlink(path, error)) return path;
    const std::filesystem::path target = std::filesystem::read_symlink(path, error);
    if (error) break;
    path = path.parent_path() / target;
  }
  reject_output(output, "that is a symbolic link that leads round in circles",
                "Mend the link, or give the name of a file.");
}

std::vector<std::filesystem::path> report_paths(const std::filesystem::path& stem) {
  const std::string text = stem.string();
  return {text + ".png", text + std::string(convergence_ending) + ".png",
          text + std::string(regions_ending) + ".png", text + std::string(examples_ending) + ".png",
          text + ".html"};
}

std::vector<std::filesystem::path> outputs_with_common_pictures(
    const std::filesystem::path& output) {
  const std::string stem = stem_of(std::filesystem::absolute(output)).string();
  std::vector<std::filesystem::path> others;
  for (const std::string_view ending : {convergence_ending, regions_ending, examples_ending}) {
    others.emplace_back(stem + std::string(ending) + ".h5");
    if (stem.ends_with(ending))
      others.emplace_back(stem.substr(0, stem.size() - ending.size()) + ".h5");
  }
  return others;
}

void make_output_folder(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path))
    reject_output(path, "that is not a file but a folder or a device", "Give the name of a file.");
  const std::vector<std::filesystem::path> taken = report_paths(stem_of(path));
  if (std::find(taken.begin(), taken.end(), path) != taken.end() ||
      std::filesystem::absolute(path) == lock_path(path)) {
    reject_output(
        path, "a run writes a picture, its report or its lock under this name, beside its result",
        "Give the result the extension .h5.");
  }
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  std::filesystem::create_directories(folder, error);
  if (error)
    reject_output(path, "its folder cannot be made: " + error.message(),
                  "Give a folder that you may write to.");
}

void check_output_path(const std::filesystem::path& path, bool overwrite) {
  make_output_folder(path);
  std::error_code error;
  if (!overwrite) {
    if (std::filesystem::exists(path, error)) {
      reject_output(path, "the file exists",
                    "Add --overwrite to replace it when the run is done, or give another name.");
    }
    check_neighbours(path);
  }
  // Only the attempt shows it: permissions, read-only file systems, full tables and too long names
  // look all the same here.
  const std::filesystem::path probe = partial_path(path);
  const bool is_left_over = std::filesystem::exists(probe, error);
  const int descriptor = ::open(probe.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    reject_output(path, std::string("it cannot be written: ") + std::strerror(errno),
                  "Give a file in a folder that you may write to.");
  }
  ::close(descriptor);
  if (!is_left_over) std::filesystem::remove(probe, error);
}

}  // namespace csm
