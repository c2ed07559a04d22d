#include <gtest/gtest.h>

#include <cstdlib>

#include "csm/core/provenance.h"

namespace csm::test {
namespace {

TEST(ProvenanceTest, the_environment_overrides_the_build) {
  unsetenv("CSM_HOME");
  const std::filesystem::path of_build = csm_home();
  EXPECT_TRUE(std::filesystem::exists(of_build / "jobs")) << of_build;
  setenv("CSM_HOME", "/elsewhere", 1);
  EXPECT_EQ(csm_home(), "/elsewhere");
  setenv("CSM_HOME", "", 1);
  EXPECT_EQ(csm_home(), of_build);
  unsetenv("CSM_HOME");
}

TEST(ProvenanceTest, the_build_knows_its_commit) { EXPECT_FALSE(git_description().empty()); }

}  // namespace
}  // namespace csm::test
