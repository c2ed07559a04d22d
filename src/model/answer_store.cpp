#include "answer_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <random>

#include "csm/core/error.h"
#include "csm/core/hash.h"

namespace csm {
namespace {

// A file is the head "csm answers 1\n", the identity, the number of floats of an answer, and
// records of key, answer and check sum.
constexpr std::string_view magic = "csm answers 1\n";
constexpr std::size_t n_identity = 64;
constexpr std::size_t n_file_head = magic.size() + n_identity + sizeof(std::uint64_t);
constexpr const char* ending = ".answers";

/// FNV-1a, against records of which a part never reached the disk.
std::uint64_t check_sum(std::string_view bytes) {
  std::uint64_t sum = 14695981039346656037U;
  for (const char byte : bytes) {
    sum ^= static_cast<unsigned char>(byte);
    sum *= 1099511628211U;
  }
  return sum;
}

/// The bytes from `offset` on, fewer at the end of the file.
std::string read_part(int file, std::uint64_t offset, std::size_t n) {
  std::string bytes(n, '\0');
  std::size_t n_read = 0;
  while (n_read < n) {
    const ssize_t got =
        pread(file, bytes.data() + n_read, n - n_read, static_cast<off_t>(offset + n_read));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    n_read += static_cast<std::size_t>(got);
  }
  bytes.resize(n_read);
  return bytes;
}

std::string random_digits() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device device;
  std::string text;
  for (int i = 0; i < 16; ++i) text += digits[device() % digits.size()];
  return text;
}

}  // namespace

AnswerKey answer_key(std::string_view bytes, int asking) {
  Sha256 hash;
  hash.add(std::to_string(asking) + "\n");
  hash.add(bytes);
  const std::string digits = hash.hexadecimal();
  AnswerKey key{};
  for (std::size_t i = 0; i < key.size(); ++i)
    key[i] = static_cast<char>(std::stoi(digits.substr(2 * i, 2), nullptr, 16));
  return key;
}

std::size_t AnswerStore::KeyHash::operator()(const AnswerKey& key) const noexcept {
  std::size_t hash = 0;
  std::memcpy(&hash, key.data(), sizeof(hash));  // a part of a SHA-256 is as good as any
  return hash;
}

AnswerStore::AnswerStore(std::filesystem::path folder, std::string identity, std::size_t n_floats)
    : folder_(std::move(folder)), identity_(std::move(identity)), n_floats_(n_floats) {
  CSM_EXPECT(identity_.size() == n_identity && n_floats_ > 0);
  std::error_code none_there;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, none_there)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(identity_.substr(0, 16)) && name.ends_with(ending))
      paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const std::filesystem::path& path : paths) read_file(path);
}

AnswerStore::~AnswerStore() {
  for (const int file : files_) close(file);
}

std::size_t AnswerStore::record_bytes() const {
  return sizeof(AnswerKey) + n_floats_ * sizeof(float) + sizeof(std::uint64_t);
}

void AnswerStore::fail(const std::string& problem) const {
  throw RunError({"the answers of the model in '" + folder_.string() + "' " + problem,
                  std::strerror(errno), "Check the disk, or give another folder with --answers."});
}

void AnswerStore::read_file(const std::filesystem::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    throw InputError({"the answers of the model in '" + path.string() + "' cannot be read",
                      std::strerror(errno), "Mend it, or give another folder with --answers."});
  }
  files_.push_back(file);
  const std::string head = read_part(file, 0, n_file_head);
  std::uint64_t n_floats = 0;
  if (head.size() == n_file_head)
    std::memcpy(&n_floats, head.data() + magic.size() + n_identity, sizeof(n_floats));
  if (!head.starts_with(magic) || head.substr(magic.size(), n_identity) != identity_ ||
      n_floats != n_floats_)
    return;  // of another model, or never finished

  constexpr std::size_t n_at_once = 4096;
  const std::size_t n_record = record_bytes();
  for (std::uint64_t offset = n_file_head;; offset += n_at_once * n_record) {
    const std::string bytes = read_part(file, offset, n_at_once * n_record);
    for (std::size_t begin = 0; begin + n_record <= bytes.size(); begin += n_record) {
      const std::string_view record = std::string_view(bytes).substr(begin, n_record);
      const std::string_view summed = record.substr(0, n_record - sizeof(std::uint64_t));
      std::uint64_t sum = 0;
      std::memcpy(&sum, record.data() + summed.size(), sizeof(sum));
      if (sum != check_sum(summed)) return;
      AnswerKey key{};
      std::copy_n(record.begin(), key.size(), key.begin());
      places_.try_emplace(key, Place{.file = static_cast<std::uint32_t>(files_.size() - 1),
                                     .offset = offset + begin + sizeof(AnswerKey)});
    }
    if (bytes.size() < n_at_once * n_record) return;
  }
}

std::optional<std::vector<float>> AnswerStore::find(const AnswerKey& key) const {
  const auto kept = unwritten_.find(key);
  if (kept != unwritten_.end()) return kept->second;
  const auto found = places_.find(key);
  if (found == places_.end()) return std::nullopt;
  const std::string bytes =
      read_part(files_[found->second.file], found->second.offset, n_floats_ * sizeof(float));
  std::vector<float> answer(n_floats_);
  if (bytes.size() != n_floats_ * sizeof(float)) fail("have vanished");
  std::memcpy(answer.data(), bytes.data(), bytes.size());
  return answer;
}

void AnswerStore::add(const AnswerKey& key, std::span<const float> answer) {
  CSM_EXPECT(answer.size() == n_floats_);
  std::string record(key.begin(), key.end());
  record.append(reinterpret_cast<const char*>(answer.data()), answer.size_bytes());
  const std::uint64_t sum = check_sum(record);
  record.append(reinterpret_cast<const char*>(&sum), sizeof(sum));
  added_ += record;
  unwritten_.try_emplace(key, answer.begin(), answer.end());
}

void AnswerStore::create_own_file() {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  own_path_ = folder_ / (identity_.substr(0, 16) + "-" + random_digits() + ending);
  const int file = open(own_path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) fail("cannot be kept");
  files_.push_back(file);
  own_file_ = static_cast<std::uint32_t>(files_.size() - 1);
  const std::uint64_t n_floats = n_floats_;
  std::string head = std::string(magic) + identity_;
  head.append(reinterpret_cast<const char*>(&n_floats), sizeof(n_floats));
  added_.insert(0, head);
}

void AnswerStore::flush() {
  if (added_.empty()) return;
  const bool is_new = !own_file_;
  if (is_new) create_own_file();
  const int file = files_[*own_file_];
  std::string_view left = added_;
  while (!left.empty()) {
    const ssize_t n = write(file, left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) fail("cannot be written");
    left.remove_prefix(static_cast<std::size_t>(n));
  }

  // The places of the new records, now that they are in the file.
  const std::size_t n_record = record_bytes();
  for (std::size_t begin = is_new ? n_file_head : 0; begin < added_.size(); begin += n_record) {
    AnswerKey key{};
    std::copy_n(added_.begin() + static_cast<std::ptrdiff_t>(begin), key.size(), key.begin());
    places_.try_emplace(key,
                        Place{.file = *own_file_, .offset = own_size_ + begin + sizeof(AnswerKey)});
  }
  own_size_ += added_.size();
  added_.clear();
  unwritten_.clear();
}

}  // namespace csm
