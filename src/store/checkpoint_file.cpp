#include "csm/store/checkpoint_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

#include "csm/core/error.h"
#include "csm/core/hash.h"
#include "plain_file.h"

namespace csm {
namespace {

constexpr std::string_view magic = "CSM checkpoint\n";
constexpr std::uint32_t format_version = 3;
constexpr std::size_t hash_length = 64;
constexpr std::string_view ending = ".checkpoint";

std::string_view version_bytes() {
  static const std::uint32_t version = format_version;
  return {reinterpret_cast<const char*>(&version), sizeof(version)};
}

[[noreturn]] void fail_write(const std::filesystem::path& path, const std::string& reason) {
  throw RunError({"cannot write the checkpoint '" + path.string() + "'", reason,
                  "Make room there, or give another place with --output."});
}

/// "A-R-G.checkpoint" as its three numbers; none for any other file.
std::optional<CheckpointName> parse_name(std::string_view file) {
  if (!file.ends_with(ending)) return std::nullopt;
  file.remove_suffix(ending.size());
  std::array<std::int64_t, 3> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto [end, error] = std::from_chars(file.data(), file.data() + file.size(), numbers[i]);
    if (error != std::errc() || numbers[i] < 0) return std::nullopt;
    file.remove_prefix(static_cast<std::size_t>(end - file.data()));
    if (i + 1 == numbers.size()) break;
    if (file.empty() || file.front() != '-') return std::nullopt;
    file.remove_prefix(1);
  }
  if (!file.empty()) return std::nullopt;
  return CheckpointName{.attempt = numbers[0], .rank = numbers[1], .generation = numbers[2]};
}

}  // namespace

std::filesystem::path checkpoint_path(const std::filesystem::path& folder, CheckpointName name) {
  return folder / (std::to_string(name.attempt) + "-" + std::to_string(name.rank) + "-" +
                   std::to_string(name.generation) + std::string(ending));
}

std::vector<CheckpointName> list_checkpoints(const std::filesystem::path& folder) {
  std::vector<CheckpointName> names;
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) return names;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (const auto name = parse_name(entry->path().filename().string())) names.push_back(*name);
  }
  if (error) {
    throw RunError({"cannot read the folder of the checkpoints '" + folder.string() + "'",
                    error.message(), "Mend it, or start again with --restart never."});
  }
  std::sort(names.begin(), names.end());
  return names;
}

struct CheckpointWriter::State {
  explicit State(const std::filesystem::path& target)
      : path(target), partial(target.string() + ".partial"), file(partial) {}

  void append(std::string_view bytes) {
    hash.add(bytes);
    file.append(bytes);
  }

  std::filesystem::path path;
  std::filesystem::path partial;
  PlainFile file;
  Sha256 hash;
  bool is_committed = false;
};

CheckpointWriter::CheckpointWriter(const std::filesystem::path& path) {
  try {
    std::filesystem::create_directories(path.parent_path());
    state_ = std::make_unique<State>(path);
    state_->append(magic);
    state_->append(version_bytes());
  } catch (const std::system_error& error) {
    fail_write(path, error.code().message());
  }
}

CheckpointWriter::~CheckpointWriter() {
  std::error_code ignored;
  if (state_ && !state_->is_committed) std::filesystem::remove(state_->partial, ignored);
}

void CheckpointWriter::put(std::string_view bytes) {
  try {
    state_->append(bytes);
  } catch (const std::system_error& error) {
    fail_write(state_->path, error.code().message());
  }
}

void CheckpointWriter::commit() {
  try {
    state_->file.append(state_->hash.hexadecimal());
    state_->file.close();
    std::filesystem::rename(state_->partial, state_->path);
    state_->is_committed = true;
    sync_folder(state_->path.parent_path());
  } catch (const std::system_error& error) {
    fail_write(state_->path, error.code().message());
  }
}

std::string read_checkpoint(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) throw DamagedCheckpoint("it cannot be read");
  const std::size_t head = magic.size() + version_bytes().size();
  if (bytes.size() < head + hash_length) throw DamagedCheckpoint("it is cut short");
  if (!bytes.starts_with(magic)) throw DamagedCheckpoint("it is not a checkpoint");
  if (bytes.substr(magic.size(), version_bytes().size()) != version_bytes()) {
    throw DamagedCheckpoint("it is of another version of the program");
  }
  const std::size_t n_hashed = bytes.size() - hash_length;
  if (sha256(std::string_view(bytes).substr(0, n_hashed)) !=
      std::string_view(bytes).substr(n_hashed)) {
    throw DamagedCheckpoint("its checksum is wrong, so it was cut or changed");
  }
  bytes.resize(n_hashed);
  bytes.erase(0, head);
  return bytes;
}

}  // namespace csm
