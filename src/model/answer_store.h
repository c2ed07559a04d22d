#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace csm {

/// What names a request: the SHA-256 of what is sent, as bytes.
using AnswerKey = std::array<char, 32>;

/// The key of one image of one asking. @param bytes as they are sent
AnswerKey answer_key(std::string_view bytes, int asking);

/// Keeps what a model answered, so that nothing is asked for twice. Each process appends to a file
/// of its own and reads those of all others that were there when it began; a record that was cut
/// off in the middle is dropped. Of two answers to one request the first file by name counts.
class AnswerStore {
 public:
  /// Reads what the folder holds of this model; makes the folder when the first answer is kept.
  /// @param identity of the model and its contract, 64 hexadecimal digits
  /// @param n_floats of an answer
  /// Errors: InputError if a file of this model cannot be read.
  AnswerStore(std::filesystem::path folder, std::string identity, std::size_t n_floats);
  ~AnswerStore();
  AnswerStore(const AnswerStore&) = delete;
  AnswerStore& operator=(const AnswerStore&) = delete;

  /// The answer of n_floats, or nothing. Errors: RunError if the file has vanished.
  std::optional<std::vector<float>> find(const AnswerKey& key) const;

  /// Keeps an answer. It is safe when the process dies, once flush has returned.
  void add(const AnswerKey& key, std::span<const float> answer);

  /// Writes what was added. Errors: RunError if the disk is full or the folder cannot be written.
  void flush();

  std::size_t n_answers() const { return places_.size(); }

 private:
  struct Place {
    std::uint32_t file = 0;
    std::uint64_t offset = 0;  ///< of the answer in it
  };
  struct KeyHash {
    std::size_t operator()(const AnswerKey& key) const noexcept;
  };

  void read_file(const std::filesystem::path& path);
  void create_own_file();
  std::size_t record_bytes() const;
  [[noreturn]] void fail(const std::string& problem) const;

  std::filesystem::path folder_;
  std::string identity_;
  std::size_t n_floats_;
  std::vector<int> files_;  ///< descriptors
  std::unordered_map<AnswerKey, Place, KeyHash> places_;
  std::filesystem::path own_path_;
  std::optional<std::uint32_t> own_file_;
  std::uint64_t own_size_ = 0;
  std::string added_;  ///< records not yet written
  std::unordered_map<AnswerKey, std::vector<float>, KeyHash> unwritten_;
};

}  // namespace csm
