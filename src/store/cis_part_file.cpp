#include "csm/store/cis_part_file.h"

#include <string>
#include <string_view>
#include <system_error>

#include "cis_layout.h"
#include "csm/core/error.h"
#include "plain_file.h"

namespace csm {
namespace {

[[noreturn]] void fail_part_file(const std::filesystem::path& path,
                                 const std::system_error& error) {
  throw RunError(
      {"cannot write the maps to '" + path.string() + "'", error.code().message(),
       "Make room there, or leave out --save-cis and give --permutations 0, and run again."});
}

}  // namespace

struct CisPartFile::State {
  std::filesystem::path path;
  int size;
  PlainFile file;
};

CisPartFile::CisPartFile(const std::filesystem::path& path, int size) {
  CSM_EXPECT(size > 0);
  try {
    std::filesystem::create_directories(path.parent_path());
    state_ = std::make_unique<State>(State{path, size, PlainFile(path)});
  } catch (const std::system_error& error) {
    fail_part_file(path, error);
  }
}

CisPartFile::~CisPartFile() = default;
CisPartFile::CisPartFile(CisPartFile&&) noexcept = default;
CisPartFile& CisPartFile::operator=(CisPartFile&&) noexcept = default;

void CisPartFile::append(std::int64_t order, const Grid<float>& cis) {
  CSM_EXPECT(cis.height() == state_->size && cis.width() == state_->size);
  const std::string map = compress_map(cis);
  const CisRecord record{.order = order, .n_bytes = std::ssize(map)};
  try {
    state_->file.append({reinterpret_cast<const char*>(&record), sizeof(record)});
    state_->file.append(map);
  } catch (const std::system_error& error) {
    fail_part_file(state_->path, error);
  }
}

CisPart CisPartFile::sync() {
  try {
    state_->file.sync();
  } catch (const std::system_error& error) {
    fail_part_file(state_->path, error);
  }
  return {.path = state_->path, .n_bytes = state_->file.size()};
}

void read_part_maps(const CisPart& part, int size,
                    const std::function<bool(std::int64_t)>& is_wanted,
                    const std::function<void(std::int64_t, const Grid<float>&)>& take) {
  for_each_record(part, is_wanted, [&](std::int64_t order, std::string_view compressed) {
    take(order, decompress_map(compressed, size));
  });
}

}  // namespace csm
