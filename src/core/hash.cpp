#include "csm/core/hash.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <vector>

#include "csm/core/error.h"

namespace csm {

struct Sha256::State {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                  &EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  CSM_EXPECT(state_->context &&
             EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  CSM_EXPECT(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::hexadecimal() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int n_bytes = 0;
  CSM_EXPECT(EVP_DigestFinal_ex(state_->context.get(), digest.data(), &n_bytes) == 1);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < n_bytes; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 15U];
  }
  return text;
}

std::string sha256(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.hexadecimal();
}

std::string sha256_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw InputError({"cannot read '" + path.string() + "'", "its hash goes into the result file",
                      "Check the path."});
  Sha256 hash;
  std::vector<char> block(1U << 20U);
  while (file) {
    file.read(block.data(), std::ssize(block));
    hash.add({block.data(), static_cast<std::size_t>(file.gcount())});
  }
  return hash.hexadecimal();
}

}  // namespace csm
