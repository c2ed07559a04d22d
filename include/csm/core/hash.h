#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace csm {

/// A SHA-256 that is fed piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);

  /// The hash of all pieces as 64 lower-case hexadecimal digits. @pre called once, nothing is added
  /// afterwards
  std::string hexadecimal();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The SHA-256 of some bytes as 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

/// The SHA-256 of a file's bytes. Throws InputError if it cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace csm
