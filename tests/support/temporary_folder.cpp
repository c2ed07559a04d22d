#include "support/temporary_folder.h"

#include <cstdlib>
#include <string>
#include <system_error>

#include "csm/core/error.h"

namespace csm::test {

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "csm_test_XXXXXX").string();
  CSM_EXPECT(mkdtemp(name.data()) != nullptr);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace csm::test
